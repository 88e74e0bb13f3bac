/**
 * Which files, links, FIFOs and devices were moved, of those that no moved folder takes along. A large file is known by its
 * size and time where no other has those on its side, and the time tells enough (`evidence.ts`). Else contents decide; but
 * names that share one inode on each side are one file. What is not a file has no content: it is the same when all that
 * can be known of it is. Pure.
 */
import type { Change, Move } from "./change.ts";
import { add, type Changes, each, eachOther, noChanges } from "./changes.ts";
import { type File, type Known, type Leaf, nameOf, type Path } from "./entry.ts";
import {
  type Contents,
  deviceAt,
  isAlike,
  isCertain,
  isProven,
  placeOf,
  type Seeking,
  seekingOn,
  SMALL_BYTES,
} from "./evidence.ts";
import { isNew, keyOf, timeOf, timesOf } from "./moved_folders.ts";
import type { Linked } from "./plan.ts";
import { compareEntries } from "./same.ts";
import { forEach, forEachOf, type Steps } from "./steps.ts";
import { wideMap, wideSet } from "./wide.ts";

/** What goes, or is new, and may be the same as something on the other side. */
interface Old {
  readonly path: Path;
  readonly was: Leaf;
}
interface New {
  readonly path: Path;
  readonly entry: Leaf;
}

/** Those that may be one another. */
export interface Group {
  readonly old: Old[];
  readonly made: New[];
}

/** The files to be moved, and those of which only the contents tell. */
export interface Candidates {
  readonly moves: readonly Move[];
  readonly doubtful: readonly Group[];
}

/** Whether anything that is new is like something that goes: else nothing was moved, and no folder either. */
export function* isAnyAlike(changes: Changes, seeking: Seeking): Steps<boolean> {
  const going = wideSet<number>();
  yield* forEach(eachOther(changes), (change) => {
    const key = oldKey(change, seeking);
    if (key !== null) going.add(key);
  });
  let isFound = false;
  yield* forEach(going.size === 0 ? [] : each(changes), (change) => {
    if (isFound || !isNew(change) || change.entry.kind === "folder") return;
    for (const key of keysOf(change.entry, seeking)) isFound ||= going.has(key);
  });
  return isFound;
}

/** What may have been moved. */
export function* candidatesIn(changes: Changes, seeking: Seeking): Steps<Candidates> {
  const { criteria } = seeking;
  const { step } = criteria.capabilities;
  /** The keys of what goes. */
  const going = wideSet<number>();
  yield* forEach(eachOther(changes), (change) => {
    const key = oldKey(change, seeking);
    if (key !== null) going.add(key);
  });
  if (going.size === 0) return { moves: [], doubtful: [] };
  const groups = wideMap<number, Group>();
  const groupOf = (entry: Leaf, key: number) => {
    // where times are coarse, those that are a step apart may be one
    const joint = step > 1 && entry.kind === "file" ? keyOf(entry, 0) : key;
    const known = groups.get(joint);
    if (known) return known;
    const group: Group = { old: [], made: [] };
    groups.set(joint, group);
    return group;
  };
  const wanted = wideSet<number>();
  yield* forEach(each(changes), (change) => {
    if (!isNew(change) || change.entry.kind === "folder" || !isTold(change.entry)) return;
    const { entry } = change;
    const keys = keysOf(entry, seeking).filter((key) => going.has(key));
    if (keys.length === 0) return;
    for (const key of keys) wanted.add(key);
    groupOf(entry, keys[0]!).made.push(change as New);
  });
  if (wanted.size === 0) return { moves: [], doubtful: [] };
  yield* forEach(eachOther(changes), (change) => {
    const key = oldKey(change, seeking);
    if (key === null || !wanted.has(key)) return;
    const old = change as Change & Old;
    groupOf(old.was, key).old.push(old);
  });
  const moves: Move[] = [];
  const doubtful: Group[] = [];
  yield* forEach(groups.values(), ({ old, made }) => {
    const byPath = (a: { readonly path: Path }, b: { readonly path: Path }) => a.path < b.path ? -1 : 1;
    const group = { old: old.sort(byPath), made: made.sort(byPath) };
    const isOne = isOneInode(old.map(({ was }) => was)) && isOneInode(made.map(({ entry }) => entry));
    const pairs = made.slice(0, old.length).map((one, i) => [old[i]!, one] as const);
    const isClear = isOne && pairs.every(([one, other]) => isSame(one, other, seeking));
    if (isClear) { for (const [one, other] of pairs) addMove(moves, one, other, seeking); }
    else if (made[0]?.entry.kind === "file" && old.length > 0) doubtful.push(group);
  });
  return { moves, doubtful };
}

/** Whether it can be told which other names an entry has. */
function isTold({ nlink, id }: Leaf): boolean {
  return nlink === 1 || id !== null;
}

function oldKey(change: Change, { isOurs, criteria }: Seeking): number | null {
  if (change.kind !== "remove") return null;
  const { path, was } = change;
  if (was.kind === "folder" || was.kind === "socket" || !isTold(was) || isOurs(path)) return null;
  if (was.kind === "file") {
    return was.size === 0 ? null : keyOf(was, timeOf(was.mtime, criteria.capabilities.step));
  }
  return keyOf({ size: -1 }, 0, nature(was));
}

function keysOf(entry: Leaf, { criteria }: Seeking): number[] {
  if (entry.kind !== "file") return [keyOf({ size: -1 }, 0, nature(entry))];
  return entry.size === 0 ? [] : timesOf(entry, criteria).map((time) => keyOf(entry, time));
}

/** What there is to something that is no file. */
function nature(entry: Exclude<Leaf, File>): string {
  switch (entry.kind) {
    case "link":
      return `l${entry.mtime} ${entry.target}`;
    case "fifo":
      return `f${entry.mtime}`;
    case "device":
      return `${entry.type}${entry.major},${entry.minor},${entry.mtime}`;
  }
}

/** Whether there is only one, by one name or by several. */
function isOneInode(entries: readonly Leaf[]): boolean {
  const [first] = entries;
  return first !== undefined &&
    entries.every((one) => one === first || (one.id !== null && one.id === first.id));
}

/** Whether two are the same, and nothing has to be read for that. */
function isSame({ path, was }: Old, { entry }: New, seeking: Seeking): boolean {
  if (entry.kind !== was.kind) return false;
  const here = seekingOn(deviceAt(path, seeking), seeking);
  if (entry.kind === "file" && was.kind === "file") {
    return entry.size > SMALL_BYTES && isAlike(entry, was, here.criteria) && isCertain(entry, was, here);
  }
  const sameness = compareEntries(entry, was, here.criteria);
  return sameness === "same" || sameness === "other attributes";
}

function addMove(moves: Move[], { path: from, was }: Old, { path, entry }: New, seeking: Seeking): boolean {
  if (placeOf(from, seeking) !== placeOf(path, seeking)) return false;
  moves.push({ kind: "move", path, from, entry, was });
  return true;
}

/**
 * The moves that contents tell of, among those that may be one another. Of several with one content, those of one name go
 * together. `origin`: where the replica has a path now.
 */
export function* provenMoves(
  groups: readonly Group[],
  contents: Contents,
  origin: (path: Path) => Path,
  seeking: Seeking,
): Steps<Move[]> {
  const moves: Move[] = [];
  yield* forEachOf(groups, function* ({ old, made }) {
    const left = new Map<string, Old[]>();
    const used = new Set<Old>();
    yield* forEach([...old].reverse(), (one) => {
      const digest = contents.replica.get(origin(one.path));
      if (digest === undefined) return;
      const key = keyIn(digest, one.was);
      for (const each of [key, `${key}/${nameOf(one.path)}`]) {
        const known = left.get(each);
        if (known) known.push(one);
        else left.set(each, [one]);
      }
    });
    /** The first of a list that is not used. */
    const take = (key: string): Old | undefined => {
      const list = left.get(key) ?? [];
      while (list.length > 0 && used.has(list.at(-1)!)) list.pop();
      return list.at(-1);
    };
    const paired = new Set<New>();
    for (const isNamed of [true, false]) {
      yield* forEach(made, (one) => {
        const digest = contents.source.get(one.path);
        if (paired.has(one) || digest === undefined || one.entry.kind !== "file") return;
        const key = keyIn(digest, one.entry);
        const other = take(isNamed ? `${key}/${nameOf(one.path)}` : key);
        if (other === undefined) return;
        const { path, entry } = one;
        if (!isProven({ path, entry }, origin(other.path), contents, seeking)) return;
        if (!addMove(moves, other, one, seeking)) return;
        used.add(other);
        paired.add(one);
      });
    }
  });
  return moves;
}

function keyIn(digest: string, entry: Known): string {
  return `${entry.kind === "file" ? entry.size : ""} ${digest}`;
}

/** The changes and the paths with several names, with files moved. */
export function* withFilesMoved(
  changes: Changes,
  linked: readonly Linked[],
  moves: readonly Move[],
): Steps<{ readonly changes: Changes; readonly linked: readonly Linked[] }> {
  if (moves.length === 0) return { changes, linked };
  const made = wideMap<Path, Move>();
  const old = wideMap<Path, Move>();
  yield* forEach(moves, (move) => {
    made.set(move.path, move);
    old.set(move.from, move);
  });
  const result = noChanges();
  yield* forEach(each(changes), (change) => {
    if (change.kind === "remove" && old.has(change.path)) return;
    const move = change.kind === "create" ? made.get(change.path) : undefined;
    add(result, move ?? change);
  });
  const names: Linked[] = [];
  const met = new Set<Path>();
  yield* forEach(linked, (one) => {
    const move = one.entry === null ? old.get(one.path) : one.was === null ? made.get(one.path) : undefined;
    if (move === undefined) return void names.push(one);
    if (met.has(move.path)) return;
    met.add(move.path);
    const { path, entry, was } = move;
    names.push({ ...one, path, entry: entry as Leaf, was: was as Leaf });
  });
  return { changes: result, linked: names };
}
