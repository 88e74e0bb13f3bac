/**
 * Compare, judge and apply: once in a pass, and once more where somebody agreed so late that the trees must be compared
 * afresh, or where something could not be moved. What few passes need is loaded late, since each start would pay for it.
 */
import type { Roots } from "../disk/roots.ts";
import { newPassId } from "../disk/temporary.ts";
import type { Change } from "../engine/change.ts";
import { count, each } from "../engine/changes.ts";
import type { Config } from "../engine/config.ts";
import type { Decided } from "../engine/decided.ts";
import type { Memory } from "../engine/edits.ts";
import type { Path } from "../engine/entry.ts";
import type { Emit, Unusable } from "../engine/event.ts";
import type { Limits, Permit } from "../engine/guard.ts";
import { order } from "../engine/order.ts";
import { forEach } from "../engine/steps.ts";
import type { Mounted } from "../engine/same.ts";
import { apply, type Work } from "./apply.ts";
import { changesOf } from "./decide.ts";
import type { Companion } from "./companion.ts";
import { compare, type Comparison, rootChange } from "./compare.ts";
import type { PassConfig } from "./config.ts";
import type { Scope } from "./found.ts";
import { judge, show } from "./judge.ts";
import { changed } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { inSlices } from "./slices.ts";

/** What a pass starts from. */
export interface PassOptions {
  /** From 1. */
  readonly number: number;
  /** The roots from the last pass, with the lock on the replica; null at first. */
  readonly before: Roots | null;
  /** Compare only some folders; both trees whole when left out. */
  readonly scope?: Scope;
  /** Asked when the guard refuses, and before anything is done; nobody is when left out. */
  readonly permit?: Permit;
  /** Make only these changes, and those only as they were decided on; all when left out. */
  readonly decided?: Decided;
  /** Folders of the replica that are there keep their attributes and times, whatever is made in them. */
  readonly keepsFolders?: true;
  /** What the last pass left, to know edits by; they are known by their times when left out. */
  readonly memory?: Memory;
  /** What goes along with the pass. */
  readonly companions?: readonly Companion[];
  /** The most entries that the replica had in the last hour of this run. */
  readonly peak?: number;
  /** What was mounted in the source at the passes before. */
  readonly sourceMounts?: ReadonlyMap<Path, Mounted>;
}

/** How far a pass has come. */
export interface Attempted {
  readonly config: PassConfig;
  readonly roots: Roots;
  /** What is mounted in the part of the source that was compared. */
  readonly sourceMounts: ReadonlyMap<Path, Mounted>;
  /** What somebody agreed to, so late that the trees must be compared afresh; null when there is no more to do. */
  readonly again: Again | null;
}

export interface Again {
  readonly decided: Decided;
  readonly limits: Limits;
}

/** What an attempt is made with. */
export interface With {
  readonly pool: Pool;
  readonly tell: Emit;
  readonly signal: AbortSignal;
  /** Hear how far it has come. */
  readonly note: (attempted: Attempted) => void;
}

/** Compare once, and apply what was found unless it is refused. Throws `Stopped`. */
export async function attempt(
  asked: Config,
  { config, roots }: Pick<Attempted, "config" | "roots">,
  options: PassOptions,
  { pool, tell, signal, note }: With,
): Promise<void> {
  const compared = await compare(config, pool, roots, options.scope, tell);
  if ("kind" in compared) return tell(compared);
  const { known: { capabilities, mounted, config: known }, sourceMounts } = compared;
  const left = { config: known, roots: { ...roots, capabilities, mounted }, sourceMounts, again: null };
  note(left);
  const result = await judgeAndApply(asked, compared, roots, options, pool, tell, signal);
  if (result === "applied") note({ ...left, roots: { ...left.roots, made: false } });
  else if (result !== "nothing") note({ ...left, again: result });
}

/** Apply what was found, unless it is refused. `Stopped` is thrown when nothing was done. */
async function judgeAndApply(
  asked: Config,
  compared: Comparison,
  roots: Roots,
  options: PassOptions,
  pool: Pool,
  tell: Emit,
  signal: AbortSignal,
): Promise<"applied" | "nothing" | Again> {
  const { scope, permit, decided, keepsFolders, memory, companions = [], peak = 0 } = options;
  const { found, known: { config } } = compared;
  let needed = await changesOf(compared, { moving: asked.moves ? pool : undefined, memory }, tell);
  for (const one of companions) needed = await one.screen?.(needed, config, pool, tell) ?? needed;
  const { changes, disturbed, made } = decided === undefined
    ? { changes: needed, disturbed: found.disturbed, made: roots.made }
    : await (await import("./agree.ts")).agree(compared, needed, decided, roots, pool, tell);
  const stages = await inSlices(order(changes), config.shared);
  const planned = { changes, stages, root: made && roots.replica !== null ? rootChange(roots) : null };
  const { refusal, limits, consent } = await judge(asked, compared, planned, roots, {
    scope,
    permit,
    peak,
    tell,
  });
  if (signal.aborted) return "nothing";
  // what is refused can be looked at
  const isShown = asked.dryRun && (refusal === null || refusal.kind === "refused");
  if (isShown) await show(changes, config, tell);
  if (refusal) tell(refusal);
  if (refusal || asked.dryRun || (count(changes) === 0 && !made)) return "nothing";
  if (consent === "afresh") {
    const { decidedBy } = await import("../engine/decided.ts");
    const all = withRoot(planned.root, each(changes));
    return { decided: await inSlices(decidedBy(all), config.shared), limits };
  }
  if (planned.root !== null) tell(changed(planned.root, config, false));
  for (const one of companions) await one.apply?.(changes, tell);
  const settled = keepsFolders
    ? await (await import("./as_they_are.ts")).asTheyAre(config, roots, changes)
    : disturbed;
  const work = { changes, stages, disturbed: settled };
  if (await applyKeeping(config, pool, roots, work, tell, signal)) return "applied";
  const again = await comparedAgain(compared, roots, options, pool, tell);
  if ("kind" in again) tell(again);
  else {
    // whoever was asked has agreed
    const { permit: _, ...rest } = options;
    const here = { ...roots, made: false };
    await judgeAndApply({ ...asked, limits, moves: false }, again, here, rest, pool, tell, signal);
  }
  return "applied";
}

function* withRoot(root: Change | null, changes: Iterable<Change>): Generator<Change, void> {
  if (root !== null) yield root;
  yield* changes;
}

/** Make the changes; with a trash, what they take out of the replica goes there. Whether all could be made as planned. */
async function applyKeeping(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  work: Work,
  tell: Emit,
  signal: AbortSignal,
): Promise<boolean> {
  if (config.trash === null) return await apply(config, pool, roots, work, tell, signal);
  const { keeping } = await import("./trash.ts");
  const kept = await keeping(config, work.changes, roots, tell);
  try {
    return await apply(kept.config, pool, roots, work, kept.tell, signal);
  } finally {
    await kept.close();
  }
}

/** Compare once more, when something could not be moved: it is removed and copied then, by a plan that is judged, too. */
async function comparedAgain(
  { found, known }: Comparison,
  roots: Roots,
  { scope }: PassOptions,
  pool: Pool,
  tell: Emit,
): Promise<Comparison | Unusable> {
  const told = new Set<string>();
  const { shared } = known.config;
  await inSlices(forEach(found.failures, (failure) => told.add(JSON.stringify(failure))), shared);
  const config = { ...known.config, passId: newPassId() };
  const again = await compare(config, pool, roots, scope, (event) => {
    const isNew = event.kind === "failure" ? !told.has(JSON.stringify(event)) : event.kind === "progress";
    if (isNew) tell(event);
  });
  if ("kind" in again) return again;
  // what was moved has disturbed these
  await inSlices(
    forEach(found.disturbed, ([path, entry]) => {
      if (!again.found.disturbed.has(path)) again.found.disturbed.set(path, entry);
    }),
    shared,
  );
  return again;
}
