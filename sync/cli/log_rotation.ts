/** Log files that are renamed once they are large enough: "sync.log.1" is the youngest of the renamed ones. */
import { isSystemError } from "../system_error.ts";

/** When a log file is renamed and begun anew. */
export interface Rotation {
  /** The size in bytes that no file grows beyond, one longer line excepted; null for any size. */
  readonly most: number | null;
  /** How many renamed files are kept. */
  readonly keep: number;
}

/** The names that a log at `path` is renamed to, the youngest first. */
export function renamedNames(path: string, { most, keep }: Rotation): string[] {
  return most === null ? [] : Array.from({ length: keep }, (_, number) => `${path}.${number + 1}`);
}

/**
 * Rename the log at `path` and those that were renamed before; the oldest is replaced. False when it could not be done
 * to the end: then the log goes on under the name that it has.
 */
export function rotate(path: string, keep: number): boolean {
  try {
    if (!canMakeFile(`${path}.${keep}`)) return false;
    for (let number = keep - 1; number >= 0; number--) {
      renameIfThere(number === 0 ? path : `${path}.${number}`, `${path}.${number + 1}`);
    }
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}

/** Whether there can be a file of that name: if not, each try to rotate would push the oldest out for nothing. */
function canMakeFile(path: string): boolean {
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error instanceof Deno.errors.AlreadyExists;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * How many of `bytes` go to a file next: as many whole lines as fit there or in a new one, at least one line. `head` is
 * the size of a new one.
 */
export function nextPiece(bytes: Uint8Array, most: number | null, size: number, head = 0): number {
  if (most === null || size + bytes.length <= most) return bytes.length;
  for (const left of [most - size, most - head]) {
    const end = left > 0 ? bytes.lastIndexOf(10, left - 1) + 1 : 0;
    if (end > 0) return end;
  }
  return bytes.indexOf(10) + 1 || bytes.length;
}
