/**
 * One pass: compare, judge, apply, settle. Until the guard has passed the whole plan, nothing is written, except that a
 * missing replica is made (`closeRoots` takes it away if it stays unused), and that a replica in which there is something
 * to do is probed. The pass orders the work, and the pool does it.
 */
import { Stopped } from "../disk/fault.ts";
import { mountPoints } from "../disk/mounts.ts";
import { openRoots, type Roots } from "../disk/roots.ts";
import type { Change } from "../engine/change.ts";
import { type Changes, count, each } from "../engine/changes.ts";
import type { Config } from "../engine/config.ts";
import type { Decided } from "../engine/decided.ts";
import type { Path } from "../engine/entry.ts";
import type { Emit, Event, Refusal } from "../engine/event.ts";
import type { Limits, Permit } from "../engine/guard.ts";
import { order } from "../engine/order.ts";
import { BLANK, fold, type Report } from "../engine/report.ts";
import type { Mounted } from "../engine/same.ts";
import { forEach, sorted } from "../engine/steps.ts";
import { apply } from "./apply.ts";
import { changesOf } from "./decide.ts";
import type { Companion } from "./companion.ts";
import { compare, type Comparison, rootChange } from "./compare.ts";
import { type PassConfig, passConfig } from "./config.ts";
import type { Scope } from "./found.ts";
import { capabilityNotices, changed, logNotices } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { refusalOf } from "./safety.ts";
import { stop } from "./shared.ts";
import { inSlices } from "./slices.ts";

/** What a pass starts from. */
export interface PassOptions {
  /** From 1. */
  readonly number: number;
  /** The roots from the last pass, with the lock on the replica; null at first. */
  readonly before: Roots | null;
  /** Compare only some folders; both trees whole when left out. */
  readonly scope?: Scope;
  /** Asked when the guard refuses; nobody is when left out. */
  readonly permit?: Permit;
  /** Make only these changes, and those only as they were decided on; all when left out. */
  readonly decided?: Decided;
  /** What goes along with the pass. */
  readonly companions?: readonly Companion[];
  /** The most entries that the replica had in the last hour of this run. */
  readonly peak?: number;
  /** What was mounted in the source at the passes before. */
  readonly sourceMounts?: ReadonlyMap<Path, Mounted>;
}

/** What a pass leaves to the next one. */
export interface Outcome {
  readonly report: Report;
  /** With the lock on the replica; null when the roots have never been opened. */
  readonly roots: Roots | null;
  /** What is mounted in the part of the source that was compared. */
  readonly sourceMounts: ReadonlyMap<Path, Mounted>;
}

/**
 * Bring the replica in sync once. Every failure that is expected is an event and counts in the report; what throws is a
 * bug. When `signal` is aborted, work under way is finished or discarded, and the pass ends as interrupted.
 */
export async function pass(
  config: Config,
  options: PassOptions,
  pool: Pool,
  emit: Emit,
  signal: AbortSignal,
): Promise<Outcome> {
  const { number, before, scope, companions = [] } = options;
  const began = performance.now();
  let report = BLANK;
  const vanished: Path[] = [];
  const tell = (event: Event) => {
    if (event.kind === "failure" && event.gone) return void vanished.push(event.path);
    report = fold(report, event);
    for (const one of companions) one.listen?.(event);
    emit(event);
  };
  tell({ kind: "start", pass: number, dryRun: config.dryRun, whole: scope === undefined });
  const roots = await openRoots(config, before);
  if ("kind" in roots) tell(roots);
  const left = "kind" in roots
    ? { roots: before, sourceMounts: NONE }
    : await work(config, roots, options, pool, tell, signal, () => report);
  const [first] = vanished;
  if (first !== undefined) tell({ kind: "vanished", count: vanished.length, first });
  tell({ kind: "end", duration: performance.now() - began });
  return { report, ...left };
}

const NONE: Outcome["sourceMounts"] = new Map();

/** Compare, judge and apply, with both roots at hand. Returns them with what was found out about both trees. */
async function work(
  asked: Config,
  roots: Roots,
  options: PassOptions,
  pool: Pool,
  tell: Emit,
  signal: AbortSignal,
  report: () => Report,
): Promise<Omit<Outcome, "report">> {
  const { scope, companions = [] } = options;
  let config = passConfig(asked, roots, await mountPoints(asked.edge) ?? [], options.sourceMounts);
  const isKnown = roots.capabilities !== null || asked.dryRun;
  for (const notice of [...logNotices(config), ...isKnown ? capabilityNotices(config) : []]) tell(notice);
  const interrupt = () => stop(config.shared);
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  let left: Omit<Outcome, "report"> = { roots, sourceMounts: NONE };
  try {
    for (const one of companions) await one.begin?.(config, roots);
    const compared = await compare(config, pool, roots, scope, tell);
    if ("kind" in compared) tell(compared);
    else {
      const { known: { capabilities, mounted }, sourceMounts } = compared;
      config = compared.known.config;
      left = { roots: { ...roots, capabilities, mounted }, sourceMounts };
      const isApplied = await judgeAndApply(asked, compared, roots, options, pool, tell, signal);
      if (isApplied) left = { ...left, roots: { ...roots, capabilities, mounted, made: false } };
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
  if (signal.aborted) tell({ kind: "interrupted" });
  const after = { config, roots: left.roots ?? roots, ...(scope && { scope }), pool, tell, signal };
  for (const one of companions) await one.finish?.({ ...after, report: report() });
  return left;
}

/** Apply what was found, unless it is refused. False, or `Stopped` is thrown, when nothing was done. */
async function judgeAndApply(
  asked: Config,
  compared: Comparison,
  roots: Roots,
  { scope, permit, decided, companions = [], peak = 0 }: PassOptions,
  pool: Pool,
  tell: Emit,
  signal: AbortSignal,
): Promise<boolean> {
  const { config } = compared.known;
  const { disturbed } = compared.found;
  let changes = await changesOf(compared, decided, tell);
  for (const one of companions) changes = await one.screen?.(changes, config, pool, tell) ?? changes;
  const stages = await inSlices(order(changes), config.shared);
  const judge = (limits: Limits, asks: boolean) =>
    refusalOf(compared, { changes, stages }, roots, { scope, limits, asks, peak });
  const refusal = await judged(judge, asked, permit);
  if (signal.aborted) return false;
  // what is refused can be looked at
  const isShown = asked.dryRun && (refusal === null || refusal.kind === "refused");
  if (isShown) await show(changes, config, tell);
  if (refusal) tell(refusal);
  if (refusal || asked.dryRun || (count(changes) === 0 && !roots.made)) return false;
  if (roots.made) tell(changed(rootChange(roots), config, false));
  await apply(config, pool, roots, { changes, stages, disturbed }, tell, signal);
  return true;
}

/** Judge a plan, and once more when it is permitted to go further. A dry run permits nothing: it only shows. */
async function judged(
  judge: (limits: Limits, asks: boolean) => Promise<Refusal | null>,
  { limits, dryRun }: Config,
  permit: Permit | undefined,
): Promise<Refusal | null> {
  if (dryRun || permit === undefined) return await judge(limits, false);
  const refusal = await judge(limits, permit.asks);
  const further = refusal?.kind === "refused" ? await permit.limits(refusal) : null;
  return further === null ? refusal : await judge(further, permit.asks);
}

/** Tell all changes as planned, by path: each folder, at once followed by what is in it. Throws `Stopped`. */
async function show(changes: Changes, config: PassConfig, tell: Emit): Promise<void> {
  const keyed: { readonly change: Change; readonly key: string }[] = [];
  // "/" comes before whatever a name can have
  const note = (change: Change) => keyed.push({ change, key: change.path.replaceAll("/", "\0") });
  await inSlices(forEach(each(changes), note), config.shared);
  const inOrder = await inSlices(sorted(keyed, (a, b) => a.key < b.key ? -1 : 1), config.shared);
  await inSlices(forEach(inOrder, ({ change }) => tell(changed(change, config, true))), config.shared);
  const isAssumed = inOrder.some(({ change }) => change.kind === "attributes");
  if (isAssumed) tell({ kind: "notice", code: "assumed" });
}
