/** The buffer through which the contents of files pass: one per thread, which reads one file at a time. */
import type { Reader } from "../disk/tree.ts";
import { PAGE_BYTES } from "../engine/entry.ts";
import { countCompared, type Shared, throwIfStopping } from "./shared.ts";

/** Files are read and written in pieces of this size. Larger pieces gained nothing when measured. */
export const PIECE_BYTES = 256 * 1024;

export const piece = new Uint8Array(PIECE_BYTES);
const words = new BigUint64Array(piece.buffer);

/**
 * Read up to `most` bytes of a file into the buffer, from `start` on, to compare them. Returns how many, 0 at its end.
 * Throws `Stopped`.
 */
export function readPiece(file: Reader, most: number, shared: Shared, start = 0): number {
  throwIfStopping(shared);
  const count = file.read(piece.subarray(start, Math.min(start + most, PIECE_BYTES)));
  countCompared(shared, count);
  return count;
}

/** Whether the buffer has nothing but zeros in the page that begins at `start`. A part of a page, at `count`, is none. */
export function isEmptyPage(start: number, count: number): boolean {
  if (start + PAGE_BYTES > count) return false;
  for (let i = start / 8; i < (start + PAGE_BYTES) / 8; i++) if (words[i] !== 0n) return false;
  return true;
}
