/**
 * In which order changes are made, so that the replica is never worse than it was: folders from the top down, then
 * contents, then removals from the bottom up, then what was waiting for a folder to be gone, and the folders' own
 * modes and times last. Pure: changes in, their numbers by stage out.
 */
import { depth, type Folder, type Path } from "./entry.ts";
import { bytes, type Change } from "./plan.ts";

/** Places in the list of changes. All of one inner list may be made at the same time. */
export interface Stages {
  /** New folders, from the top down. */
  readonly folders: readonly number[][];
  /** Files and links, the large files last (a pool begins with the last). */
  readonly contents: readonly number[];
  /** Removals of all that is no folder. */
  readonly removals: readonly number[];
  /** Removals of folders, from the bottom up. */
  readonly emptied: readonly number[][];
  /** Files that become another name of one that is there by then. */
  readonly twins: readonly number[];
  /** Those of `contents` that take the place of a folder: they are copied beside it, and land when it is gone. */
  readonly landings: readonly number[];
}

/** Files from this size on are begun first, so that no thread is left alone with one at the end. */
const LARGE_BYTES = 8 * 1024 * 1024;

export function stages(changes: readonly Change[]): Stages {
  const folders: number[][] = [];
  const contents: number[] = [];
  const removals: number[] = [];
  const emptied: number[][] = [];
  const landings: number[] = [];
  const twins: number[] = [];
  const large: number[] = [];
  changes.forEach((change, number) => {
    if (change.kind === "remove") {
      if (change.was.kind === "folder") (emptied[depth(change.path)] ??= []).push(number);
      else removals.push(number);
    } else if ("twin" in change) {
      twins.push(number);
    } else if (change.entry.kind !== "folder") {
      (bytes(change) >= LARGE_BYTES ? large : contents).push(number);
      if (takesFolder(change)) landings.push(number);
    } else if (change.kind === "create") {
      (folders[depth(change.path)] ??= []).push(number);
    }
  });
  const size = (number: number) => bytes(changes[number]!);
  contents.reverse();
  for (const number of large.sort((a, b) => size(a) - size(b))) contents.push(number);
  // the inner lists of a sparse array are those of the depths that occur
  return {
    folders: folders.filter(Boolean),
    contents,
    removals,
    emptied: emptied.filter(Boolean).reverse(),
    landings,
    twins,
  };
}

/** Whether a change has to wait with its landing until a folder is gone; a twin comes when it is. */
export function takesFolder(change: Change): boolean {
  return change.kind === "create" && change.was?.kind === "folder" && change.twin === undefined;
}

/** A folder whose mode and time are to be set; `number` is the change that this is, where it is one of its own. */
export interface Settling {
  readonly path: Path;
  readonly entry: Folder;
  readonly number?: number;
}

/** All folders that are new, that get changes inside (`disturbed`), or that differ themselves. */
export function settlings(changes: readonly Change[], disturbed: ReadonlyMap<Path, Folder>): Settling[] {
  const settled = new Map<Path, Settling>();
  for (const [path, entry] of disturbed) settled.set(path, { path, entry });
  changes.forEach(({ kind, path, ...change }, number) => {
    if (!("entry" in change) || change.entry.kind !== "folder") return;
    settled.set(path, { path, entry: change.entry, ...(kind === "touch" && { number }) });
  });
  return [...settled.values()];
}
