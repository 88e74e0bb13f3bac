/**
 * Which folders were moved as a whole. A folder that goes and a new one are paired when most of what the first holds is
 * found at the same place below the second: then one rename does for all. Of fewer than half, a folder has been taken apart
 * rather than moved, and what is left of it would have to be removed at its new place. Nothing is decided here about
 * contents: `moved_inside.ts` does that for the pairs. Pure.
 */
import { asHeld } from "./capabilities.ts";
import type { Change } from "./change.ts";
import { type Changes, each, eachOther } from "./changes.ts";
import { depth, type File, type Folder, nameOf, parent, type Path, within } from "./entry.ts";
import { isAlike, placeOf, type Seeking } from "./evidence.ts";
import { forEach, sorted, type Steps } from "./steps.ts";

/** A folder of the replica, and the new one of the source that it seems to be. */
export interface FolderMove {
  readonly from: Path;
  readonly path: Path;
  readonly entry: Folder;
  readonly was: Folder;
}

/** What must not be paired (any more). */
export interface Taken {
  /** Pairs, as `pairKey` has them, that were found to be two. */
  readonly refused: ReadonlySet<string>;
  /** Folders that have to be made, since something is moved into them. */
  readonly needed: ReadonlySet<Path>;
}

export function pairKey({ from, path }: Pick<FolderMove, "from" | "path">): string {
  return `${from}\0${path}`;
}

/** So many files alike are looked at for each file, the first by their paths: names that are everywhere tell little. */
const LOOKED = 8;

interface Going {
  readonly was: Folder;
  /** How many entries that are no folders it holds, at any depth. */
  entries: number;
}

/** The pairs of folders to be moved. None lies in another, on either side: what is left can be looked at once more. */
export function* pairFolders(changes: Changes, seeking: Seeking, taken: Taken): Steps<FolderMove[]> {
  const going = new Map<Path, Going>();
  const coming = new Map<Path, Folder>();
  /** New folders in the place of something else. What that was has their paths in the trash. */
  const replacing = new Set<Path>();
  yield* forEach(eachOther(changes), (change) => {
    if (change.kind === "remove" && change.was.kind === "folder") {
      going.set(change.path, { was: change.was, entries: 0 });
    } else if (change.kind === "create" && change.entry.kind === "folder") {
      if (change.was !== undefined) replacing.add(change.path);
      else if (isNew(change) && !taken.needed.has(change.path)) coming.set(change.path, change.entry);
    }
  });
  yield* forEach([...coming.keys()], (path) => {
    if (replacing.size > 0 && within(path, replacing)) coming.delete(path);
  });
  if (going.size === 0 || coming.size === 0) return [];
  const votes = yield* votesOf(changes, going, coming, seeking);
  if (votes.size === 0) return [];
  yield* countUpward(going);
  return yield* chosen(yield* votesUpward(votes, going, coming), going, coming, seeking, taken);
}

/** Whether something is made where the replica has nothing. */
export function isNew(change: Change): change is Extract<Change, { kind: "create" }> {
  return change.kind === "create" && change.was === undefined && change.hardLinkTo === undefined &&
    change.path !== "";
}

/** By a folder that goes and a new one, how many files of the first are directly in the second, too. */
type Votes = Map<Path, Map<Path, number>>;

function* votesOf(
  changes: Changes,
  going: ReadonlyMap<Path, Going>,
  coming: ReadonlyMap<Path, Folder>,
  seeking: Seeking,
): Steps<Votes> {
  const { criteria } = seeking;
  /** By what a rename of the folder leaves as it is. */
  const files = new Map<number, Old[]>();
  yield* forEach(eachOther(changes), (change) => {
    if (change.kind !== "remove" || change.was.kind === "folder") return;
    const { path, was } = change;
    const folder = going.get(parent(path));
    if (folder === undefined) return;
    folder.entries++;
    if (was.kind !== "file" || was.size === 0 || seeking.isOurs(path)) return;
    const key = keyOf(was, timeOf(was.mtime, criteria.capabilities.step), nameOf(path));
    const known = files.get(key);
    if (known === undefined) files.set(key, [{ path, was }]);
    else keepFirst(known, { path, was });
  });
  const votes: Votes = new Map();
  yield* forEach(each(changes), (change) => {
    if (!isNew(change) || change.entry.kind !== "file" || change.entry.size === 0) return;
    const { path, entry } = change;
    const on = parent(path);
    if (!coming.has(on)) return;
    for (const time of timesOf(entry, criteria)) {
      for (const one of files.get(keyOf(entry, time, nameOf(path))) ?? []) {
        if (nameOf(one.path) === nameOf(path) && isAlike(entry, one.was, criteria)) {
          add(votes, parent(one.path), on, 1);
        }
      }
    }
  });
  return votes;
}

interface Old {
  readonly path: Path;
  readonly was: File;
}

/** Keep as many as are looked at, by their paths: threads find files in any order, and the same plan must come of it. */
function keepFirst(files: Old[], one: Old): void {
  let at = files.length;
  while (at > 0 && one.path < files[at - 1]!.path) at--;
  if (at >= LOOKED) return;
  files.splice(at, 0, one);
  files.length = Math.min(files.length, LOOKED);
}

/** A number for files that may be one. Others may have the same. */
export function keyOf({ size }: Pick<File, "size">, time: number, name = ""): number {
  let hash = size % 0xffffffff;
  hash = Math.imul(hash ^ time, 0x01000193);
  hash = Math.imul(hash ^ Math.floor(time / 2 ** 32), 0x01000193);
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (size % 0x100000) * 2 ** 32 + (hash >>> 0);
}

/** A time of the replica as a number of its steps, but of ms at least. */
export function timeOf(mtime: number, step: number): number {
  return Math.floor(mtime / Math.max(step, 1));
}

/** What `timeOf` may give for a file of the source in the replica. */
export function timesOf(entry: File, { capabilities }: Seeking["criteria"]): number[] {
  const time = timeOf(asHeld(entry, capabilities).mtime, capabilities.step);
  return capabilities.step > 1 ? [time - 1, time, time + 1] : [time];
}

function add(votes: Votes, from: Path, path: Path, count: number): void {
  const given = votes.get(from);
  if (given === undefined) votes.set(from, new Map([[path, count]]));
  else given.set(path, (given.get(path) ?? 0) + count);
}

/** Count what folders hold in those around them, too. */
function* countUpward(going: ReadonlyMap<Path, Going>): Steps<void> {
  const deepestFirst = yield* sorted([...going.keys()], (a, b) => depth(b) - depth(a));
  yield* forEach(deepestFirst, (path) => {
    const around = going.get(parent(path));
    if (around !== undefined) around.entries += going.get(path)!.entries;
  });
}

/** Give the votes of two folders of one name to those around them, too. */
function* votesUpward(
  votes: Votes,
  going: ReadonlyMap<Path, Going>,
  coming: ReadonlyMap<Path, Folder>,
): Steps<Votes> {
  const levels: Set<Path>[] = [];
  const note = (path: Path) => (levels[depth(path)] ??= new Set()).add(path);
  yield* forEach(votes.keys(), note);
  for (let level = levels.length - 1; level > 0; level--) {
    yield* forEach(levels[level] ?? [], (from) => {
      const around = parent(from);
      if (!going.has(around)) return;
      for (const [path, count] of votes.get(from)!) {
        if (nameOf(path) !== nameOf(from) || !coming.has(parent(path))) continue;
        add(votes, around, parent(path), count);
        note(around);
      }
    });
  }
  return votes;
}

/** The pairs of which at least half is found, the largest first, and of two that hold the same the outer one. */
function* chosen(
  votes: Votes,
  going: ReadonlyMap<Path, Going>,
  coming: ReadonlyMap<Path, Folder>,
  seeking: Seeking,
  { refused }: Taken,
): Steps<FolderMove[]> {
  const pairs: { readonly from: Path; readonly path: Path; readonly count: number }[] = [];
  yield* forEach(votes, ([from, given]) => {
    const least = going.get(from)!.entries / 2;
    for (const [path, count] of given) if (count >= least) pairs.push({ from, path, count });
  });
  const inOrder = yield* sorted(
    pairs,
    (a, b) =>
      b.count - a.count || depth(a.path) - depth(b.path) || depth(a.from) - depth(b.from) ||
      (a.from < b.from ? -1 : a.from > b.from ? 1 : a.path < b.path ? -1 : 1),
  );
  const [old, made] = [apart(), apart()];
  const moves: FolderMove[] = [];
  yield* forEach(inOrder, ({ from, path }) => {
    if (!old.isApart(from) || !made.isApart(path)) return;
    if (refused.has(pairKey({ from, path }))) return;
    if (placeOf(from, seeking) !== placeOf(parent(path), seeking)) return;
    old.take(from);
    made.take(path);
    moves.push({ from, path, entry: coming.get(path)!, was: going.get(from)!.was });
  });
  return moves;
}

/** Paths of which none lies in another. */
function apart() {
  const taken = new Set<Path>();
  const around = new Set<Path>();
  return {
    isApart: (path: Path) => !around.has(path) && !within(path, taken),
    take(path: Path) {
      taken.add(path);
      for (let at = parent(path); at !== "" && !around.has(at); at = parent(at)) around.add(at);
    },
  };
}
