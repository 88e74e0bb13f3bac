/**
 * Puts back what a pass took out. It is copied, and stays in the trash until that is emptied or it expires: so a restore
 * that is killed, or was not meant, loses nothing. What stands in the way, where that may be replaced, goes to the trash.
 */
import { Fault } from "../disk/fault.ts";
import { newPassId, temporaryName } from "../disk/temporary.ts";
import type { Name, Replica, Which, WritableFolder } from "../disk/tree.ts";
import {
  below,
  type Entry,
  type Folder,
  foldersTo,
  type Known,
  type Leaf,
  nameOf,
  parent,
  type Path,
  type Reason,
} from "../engine/entry.ts";
import { inRun } from "../engine/trash.ts";
import { copyEntry, isSameEntry, unsetBy } from "./copy.ts";
import type { Trash } from "./keep.ts";

/** What became of one path. */
export type Restored =
  & { readonly path: Path }
  & (
    /** `replaced`: something was there, which is in the trash now. `unset`: an attribute was not set. */
    | {
      readonly what: "restored";
      readonly kind: Known["kind"];
      readonly replaced: boolean;
      readonly unset: Reason | null;
    }
    | { readonly what: "same" }
    /** What is there is newer, or of another kind. */
    | { readonly what: "newer" | "other-kind" }
    | { readonly what: "failed"; readonly reason: Reason }
  );

export interface Restoring {
  readonly trash: Replica;
  readonly run: string;
  readonly target: Replica;
  /** Where what is in the way goes. */
  readonly keeper: Pick<Trash, "remove" | "replace">;
  /** Replace what is newer or of another kind. */
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly tell: (restored: Restored) => void;
  /** Hears what is about to go. */
  readonly lose: (path: Path, was: Known) => void;
}

const WHICH: Which = { modes: true, owners: true, xattrs: true, durable: false };

/** Restore a path, or all with "". False when the pass has nothing there. Throws what is no fault. */
export async function restore(restoring: Restoring, path: Path): Promise<boolean> {
  const { trash, run, tell } = restoring;
  const passId = newPassId();
  /** Where names of an inode of the trash were restored to. */
  const placed = new Map<string, Path>();
  let made = 0;

  async function visit(path: Path): Promise<void> {
    try {
      const entry = entryIn(trash, inRun(run, path));
      if (entry === null || entry.kind === "unknown" || entry.kind === "socket") return;
      if (entry.kind === "folder") await visitFolder(path, entry);
      else await place(path, entry);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      tell({ path, what: "failed", reason: error.reason });
    }
  }

  async function visitFolder(path: Path, entry: Folder): Promise<void> {
    const isNew = path !== "" && makeFolder(restoring, path, entry);
    if (isNew === null) return;
    for (const name of (await namesIn(trash, inRun(run, path))).sort()) {
      await visit(below(path, name));
    }
    if (!isNew) return;
    const unset = restoring.dryRun ? null : settle(restoring.target, path, entry);
    tell({
      path,
      what: "restored",
      kind: "folder",
      replaced: isNew === "replaced",
      unset: unset?.reason ?? null,
    });
  }

  async function place(path: Path, entry: Leaf): Promise<void> {
    const { target, keeper, dryRun, lose } = restoring;
    using folder = target.open(parent(path), "create");
    const name = nameOf(path);
    const found = folder.look(name);
    if (found?.kind === "unknown") throw new Fault("create", "replica", found.reason);
    using from = trash.open(inRun(run, parent(path)), "read");
    if (found !== null && isLeaf(found)) {
      if (isSameEntry(from, name, entry, folder, name, found)) return tell({ path, what: "same" });
    }
    const obstacle = found === null ? null : obstacleTo(entry, found);
    if (obstacle !== null && !restoring.force) return tell({ path, what: obstacle });
    const told = { path, what: "restored", kind: entry.kind, replaced: found !== null } as const;
    if (dryRun) return tell({ ...told, unset: null });
    if (found?.kind === "folder") await removeTree(restoring, path, found);
    else if (found !== null) lose(path, found);
    const beside = temporaryName(passId, made++);
    const unset = writable(folder, () => {
      try {
        const other = entry.id === null ? undefined : placed.get(entry.id);
        const unset = other === undefined
          ? copyEntry(from, name, entry, folder, beside, WHICH)
          : linkTo(target, folder, beside, other);
        keeper.replace(
          { folder, path: parent(path), name, action: "create", was: found ?? undefined },
          beside,
          path,
        );
        return unset;
      } catch (error) {
        removeIfPossible(folder, beside);
        throw error;
      }
    });
    if (entry.id !== null) placed.set(entry.id, path);
    tell({ ...told, unset: unset?.reason ?? null });
  }

  if (entryIn(trash, inRun(run, path)) === null) return false;
  for (const above of foldersTo(parent(path))) {
    const entry = above === "" ? null : entryIn(trash, inRun(run, above));
    if (path === "" || entry?.kind !== "folder") continue;
    try {
      const isNew = makeFolder(restoring, above, entry);
      if (isNew === null) return true;
      if (isNew && !restoring.dryRun) settle(restoring.target, above, { ...entry, mode: entry.mode | 0o700 });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      tell({ path: above, what: "failed", reason: error.reason });
      return true;
    }
  }
  await visit(path);
  return true;
}

/** Why something must not be replaced unless that is forced; null when it may be. */
function obstacleTo(entry: Leaf, found: Known): "newer" | "other-kind" | null {
  if (found.kind !== entry.kind) return "other-kind";
  const isNewer = "mtime" in found &&
    (found.mtime > entry.mtime || (found.mtime === entry.mtime && (found.nanos ?? 0) > (entry.nanos ?? 0)));
  return isNewer ? "newer" : null;
}

/** Make a folder in the target. False when it is there, null when something else stays there. */
function makeFolder(
  { target, keeper, force, dryRun, tell, lose }: Restoring,
  path: Path,
  entry: Folder,
): "made" | "replaced" | false | null {
  const isAbove = entryIn(target, parent(path));
  // in a dry run the folder around it may not be there yet
  if (isAbove === null && parent(path) !== "") return "made";
  using above = target.open(parent(path), "create");
  const name = nameOf(path);
  const found = above.look(name);
  if (found?.kind === "folder") return false;
  if (found?.kind === "unknown") throw new Fault("create", "replica", found.reason);
  if (found !== null && !force) {
    tell({ path, what: "other-kind" });
    return null;
  }
  if (dryRun) return found === null ? "made" : "replaced";
  writable(above, () => {
    if (found !== null) {
      lose(path, found);
      keeper.remove({ folder: above, path: parent(path), name, action: "create", was: found }, path);
    }
    above.createFolder(name, entry.mode);
  });
  return found === null ? "made" : "replaced";
}

/** Take a folder with all in it out of the target, into the trash. */
async function removeTree(restoring: Restoring, path: Path, was: Known): Promise<void> {
  const { target, keeper, lose } = restoring;
  if (was.kind === "folder") {
    for (const name of await namesIn(target, path)) {
      const inside = entryIn(target, below(path, name));
      if (inside?.kind === "unknown") throw new Fault("remove", "replica", inside.reason);
      if (inside !== null) await removeTree(restoring, below(path, name), inside);
    }
  }
  using folder = target.open(parent(path), "remove");
  lose(path, was);
  const place = { folder, path: parent(path), name: nameOf(path), action: "remove", was } as const;
  writable(folder, () => keeper.remove(place, path));
}

/** Give a restored folder its attributes, the last thing that is done to it. Returns why one was not set. */
function settle(target: Replica, path: Path, entry: Folder): Fault | null {
  using above = target.open(parent(path), "attributes");
  return unsetBy(() => above.setAttributes(nameOf(path), entry, WHICH));
}

/** What is at a path of a tree; null when nothing is. */
function entryIn(tree: Replica, path: Path): Entry | null {
  if (path === "") return null;
  try {
    using above = tree.open(parent(path), "list");
    return above.look(nameOf(path));
  } catch (error) {
    if (!(error instanceof Fault) || !["ENOENT", "ENOTDIR"].includes(error.reason.code)) throw error;
    return null;
  }
}

async function namesIn(tree: Replica, path: Path): Promise<Name[]> {
  using folder = tree.open(path, "list");
  return await folder.names();
}

function linkTo(target: Replica, folder: WritableFolder, beside: Name, other: Path): null {
  using there = target.open(parent(other), "create");
  folder.createHardLink(beside, there, nameOf(other));
  return null;
}

/** Do something in a folder of the target; one that its owner may not write into lets him for that long. */
function writable<T>(folder: WritableFolder, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code !== "EACCES") throw error;
    try {
      folder.makeWritable();
    } catch (other) {
      throw other instanceof Fault ? error : other;
    }
    return act();
  }
}

function removeIfPossible(folder: WritableFolder, name: Name): void {
  try {
    folder.remove(name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

function isLeaf(entry: Known): entry is Leaf {
  return entry.kind !== "socket" && entry.kind !== "folder";
}
