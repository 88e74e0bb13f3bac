/**
 * What a file of ours would spoil that is written anew again and again, as a manifest or a state file: it lies in no tree,
 * where a pass would mirror or remove it, and takes no other file's place.
 */
import { dirname } from "node:path";
import { isSamePath, isWithinFolder, wholePath } from "../whole_path.ts";
import { shown } from "../engine/entry.ts";
import { isSystemError, orElse } from "../system_error.ts";
import { namesOf } from "./paths.ts";

export interface KeptFile {
  /** What it is, for a person: "manifest". */
  readonly what: string;
  readonly path: string;
  /** How one of ours begins; left out when that is looked at by whoever reads it. */
  readonly start?: string;
  /** A file without bytes of its own, as a power failure leaves one that was not forced to the disk, is as good as none. */
  readonly mayBeBlank?: boolean;
}

/** What is wrong with the place of a file, as a line for a person; null when nothing is. `others`: files of ours beside it. */
export function keptConflict(
  file: KeptFile,
  roots: Readonly<Record<"source" | "replica", string>>,
  others: readonly KeptFile[],
): string | null {
  return treeConflict(file, roots) ?? fileConflict(file, others);
}

/** The same but for the trees. */
export function fileConflict(file: KeptFile, others: readonly KeptFile[]): string | null {
  const { what, path, start } = file;
  const names = namesOf(path);
  for (const other of others) {
    if (namesOf(other.path).some((name) => names.some((one) => isSamePath(one, name)))) {
      return `The ${what} and the ${other.what} have the same name, ${shown(path)}`;
    }
  }
  const homeless = noFolderFor(what, path);
  if (homeless !== null) return homeless;
  if (start === undefined || isOurs({ ...file, start })) return null;
  return `${shown(path)} is there already and is no ${what} of Lockstep: choose another name for the ${what}`;
}

/** That something of ours would lie in one of the trees, as a line for a person; null when it does not. */
export function treeConflict(
  { what, path }: Pick<KeptFile, "what" | "path">,
  { source, replica }: Readonly<Record<"source" | "replica", string>>,
): string | null {
  const names = namesOf(path);
  for (const [side, root] of Object.entries({ source, replica })) {
    for (const tree of namesOf(root)) {
      if (names.some((name) => isSamePath(name, tree))) {
        return `The ${what} and the ${side} have the same name, ${shown(path)}`;
      }
      if (names.some((name) => isWithinFolder(name, tree))) {
        return `The ${what} ${shown(path)} lies inside the ${side}: keep it outside of both folders`;
      }
    }
  }
  return null;
}

/** That a file has no folder in which it could be made, as a line for a person; null when it has one, and when we cannot tell. */
export function noFolderFor(what: string, path: string): string | null {
  const above = dirname(wholePath(path));
  return isNoFolder(above)
    ? `The ${what} ${shown(path)} cannot be made: there is no folder ${shown(above)}`
    : null;
}

/** Whether no folder is there; no when we cannot tell. */
function isNoFolder(path: string): boolean {
  try {
    return !Deno.statSync(path).isDirectory;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error instanceof Deno.errors.NotFound;
  }
}

/** Whether a file of ours is there, or none, or we cannot tell. */
export function isOurs(
  { path, start, mayBeBlank = false }: Pick<KeptFile, "path" | "mayBeBlank"> & { readonly start: string },
): boolean {
  return orElse(() => {
    const found = Deno.statSync(path);
    if (!found.isFile) return false;
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(start.length);
    const text = new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
    return text === start || (mayBeBlank && /^\0*$/.test(text));
  }, true);
}
