/** What a lock on a replica is, however it is made; and who else has one. */
import { join } from "node:path";
import type { Reason } from "../engine/entry.ts";
import { reason } from "./fault.ts";
import { LOCK_NAME } from "./temporary.ts";

export interface Lock {
  /** Whether a path leads to the locked folder now, whatever its identity is by now. False when that cannot be told. */
  isAt(path: string): Promise<boolean>;
  /** Give up the lock. `isUnused`: take the folder away, too, if nothing is in it. */
  close(isUnused?: boolean): Promise<void>;
}

/** What came of an attempt to lock a folder. */
export type Locking =
  /** `alone`: why other machines may not know of it, where they should. */
  | { readonly kind: "locked"; readonly lock: Lock; readonly alone?: Reason }
  /** Another run has locked this folder, which is the one that was asked for or one above it. */
  | { readonly kind: "taken"; readonly folder: string }
  /** The file system has no locks. */
  | { readonly kind: "none" }
  /** It has locks, but does not let us make the file that is locked. */
  | { readonly kind: "refused"; readonly reason: Reason };

/**
 * What there is of a lock by a file in a folder: a run has it, or a killed one has left it. What cannot be such a file is not
 * opened: a FIFO would never let go.
 */
export async function lockFileIn(folder: string): Promise<"locked" | "left" | null> {
  const path = join(folder, LOCK_NAME);
  try {
    if (!isLockFile(await Deno.lstat(path))) return null;
    return await isFileLocked(path) ? "locked" : "left";
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

/** Whether a run has locked a folder by a file in it. */
export async function isLockedByFile(folder: string): Promise<boolean> {
  return await lockFileIn(folder) === "locked";
}

/** Whether something can be the file of a lock: it is empty, and has no other name, by which it could be somebody's own. */
export function isLockFile(
  { isFile, size, nlink }: Pick<Deno.FileInfo, "isFile" | "size" | "nlink">,
): boolean {
  return isFile && size === 0 && (nlink ?? 1) === 1;
}

/** Whether a run has locked a file for itself. To look, the lock is shared for a moment: many can do so at once. */
export async function isFileLocked(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    return !await file.tryLock(false);
  } catch (error) {
    // nothing is there, or the file system has no locks
    if (reason(error) === null) throw error;
    return false;
  }
}

/**
 * Remove an empty folder. What has come into it keeps it, and so does a system that says no.
 *
 * RACE: a link that takes the place of a folder above is followed. The worst outcome is that an empty folder behind it goes.
 */
export async function removeIfEmpty(path: string): Promise<void> {
  try {
    // with the slash nothing but a folder can be removed, whatever is there by now; Windows would remove a link
    if ((await Deno.lstat(path)).isDirectory) await Deno.remove(`${path}/`);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}
