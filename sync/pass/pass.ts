/**
 * One pass: compare, judge, apply, settle. Until the guard has passed the whole plan, nothing is written, except that a
 * missing replica is made and the replica is probed. The pass orders the work, and the pool does it.
 */
import { mountPoints } from "../disk/mounts.ts";
import { openRoots, type Roots, unusable } from "../disk/roots.ts";
import type { Capabilities } from "../engine/capabilities.ts";
import type { Change } from "../engine/change.ts";
import { type Changes, each } from "../engine/changes.ts";
import type { Config } from "../engine/config.ts";
import { type Path, within } from "../engine/entry.ts";
import {
  BLANK,
  type Emit,
  type Event,
  type Failure,
  fold,
  type Refusal,
  type Report,
} from "../engine/event.ts";
import type { Limits, Permit } from "../engine/guard.ts";
import { hardLinks } from "../engine/hard_links.ts";
import { prune } from "../engine/prune.ts";
import type { Mounted } from "../engine/same.ts";
import { apply } from "./apply.ts";
import { compare, type Comparison, type Scope } from "./compare.ts";
import { type PassConfig, passConfig } from "./config.ts";
import { changed, noticesOf } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { stack } from "./queue.ts";
import { refusalOf } from "./safety.ts";
import { stop } from "./shared.ts";

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
  const { number, before, scope } = options;
  const began = performance.now();
  let report = BLANK;
  const vanished: Path[] = [];
  const tell = (event: Event) => {
    if (event.kind === "failure" && event.gone) return void vanished.push(event.path);
    report = fold(report, event);
    emit(event);
  };
  tell({ kind: "start", pass: number, dryRun: config.dryRun, whole: scope === undefined });
  const roots = await prepare(config, before, pool, tell);
  const left = roots.ready
    ? await work(config, roots.roots, options, pool, tell, signal)
    : { roots: roots.roots, sourceMounts: new Map<Path, Mounted>() };
  const [first] = vanished;
  if (first !== undefined) tell({ kind: "vanished", count: vanished.length, first });
  tell({ kind: "end", duration: performance.now() - began });
  return { report, roots: left.roots, sourceMounts: left.sourceMounts };
}

/** Open the roots and find out what the replica can hold. When that fails, an event says why. */
async function prepare(
  config: Config,
  before: Roots | null,
  pool: Pool,
  tell: Emit,
): Promise<{ ready: true; roots: Roots } | { ready: false; roots: Roots | null }> {
  const roots = await openRoots(config, before);
  if ("kind" in roots) {
    tell(roots);
    return { ready: false, roots: before };
  }
  const capabilities = await probed(config, roots, pool);
  if (capabilities !== null && "kind" in capabilities) {
    const path = roots.replica?.path ?? config.replica;
    tell(unusable("replica", path, { code: "fault", reason: capabilities.reason }));
    return { ready: false, roots };
  }
  return { ready: true, roots: { ...roots, capabilities } };
}

/**
 * What the replica can hold: found out once, and not at all in a dry run, which writes nothing. null when nothing could
 * be tried, so that the next pass tries again; a failure when the disk is in trouble.
 */
async function probed(config: Config, roots: Roots, pool: Pool): Promise<Capabilities | Failure | null> {
  if (roots.capabilities !== null || config.dryRun) return roots.capabilities;
  let found: Capabilities | Failure | null = null;
  await pool.run(
    passConfig(config, roots, null),
    stack([{ kind: "probe" }]),
    (turn) => found = turn.failures[0] ?? turn.capabilities[0] ?? null,
  );
  return found;
}

/**
 * Compare, judge and apply, with both roots at hand. Returns them with what was found out about the replica, and what is
 * mounted in the source.
 */
async function work(
  asked: Config,
  roots: Roots,
  { scope, permit, peak = 0, sourceMounts }: PassOptions,
  pool: Pool,
  tell: Emit,
  signal: AbortSignal,
): Promise<{ readonly roots: Roots; readonly sourceMounts: Comparison["sourceMounts"] }> {
  const began = passConfig(
    asked,
    roots,
    roots.capabilities,
    await mountPoints(asked.edge) ?? [],
    sourceMounts,
  );
  for (const notice of noticesOf(asked, began, roots.capabilities)) tell(notice);
  const interrupt = () => stop(began.shared);
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  try {
    const compared = await compare(began, pool, roots, scope, tell);
    const { config } = compared;
    const changes = changesOf(compared, config, tell);
    const refusal = await judged(
      (limits, asks) => refusalOf(config, compared, changes, roots, { scope, limits, asks, peak }),
      asked,
      permit,
    );
    // what is refused can be looked at
    const isShown = asked.dryRun && (refusal === null || refusal.kind === "refused");
    if (isShown && !signal.aborted) {
      for (const change of inOrder(changes)) tell(changed(change, config, true));
    }
    if (signal.aborted) tell({ kind: "interrupted" });
    else if (refusal) tell(refusal);
    else if (!asked.dryRun) {
      await apply(config, pool, roots, { changes, disturbed: compared.disturbed }, tell, signal);
      if (signal.aborted) tell({ kind: "interrupted" });
    }
    return { roots: { ...roots, mounted: compared.mounted }, sourceMounts: compared.sourceMounts };
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
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

/** The changes that may be made, and that make files with several names right for each other. */
function changesOf(
  { changes, linked, failures }: Comparison,
  { ownLogs }: PassConfig,
  tell: Emit,
): Changes {
  const { changes: kept, failures: blocked } = prune(changes, failures, ownLogs.replica);
  for (const failure of blocked) tell(failure);
  if (linked.length === 0) return kept;
  const failed = new Set([...failures, ...blocked].map((failure) => failure.path));
  return hardLinks(kept, linked.filter(({ path }) => !within(path, failed)));
}

/** By path: each folder, at once followed by what is in it. */
function inOrder(changes: Changes): Change[] {
  // "/" comes before whatever a name can have
  const keyed = [...each(changes)].map((change) => ({ change, key: change.path.replaceAll("/", "\0") }));
  return keyed.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ change }) => change);
}
