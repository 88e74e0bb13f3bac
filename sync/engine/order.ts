/**
 * The order in which changes are made, so that the replica is never worse than it was. First come folders from the top
 * down, then contents, removals from the bottom up, and what waited for a folder to be empty. Then come hard links to
 * files that are there by now, and last the folders' own modes and times. Gives indices of changes by stage. Pure.
 */
import { at, type Changes, count, each } from "./changes.ts";
import { depth, type Folder, parent, type Path } from "./entry.ts";
import { bytes, type Change } from "./change.ts";

/** Indices in the list of changes. The changes of one list of numbers may be made at the same time. */
export interface Stages {
  /** New folders. The lists can be made at the same time, but each list in its own order. */
  readonly folders: readonly (readonly Nested[])[];
  /** Everything but folders that is made or changed, the large files last (a pool begins with the last). */
  readonly contents: readonly number[];
  /** Removals of everything but folders. */
  readonly removals: readonly number[];
  /** Removals of folders, by depth, from the bottom up. */
  readonly emptied: readonly number[][];
  /** All folders that go, whatever takes their place, by their depth. */
  readonly going: readonly number[][];
  /** Files that become another name of a file that is there by then. */
  readonly hardLinks: readonly number[];
  /** Those of `contents` that take the place of a folder: they are made beside it, and replace it when it is empty. */
  readonly replacing: readonly number[];
}

/**
 * A new folder in a list where the folders in it follow it. A list, since a tree may be too deep to be cloned for
 * another thread.
 */
export interface Nested {
  /** Its index in the list of changes. */
  readonly number: number;
  /** How many of the folders that follow lie in it, at any depth. */
  readonly inside: number;
}

/** Files of at least this size are begun first, so that no thread is left alone with one at the end. */
const LARGE_BYTES = 8 * 1024 * 1024;

export function order(changes: Changes): Stages {
  const folders = new Map<Path, number>();
  const contents: number[] = [];
  const removals: number[] = [];
  const emptied: number[][] = [];
  const replacing: number[] = [];
  const hardLinks: number[] = [];
  const large: number[] = [];
  const going: number[][] = [];
  for (let number = 0; number < count(changes); number++) {
    const change = at(changes, number);
    if (takesFolderAway(change)) (going[depth(change.path)] ??= []).push(number);
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
  // `emptied` is sparse: it has no list for a depth without removals
  return {
    folders: nested(folders),
    contents,
    removals,
    emptied: emptied.filter(Boolean).reverse(),
    replacing,
    going: going.filter(Boolean),
    hardLinks,
  };
}

/** A list for each new folder whose parent is not new. */
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

/** Whether a folder of the replica goes, for good or for something else. */
function takesFolderAway(change: Change): boolean {
  return (change.kind === "remove" || change.kind === "create") && change.was?.kind === "folder";
}

/** Whether something new is made beside a folder and waits until the folder is empty; a hard link is made only then. */
export function takesFolder(change: Change): boolean {
  return change.kind === "create" && change.was?.kind === "folder" && change.hardLinkTo === undefined;
}

/** Whether a new folder replaces something else: that is moved aside, and removed when everything new is there. */
export function leavesAside(change: Change): boolean {
  return change.kind === "create" && change.entry.kind === "folder" && change.was !== undefined;
}

/** A folder whose owner, mode and time are set last. `number`: its change, when only its attributes differ. */
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
