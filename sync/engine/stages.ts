/**
 * In which order changes are made, so that the replica is never worse than it was: folders from the top down, then
 * contents, then removals from the bottom up, then what was waiting for a folder to be gone, and the folders' own
 * modes and times last. Pure: changes in, their numbers by stage out.
 */
import { at, type Changes, count, each } from "./changes.ts";
import { depth, type Folder, parent, type Path } from "./entry.ts";
import { bytes, type Change } from "./plan.ts";

/** Places in the list of changes. All of one inner list may be made at the same time. */
export interface Stages {
  /** New folders, with those that are made in them. */
  readonly folders: readonly Branch[];
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

/** A new folder, by its place in the list of changes. */
export interface Branch {
  readonly number: number;
  /** What is made when it is there. */
  readonly then: Branch[];
}

/** Files from this size on are begun first, so that no thread is left alone with one at the end. */
const LARGE_BYTES = 8 * 1024 * 1024;

export function stages(changes: Changes): Stages {
  const folders = new Map<Path, Branch>();
  const contents: number[] = [];
  const removals: number[] = [];
  const emptied: number[][] = [];
  const landings: number[] = [];
  const twins: number[] = [];
  const large: number[] = [];
  for (let number = 0; number < count(changes); number++) {
    const change = at(changes, number);
    if (change.kind === "remove") {
      if (change.was.kind === "folder") (emptied[depth(change.path)] ??= []).push(number);
      else removals.push(number);
    } else if ("twin" in change) {
      twins.push(number);
    } else if (change.entry.kind !== "folder") {
      (bytes(change) >= LARGE_BYTES ? large : contents).push(number);
      if (takesFolder(change)) landings.push(number);
    } else if (change.kind === "create") {
      folders.set(change.path, { number, then: [] });
    }
  }
  const size = (number: number) => bytes(at(changes, number));
  contents.reverse();
  for (const number of large.sort((a, b) => size(a) - size(b))) contents.push(number);
  // the inner lists of a sparse array are those of the depths that occur
  return {
    folders: grown(folders),
    contents,
    removals,
    emptied: emptied.filter(Boolean).reverse(),
    landings,
    twins,
  };
}

/** Each branch in the one that it grows from; those that grow from what is there are returned. */
function grown(folders: ReadonlyMap<Path, Branch>): Branch[] {
  const first: Branch[] = [];
  for (const [path, branch] of folders) {
    // the root is its own parent
    const on = path === "" ? undefined : folders.get(parent(path));
    (on?.then ?? first).push(branch);
  }
  return first;
}

/** Whether a change has to wait with its landing until a folder is gone; a twin comes when it is. */
export function takesFolder(change: Change): boolean {
  return change.kind === "create" && change.was?.kind === "folder" && change.twin === undefined;
}

/** Whether something that is no folder gives way to one: it is moved aside, and goes when all that is new is there. */
export function leavesAside(change: Change): boolean {
  return change.kind === "create" && change.entry.kind === "folder" && change.was !== undefined;
}

/** A folder whose mode and time are to be set; `number` is the change that this is, where it is one of its own. */
export interface Settling {
  readonly path: Path;
  readonly entry: Folder;
  readonly number?: number;
}

/** All folders that are new, that get changes inside (`disturbed`), or that differ themselves. */
export function settlings(changes: Changes, disturbed: ReadonlyMap<Path, Folder>): Settling[] {
  const settled = new Map<Path, Settling>();
  for (const [path, entry] of disturbed) settled.set(path, { path, entry });
  let number = -1;
  for (const { kind, path, ...change } of each(changes)) {
    number++;
    if (!("entry" in change) || change.entry.kind !== "folder") continue;
    settled.set(path, { path, entry: change.entry, ...(kind === "touch" && { number }) });
  }
  return [...settled.values()];
}
