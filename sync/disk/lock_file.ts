/**
 * The lock on a replica where a system cannot lock folders, as Windows: on a file in the replica, which goes with the lock.
 * What a crash leaves of it is locked no more, and the next run takes it over. It has one of our temporary names, so that
 * no pass takes it for a file of its tree.
 *
 * A name may lead to another file by the time that the file is locked: the run before removes it as its last act. So who
 * has locked a file gives it a time that no other one has, and looks whether the name has it, too. From then on nobody
 * else takes the name away, since only who holds the lock does.
 *
 *     open, made where it is not there -> lock -> mark -> the name has the mark: locked
 *                                          |               else: begin anew
 *                                          `-- taken: wait a moment for who only looks, then give up
 *
 * A run whose replica lies in that of another finds its lock in a folder above; one around finds it where it lists the
 * folder (`isLockedByFile`). Each makes its own lock before it looks, so at least one of two finds the other.
 */
import { dirname, join } from "node:path";
import type { Reason } from "../engine/entry.ts";
import { reason } from "./fault.ts";
import { isLockedByFile, isLockFile, type Lock, type Locking, removeIfEmpty } from "./locking.ts";
import { LOCK_NAME } from "./temporary.ts";

/** How often to begin anew, and how long to wait before that, in ms: whoever looks has the file for less. */
const TRIES = 8;
const PAUSE_MS = 20;

/** An open file that we have locked, with its mark: a time in ms. */
interface Held {
  readonly file: Deno.FsFile;
  readonly mark: number;
}

/** Lock a folder (an absolute path, links resolved) by a file in it. Throws what the system throws when it is not there. */
export async function lockByFile(folder: string): Promise<Locking> {
  const times = await timesOf(folder);
  const held = await hold(folder);
  await putBack(folder, times);
  if (held === "taken") return { kind: "taken", folder };
  if (held === "none") return { kind: "none" };
  if ("code" in held) return { kind: "refused", reason: held };
  const lock = lockOf(folder, held);
  for (let above = dirname(folder), last = folder; above !== last; last = above, above = dirname(above)) {
    if (!await isLockedIfAllowed(above)) continue;
    await lock.close();
    return { kind: "taken", folder: above };
  }
  return { kind: "locked", lock };
}

/** Where a folder above cannot be looked into, nothing keeps a run off it. */
async function isLockedIfAllowed(folder: string): Promise<boolean> {
  const permission = await Deno.permissions.query({ name: "read", path: join(folder, LOCK_NAME) });
  return permission.state === "granted" && await isLockedByFile(folder);
}

function lockOf(folder: string, { file, mark }: Held): Lock {
  const isAt = (path: string) => hasMark(join(path, LOCK_NAME), mark);
  return {
    isAt,
    async close(isUnused = false) {
      const times = await orNull(timesOf(folder));
      // another folder may be at that path by now, with another run's file
      if (await isAt(folder)) await orNull(Deno.remove(join(folder, LOCK_NAME)));
      // some systems keep the name until then
      file.close();
      if (times !== null) await putBack(folder, times);
      if (isUnused) await removeIfEmpty(folder);
    },
  };
}

const TAKEN: Reason = { code: "TAKEN" };

/** Open and lock the file in a folder, until its name leads to what we have locked. */
async function hold(folder: string): Promise<Held | "taken" | "none" | Reason> {
  const path = join(folder, LOCK_NAME);
  let last: "taken" | Reason = "taken";
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const file = await opened(path);
    if (!("tryLock" in file)) {
      last = file;
      if (await isFree(path)) return last;
      // what is on its way out cannot be opened on Windows, nor what another user made
      continue;
    }
    const mark = newMark();
    const outcome = await lockAndMark(file, path, mark);
    if (outcome === "held") return { file, mark };
    file.close();
    if (outcome === "none") return "none";
    if (outcome !== "again") last = outcome;
  }
  return typeof last !== "string" && await isLockedByFile(folder) ? "taken" : last;
}

/** Lock an open file, and see whether a path leads to it. */
async function lockAndMark(
  file: Deno.FsFile,
  path: string,
  mark: number,
): Promise<"held" | "again" | "taken" | "none" | Reason> {
  try {
    if (!await file.tryLock(true)) return "taken";
  } catch (error) {
    if (reason(error) === null) throw error;
    await orNull(Deno.remove(path));
    return "none";
  }
  try {
    // by another name it may be a file of the source, whose time is nobody's to set
    if (!isLockFile(await file.stat())) return TAKEN;
    await file.utime(new Date(mark), new Date(mark));
    return await hasMark(path, mark) ? "held" : "again";
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why;
  }
}

/** Open the file, which is made where it is not there. A link in its place is not followed. */
async function opened(path: string): Promise<Deno.FsFile | Reason> {
  const there = await orNull(Deno.lstat(path));
  if (there?.isSymlink) return { code: "ELOOP" };
  if (there?.isDirectory) return { code: "EISDIR" };
  if (there !== null && !isLockFile(there)) return TAKEN;
  try {
    return await Deno.open(path, { read: true, write: true, create: true });
  } catch (error) {
    const why = reason(error);
    if (why === null || ["ENOENT", "ENOTDIR"].includes(why.code)) throw error;
    return why;
  }
}

/** Whether nothing is at a path, not even on its way out. */
async function isFree(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return false;
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why.code === "ENOENT";
  }
}

async function hasMark(path: string, mark: number): Promise<boolean> {
  const found = await orNull(Deno.lstat(path));
  return found !== null && found.isFile && found.mtime?.getTime() === mark;
}

/** A time between 1990 and 2085, in steps of two seconds, which FAT has. */
function newMark(): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return (631_152_000 + 2 * (random % 1_500_000_000)) * 1000;
}

type Times = readonly [atime: Date | null, mtime: Date | null];

async function timesOf(folder: string): Promise<Times> {
  const { atime, mtime } = await Deno.stat(folder);
  return [atime, mtime];
}

/** Give a folder its times again: the file that comes and goes in it is no change to it. */
async function putBack(folder: string, [atime, mtime]: Times): Promise<void> {
  const [, now] = await orNull(timesOf(folder)) ?? [null, null];
  if (mtime === null || now === null || now.getTime() === mtime.getTime()) return;
  await orNull(Deno.utime(folder, atime ?? mtime, mtime));
}

/** What is waited for; null when the system says no. */
async function orNull<T>(what: Promise<T>): Promise<T | null> {
  try {
    return await what;
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}
