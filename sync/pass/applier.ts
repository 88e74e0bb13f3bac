/**
 * Applies changes in the pool: keeps the ledger, tells each change, and stops all threads after a failure that ends the
 * pass.
 */
import { isRootStill, type Roots } from "../disk/roots.ts";
import { at } from "../engine/changes.ts";
import type { Emit, Failure, Halted, Unusable } from "../engine/event.ts";
import { PROGRESS_MS } from "./compare.ts";
import type { PassConfig } from "./config.ts";
import { full, lost, meaningOf } from "./ending.ts";
import { isPossible, type Ledger, note, noteFailed, noteUnset } from "./ledger.ts";
import { changed } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { making, type Queue } from "./queue.ts";
import { begun, copiedBytes, stop, stopping } from "./shared.ts";
import type { Turn } from "./task.ts";

export interface Applier extends Disposable {
  readonly config: PassConfig;
  readonly pool: Pool;
  readonly ledger: Ledger;
  /** Aborted when the program is asked to stop: for what only waits. */
  readonly signal: AbortSignal;
  /** Do what is in a queue, unless the pass was stopped. */
  run(queue: Queue): Promise<void>;
  /** Make the changes with these numbers, except where an earlier failure is in the way. */
  make(numbers: readonly number[]): Promise<void>;
  /** Tell a failure and note its path, or end the pass if that is what it means. */
  fail(failure: Failure): void;
  /** Check that both roots are still there before removals begin. The pass ends when one is not. */
  beginRemovals(): Promise<void>;
}

export function applier(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  ledger: Ledger,
  tell: Emit,
  signal: AbortSignal,
): Applier {
  const { changes, total } = ledger;
  let ended = false;
  let removing = false;
  let looking: Promise<void> | null = null;
  const clock = setInterval(() => {
    const bytes = copiedBytes(config.shared);
    const number = begun(config.shared);
    const path = number === null ? {} : { path: at(changes, number).path };
    tell({ kind: "progress", phase: "apply", entries: ledger.finished, bytes, total, ...path });
  }, PROGRESS_MS);

  async function run(queue: Queue): Promise<void> {
    if (queue.left().entries > 0 && !stopping(config.shared)) await pool.run(config, queue, take);
    if (looking) await looking;
  }

  function take(turn: Turn): void {
    for (const change of note(ledger, turn)) tell(changed(change, config, false));
    for (const failure of turn.failures) fail(failure);
    for (const failure of turn.unset) fail(failure, "unset");
  }

  function fail(failure: Failure, what: "failed" | "unset" = "failed"): void {
    if (ended) return;
    const meaning = meaningOf(failure);
    if (meaning === "full") return end(full(failure, total.bytes - copiedBytes(config.shared), removing));
    if (meaning === "perhaps lost") looking ??= lookAtRoots().finally(() => looking = null);
    if (what === "failed") noteFailed(ledger, failure.path);
    else if (failure.reason.code !== "UNSTEADY" && !noteUnset(ledger, failure.path)) return;
    tell(failure);
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
    run,
    fail,
    make: (numbers) => run(making(changes, numbers, (change) => !isPossible(ledger, change))),
    async beginRemovals() {
      await lookAtRoots();
      removing = true;
    },
    [Symbol.dispose]: () => clearInterval(clock),
  };
}
