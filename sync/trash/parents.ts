/**
 * The folders of a pass in the trash. Those on the way to what went get the mode and owner of the replica's, so that
 * nothing there can be read by others than before; those that went themselves get all their attributes.
 */
import { Fault } from "../disk/fault.ts";
import type { Name, Replica, Which, WritableFolder } from "../disk/tree.ts";
import { type Folder, foldersTo, nameOf, parent, type Path } from "../engine/entry.ts";
import { inRun } from "../engine/trash.ts";
import { unsetBy } from "./copy.ts";
import { inTrash } from "./of_trash.ts";

export interface Parents {
  /** Make a folder of the replica in the trash, and those above it, where they are not there yet. */
  make(path: Path): void;
  /** The same for a folder that goes, `now` empty, with the attributes that it had. */
  settle(path: Path, now: { readonly path: Path; readonly name: Name }, was: Folder): void;
  /** Make the folder for what is not whole yet. */
  makePart(name: Name): void;
}

export function newParents(
  replica: Replica,
  trash: Replica,
  run: string,
  durable: boolean,
  lacks: (why: Fault) => void,
): Parents {
  const which: Which = { modes: true, owners: true, xattrs: true, durable: false };
  const made = new Set<Path>();

  function make(path: Path): void {
    if (made.has(path)) return;
    for (const one of foldersTo(path)) {
      if (!made.has(one)) inTrash(() => makeOne(one));
      made.add(one);
    }
  }

  function makeOne(path: Path): void {
    const at = path === "" ? "" : inRun(run, parent(path));
    const name = path === "" ? run : nameOf(path);
    using above = trash.open(at, "create");
    const like = path === "" ? null : attributesAt(path);
    if (!created(above, name, like?.mode ?? 0o700) || like === null) return;
    // still to be written into
    note(unsetBy(() => above.setAttributes(name, { ...like, mode: like.mode | 0o700 }, which)));
    if (durable) above.sync();
  }

  /** What the replica's folder at a path is; null when it is not there. */
  function attributesAt(path: Path): Folder | null {
    try {
      using above = replica.open(parent(path), "list");
      const found = above.look(nameOf(path));
      return found?.kind === "folder" ? found : null;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return null;
    }
  }

  function note(unset: Fault | null): void {
    if (unset !== null) lacks(unset);
  }

  return {
    make,
    settle(path, now, was) {
      make(path);
      using above = replica.open(now.path, "list");
      const found = above.look(now.name);
      const xattrs = found?.kind === "folder" ? found.xattrs : undefined;
      const { xattrs: _, ...rest } = was;
      inTrash(() => {
        using there = trash.open(inRun(run, parent(path)), "attributes");
        const entry = { ...rest, ...(xattrs !== undefined && { xattrs }) };
        note(unsetBy(() => there.setAttributes(nameOf(path), entry, which)));
        if (durable) there.sync();
      });
    },
    makePart(name) {
      using top = trash.open("", "create");
      created(top, name, 0o700);
    },
  };
}

/** Make a folder. False when it was there already. */
function created(above: WritableFolder, name: Name, mode: number): boolean {
  try {
    above.createFolder(name, mode);
    return true;
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code !== "EEXIST") throw error;
    return false;
  }
}
