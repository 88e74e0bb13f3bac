/**
 * The system's calls on parts of large files: blocks that two files share, and holes. As in `calls.ts`, less than 0 is
 * the number of an error.
 */
import { rangeSymbols, result } from "./bind.ts";
import { CALL, FICLONERANGE } from "./numbers.ts";

/** A `struct file_clone_range`: the other file, where the part begins in it, its bytes, and where it begins here. */
const part = new BigInt64Array(4);
const partBytes = new Uint8Array(part.buffer);

/** Let a file have a part of another, at the same place, by sharing its blocks. */
export function shareRange(from: number, to: number, at: number, length: number): number {
  part[0] = BigInt(from);
  part[1] = part[3] = BigInt(at);
  part[2] = BigInt(length);
  return result(rangeSymbols().control(CALL.ioctl, to, FICLONERANGE, partBytes));
}
