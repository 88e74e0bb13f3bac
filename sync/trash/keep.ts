/**
 * What a pass takes out of the replica goes into the trash, in the thread that takes it. Each step leaves what was there
 * in the replica, in the trash, or in both: so a pass that is killed at any moment loses nothing.
 *
 * On one file system it is a rename, or a hard link before another file takes the place: names of one inode stay names of
 * one. Else it is a copy, made in the pass's `.part` folder and renamed when it is whole; names there by inode tell which
 * copies are to be names of one.
 */
import { Fault, FULL } from "../disk/fault.ts";
import type { KeptTrees } from "../disk/open.ts";
import type { Action, Name, Which, WritableFolder } from "../disk/tree.ts";
import { nameOf, parent, type Path } from "../engine/entry.ts";
import { inRun, MARK, partName } from "../engine/trash.ts";
import { copyEntry, isSameEntry } from "./copy.ts";
import { inTrash, OfTrash } from "./of_trash.ts";
import type { Place } from "./place.ts";
import { newParents } from "./parents.ts";
import { clear, give, inodeName, isLeaf, isSameVersion, linked, linkedTo, moved, orElse } from "./steps.ts";

export interface Trash {
  /** Take what a name leads to out of its folder: nothing when nothing is there. `as`: its path in the replica. */
  remove(at: Place, as: Path): void;
  /** Put what was made at `beside` in the place of what a name leads to. */
  replace(at: Place, beside: Name, as: Path): void;
  /** Have what a name leads to in the trash as well. */
  keep(at: Place, as: Path): void;
  /** Take back what was kept, for it stays in the replica. */
  forget(as: Path): void;
  /** Let go of what is kept open. */
  release(): void;
}

export interface Keeping {
  /** The name of the pass in the trash. */
  readonly run: string;
  readonly durable: boolean;
  /** Deletes the oldest pass. False when there is none, or when that was not asked for. */
  readonly makeRoom: () => boolean;
  /** Hears that the trash's file system does not take an attribute. */
  readonly lacks: (why: Fault) => void;
}

/** Codes of a trash in which nothing can be kept: the rest is not tried. */
const HOPELESS: ReadonlySet<string> = new Set([
  ...FULL,
  "EIO",
  "ENOTCONN",
  "ECONNABORTED",
  "ESTALE",
  "NOTCAPABLE",
]);
/** What is said of a trash that has gone, and of names that it cannot have. */
const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES"]);

/** A trash that takes nothing, and why. */
export function refusing(code: string): Trash {
  const refuse = ({ action }: { readonly action: Action }) => {
    throw new Fault(action, "replica", { code: "TRASH", detail: code });
  };
  return {
    remove: refuse,
    replace(at, beside) {
      // what takes nobody's place needs no trash
      if (at.folder.look(at.name) !== null) refuse(at);
      at.folder.rename(beside, at.folder, at.name);
    },
    keep: refuse,
    forget() {},
    release() {},
  };
}

export function trashIn({ replica, trash }: KeptTrees, { run, durable, makeRoom, lacks }: Keeping): Trash {
  const which: Which = { modes: true, owners: true, xattrs: true, durable };
  const parents = newParents(replica, trash, run, durable, lacks);
  const part = partName(run);
  const thread = crypto.randomUUID().slice(0, 8);
  let hasPart = false;
  let copies = 0;
  /** Why nothing is tried any more. */
  let hopeless: string | null = null;

  /**
   * Do something that leaves nothing behind when it throws. What goes wrong in the trash is told as such, and never taken
   * for a replica that is full.
   */
  function attempt(action: Action, act: () => void): void {
    for (;;) {
      if (hopeless !== null) throw new Fault(action, "replica", { code: "TRASH", detail: hopeless });
      try {
        return act();
      } catch (error) {
        if (!(error instanceof OfTrash)) throw error;
        const { code } = error;
        if (FULL.has(code) && makeRoom()) continue;
        if (HOPELESS.has(code) || (GONE.has(code) && isGone())) hopeless = code;
        throw new Fault(action, "replica", { code: hopeless === null ? "UNTRASHED" : "TRASH", detail: code });
      }
    }
  }

  function isGone(): boolean {
    try {
      using top = trash.open("", "list");
      return top.look(MARK) === null;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return true;
    }
  }

  /** Do something at a path in the trash, where nothing may be yet. */
  function into(as: Path, act: (there: WritableFolder, leaf: Name) => void): void {
    parents.make(parent(as));
    using there = inTrash(() => trash.open(inRun(run, parent(as)), "create"));
    const leaf = nameOf(as);
    // a trash that does not tell names apart by their case has one of them already
    if (inTrash(() => there.look(leaf)) !== null) throw new OfTrash("EEXIST");
    act(there, leaf);
  }

  /** Copy what a name leads to, whole, to a path in the trash. Nothing is left there when it throws. */
  function copyTo({ path, name, was }: Place, there: WritableFolder, leaf: Name): void {
    using from = replica.open(path, "read");
    const entry = from.look(name);
    if (entry === null) return;
    if (!isLeaf(entry)) throw new OfTrash("CHANGED");
    if (!hasPart) inTrash(() => parents.makePart(part));
    hasPart = true;
    using staging = inTrash(() => trash.open(part, "create"));
    const inode = inodeName(entry);
    // the last name of several does not tell its inode any more
    const other = inode ?? (was && isLeaf(was) ? inodeName(was) : null);
    const found = other === null ? null : inTrash(() => staging.look(other));
    if (found !== null && isLeaf(found)) {
      const isSame = inode === null
        ? isSameEntry(from, name, entry, staging, other!, found)
        : isSameVersion(entry, found);
      if (isSame && linked(staging, other!, there, leaf)) return;
    }
    const made = `${thread}-${(++copies).toString(36)}`;
    inTrash(() => {
      try {
        const unset = copyEntry(from, name, entry, staging, made, which);
        if (unset !== null) lacks(unset);
        if (inode !== null && found === null && !give(staging, made, inode)) {
          staging.remove(made);
          return there.createHardLink(leaf, staging, inode);
        }
        staging.rename(made, there, leaf);
        if (durable) there.sync();
      } catch (error) {
        clear(staging, made);
        throw error;
      }
    });
  }

  return {
    remove(at, as) {
      const { folder, name, action, was } = at;
      const entry = folder.look(name);
      // a socket holds nothing
      if (entry === null || entry.kind === "socket") return folder.remove(name);
      if (entry.kind === "unknown") throw new Fault(action, "replica", entry.reason);
      attempt(action, () => {
        if (entry.kind === "folder") return parents.settle(as, at, was?.kind === "folder" ? was : entry);
        into(as, (there, leaf) => {
          if (moved(at, there, leaf)) return;
          copyTo(at, there, leaf);
          orElse(() => folder.remove(name), () => clear(there, leaf));
        });
      });
      if (entry.kind === "folder") folder.remove(name);
    },
    replace(at, beside, as) {
      const { folder, name, action } = at;
      const put = () => folder.rename(beside, folder, name);
      const entry = folder.look(name);
      if (entry === null || !isLeaf(entry)) return put();
      attempt(action, () =>
        into(as, (there, leaf) => {
          const kept = linkedTo(at, there, leaf);
          if (kept === "unlinkable" && moved(at, there, leaf)) {
            return orElse(put, () => there.rename(leaf, folder, name));
          }
          if (kept !== "kept") copyTo(at, there, leaf);
          orElse(put, () => clear(there, leaf));
        }));
    },
    keep(at, as) {
      const entry = at.folder.look(at.name);
      if (entry === null || !isLeaf(entry)) return;
      attempt(at.action, () =>
        into(as, (there, leaf) => {
          if (linkedTo(at, there, leaf) !== "kept") copyTo(at, there, leaf);
        }));
    },
    forget(as) {
      try {
        using there = trash.open(inRun(run, parent(as)), "remove");
        there.remove(nameOf(as));
      } catch (error) {
        // it is in the trash and in the replica
        if (!(error instanceof Fault)) throw error;
      }
    },
    release() {
      replica.release();
      trash.release();
    },
  };
}
