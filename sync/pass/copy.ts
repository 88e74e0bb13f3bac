/**
 * Copies the content of a file beside its place.
 *
 * A file of the source is looked at again after it was copied: its name must still lead to the open file, with the size
 * and time that were compared. So neither a file in the middle of a change nor a file behind a link is ever taken for
 * the source's.
 */
import { Fault } from "../disk/fault.ts";
import type { Folder, Name, Reader, Which, WritableFolder, Writer } from "../disk/tree.ts";
import { asHeld, type Capabilities } from "../engine/capabilities.ts";
import { type File, PAGE_BYTES } from "../engine/entry.ts";
import { isRacy, marked } from "../engine/racy.ts";
import { sameVersion } from "../engine/same.ts";
import { bornMode } from "../engine/xattrs.ts";
import type { Pacer } from "./pace.ts";
import { isEmptyPage, piece, PIECE_BYTES, readPiece } from "./piece.ts";
import { countBytes, type Shared, throwIfStopping } from "./shared.ts";

/** So much the system copies by one call: twice as fast as by pieces of 256 KiB, and a slow disk lets a stop be heard. */
const COPIED_BYTES = 1024 * 1024;
/** From this size on, only what differs of a file is written, where the file system shares the rest. */
const REVISED_BYTES = 8 * 1024 * 1024;
/** How often to try to copy a file that changes while it is read, before it is left to the next pass. */
const ATTEMPTS = 3;

/** What came of copying a file. */
export interface Copied {
  /** The version that was copied: the source may have changed since it was compared. */
  readonly entry: File;
  /** It was modified so shortly before it was read that a later edit could have the same time: the copy has another. */
  readonly racy: boolean;
  /** It is written to all the time: the copy is what it held at one moment, or a beginning of that, with another time. */
  readonly unsteady: boolean;
  /** Why the system will not set an attribute of the copy; null when it has all. */
  readonly unset: Fault | null;
}

/** How a file is copied. */
export interface Copying {
  /** What the replica has at the file's name; left out when that is no file. */
  readonly was?: File;
  readonly which: Which;
  /** Of the file system that the copy is made on. */
  readonly capabilities: Capabilities;
  readonly shared: Shared;
  /** What holds it back; nothing when left out. */
  readonly pacer?: Pacer;
  /** Give up, rather than copy another version than was compared. */
  readonly exact?: true;
}

/**
 * Copy the file `name` of the source to the name `beside`, with its attributes. A file that changes meanwhile is copied
 * again, up to `ATTEMPTS` times; the last copy is kept when it is what the file began with at one moment. Throws a
 * fault or `Stopped`; then nothing is left at `beside`.
 */
export function copy(
  from: Folder,
  name: Name,
  to: WritableFolder,
  beside: Name,
  entry: File,
  options: Copying,
): Copied {
  let expected = entry;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const began = Date.now();
    const racy = isRacy(expected.mtime, began, options.capabilities.step);
    using reader = from.read(name);
    const isHeld = () =>
      attempt === ATTEMPTS - 1 && isPrefix(from, name, to, beside, expected, options.shared);
    using older = openOlder(to, name, expected, options);
    const { now, unsteady, unset } = copyOnce(reader, to, beside, expected, racy, isHeld, older, options);
    if (now !== expected && options.exact) throw new Fault("copy", "source", { code: "CHANGED" });
    if (now === expected) return { entry: expected, racy: racy && !unsteady, unsteady, unset };
    expected = now;
  }
  throw new Fault("copy", "source", { code: "CHANGING" });
}

/** Remove what was begun under a temporary name. If that fails, the next pass removes it, since the source lacks it. */
export function discard(folder: WritableFolder, name: Name): void {
  try {
    folder.remove(name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/**
 * One attempt: `now` is `expected` itself when that was copied, and what the file is now when it was not. A file that
 * changed meanwhile was copied all the same, `unsteady`, where `isHeld` says so.
 */
function copyOnce(
  from: Reader,
  to: WritableFolder,
  beside: Name,
  expected: File,
  racy: boolean,
  isHeld: () => boolean,
  older: Reader | null,
  { which, was, capabilities, shared, pacer }: Copying,
): { now: File; unsteady: boolean; unset: Fault | null } {
  // what it may begin as must not be read by others than before
  const mode = older && was ? expected.mode & was.mode : expected.mode;
  using writer = to.createFile(beside, bornMode(mode, expected.xattrs));
  try {
    const length = copyContent(from, writer, expected, older, shared, pacer);
    const now = from.now();
    if (now === null) throw new Fault("read", "source", { code: "REPLACED" });
    const same = sameVersion(now, expected);
    const unsteady = !same && length === expected.size && isHeld() && from.now() !== null;
    if ((same && length === expected.size) || unsteady) {
      const held = asHeld(expected, capabilities);
      const given = racy || unsteady ? { ...held, mtime: marked(held.mtime, capabilities.step) } : held;
      return { now: expected, unsteady, unset: writer.finish(given, which) };
    }
    discard(to, beside);
    return { now, unsteady, unset: null };
  } catch (error) {
    discard(to, beside);
    throw error;
  }
}

/**
 * Whether a file of the source begins with what was just copied from it, by another look at all of it. Then it began
 * with just that at the moment between the two, whatever was written to it before and after.
 */
function isPrefix(
  from: Folder,
  name: Name,
  to: Folder,
  beside: Name,
  { size }: File,
  shared: Shared,
): boolean {
  try {
    using source = from.read(name);
    using copy = to.read(beside);
    const other = new Uint8Array(PIECE_BYTES);
    for (let length = 0, count; length < size; length += count) {
      count = readPiece(source, size - length, shared);
      if (count === 0) return false;
      let filled = 0;
      for (let more = 1; more > 0 && filled < count; filled += more) {
        more = copy.read(other.subarray(filled, count));
      }
      // a hole at the end is not there yet
      other.fill(0, filled, count);
      for (let i = 0; i < count; i++) if (piece[i] !== other[i]) return false;
    }
    return (source.now()?.size ?? -1) >= size;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return false;
  }
}

/** Open what the replica has of a large file, where most of the new version may be the same; null where that is vain. */
function openOlder(to: WritableFolder, name: Name, { size }: File, { was }: Copying): Reader | null {
  if (was === undefined || Math.min(size, was.size) < REVISED_BYTES || was.size * 2 < size) return null;
  try {
    return to.read(name);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

/** Copy up to the expected size. Returns how many bytes the file had. */
function copyContent(
  from: Reader,
  to: Writer,
  { size, holes }: File,
  older: Reader | null,
  shared: Shared,
  pacer: Pacer | undefined,
): number {
  let length = to.share(from, size) ?? 0;
  countBytes(shared, length);
  if (length === 0 && older !== null) to.revise(older);
  while (length < size) {
    throwIfStopping(shared);
    const count = copyNext(from, to, size - length, holes, pacer);
    if (count === 0) break;
    countBytes(shared, count);
    length += count;
  }
  return length;
}

/**
 * Copy some of what is ahead, in the way that costs least. Returns how many bytes, 0 at the end. Only what is read and
 * written is held to the pace: blocks that are shared and holes cost nothing.
 */
function copyNext(
  from: Reader,
  to: Writer,
  most: number,
  holes: boolean,
  pacer: Pacer | undefined,
): number {
  const cloned = to.share(from, most);
  if (cloned !== null) return cloned;
  const hole = holes ? Math.min(from.skipHole(), most) : 0;
  if (hole > 0) {
    to.skip(hole);
    return hole;
  }
  if (pacer === undefined) return copyData(from, to, most, holes);
  const allowed = pacer.bytes(most);
  const count = copyData(from, to, allowed, holes);
  pacer.giveBack(allowed - count);
  return count;
}

function copyData(from: Reader, to: Writer, most: number, holes: boolean): number {
  return (holes ? null : to.copy(from, Math.min(most, COPIED_BYTES))) ?? copyPiece(from, to, most, holes);
}

function copyPiece(from: Reader, to: Writer, most: number, holes: boolean): number {
  const count = from.read(piece.subarray(0, Math.min(most, PIECE_BYTES)));
  if (holes) writeWithHoles(to, count);
  else if (count > 0) to.write(piece.subarray(0, count));
  return count;
}

/** Write the first `count` bytes of `piece`, and leave holes for pages of zeros. */
function writeWithHoles(to: Writer, count: number): void {
  for (let start = 0; start < count;) {
    const empty = isEmptyPage(start, count);
    let end = start;
    while (end < count && isEmptyPage(end, count) === empty) end += PAGE_BYTES;
    end = Math.min(end, count);
    if (empty) to.skip(end - start);
    else to.write(piece.subarray(start, end));
    start = end;
  }
}
