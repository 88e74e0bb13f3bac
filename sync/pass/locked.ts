/**
 * The locks of runs among the names in a replica, where a file is locked (`disk/lock_file.ts`). Our own is in the root. One
 * in a folder below means that another run is at work in there: then the folder is left alone. What a killed run has
 * left of its lock is as good as any other temporary file.
 */
import { Fault } from "../disk/fault.ts";
import { isLockedByFile, lockFileIn } from "../disk/locking.ts";
import { LOCK_NAME } from "../disk/temporary.ts";
import type { Name } from "../disk/tree.ts";
import { absolute, type Path } from "../engine/entry.ts";
import { SYSTEM, type System } from "../system.ts";

/** The names in a folder of the replica, without our own lock. Throws a fault where another run has locked the folder. */
export async function withoutLock(
  replica: string,
  path: Path,
  names: Name[],
  { locksFolders }: Pick<System, "locksFolders"> = SYSTEM,
): Promise<Name[]> {
  if (!names.includes(LOCK_NAME)) return names;
  const is = await lockFileIn(absolute(replica, path));
  // where a run locks a file, it has taken over what a killed one left, or will when it is no dry run
  const isOurs = path === "" && (is === "locked" || (is === "left" && !locksFolders));
  if (isOurs) return names.filter((name) => name !== LOCK_NAME);
  if (is === "locked") throw new Fault("list", "replica", { code: "LOCKED" });
  // what a killed run has left, or somebody else has put there, is cleared up
  return names;
}

/** Whether another run has locked a folder of the replica (an absolute path). */
export async function isLocked(replica: string, path: Path): Promise<boolean> {
  return await isLockedByFile(absolute(replica, path));
}
