/** The single steps on the way into a trash, on one file system or to another. */
import { Fault, FULL } from "../disk/fault.ts";
import type { Name, WritableFolder } from "../disk/tree.ts";
import type { Entry, Leaf } from "../engine/entry.ts";
import type { Place } from "./place.ts";
import { OfTrash } from "./of_trash.ts";

/** What a file system says that cannot make this name a hard link. */
const UNLINKABLE: ReadonlySet<string> = new Set(["EPERM", "EACCES", "EMLINK", "EOPNOTSUPP", "ENOSYS"]);

/** Rename what a name leads to into the trash. False when that is on another file system. */
export function moved({ folder, name }: Place, there: WritableFolder, leaf: Name): boolean {
  try {
    folder.rename(name, there, leaf);
    return true;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code } = error.reason;
    if (code === "EXDEV") return false;
    // of the replica, as far as can be told: it may have gone, or its folder be made writable
    if (["EACCES", "EBUSY", "IN_USE"].includes(code)) throw error;
    if (code === "ENOENT" && folder.look(name) === null) return true;
    throw new OfTrash(error);
  }
}

/** Make what a name leads to another name in the trash. `unlinkable`: it may be renamed there all the same. */
export function linkedTo(
  { folder, name }: Place,
  there: WritableFolder,
  leaf: Name,
): "kept" | "unlinkable" | "far" {
  try {
    there.createHardLink(leaf, folder, name);
    return "kept";
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code } = error.reason;
    if (code === "EXDEV") return "far";
    if (UNLINKABLE.has(code)) return "unlinkable";
    if (code === "ENOENT" && folder.look(name) === null) return "kept";
    throw new OfTrash(error);
  }
}

/** The name by which other names of an inode find its copy; null when that cannot be told. */
export function inodeName({ id, nlink }: Leaf): Name | null {
  return id === null || nlink < 2 ? null : `i-${id.replaceAll(":", "-")}`;
}

/** Make a name in the trash another one of what was copied by that inode. False when it was not. */
export function linked(staging: WritableFolder, inode: Name, there: WritableFolder, leaf: Name): boolean {
  try {
    there.createHardLink(leaf, staging, inode);
    return true;
  } catch (error) {
    if (!(error instanceof Fault) || FULL.has(error.reason.code)) {
      throw error instanceof Fault ? new OfTrash(error) : error;
    }
    return false;
  }
}

/** Whether a copy is of the version that an inode has now. */
export function isSameVersion(entry: Leaf, copy: Leaf): boolean {
  return entry.kind === copy.kind && entry.mtime === copy.mtime && entry.nanos === copy.nanos &&
    (entry.kind !== "file" || (copy.kind === "file" && entry.size === copy.size));
}

/** Give a copy the name of its inode. False when another thread was first; where there are no hard links, never mind. */
export function give(staging: WritableFolder, made: Name, inode: Name): boolean {
  try {
    staging.createHardLink(inode, staging, made);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.reason.code !== "EEXIST";
  }
  return true;
}

/** Whether an entry is what can have several names. */
export function isLeaf(entry: Entry): entry is Leaf {
  return entry.kind !== "unknown" && entry.kind !== "socket" && entry.kind !== "folder";
}

/** Do something, and another thing when it throws. */
export function orElse(act: () => void, undo: () => void): void {
  try {
    act();
  } catch (error) {
    undo();
    throw error;
  }
}

/** Remove a name, if that is possible. */
export function clear(folder: WritableFolder, name: Name): void {
  try {
    folder.remove(name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
