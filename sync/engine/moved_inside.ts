/**
 * What becomes of the changes below folders that are moved. After the rename both sides have the folder: so each path in it
 * is planned like any other that both sides have (`plan.ts`), and what only the replica had is removed at its new place.
 * Pure.
 */
import { foldOf, isRecased } from "./capabilities.ts";
import { touchesAround } from "./change.ts";
import { add, type Changes, each, eachOther, noChanges } from "./changes.ts";
import { type File, type Folder, type Known, nameOf, parent, type Path } from "./entry.ts";
import {
  type Contents,
  isAlike,
  isCertain,
  isProven,
  type Seeking,
  seekingOn,
  SMALL_BYTES,
} from "./evidence.ts";
import type { FolderMove } from "./moved_folders.ts";
import { type Linked, nameStaying, type Plan, planSame, resolve } from "./plan.ts";
import type { Criteria } from "./same.ts";
import { forEach, type Steps } from "./steps.ts";

/** So many files of one folder with the same paths, sizes and exact times are no coincidence. */
const FEW = 8;

/** The same path below a folder that is moved, where it must be known whether the contents are the same. */
export interface Doubt {
  readonly move: FolderMove;
  readonly path: Path;
  /** Where the replica has it now. */
  readonly from: Path;
  readonly entry: File;
  readonly was: File;
  /** Their sizes and times are the same. If their contents are not, nobody would notice after a move that was cut off. */
  readonly isAlike: boolean;
}

/** The folders that are moved, by where they are and by where they will be. */
interface Both {
  readonly old: ReadonlyMap<Path, FolderMove>;
  readonly made: ReadonlyMap<Path, FolderMove>;
}

function bothOf(moves: readonly FolderMove[]): Both {
  return {
    old: new Map(moves.map((move) => [move.from, move])),
    made: new Map(moves.map((move) => [move.path, move])),
  };
}

/** The move of the folder that a path is or lies in. */
function around(path: Path, moves: ReadonlyMap<Path, FolderMove>): FolderMove | undefined {
  for (let at = path; at !== ""; at = parent(at)) {
    const move = moves.get(at);
    if (move !== undefined) return move;
  }
  return undefined;
}

/** What the replica has in a folder that is moved, and the path that it will have. */
interface Carried {
  readonly path: Path;
  readonly was: Known;
}

/** What the replica has in the folders that are moved, by the paths that it will have, as it tells them apart. */
function* carried(
  changes: Changes,
  { old }: Both,
  fold: Fold,
): Steps<Map<Path, Carried>> {
  const there = new Map<Path, Carried>();
  yield* forEach(eachOther(changes), (change) => {
    if (change.kind !== "remove") return;
    const move = around(change.path, old);
    if (move === undefined) return;
    const path = move.path + change.path.slice(move.from.length);
    there.set(fold(path, move), { path, was: change.was });
  });
  return there;
}

/** Gives paths in a moved folder that the replica takes for one the same key. */
type Fold = (path: Path, move: FolderMove) => Path;

function folding(seeking: Seeking): Fold {
  const folds = new Map<number, (path: Path) => Path>();
  return (path, { was: { device } }) => {
    let fold = folds.get(device);
    if (fold === undefined) {
      folds.set(device, fold = foldOf(seekingOn(device, seeking).criteria.capabilities));
    }
    return fold(path);
  };
}

/** By which name the replica has something, where that is to change its case. */
function spelledOf({ path }: Carried, wanted: Path, { capabilities }: Criteria): string | undefined {
  return isRecased(nameOf(path), nameOf(wanted), capabilities) ? nameOf(path) : undefined;
}

/** The files in folders that are to be moved of which only their contents tell whether they are the same. */
export function* doubtsOf(
  changes: Changes,
  moves: readonly FolderMove[],
  origin: (path: Path) => Path,
  seeking: Seeking,
): Steps<Doubt[]> {
  const both = bothOf(moves);
  const fold = folding(seeking);
  const there = yield* carried(changes, both, fold);
  const doubts: Doubt[] = [];
  /** What is certain by its time, of each folder, but not more than few. */
  const certain = new Map<FolderMove, Doubt[]>();
  yield* forEach(each(changes), (change) => {
    if (change.kind !== "create" || change.entry.kind !== "file") return;
    const { path, entry } = change;
    const move = around(path, both.made);
    const was = move && there.get(fold(path, move))?.was;
    if (move === undefined || was?.kind !== "file" || was.size !== entry.size) return;
    const here = seekingOn(move.was.device, seeking);
    const alike = isAlike(entry, was, here.criteria);
    const isSure = alike && isCertain(entry, was, here);
    if (isSure && entry.size === 0) return;
    const list = isSure ? certain.get(move) ?? [] : doubts;
    if (isSure && list.length === FEW) return;
    const from = origin(move.from + path.slice(move.path.length));
    list.push({ move, path, from, entry, was, isAlike: alike });
    if (isSure) certain.set(move, list);
  });
  yield* forEach(certain.values(), (some) => {
    if (some.length === FEW) return;
    for (const one of some) if (one.entry.size <= SMALL_BYTES) doubts.push(one);
  });
  return doubts;
}

/** What moves of folders make of a plan. */
export interface Rewritten {
  readonly changes: Changes;
  readonly linked: readonly Linked[];
  /** Folders that get changes inside, as the source has them. */
  readonly disturbed: ReadonlyMap<Path, Folder>;
}

/** The plan with these folders moved. `contents`: what reading the doubtful files told; `origin`: where a path is now. */
export function* withFoldersMoved(
  changes: Changes,
  linked: readonly Linked[],
  moves: readonly FolderMove[],
  contents: Contents,
  origin: (path: Path) => Path,
  seeking: Seeking,
): Steps<Rewritten> {
  const both = bothOf(moves);
  const fold = folding(seeking);
  const there = yield* carried(changes, both, fold);
  const result = noChanges();
  const folders = new Map<Path, Folder>();
  const changed: Path[] = [];
  const replaced = new Set<Path>();
  const planned: Plan = { changes: [], linked: [], undecided: [], pairs: [], failures: [], unmirrored: [] };
  yield* forEach(each(changes), (change) => {
    if (change.kind === "remove" && around(change.path, both.old)) return;
    const move = change.kind === "create" ? around(change.path, both.made) : undefined;
    if (change.kind !== "create" || move === undefined) return add(result, change);
    const { path, entry } = change;
    const key = fold(path, move);
    if (entry.kind === "folder") folders.set(key, entry);
    if (path === move.path) {
      there.delete(key);
      const { from, was } = move;
      return add(result, { kind: "move", path, from, entry, was });
    }
    const found = there.get(key);
    there.delete(key);
    const { criteria } = seekingOn(move.was.device, seeking);
    const spelled = found && spelledOf(found, path, criteria);
    const was = found?.was;
    if (was === undefined || was.kind !== entry.kind) {
      changed.push(path);
      if (was !== undefined) replaced.add(path);
      return add(
        result,
        was === undefined ? change : { ...change, was, ...nameStaying(spelled, entry, was) },
      );
    }
    planSame(path, entry, was as typeof entry, spelled, criteria, planned);
  });
  for (const undecided of planned.undecided) {
    const move = around(undecided.path, both.made)!;
    const here = seekingOn(move.was.device, seeking);
    const from = origin(move.from + undecided.path.slice(move.path.length));
    const isSame = undecided.entry.size === 0 || isProven(undecided, from, contents, here);
    const change = resolve(undecided, isSame, contents.readAt, here.criteria);
    if (change !== null) planned.changes.push(change);
  }
  yield* forEach(planned.changes, (change) => {
    add(result, change);
    if (touchesAround(change)) changed.push(change.path);
  });
  yield* forEach(there.values(), ({ path, was }) => {
    add(result, { kind: "remove", path, was });
    changed.push(path);
  });
  const names = yield* linkedAfter(linked, planned.linked, replaced, both);
  for (const { path } of planned.linked) changed.push(path);
  const disturbed = new Map<Path, Folder>();
  yield* forEach(changed, (path) => {
    const entry = folders.get(fold(parent(path), around(path, both.made)!));
    if (entry) disturbed.set(parent(path), entry);
  });
  return { changes: result, linked: names, disturbed };
}

/**
 * The paths with several names, as they are once the folders were moved. `planned`: those that both sides have then.
 * `replaced`: where what the replica has gives way to another kind, and shares nothing with it.
 */
function* linkedAfter(
  linked: readonly Linked[],
  planned: readonly Linked[],
  replaced: ReadonlySet<Path>,
  both: Both,
): Steps<readonly Linked[]> {
  if (linked.length === 0) return linked;
  const after: Linked[] = [];
  /** Where the replica can have several names, and what is known of one side only. */
  const met = new Map<Path, Linked>();
  yield* forEach(linked, (one) => {
    const old = one.entry === null ? around(one.path, both.old) : undefined;
    if (old) {
      const path = old.path + one.path.slice(old.from.length);
      met.set(path, { ...met.get(path), ...one, path, entry: met.get(path)?.entry ?? null });
    } else if (one.was === null && around(one.path, both.made)) {
      met.set(one.path, { ...one, was: met.get(one.path)?.was ?? null });
    } else after.push(one);
  });
  yield* forEach(planned, (one) => {
    const half = met.get(one.path);
    if (half === undefined) return;
    met.delete(one.path);
    after.push({ ...half, ...one });
  });
  yield* forEach(met.values(), ({ path, entry, was, ...on }) => {
    if (!replaced.has(path)) after.push({ path, entry, was, ...on });
    else if (entry !== null) after.push({ path, entry, was: null, ...on });
  });
  return after;
}

/** Whether reading told that files with the same size and time are not the same: then their folder was not moved. */
export function isRefuted(
  { path, from, entry, isAlike }: Doubt,
  contents: Contents,
  seeking: Seeking,
): boolean {
  return isAlike && !isProven({ path, entry }, from, contents, seeking);
}
