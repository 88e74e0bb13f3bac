/**
 * Applies changes in the pool: keeps the ledger, tells each change, and stops all threads after a failure that ends the
 * pass.
 */
import { isRootStill, type Roots } from "../disk/roots.ts";
import type { Change } from "../engine/change.ts";
import { at } from "../engine/changes.ts";
import type { Emit, Event, Failure, Halted, Unusable } from "../engine/event.ts";
import { PROGRESS_MS } from "./compare.ts";
import type { PassConfig } from "./config.ts";
import { failing, full, isOfBrokenDisk, lost, MANY, meaningOf } from "./ending.ts";
import { isPossible, type Ledger, note, noteFailed, noteUnmoved, noteUnset } from "./ledger.ts";
import { changed } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { making, type Queue, stackOf } from "./queue.ts";
import { begun, copiedBytes, type Shared, stop, stopping } from "./shared.ts";
import { inSlices } from "./slices.ts";
import type { Task, Turn } from "./task.ts";

/** What changes are applied with. */
export interface Applying {
  readonly roots: Roots;
  readonly ledger: Ledger;
  readonly tell: Emit;
  /** Aborted when the program is asked to stop. */
  readonly signal: AbortSignal;
}

export interface Applier extends Disposable {
  readonly config: PassConfig;
  readonly pool: Pool;
  readonly ledger: Ledger;
  /** Aborted when the program is asked to stop: for what only waits. */
  readonly signal: AbortSignal;
  /** Do a task for each of some values, unless the pass was stopped; null for none. May throw `Stopped`. */
  runAll<T>(values: Iterable<T>, taskOf: (value: T) => Task | null): Promise<void>;
  /** Make the changes with these numbers, except where an earlier failure is in the way. May throw `Stopped`. */
  make(numbers: readonly number[]): Promise<void>;
  /** Tell a failure and note its path, or end the pass if that is what it means. */
  fail(failure: Failure): void;
  /** Check that both roots are still there before removals begin. The pass ends when one is not. */
  beginRemovals(): Promise<void>;
}

export function applier(config: PassConfig, pool: Pool, { roots, ledger, tell, signal }: Applying): Applier {
  const { changes, total } = ledger;
  let ended = false;
  let removing = false;
  /** Failures of the replica's disk since the last change that was made. */
  let broken = 0;
  let looking: Promise<void> | null = null;
  /** What stays in the replica because the trash takes no more, but for the first of it. */
  let untrashed = 0;
  let refusal: Failure | null = null;
  const clock = setInterval(() => tell(progress(ledger, config.shared)), PROGRESS_MS);

  async function run(queue: Queue): Promise<void> {
    if (queue.left().entries > 0 && !stopping(config.shared)) await pool.run(config, queue, take);
    if (looking) await looking;
  }

  function take(turn: Turn): void {
    const done = note(ledger, turn);
    if (done.length > 0) broken = 0;
    for (const change of done) tell(changed(change, config, false));
    for (const { failure } of turn.unmoved) unmoved(failure);
    for (const failure of turn.failures) fail(failure);
    for (const failure of turn.unset) fail(failure, "unset");
  }

  function fail(failure: Failure, what: "failed" | "unset" = "failed"): void {
    if (ended) return;
    const meaning = meaningOf(failure);
    if (meaning === "trash" && refusal !== null) {
      untrashed++;
      return noteFailed(ledger, failure.path);
    }
    if (meaning === "trash") refusal = failure;
    if (isOfBrokenDisk(failure) && ++broken > MANY) return end(failing(failure, broken));
    if (meaning === "full") return end(full(failure, total.bytes - copiedBytes(config.shared), removing));
    if (meaning === "perhaps lost") looking ??= lookAtRoots().finally(() => looking = null);
    if (what === "failed") noteFailed(ledger, failure.path);
    else if (failure.reason.code !== "UNSTEADY" && !noteUnset(ledger, failure.path)) return;
    tell(failure);
  }

  /** What cannot be moved is removed and made anew: only what would end a pass is told. */
  function unmoved(failure: Failure): void {
    if (ended) return;
    const meaning = meaningOf(failure);
    noteUnmoved(ledger, failure.path);
    if (meaning === "full") return fail(failure);
    if (meaning === "perhaps lost") looking ??= lookAtRoots().finally(() => looking = null);
  }

  async function lookAtRoots(): Promise<void> {
    for (const side of ["source", "replica"] as const) {
      if (!await isRootStill(roots, side)) end(lost(side, roots[side]?.path ?? ""));
    }
  }

  function end(event: Halted | Unusable): void {
    if (ended) return;
    ended = true;
    stop(config.shared);
    tell(event);
  }

  return {
    config,
    pool,
    ledger,
    signal,
    fail,
    async runAll(values, taskOf) {
      await run(await inSlices(stackOf(values, taskOf), config.shared));
    },
    async make(numbers) {
      const skipped = (change: Change) => !isPossible(ledger, change);
      await run(await inSlices(making(changes, numbers, skipped), config.shared));
    },
    async beginRemovals() {
      await lookAtRoots();
      removing = true;
    },
    [Symbol.dispose]() {
      clearInterval(clock);
      if (refusal !== null && untrashed > 0) {
        tell({ kind: "untrashed", count: untrashed, reason: refusal.reason });
      }
    },
  };
}

function progress({ changes, finished, total }: Ledger, shared: Shared): Event {
  const number = begun(shared);
  const path = number === null ? {} : { path: at(changes, number).path };
  return { kind: "progress", phase: "apply", entries: finished, bytes: copiedBytes(shared), total, ...path };
}
