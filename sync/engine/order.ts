/**
 * The order in which changes are made, so that the replica is never worse than it was. First come folders from the top
 * down, new and moved ones, what else is moved, and folders whose names change their case; then contents, removals from the bottom up, and what waited for a folder to be empty. Then come hard links to
 * files that are there by now, and last the folders' own modes and times. Gives indices of changes by stage. Pure.
 */
import { type Changes, each, eachOther } from "./changes.ts";
import { depth, type Folder, parent, type Path } from "./entry.ts";
import { bytes, type Change, formerPath, type Move } from "./change.ts";
import { forEach, sorted, type Steps } from "./steps.ts";

/** Indices in the list of changes. The changes of one list of numbers may be made at the same time. */
export interface Stages {
  /** New folders and those that are moved, one wave after another. The lists of a wave can be made at the same time, each in its own order. */
  readonly folders: readonly (readonly (readonly Nested[])[])[];
  /** Moves of everything but folders. */
  readonly moves: readonly number[];
  /** Folders whose names change their case, by depth, from the top down: no path leads through one meanwhile. */
  readonly respelled: readonly number[][];
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
/** A folder with so many folders in it is made in a wave before them: a list crosses to another thread in one piece. */
const TOGETHER = 256;

export function* order(changes: Changes): Steps<Stages> {
  const folders = new Map<Path, number>();
  const movedFolders: Move[] = [];
  const moves: number[] = [];
  const respelled: number[][] = [];
  const contents: number[] = [];
  const removals: number[] = [];
  const emptied: number[][] = [];
  const going: number[][] = [];
  const replacing: number[] = [];
  const hardLinks: number[] = [];
  const large: { readonly number: number; readonly size: number }[] = [];
  let number = -1;
  yield* forEach(each(changes), (change) => {
    number++;
    if (takesFolderAway(change)) (going[depth(change.path)] ??= []).push(number);
    if (change.kind === "remove") {
      if (change.was.kind === "folder") (emptied[depth(change.path)] ??= []).push(number);
      else removals.push(number);
    } else if ("hardLinkTo" in change) {
      hardLinks.push(number);
    } else if (change.kind === "move" && change.entry.kind !== "folder") {
      moves.push(number);
    } else if (change.entry.kind !== "folder") {
      const size = bytes(change);
      if (size >= LARGE_BYTES) large.push({ number, size });
      else contents.push(number);
      if (takesFolder(change)) replacing.push(number);
    } else if (change.kind !== "attributes") {
      folders.set(change.path, number);
      if (change.kind === "move") movedFolders.push(change);
    } else if (change.spelled !== undefined) {
      (respelled[depth(change.path)] ??= []).push(number);
    }
  });
  contents.reverse();
  yield* forEach(yield* sorted(large, (a, b) => a.size - b.size), ({ number }) => contents.push(number));
  // `emptied` and others are sparse: they have no list for a depth without removals
  return {
    folders: yield* wavesOf(folders, movedFolders),
    moves,
    respelled: respelled.filter(Boolean),
    contents,
    removals,
    emptied: emptied.filter(Boolean).reverse(),
    replacing,
    going: going.filter(Boolean),
    hardLinks,
  };
}

/** The folders that are moved, in the order in which that can be done. */
export function* movedFolders(changes: Changes): Steps<Move[]> {
  const moves: Move[] = [];
  yield* forEach(each(changes), (change) => {
    if (change.kind === "move" && change.entry.kind === "folder") moves.push(change);
  });
  if (moves.length < 2) return moves;
  const turns = yield* turnsOf(moves);
  return yield* sorted(moves, (a, b) => turns.get(a.path)! - turns.get(b.path)!);
}

/** The folders whose names change their case, with what the replica calls them by then, from the top down. */
export function* respelledFolders(changes: Changes): Steps<Pick<Move, "from" | "path">[]> {
  const folders: { readonly from: Path; readonly path: Path }[] = [];
  yield* forEach(eachOther(changes), (change) => {
    const from = change.kind === "attributes" && change.entry.kind === "folder" ? formerPath(change) : null;
    if (from !== null) folders.push({ from, path: change.path });
  });
  return yield* sorted(folders, (a, b) => depth(a.path) - depth(b.path));
}

/** The waves of new folders, with moved ones where their turn comes. */
function* wavesOf(folders: ReadonlyMap<Path, number>, moves: readonly Move[]): Steps<Nested[][][]> {
  if (moves.length === 0) return yield* nested(folders);
  const turns = yield* turnsOf(moves);
  const byTurn: Map<Path, number>[] = [];
  yield* forEach(folders, ([path, number]) => {
    const turn = turns.get(path) ?? (nearest(path, turns) ?? -1) + 1;
    (byTurn[turn] ??= new Map()).set(path, number);
  });
  const waves: Nested[][][] = [];
  for (const some of byTurn) if (some) { for (const wave of yield* nested(some)) waves.push(wave); }
  return waves;
}

/**
 * When each folder is moved, by its new path: after those that it lies in then, or lies in by the time it is moved, and
 * before one that it is to leave.
 */
function* turnsOf(moves: readonly Move[]): Steps<ReadonlyMap<Path, number>> {
  const turns = new Map<Path, number>();
  const byOld = new Map<Path, Path>();
  yield* forEach(moves, ({ path, from }) => {
    turns.set(path, 0);
    byOld.set(from, path);
  });
  let isSettled = false;
  const atLeast = (path: Path, turn: number) => {
    if (turns.get(path)! >= turn) return;
    turns.set(path, turn);
    isSettled = false;
  };
  while (!isSettled) {
    isSettled = true;
    yield* forEach(moves, ({ path, from }) => {
      atLeast(path, (nearest(from, turns) ?? -1) + 1);
      atLeast(path, (nearest(parent(path), turns) ?? -1) + 1);
      const outer = nearest(parent(from), byOld);
      if (outer !== undefined) atLeast(outer, turns.get(path)! + 1);
    });
  }
  return turns;
}

/** What is known of a path, or of the nearest folder around it of which something is. */
function nearest<T>(path: Path, known: ReadonlyMap<Path, T>): T | undefined {
  for (let at = path; at !== ""; at = parent(at)) {
    const found = known.get(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** In the first wave a list for each new folder whose parent is not new. */
function* nested(folders: ReadonlyMap<Path, number>): Steps<Nested[][][]> {
  const within = new Map<Path, Path[]>();
  const first: Path[] = [];
  yield* forEach(folders.keys(), (path) => {
    const on = parent(path);
    // the root is its own parent
    if (path === "" || !folders.has(on)) first.push(path);
    else if (within.has(on)) within.get(on)!.push(path);
    else within.set(on, [path]);
  });
  const inside = yield* countInside(first, within);
  const waves: Nested[][][] = [];
  for (let heads = first; heads.length > 0;) {
    const wave: Nested[][] = [];
    const next: Path[] = [];
    yield* forEach(heads, (path) => {
      const isSmall = (inside.get(path) ?? 0) < TOGETHER;
      wave.push(isSmall ? listFrom(path, folders, within) : [{ number: folders.get(path)!, inside: 0 }]);
      if (!isSmall) { for (const one of within.get(path)!) next.push(one); }
    });
    waves.push(wave);
    heads = next;
  }
  return waves;
}

/** How many folders lie in each, at any depth; a folder without any has no number. */
function* countInside(
  first: readonly Path[],
  within: ReadonlyMap<Path, readonly Path[]>,
): Steps<Map<Path, number>> {
  const downward = [...first];
  yield* forEach(downward, (path) => {
    for (const one of within.get(path) ?? []) downward.push(one);
  });
  const inside = new Map<Path, number>();
  yield* forEach(downward.reverse(), (path) => {
    if (path === "") return;
    const on = parent(path);
    if (within.has(on)) inside.set(on, (inside.get(on) ?? 0) + (inside.get(path) ?? 0) + 1);
  });
  return inside;
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

/** A folder whose owner, mode and time are set last. `number`: its change, when nothing else differs. */
export interface Settling {
  readonly path: Path;
  readonly entry: Folder;
  readonly number?: number;
}

/** All folders that are new, that get changes inside (`disturbed`), or that differ themselves. */
export function* settlings(
  changes: Changes,
  disturbed: ReadonlyMap<Path, Folder>,
): Steps<Map<Path, Settling>> {
  const settled = new Map<Path, Settling>();
  yield* forEach(disturbed, ([path, entry]) => settled.set(path, { path, entry }));
  let number = -1;
  yield* forEach(each(changes), (change) => {
    number++;
    if (change.kind === "remove" || change.entry.kind !== "folder") return;
    const { path, entry } = change;
    // one that is to have its name in another case is done by then
    const isAll = change.kind === "attributes" && change.spelled === undefined;
    settled.set(path, { path, entry, ...(isAll && { number }) });
  });
  return settled;
}
