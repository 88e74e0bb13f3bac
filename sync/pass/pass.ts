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
import { within } from "../engine/entry.ts";
import { BLANK, type Emit, type Event, type Failure, fold, type Report } from "../engine/event.ts";
import { hardLinks } from "../engine/hard_links.ts";
import { prune } from "../engine/prune.ts";
import { apply } from "./apply.ts";
import { compare, type Comparison, type Scope } from "./compare.ts";
import { type PassConfig, passConfig } from "./config.ts";
import { noticesOf } from "./notices.ts";
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
}

/** What a pass leaves to the next one. */
export interface Outcome {
  readonly report: Report;
  /** With the lock on the replica; null when the roots have never been opened. */
  readonly roots: Roots | null;
}

/**
 * Bring the replica in sync once. Every failure that is expected is an event and counts in the report; what throws is a
 * bug. When `signal` is aborted, work under way is finished or discarded, and the pass ends as interrupted.
 */
export async function pass(
  config: Config,
  { number, before, scope }: PassOptions,
  pool: Pool,
  emit: Emit,
  signal: AbortSignal,
): Promise<Outcome> {
  const began = performance.now();
  let report = BLANK;
  const tell = (event: Event) => {
    report = fold(report, event);
    emit(event);
  };
  tell({ kind: "start", pass: number, dryRun: config.dryRun, whole: scope === undefined });
  const roots = await prepare(config, before, pool, tell);
  if (roots.ready) await work(config, roots.roots, scope, pool, tell, signal);
  tell({ kind: "end", duration: performance.now() - began });
  return { report, roots: roots.roots };
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

/** Compare, judge and apply, with both roots open. */
async function work(
  asked: Config,
  roots: Roots,
  scope: Scope | undefined,
  pool: Pool,
  tell: Emit,
  signal: AbortSignal,
): Promise<void> {
  const config = passConfig(asked, roots, roots.capabilities, await mountPoints() ?? []);
  for (const notice of noticesOf(asked, config, roots.capabilities)) tell(notice);
  const interrupt = () => stop(config.shared);
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  try {
    const compared = await compare(config, pool, roots, scope, tell);
    const changes = changesOf(compared, config, tell);
    const refusal = await refusalOf(compared, changes, roots, scope, asked.limits);
    if (signal.aborted) tell({ kind: "interrupted" });
    else if (refusal) tell(refusal);
    else if (asked.dryRun) {
      for (const change of inOrder(changes)) tell({ kind: "change", change, planned: true });
    } else {
      await apply(config, pool, roots, { changes, disturbed: compared.disturbed }, tell);
      if (signal.aborted) tell({ kind: "interrupted" });
    }
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}

/** The changes that may be made, with hard links worked out. */
function changesOf(
  { changes, linked, failures }: Comparison,
  { criteria, ownLogs }: PassConfig,
  tell: Emit,
): Changes {
  const { changes: kept, failures: blocked } = prune(changes, failures, ownLogs.replica);
  for (const failure of blocked) tell(failure);
  if (!criteria.capabilities.hardLinks || linked.length === 0) return kept;
  const failed = new Set([...failures, ...blocked].map((failure) => failure.path));
  return hardLinks(kept, linked.filter(({ path }) => !within(path, failed)));
}

/** Sorted by path, so that each folder comes before what is in it. */
function inOrder(changes: Changes): Change[] {
  return [...each(changes)].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
