/**
 * Writing what differs: a file that shares the blocks of an older version goes on sharing those that are the same. What
 * is there is read from the file itself, which nobody else writes to, and never from the older version.
 */
import { read, seek, write } from "./calls.ts";
import { ENXIO, SEEK_CUR, SEEK_DATA, SEEK_SET } from "./numbers.ts";
import { isSame, punchHole } from "./range_calls.ts";

/** The blocks of file systems that share them: what differs in one byte takes no more than this. */
const BLOCK_BYTES = 4096;
const PIECE_BYTES = 256 * 1024;

/** What the file has, and zeros; made when they are first needed. */
let own: Uint8Array | null = null;
let zeros: Uint8Array | null = null;

/** Go on in a file by these bytes, writing those that differ. Less than 0, the number of an error. */
export function rewrite(file: number, bytes: Uint8Array): number {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    const done = rewritePiece(file, bytes.subarray(start, start + PIECE_BYTES));
    if (done < 0) return done;
  }
  return bytes.length;
}

/** Go on in a file by a hole. */
export function rewriteHole(file: number, length: number): number {
  const at = seek(file, 0, SEEK_CUR);
  const data = seek(file, at, SEEK_DATA);
  const isHole = data === -ENXIO || data >= at + length;
  if (!isHole && punchHole(file, at, length) < 0) {
    seek(file, at, SEEK_SET);
    return rewriteZeros(file, length);
  }
  return seek(file, at + length, SEEK_SET);
}

/** A file system may know no holes. */
function rewriteZeros(file: number, length: number): number {
  zeros ??= new Uint8Array(PIECE_BYTES);
  for (let left = length; left > 0; left -= PIECE_BYTES) {
    const done = rewritePiece(file, left < PIECE_BYTES ? zeros.subarray(0, left) : zeros);
    if (done < 0) return done;
  }
  return length;
}

function rewritePiece(file: number, bytes: Uint8Array): number {
  own ??= new Uint8Array(PIECE_BYTES);
  let there = 0;
  for (let count = 1; count > 0 && there < bytes.length; there += count) {
    count = read(file, own.subarray(there, bytes.length));
    if (count < 0) return count;
  }
  if (there === bytes.length && isSame(bytes, own, there)) return there;
  const start = seek(file, -there, SEEK_CUR);
  if (start < 0) return start;
  for (let from = 0, to; from < bytes.length; from = to) {
    const isOld = isOldBlock(bytes, own, from, there);
    to = from + BLOCK_BYTES;
    while (to < bytes.length && isOldBlock(bytes, own, to, there) === isOld) to += BLOCK_BYTES;
    const done = isOld ? 0 : writeAt(file, start + from, bytes.subarray(from, to));
    if (done < 0) return done;
  }
  return seek(file, start + bytes.length, SEEK_SET);
}

/** Whether a block is the same as what is there. */
function isOldBlock(bytes: Uint8Array, own: Uint8Array, from: number, there: number): boolean {
  const to = Math.min(from + BLOCK_BYTES, bytes.length);
  return to <= there && isSame(bytes.subarray(from, to), own.subarray(from, to), to - from);
}

function writeAt(file: number, at: number, bytes: Uint8Array): number {
  const sought = seek(file, at, SEEK_SET);
  if (sought < 0) return sought;
  for (let sent = 0; sent < bytes.length;) {
    const count = write(file, bytes.subarray(sent));
    if (count < 0) return count;
    sent += count;
  }
  return bytes.length;
}
