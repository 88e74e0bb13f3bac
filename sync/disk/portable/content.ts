/**
 * What is in files: reading them in pieces, copying them beside their place, telling by a digest whether two are the
 * same. Another part of the edge (see `disk.ts`).
 *
 * A file of the source is opened without blocking (a FIFO may have taken its place) and looked at again when it has
 * been read: what was open must be what the path leads to, no link in between, and of the size and time that were
 * compared. So neither a file caught in the middle of a change nor one behind a link is ever taken for the source's.
 */
import { closeSync, constants, fstatSync, lchownSync, openSync, readSync } from "node:fs";
import { type Attributes, discard, setMode } from "./write.ts";
import type { File, Side } from "../../engine/entry.ts";
import { Fault, fault, reason, Stopped } from "../fault.ts";
import { look, PAGE_BYTES } from "./look.ts";
import { isRacy, marked } from "../../engine/racy.ts";
import { countBytes, type Shared, stopping } from "../../pass/shared.ts";

/** Files are read and written in pieces of this size; larger ones gained nothing when measured. */
const PIECE_BYTES = 256 * 1024;
/** How often a file that changes while it is read is begun again before it is left to the next pass. */
const ATTEMPTS = 3;
/** Windows has neither flag and needs neither. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** Reading should leave no trace: Linux lets the owner of a file and root keep its time of access as it is. */
const UNSEEN = READ | (constants.O_NOATIME ?? 0);

/** One to a thread: no two files are read at the same moment in one. */
const piece = new Uint8Array(PIECE_BYTES);
const words = new BigUint64Array(piece.buffer);

/** What we use of `node:crypto`, which is loaded when there is something to compare. */
export type Crypto = Pick<typeof import("node:crypto"), "createHash" | "hash">;

/** What came of copying a file. */
export interface Copied {
  /** What was copied: the source may have changed since it was compared. */
  readonly entry: File;
  /** It was modified so shortly before it was read that a later edit could bear the same time: it is marked. */
  readonly racy: boolean;
}

/**
 * Copy a file of the source to `temporary`, with its attributes. A file that changes meanwhile is copied again, and
 * after `ATTEMPTS` given up. Throws a fault or `Stopped`; then nothing is left at `temporary`.
 */
export function copy(
  source: string,
  temporary: string,
  entry: File,
  set: Attributes,
  shared: Shared,
): Copied {
  let expected = entry;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const began = Date.now();
    const now = copyOnce(source, temporary, expected, began, set, shared);
    if (now === expected) return { entry: now, racy: isRacy(now.mtime, began, set.step) };
    expected = now;
  }
  throw new Fault("copy", "source", { code: "CHANGING", text: "it keeps changing while it is read" });
}

/**
 * SHA-256 of the first `size` bytes of a file, in hexadecimal. Throws a fault, or `Stopped`. That a file
 * changes meanwhile is not noticed: its digest is another one then.
 */
export function digest(side: Side, path: string, size: number, shared: Shared, crypto: Crypto): string {
  const file = openFile(side, path);
  try {
    let count = readPiece(side, file, size, shared);
    // most files are one piece
    if (count === size) return crypto.hash("sha256", piece.subarray(0, count), "hex");
    const sum = crypto.createHash("sha256");
    for (let length = 0; count > 0; count = readPiece(side, file, size - length, shared)) {
      sum.update(piece.subarray(0, count));
      length += count;
    }
    return sum.digest("hex");
  } finally {
    closeSync(file);
  }
}

/** Throws a fault unless a file of the source can be opened for reading. */
export function tryToRead(path: string): void {
  closeSync(openFile("source", path));
}

/**
 * One attempt, begun at `began` (ms). Returns `expected` itself when that is what was copied, and what the file is now
 * when it is not.
 */
function copyOnce(
  source: string,
  temporary: string,
  expected: File,
  began: number,
  set: Attributes,
  shared: Shared,
): File {
  const from = openFile("source", source);
  try {
    const to = create(temporary, expected);
    try {
      let length = 0;
      while (length < expected.size) {
        const count = readPiece("source", from, expected.size - length, shared);
        if (count === 0) break;
        write(to, count, expected.holes);
        countBytes(shared, count);
        length += count;
      }
      const now = lookAgain("source", source, from, expected);
      if (now === expected && length === expected.size) {
        const { mtime } = expected;
        finish(
          to,
          temporary,
          expected,
          isRacy(mtime, began, set.step) ? marked(mtime, set.step) : mtime,
          set,
        );
        return expected;
      }
      discard(temporary);
      return now === expected ? { ...expected } : now;
    } catch (error) {
      discard(temporary);
      throw error;
    } finally {
      to.close();
    }
  } finally {
    closeSync(from);
  }
}

function openFile(side: Side, path: string): number {
  try {
    return openSync(path, UNSEEN);
  } catch (error) {
    if (reason(error)?.code !== "EPERM") throw fault("read", side, error);
  }
  try {
    return openSync(path, READ);
  } catch (error) {
    throw fault("read", side, error);
  }
}

/**
 * Fill `piece` from a file with up to `most` bytes; 0 at its end. No more is asked for than the file should have: the
 * call takes its time by the length that it is given.
 */
function readPiece(side: Side, file: number, most: number, shared: Shared): number {
  for (;;) {
    if (stopping(shared)) throw new Stopped();
    try {
      return readSync(file, piece, 0, Math.min(most, PIECE_BYTES), null);
    } catch (error) {
      if (!isInterrupted(error)) throw fault("read", side, error);
    }
  }
}

/** Whether a call was cut off by a signal and is to be made again. */
function isInterrupted(error: unknown): boolean {
  return reason(error)?.code === "EINTR";
}

/**
 * `expected` itself if the path still leads to the file that is open, of the same size and time, and what the file is
 * now if it is another. Mode is left out: it may change under a reader without harm, and the next pass sees it. Throws
 * a fault when the path leads to something else than a file that is open here.
 */
function lookAgain(side: Side, path: string, file: number, expected: File): File {
  try {
    const found = Deno.lstatSync(path);
    if (found.isFile && found.ino === fstatSync(file).ino) {
      if (found.size === expected.size && found.mtime?.getTime() === expected.mtime) return expected;
      const now = look(path);
      if (now.kind === "file") return now;
    }
  } catch (error) {
    throw fault("read", side, error);
  }
  throw new Fault("read", side, {
    code: "CHANGING",
    text: "something else took its place while it was read",
  });
}

/** A new file with no more rights than it has in the end; until then its group is ours, or that of its folder. */
function create(temporary: string, entry: File): Deno.FsFile {
  try {
    return Deno.openSync(temporary, { write: true, createNew: true, mode: entry.mode & 0o777 });
  } catch (error) {
    throw fault("create", "replica", error);
  }
}

/** Write the first `count` bytes of `piece`; where `holes` may stay, pages of zeros are passed over. */
function write(to: Deno.FsFile, count: number, holes: boolean): void {
  try {
    if (!holes) return writeAll(to, 0, count);
    for (let start = 0; start < count;) {
      const empty = isEmptyPage(start, count);
      let end = start;
      while (end < count && isEmptyPage(end, count) === empty) end += PAGE_BYTES;
      end = Math.min(end, count);
      if (empty) to.seekSync(end - start, Deno.SeekMode.Current);
      else writeAll(to, start, end);
      start = end;
    }
  } catch (error) {
    throw fault("copy", "replica", error);
  }
}

/** A write may take less than it was given. */
function writeAll(to: Deno.FsFile, start: number, end: number): void {
  while (start < end) {
    try {
      start += to.writeSync(piece.subarray(start, end));
    } catch (error) {
      if (!isInterrupted(error)) throw error;
    }
  }
}

function isEmptyPage(start: number, count: number): boolean {
  if (start + PAGE_BYTES > count) return false;
  for (let i = start / 8; i < (start + PAGE_BYTES) / 8; i++) if (words[i] !== 0n) return false;
  return true;
}

/** Length (a hole at the end was never written) and attributes, while nobody knows the file by its name yet. */
function finish(to: Deno.FsFile, temporary: string, entry: File, mtime: number, set: Attributes): void {
  try {
    if (entry.holes) to.truncateSync(entry.size);
    const made = birthOf(to, temporary, entry.mode);
    const owned = !set.owners || (made.uid === entry.uid && made.gid === entry.gid);
    // owner first, for it takes setuid bits away
    if (!owned) lchownSync(temporary, entry.uid, entry.gid);
    if (set.modes && (made.mode !== entry.mode || !owned)) setMode(temporary, entry.mode);
    const time = new Date(mtime);
    to.utimeSync(time, time);
    if (set.durable) to.syncSync();
  } catch (error) {
    throw fault("copy", "replica", error);
  }
}

/** With which attributes the last new file was born, and where: those of its folder are born alike. */
let birth = { where: "", asked: -1, mode: 0, uid: 0, gid: 0 };

/** What came of asking for `mode`: the umask, the folder's access list and its setgid bit have a say in it. */
function birthOf(to: Deno.FsFile, temporary: string, mode: number): typeof birth {
  // the folder, and the word of the pass in the name
  const where = temporary.slice(0, temporary.lastIndexOf("-"));
  if (birth.where !== where || birth.asked !== mode) {
    const made = to.statSync();
    birth = { where, asked: mode, mode: (made.mode ?? 0) & 0o7777, uid: made.uid ?? 0, gid: made.gid ?? 0 };
  }
  return birth;
}
