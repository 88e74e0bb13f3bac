/**
 * One pass: compare, judge, apply, settle. Until the guard has passed the whole plan, nothing is written, except that a
 * missing replica is made (`closeRoots` takes it away if it stays unused), and that a replica in which there is something
 * to do is probed. The pass orders the work, and the pool does it.
 */
import { Stopped } from "../disk/fault.ts";
import { mountPoints } from "../disk/mounts.ts";
import { openRoots, type Roots } from "../disk/roots.ts";
import type { Config } from "../engine/config.ts";
import type { Path } from "../engine/entry.ts";
import type { Emit, Event } from "../engine/event.ts";
import { BLANK, fold, type Report } from "../engine/report.ts";
import type { Mounted } from "../engine/same.ts";
import { type PassConfig, passConfig } from "./config.ts";
import { hasTop } from "./drive.ts";
import { capabilityNotices, logNotices, twice } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { attempt, type Attempted, type PassOptions } from "./attempt.ts";
import { stop } from "./shared.ts";

export type { PassOptions };

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
  const opened = await openRoots(config, before);
  const roots = "kind" in opened || config.trash === null
    ? opened
    : await (await import("./trash.ts")).withTrash(config, opened, before);
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
  const { scope, decided, companions = [] } = options;
  const bounds = asked.part?.together && await (await import("./together.ts")).boundsOfAll(asked, roots);
  const found = {
    ...passConfig(asked, roots, await mountPoints(asked.edge) ?? [], options.sourceMounts),
    ...(bounds && { together: bounds }),
  };
  const config = decided === undefined ? found : exactly(found);
  const isKnown = roots.capabilities !== null || asked.dryRun;
  for (const notice of [...logNotices(config), ...isKnown ? capabilityNotices(config) : []]) tell(notice);
  if (hasTop(config)) tell({ kind: "notice", code: "drive" });
  if (roots.unlocked !== undefined) tell({ kind: "notice", code: "unlocked", reason: roots.unlocked });
  if (roots.lockedAlone !== undefined) {
    tell({ kind: "notice", code: "locked-alone", reason: roots.lockedAlone });
  }
  const interrupt = () => stop(config.shared);
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  let last: Attempted = { config, roots, sourceMounts: NONE, again: null };
  const note = (attempted: Attempted) => last = attempted;
  try {
    const during = { ...(scope && { scope }), pool, tell, signal };
    for (const one of companions) await one.begin?.(config, roots, during);
    const listsAll = scope === undefined && !asked.dryRun && options.memory?.wantsAll() === true;
    // only where somebody is asked it may take a second attempt
    const { first, second } = options.permit?.consent ? twice(tell) : { first: tell, second: tell };
    const listing = listsAll ? { ...config, listsAll } : config;
    await attempt(asked, { config: listing, roots }, options, { pool, tell: first, signal, note });
    if (last.again !== null) {
      const { permit: _, ...rest } = options;
      const { again: { decided, limits }, config, roots } = last;
      const again = { config: exactly(config), roots };
      const later = { pool, tell: second, signal, note };
      await attempt({ ...asked, limits }, again, { ...rest, decided }, later);
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
  if (signal.aborted) tell({ kind: "interrupted" });
  const after = { config: last.config, roots: last.roots, ...(scope && { scope }), pool, tell, signal };
  for (const one of companions) await one.finish?.({ ...after, report: report() });
  return { roots: last.roots, sourceMounts: last.sourceMounts };
}

/** Whoever has decided on a version of a file has not decided on the next one. */
function exactly(config: PassConfig): PassConfig {
  return { ...config, exact: true };
}
