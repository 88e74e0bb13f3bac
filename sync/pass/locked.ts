/**
 * The locks of runs among the names in a replica, where a file is locked (`disk/lock_file.ts`). Our own is in the root. One
 * in a folder below means that another run is at work in there: then the folder is left alone. What a killed run has
 * left of its lock is as good as any other temporary file.
 */
import { Fault } from "../disk/fault.ts";
import { isLockedByFile } from "../disk/locking.ts";
import { LOCK_NAME } from "../disk/temporary.ts";
import type { Name } from "../disk/tree.ts";
import { absolute, type Path } from "../engine/entry.ts";

/** The names in a folder of the replica, without our own lock. Throws a fault where another run has locked the folder. */
export async function withoutLock(replica: string, path: Path, names: Name[]): Promise<Name[]> {
  if (!names.includes(LOCK_NAME)) return names;
  // what a killed run has left, or somebody else has put there, is cleared up
  if (!await isLocked(replica, path)) return names;
  if (path === "") return names.filter((name) => name !== LOCK_NAME);
  throw new Fault("list", "replica", { code: "LOCKED" });
}

/** Whether another run has locked a folder of the replica (an absolute path). */
export async function isLocked(replica: string, path: Path): Promise<boolean> {
  return await isLockedByFile(absolute(replica, path));
}
