/**
 * Steps that somebody has decided on: a pass makes those of its own changes that are the same, and nothing else. A step
 * holds as long as the pass comes to just that change, from the same entries, and nothing else is in its way. Pure.
 */
import { type Change, touchesAround } from "./change.ts";
import { add, type Changes, each, noChanges } from "./changes.ts";
import { type Folder, parent, type Path, within } from "./entry.ts";
import { isStill, mark } from "./step.ts";
import { forEach, type Steps } from "./steps.ts";

/** By path, what was decided on: the mark of each change. */
export type Decided = ReadonlyMap<Path, string>;

export function* decidedBy(changes: Iterable<Change>): Steps<Decided> {
  const decided = new Map<Path, string>();
  yield* forEach(changes, (change) => decided.set(change.path, mark(change)));
  return decided;
}

/** What becomes of the changes of a pass when only some were decided on. */
export interface Split {
  /** Those that were decided on and hold. */
  readonly changes: Changes;
  /** Steps that hold no more: the pass comes to something else at these paths, or something is in their way. */
  readonly left: Path[];
  /** Steps of which the pass knows nothing: it has nothing to do at these paths. */
  readonly open: Path[];
  /** How many changes are needed that nobody has decided on. */
  readonly others: number;
  /** The replica itself was made, as was decided. */
  readonly made: boolean;
  /** What the replica has of folders that need a change and get none. */
  readonly kept: ReadonlyMap<Path, Folder>;
}

export interface SplitOptions {
  /** Whether something is left over by a killed run of ours: it goes, whoever decided on what. */
  readonly isOurs?: (path: Path) => boolean;
  /** What made the replica itself when the pass began; left out when it was there. */
  readonly made?: Change;
}

/**
 * What of some changes was decided on. A change is left, too, when one is left that it depends on: the folder around it
 * is not made, something in a folder that is to go has to stay, the file that it is to be another name of is not there, or
 * the file that gets attributes has another name that is left.
 */
export function* onlyDecided(
  changes: Changes,
  decided: Decided,
  { isOurs = () => false, made }: SplitOptions = {},
): Steps<Split> {
  const blocks: Blocks = { dropped: new Set(), around: new Set(), staying: new Set(), inodes: new Set() };
  const kept = new Map<Path, Folder>();
  let others = 0;
  function drop(change: Change): void {
    blocks.dropped.add(change.path);
    if (change.kind === "create" || change.kind === "move") blocks.around.add(change.path);
    // what was to be moved stands there still
    if (change.kind === "move") blocks.around.add(change.from);
    for (const path of stayingOf(change)) stay(path, blocks.staying);
    const id = inodeOf(change);
    if (id !== null) blocks.inodes.add(id);
    const was = change.kind === "attributes" || change.kind === "remove" ? change.was : undefined;
    if (was?.kind === "folder") kept.set(change.path, was);
  }
  let rest = noChanges();
  yield* forEach(each(changes), (change) => {
    if (isDecided(change, decided) || (change.kind === "remove" && isOurs(change.path))) {
      return add(rest, change);
    }
    if (!decided.has(change.path)) others++;
    drop(change);
  });
  if (made !== undefined && !isDecided(made, decided)) drop(made);
  // what is dropped may be in the way of others
  for (let before = -1; before !== blocks.dropped.size;) {
    before = blocks.dropped.size;
    if (before === 0) break;
    const free = noChanges();
    yield* forEach(each(rest), (change) => isBlocked(change, blocks) ? drop(change) : add(free, change));
    rest = free;
  }
  const met = new Set<Path>();
  yield* forEach(each(rest), ({ path }) => met.add(path));
  const isMade = made !== undefined && !blocks.dropped.has(made.path);
  if (isMade) met.add(made.path);
  const left: Path[] = [];
  const open: Path[] = [];
  yield* forEach(decided.keys(), (path) => {
    if (!met.has(path)) (blocks.dropped.has(path) ? left : open).push(path);
  });
  return { changes: rest, left, open, others, made: isMade, kept };
}

/** What stands in the way of changes that were decided on. */
interface Blocks {
  /** The paths of changes that are not made. */
  readonly dropped: Set<Path>;
  /** Those at which something is not made, or stands still: nothing at them or below is done. */
  readonly around: Set<Path>;
  /** Folders in which something stays that would have to go. */
  readonly staying: Set<Path>;
  /** Files of several names in the replica, one of which is left as it is. */
  readonly inodes: Set<string>;
}

function isBlocked(change: Change, { dropped, around, staying, inodes }: Blocks): boolean {
  // what is set by one name is set for all
  const sets = change.kind === "attributes" || change.kind === "move";
  if (sets && inodes.has(inodeOf(change) ?? "")) return true;
  if (within(change.path, around)) return true;
  if (change.kind === "move" && within(change.from, around)) return true;
  const takesFolder = (change.kind === "remove" || change.kind === "create") && change.was?.kind === "folder";
  if (takesFolder && staying.has(change.path)) return true;
  return "hardLinkTo" in change && change.hardLinkTo !== undefined && dropped.has(change.hardLinkTo);
}

/** Which file of the replica a change is about, when that has several names. */
function inodeOf({ was }: Change): string | null {
  return was !== undefined && "id" in was ? was.id : null;
}

/** The paths of the replica at which something stays when a change is not made. */
function stayingOf(change: Change): Path[] {
  if (change.kind === "move") return [change.from];
  const goes = change.kind === "remove" || (change.kind === "create" && change.was !== undefined);
  return goes ? [change.path] : [];
}

/** Where something stays, the folders above it do. */
function stay(path: Path, staying: Set<Path>): void {
  for (let at = path; at !== "" && !staying.has(parent(at)); at = parent(at)) staying.add(parent(at));
}

function isDecided(change: Change, decided: Decided): boolean {
  const step = decided.get(change.path);
  return step !== undefined && isStill(step, change);
}

/** The folders whose attributes are set last, as they are to be: those around what is done, and no others. */
export function* disturbedBy(
  { changes, kept }: Pick<Split, "changes" | "kept">,
  disturbed: ReadonlyMap<Path, Folder>,
): Steps<Map<Path, Folder>> {
  const settled = new Map<Path, Folder>();
  const settle = (path: Path) => {
    const entry = kept.get(path) ?? disturbed.get(path);
    if (entry !== undefined) settled.set(path, entry);
  };
  const root = disturbed.get("");
  if (root !== undefined && !kept.has("")) settled.set("", root);
  yield* forEach(each(changes), (change) => {
    if (!touchesAround(change) || change.path === "") return;
    settle(parent(change.path));
    if (change.kind === "move") settle(parent(change.from));
  });
  return settled;
}
