/** Copies one entry whole, from one folder that is written to into another, with all that the system lets us set. */
import { Fault, UNSETTABLE } from "../disk/fault.ts";
import type { Folder, Name, Reader, Which, WritableFolder, Writer } from "../disk/tree.ts";
import { type File, type Leaf, PAGE_BYTES } from "../engine/entry.ts";
import { sameVersion } from "../engine/same.ts";
import { bornMode } from "../engine/xattrs.ts";

/** So much is read, or copied by the system, at a time. */
const PIECE_BYTES = 256 * 1024;
const COPIED_BYTES = 16 * 1024 * 1024;

const piece = new Uint8Array(PIECE_BYTES);

/**
 * Copy the entry at a name to a name that is not taken. Returns why an attribute was not set, the copy being whole all
 * the same. Throws a fault; then something may be left there.
 */
export function copyEntry(
  from: Folder,
  name: Name,
  entry: Leaf,
  to: WritableFolder,
  as: Name,
  which: Which,
): Fault | null {
  if (entry.kind === "file") return copyFile(from, name, entry, to, as, which);
  if (entry.kind === "link") to.createLink(as, entry.target, entry.type);
  else if (entry.kind === "device") to.createDevice(as, entry);
  else to.createFifo(as);
  return unsetBy(() => to.setAttributes(as, entry, which));
}

/** Set attributes; returns why one was not set. Throws what says something of the disk. */
export function unsetBy(set: () => void): Fault | null {
  try {
    set();
    return null;
  } catch (error) {
    if (!(error instanceof Fault) || !UNSETTABLE.has(error.reason.code)) throw error;
    return error;
  }
}

function copyFile(
  from: Folder,
  name: Name,
  entry: File,
  to: WritableFolder,
  as: Name,
  which: Which,
): Fault | null {
  using reader = from.read(name);
  using writer = to.createFile(as, bornMode(entry.mode, entry.xattrs));
  const length = copyContent(reader, writer, entry);
  const now = reader.now();
  if (now === null || !sameVersion(now, entry) || length !== entry.size) {
    throw new Fault("read", "replica", { code: "CHANGED" });
  }
  return writer.finish(entry, which);
}

/** Copy up to the file's size. Returns how many bytes there were. */
function copyContent(from: Reader, to: Writer, { size, holes }: File): number {
  for (let length = 0; length < size;) {
    const most = size - length;
    const count = to.share(from, most) ?? skipHole(from, to, holes ? most : 0) ??
      (holes ? null : to.copy(from, Math.min(most, COPIED_BYTES))) ?? copyPiece(from, to, most, holes);
    if (count === 0) return length;
    length += count;
  }
  return size;
}

function skipHole(from: Reader, to: Writer, most: number): number | null {
  const hole = most === 0 ? 0 : Math.min(from.skipHole(), most);
  if (hole === 0) return null;
  to.skip(hole);
  return hole;
}

function copyPiece(from: Reader, to: Writer, most: number, holes: boolean): number {
  const count = from.read(piece.subarray(0, Math.min(most, PIECE_BYTES)));
  for (let start = 0; start < count; start += PAGE_BYTES) {
    if (!holes) {
      to.write(piece.subarray(0, count));
      break;
    }
    const page = piece.subarray(start, Math.min(start + PAGE_BYTES, count));
    if (page.some((byte) => byte !== 0)) to.write(page);
    else to.skip(page.length);
  }
  return count;
}

/** Whether two entries are the same, in content and attributes, by reading both. */
export function isSameEntry(
  folder: Folder,
  name: Name,
  entry: Leaf,
  other: Folder,
  otherName: Name,
  found: Leaf,
): boolean {
  const { mode, uid, gid, mtime, nanos, xattrs } = entry;
  const isAlike = found.kind === entry.kind && found.mode === mode && found.uid === uid &&
    found.gid === gid &&
    found.mtime === mtime && found.nanos === nanos && found.xattrs === xattrs;
  if (!isAlike) return false;
  if (entry.kind === "link") return found.kind === "link" && found.target === entry.target;
  if (entry.kind !== "file" || found.kind !== "file") return false;
  using a = folder.read(name);
  using b = other.read(otherName);
  return entry.size === found.size && isSameContent(a, b);
}

const otherPiece = new Uint8Array(PIECE_BYTES);

function isSameContent(a: Reader, b: Reader): boolean {
  for (;;) {
    const [count, others] = [fill(a, piece), fill(b, otherPiece)];
    if (count !== others) return false;
    if (count === 0) return true;
    for (let i = 0; i < count; i++) if (piece[i] !== otherPiece[i]) return false;
  }
}

function fill(from: Reader, into: Uint8Array): number {
  let filled = 0;
  for (let more = 1; more > 0 && filled < into.length; filled += more) {
    more = from.read(into.subarray(filled));
  }
  return filled;
}
