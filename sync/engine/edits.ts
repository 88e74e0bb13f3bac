/**
 * Edits in the replica: what was changed or made there since the last pass. They are known by what that pass left, where
 * it is remembered, and else by a newer time. A change by which one would be lost is not made. Pure.
 */
import type { Capabilities } from "./capabilities.ts";
import { type Change, lost } from "./change.ts";
import { add, type Changes, each, noChanges } from "./changes.ts";
import { type Known, parent, type Path, within } from "./entry.ts";
import { EDITED, isAsNoted, isNewer, type Remembered } from "./remembered.ts";
import { forEach, type Steps } from "./steps.ts";

/** What passes leave to the next ones to know edits by. */
export interface Memory {
  /** Whether anything is remembered. If not, edits are known by their times. */
  isBlank(): boolean;
  /** Whether all that both sides have is to be listed for `take`. */
  wantsAll(): boolean;
  /**
   * The notes (`remembered.ts`) of some paths, without those of which nothing is known; several of one, where a pass that
   * was killed may have left any of them. `folded`: the replica may spell names in another way.
   */
  recall(paths: ReadonlySet<Path>, folded: boolean): Steps<ReadonlyMap<Path, readonly string[]>>;
  /** Remember all that both sides have, but for edits: they stay as they were remembered. */
  take(listing: readonly Remembered[], edits: ReadonlyMap<Path, Edit>): Steps<void>;
  /** The coarsest step of times, in ms, that anything was remembered in. */
  readonly step: () => number;
  /** Where both sides changed, the source wins. */
  readonly sourceWins: boolean;
}

/** What happened to an entry of the replica. `unsure`: it was edited when nothing was remembered of it yet. */
export type Edit = "edited" | "made" | "unsure";

/** What is known beside the changes. */
export interface Knowing {
  readonly memory: Memory | null;
  /** What only the replica has and is newer than the folder of the source around it. */
  readonly newer: ReadonlySet<Path>;
  readonly capabilities: Capabilities;
  /** The replica may spell names in another way. */
  readonly folded: boolean;
  /** Whether a path is of our own making, left over by a killed run. */
  readonly isOurs: (path: Path) => boolean;
}

export interface Kept {
  /** The changes that lose no edit. */
  readonly changes: Changes;
  /** The edits that they would have lost, without what lies in a folder that is one. */
  readonly edits: ReadonlyMap<Path, Edit>;
  /** Edits that the changes do lose, since the source changed, too. */
  readonly conflicts: readonly Path[];
}

type Verdict = Edit | "conflict" | null;

/**
 * Leave out changes that would lose an edit: at it, below it, and removals or replacements of folders that it is in. An
 * edit in a folder that something else replaces keeps that away.
 */
export function* withoutEdits(changes: Changes, knowing: Knowing): Steps<Kept> {
  const notes = yield* notesOf(changes, knowing);
  const found = new Map<Path, Edit>();
  const conflicts: Path[] = [];
  yield* forEach(each(changes), (change) => {
    const verdict = judge(change, notes, knowing);
    if (verdict === "conflict") conflicts.push(change.path);
    else if (verdict !== null) found.set(change.path, verdict);
  });
  if (found.size === 0) return { changes, edits: found, conflicts };
  const staying = new Set<Path>();
  yield* forEach(found.keys(), (path) => {
    for (let at = path; at !== "" && !staying.has(parent(at)); at = parent(at)) staying.add(parent(at));
  });
  yield* forEach(each(changes), (change) => {
    const isReplaced = change.kind === "create" && change.was !== undefined;
    if (isReplaced && staying.has(change.path)) found.set(change.path, "edited");
  });
  const left = new Set(found.keys());
  const kept = noChanges();
  yield* forEach(each(changes), (change) => {
    const isStaying = change.kind === "remove" && staying.has(change.path);
    if (!isStaying && !within(change.path, left)) add(kept, change);
  });
  const edits = new Map<Path, Edit>();
  yield* forEach(found, ([path, edit]) => {
    if (!within(parent(path), left)) edits.set(path, edit);
  });
  return { changes: kept, edits, conflicts: conflicts.filter((path) => !within(path, left)) };
}

/** What is remembered of whatever the changes lose; null when nothing is remembered at all. */
function* notesOf(
  changes: Changes,
  { memory, folded }: Knowing,
): Steps<ReadonlyMap<Path, readonly string[]> | null> {
  if (memory === null || memory.isBlank()) return null;
  const paths = new Set<Path>();
  yield* forEach(each(changes), (change) => {
    if (lost(change) !== null) paths.add(change.path);
  });
  return yield* memory.recall(paths, folded);
}

function judge(
  change: Change,
  notes: ReadonlyMap<Path, readonly string[]> | null,
  knowing: Knowing,
): Verdict {
  const was = lost(change);
  if (was === null || knowing.isOurs(change.path)) return null;
  return notes === null ? byTime(change, was, knowing) : byNotes(change, was, notes, knowing);
}

/** What the source has too is edited when it is newer than that; what only the replica has, when newer than its folder. */
function byTime(change: Change, was: Known, { newer, capabilities }: Knowing): Verdict {
  if (change.kind === "remove") return newer.has(change.path) ? "made" : null;
  return isNewer(was, change.entry, capabilities) ? "edited" : null;
}

function byNotes(
  change: Change,
  was: Known,
  known: ReadonlyMap<Path, readonly string[]>,
  { memory, capabilities }: Knowing,
): Verdict {
  const notes = known.get(change.path) ?? [];
  const held = { ...capabilities, step: Math.max(capabilities.step, memory?.step() ?? 0) };
  const isOneOf = (entry: Known) => notes.some((note) => isAsNoted(note, entry, held));
  if (isOneOf(was)) return null;
  if (change.kind === "remove") return notes.length === 0 ? "made" : "edited";
  if (notes.includes(EDITED)) return "unsure";
  const isChanged = !isOneOf(change.entry);
  return isChanged && memory?.sourceWins ? "conflict" : "edited";
}
