/** How much a file system may still take, by `fstatfs`, for which Deno asks another permission. */
import { close, openRoot, statFileSystem } from "./calls.ts";
import { O_DIRECTORY, O_PATH } from "./numbers.ts";

/** One `struct statfs`: the size of a block and the blocks that are left for us are its second and fifth number. */
const found = new BigInt64Array(32);
const bytes = new Uint8Array(found.buffer);

/** The bytes that we may still write to the file system of a folder (an absolute path); null when that cannot be told. */
export function freeBytesAt(folder: string): number | null {
  const open = openRoot(folder, O_DIRECTORY | O_PATH);
  if (open < 0) return null;
  const looked = statFileSystem(open, bytes);
  close(open);
  return looked < 0 ? null : Number(found[1]!) * Number(found[4]!);
}
