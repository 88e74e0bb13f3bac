/** How much a file system may still take, by `fstatfs`, for which Deno asks another permission. */
import type { TypedSpace } from "../../engine/doctor/facts.ts";
import { close, openRoot, statFileSystem } from "./calls.ts";
import { O_DIRECTORY, O_PATH } from "./numbers.ts";

/**
 * One `struct statfs`: the type, the size of a block, all blocks, those that are free and those that are left for us, all
 * entries and those that are free are its first numbers.
 */
const found = new BigInt64Array(32);
const bytes = new Uint8Array(found.buffer);

/** What the file system of a folder (an absolute path) says; null when it does not. */
export function spaceAt(folder: string): TypedSpace | null {
  const open = openRoot(folder, O_DIRECTORY | O_PATH);
  if (open < 0) return null;
  const looked = statFileSystem(open, bytes);
  close(open);
  if (looked < 0) return null;
  const at = (index: number) => Number(found[index]!);
  return {
    type: at(0),
    free: at(1) * at(4),
    total: at(1) * at(2),
    freeInodes: at(5) === 0 ? null : at(6),
  };
}
