/**
 * Bringing back: what was edited or made in the replica is carried to the source, by passes with the roles exchanged. A
 * pass that writes nothing finds the edits, a second one what there is to do for them in the source, and the last one does
 * just that, as far as it still holds. Nothing is removed from a source, nor replaced by something of another kind.
 */
import { isLeftOver } from "../disk/temporary.ts";
import { closeRoots } from "../disk/roots.ts";
import { type Change, removals } from "../engine/change.ts";
import type { Config, TrashPlace } from "../engine/config.ts";
import { decidedBy } from "../engine/decided.ts";
import type { Memory } from "../engine/edits.ts";
import { foldersTo, parent, type Path, type Side, within } from "../engine/entry.ts";
import type { Emit, Event, Failure, Halted, Refusal } from "../engine/event.ts";
import { finish, forEach, sorted } from "../engine/steps.ts";
import type { Scope } from "./found.ts";
import { pass } from "./pass.ts";
import type { Pool } from "./pool.ts";
import { share } from "./shared.ts";
import { inSlices } from "./slices.ts";

export interface Bringing {
  readonly pool: Pool;
  readonly memory: Memory | null;
  /** Only what is at or below these; all when left out. */
  readonly paths?: readonly Path[];
  /** The part of the trees to look at; both whole when left out. */
  readonly scope?: Scope;
  /** Carry edits, too, of which nobody knows whether the source changed as well. */
  readonly unsure?: true;
  readonly signal: AbortSignal;
}

/** What was found to be carried, and what not. */
export interface Edits {
  /** What there is to do in the source, by path, without what a killed run of ours left there. */
  readonly steps: readonly Change[];
  /** What is left over of killed runs in the source: it goes with the next step that is made. */
  readonly leftOver: readonly Change[];
  /** Edits that cannot be carried: something of another kind stands in the source, or they are excluded by now. */
  readonly stuck: readonly Path[];
  /** Edits of what the source changed, too: the source's version is to win. */
  readonly conflicts: readonly Path[];
}

/** Why nothing could be found out or carried. */
export type Trouble = Refusal | Halted;

/** Look for edits, and for what carrying them comes to. Writes nothing. */
export async function findEdits(config: Config, bringing: Bringing): Promise<Edits | Trouble> {
  const { pool, signal, scope } = bringing;
  const edits = new Set<Path>();
  const conflicts: Path[] = [];
  const trouble = troubleOf();
  const asked = { ...config, dryRun: true, keepEdits: true, limits: UNLIMITED, trash: null };
  const options = {
    number: 1,
    before: null,
    ...(scope && { scope }),
    ...(bringing.memory && { memory: { ...bringing.memory, sourceWins: true } }),
  };
  await pass(asked, options, pool, (event) => {
    trouble.note(event);
    const isCertain = event.kind === "left" && (event.why !== "unsure" || bringing.unsure === true);
    if (isCertain) { for (const path of askedOf(event.path, bringing)) edits.add(path); }
    if (event.kind === "conflict" && askedOf(event.path, bringing).length > 0) conflicts.push(event.path);
  }, signal);
  const first = trouble.found();
  if (first !== null) return first;
  if (edits.size === 0) return { steps: [], leftOver: [], stuck: [], conflicts: conflicts.sort() };
  const planned: Change[] = [];
  const back = { ...exchanged(config, null), dryRun: true };
  await pass(back, { number: 1, before: null, ...(scope && { scope: turned(scope) }) }, pool, (event) => {
    trouble.note(event);
    if (event.kind === "change") planned.push(event.change);
  }, signal);
  const second = trouble.found();
  if (second !== null && second.kind !== "refused") return swapped(second);
  return await sort(planned, edits, conflicts);
}

/** Which of the planned changes carry the edits. */
async function sort(
  planned: readonly Change[],
  paths: ReadonlySet<Path>,
  conflicts: readonly Path[],
): Promise<Edits> {
  const shared = share();
  const above = new Set<Path>();
  for (const path of paths) for (const folder of foldersTo(parent(path))) above.add(folder);
  const byPath = new Map(planned.map((change) => [change.path, change]));
  const inOrder = await inSlices(sorted(planned, (a, b) => a.path < b.path ? -1 : 1), shared);
  const steps: Change[] = [];
  const leftOver: Change[] = [];
  const carried = new Set<Path>();
  /** Where nothing can be made: something else stands in the place of the folder. */
  const blocked = new Set<Path>();
  await inSlices(
    forEach(inOrder, (change) => {
      const { kind, path } = change;
      if (kind === "remove" && isLeftOver(path)) leftOver.push(change);
      const isWay = above.has(path) && kind === "create" && change.entry.kind === "folder";
      if (!isWay && !within(path, paths)) return;
      if (!isHarmless(change) || within(path, blocked) || !isLinkedRight(change, byPath, paths)) {
        if (kind === "create") blocked.add(path);
        return;
      }
      steps.push(change);
      carried.add(path);
    }),
    shared,
  );
  const stuck = [...paths].filter((path) => !carried.has(path)).sort();
  return { steps, leftOver, stuck, conflicts: conflicts.toSorted() };
}

/** Whether a change takes nothing away from the source but an older version. */
function isHarmless(change: Change): boolean {
  return (change.kind === "create" || change.kind === "update") && removals(change) === 0;
}

/** Whether what an entry is to become another name of is as it should be by then. */
function isLinkedRight(
  change: Change,
  planned: ReadonlyMap<Path, Change>,
  paths: ReadonlySet<Path>,
): boolean {
  if (!("hardLinkTo" in change) || change.hardLinkTo === undefined) return true;
  const other = planned.get(change.hardLinkTo);
  return other === undefined || (within(other.path, paths) && isHarmless(other));
}

/**
 * Carry edits to the source: only these steps, each only if it is still what it was. Tells what was carried, what failed
 * and what was left. Returns what kept it from being done, if anything did. The caller has locked the replica.
 */
export async function bringBack(
  config: Config,
  { steps, leftOver }: Pick<Edits, "steps" | "leftOver">,
  trash: TrashPlace,
  { pool, scope, signal }: Bringing,
  tell: Emit,
): Promise<Trouble | null> {
  const decided = finish(decidedBy([...leftOver, ...steps]));
  const paths = new Set(steps.map(({ path }) => path));
  const trouble = troubleOf();
  const options = {
    number: 1,
    before: null,
    decided,
    keepsFolders: true,
    ...(scope && { scope: turned(scope) }),
  } as const;
  const { roots } = await pass(exchanged(config, trash), options, pool, (event) => {
    trouble.note(event);
    const told = toldOf(event, paths);
    if (told !== null) tell(told);
  }, signal);
  if (roots !== null) await closeRoots(roots);
  const found = trouble.found();
  return found && swapped(found);
}

/** What of a pass with the roles exchanged is told, in the words of the mirror. */
function toldOf(event: Event, paths: ReadonlySet<Path>): Event | null {
  switch (event.kind) {
    case "change":
      return paths.has(event.change.path) ? { kind: "brought-back", change: event.change } : null;
    case "failure":
      return within(event.path, paths) ? { ...event, side: other(event.side) } : null;
    case "left":
      return paths.has(event.path) ? event : null;
    default:
      return null;
  }
}

/** What keeps edits from being carried in a pass, as a failure of the source. */
export function failureOf(trouble: Trouble): Failure | null {
  if (trouble.kind === "halted" && trouble.code === "lost") return null;
  const reason = trouble.kind === "locked"
    ? { code: "LOCKED" }
    : trouble.kind === "refused"
    ? { code: "ENOSPC" }
    : trouble.kind === "halted"
    ? trouble.reason
    : trouble.fault.code === "fault"
    ? trouble.fault.reason
    : { code: "UNUSABLE" };
  return { kind: "failure", action: "copy", side: "source", path: "", reason };
}

/** The mirror with the roles exchanged, which removes nothing. */
function exchanged(config: Config, trash: TrashPlace | null): Config {
  const { source, replica, choice } = config;
  return {
    ...config,
    source: replica,
    replica: source,
    keepEdits: false,
    moves: false,
    dryRun: false,
    limits: UNLIMITED,
    choice: { ...choice, deleteExcluded: false, noDelete: true },
    trash,
  };
}

/** As large as it may be: nothing is removed anyway. */
const UNLIMITED: Config["limits"] = {
  allowEmptySource: true,
  maxDelete: { unit: "percent", value: 100 },
  ignoreFreeSpace: false,
};

function turned(scope: Scope): Scope {
  const { known: { source, replica } } = scope;
  return { ...scope, known: { source: replica, replica: source } };
}

function other(side: Side): Side {
  return side === "source" ? "replica" : "source";
}

function swapped(trouble: Trouble): Trouble {
  return trouble.kind === "unusable" ? { ...trouble, side: other(trouble.side) } : trouble;
}

/** What of an edit is asked for: all of it, or what lies in it. */
function askedOf(path: Path, { paths }: Bringing): Path[] {
  if (paths === undefined || within(path, new Set(paths))) return [path];
  return paths.filter((one) => within(one, new Set([path])));
}

/** What keeps a pass from being made. */
function troubleOf(): { note(event: Event): void; found(): Trouble | null } {
  let found: Trouble | null = null;
  return {
    note(event) {
      switch (event.kind) {
        case "refused":
        case "unusable":
        case "locked":
        case "halted":
          found ??= event;
      }
    },
    found: () => found,
  };
}
