/**
 * In which order changes are made, so that the replica is never worse than it was: folders from the top down, then
 * contents, then removals from the bottom up, then what was waiting for a folder to be gone, then other names of files
 * that are there by now, and the folders' own modes and times last. Pure: changes in, their numbers by stage out.
 */
import { at, type Changes, count, each } from "./changes.ts";
import { depth, type Folder, parent, type Path } from "./entry.ts";
import { bytes, type Change } from "./plan.ts";

/** Places in the list of changes. All of one inner list may be made at the same time. */
export interface Stages {
  /** New folders, in lists of their own where they can be made at the same time. */
  readonly folders: readonly (readonly Nested[])[];
  /** All that is made or changed and is no folder, the large files last (a pool begins with the last). */
  readonly contents: readonly number[];
  /** Removals of all that is no folder. */
  readonly removals: readonly number[];
  /** Removals of folders, from the bottom up. */
  readonly emptied: readonly number[][];
  /** Files that become another name of one that is there by then. */
  readonly hardLinks: readonly number[];
  /** Those of `contents` that take the place of a folder: they are copied beside it, and land when it is gone. */
  readonly replacing: readonly number[];
}

/**
 * A new folder in a list in which it is followed by those in it. A list and not a tree, for that may be too deep to be
 * cloned for another thread.
 */
export interface Nested {
  /** Its place in the list of changes. */
  readonly number: number;
  /** How many of those that follow lie in it, at whatever depth. */
  readonly inside: number;
}

/** Files from this size on are begun first, so that no thread is left alone with one at the end. */
const LARGE_BYTES = 8 * 1024 * 1024;

export function stages(changes: Changes): Stages {
  const folders = new Map<Path, number>();
  const contents: number[] = [];
  const removals: number[] = [];
  const emptied: number[][] = [];
  const replacing: number[] = [];
  const hardLinks: number[] = [];
  const large: number[] = [];
  for (let number = 0; number < count(changes); number++) {
    const change = at(changes, number);
    if (change.kind === "remove") {
      if (change.was.kind === "folder") (emptied[depth(change.path)] ??= []).push(number);
      else removals.push(number);
    } else if ("hardLinkTo" in change) {
      hardLinks.push(number);
    } else if (change.entry.kind !== "folder") {
      (bytes(change) >= LARGE_BYTES ? large : contents).push(number);
      if (takesFolder(change)) replacing.push(number);
    } else if (change.kind === "create") {
      folders.set(change.path, number);
    }
  }
  const size = (number: number) => bytes(at(changes, number));
  contents.reverse();
  for (const number of large.sort((a, b) => size(a) - size(b))) contents.push(number);
  // the inner lists of a sparse array are those of the depths that occur
  return {
    folders: nested(folders),
    contents,
    removals,
    emptied: emptied.filter(Boolean).reverse(),
    replacing,
    hardLinks,
  };
}

/** A list for each folder that grows from one which is there. */
function nested(folders: ReadonlyMap<Path, number>): Nested[][] {
  const within = new Map<Path, Path[]>();
  const first: Path[] = [];
  for (const path of folders.keys()) {
    const on = parent(path);
    // the root is its own parent
    if (path === "" || !folders.has(on)) first.push(path);
    else if (within.has(on)) within.get(on)!.push(path);
    else within.set(on, [path]);
  }
  return first.map((path) => listFrom(path, folders, within));
}

/** A folder, then those in it. */
function listFrom(
  start: Path,
  folders: ReadonlyMap<Path, number>,
  within: ReadonlyMap<Path, Path[]>,
): Nested[] {
  const list: Nested[] = [];
  function visit(path: Path): void {
    const index = list.length;
    const number = folders.get(path)!;
    list.push({ number, inside: 0 });
    for (const next of within.get(path) ?? []) visit(next);
    list[index] = { number, inside: list.length - index - 1 };
  }
  visit(start);
  return list;
}

/** Whether a change has to wait with its landing until a folder is gone; a twin comes when it is. */
export function takesFolder(change: Change): boolean {
  return change.kind === "create" && change.was?.kind === "folder" && change.hardLinkTo === undefined;
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
    settled.set(path, { path, entry: change.entry, ...(kind === "attributes" && { number }) });
  }
  return [...settled.values()];
}
