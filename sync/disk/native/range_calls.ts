/**
 * The system's calls on parts of large files: blocks that two files share, and holes. As in `calls.ts`, less than 0 is
 * the number of an error.
 */
import { rangeSymbols, result, symbols, uninterrupted } from "./bind.ts";
import { CALL, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, FICLONE, FICLONERANGE } from "./numbers.ts";

/** A `struct file_clone_range`: the other file, where the part begins in it, its bytes, and where it begins here. */
const part = new BigInt64Array(4);
const partBytes = new Uint8Array(part.buffer);

/** Let an empty file have all of another, by sharing its blocks. */
export function shareAll(from: number, to: number): number {
  return result(Number(symbols().seek(CALL.ioctl, to, BigInt(FICLONE), from)));
}

/** Let a file have a part of another, at the same place, by sharing its blocks. */
export function shareRange(from: number, to: number, at: number, length: number): number {
  part[0] = BigInt(from);
  part[1] = part[3] = BigInt(at);
  part[2] = BigInt(length);
  return result(rangeSymbols().control(CALL.ioctl, to, FICLONERANGE, partBytes));
}

/** Let a part of a file become a hole. */
export function punchHole(file: number, at: number, length: number): number {
  const mode = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
  return uninterrupted(() => rangeSymbols().range(CALL.fallocate, file, mode, BigInt(at), BigInt(length)));
}

/** Whether two buffers begin with the same bytes. */
export function isSame(one: Uint8Array, other: Uint8Array, length: number): boolean {
  return rangeSymbols().compare(one, other, BigInt(length)) === 0;
}
