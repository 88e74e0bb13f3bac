/**
 * Applies changes in the pool: keeps the ledger, tells each change, and stops all threads after a failure that ends the
 * pass.
 */
import { isRootStill, type Roots } from "../disk/roots.ts";
import type { Emit, Failure, Halted, Unusable } from "../engine/event.ts";
import type { PassConfig } from "./config.ts";
import { full, lost, meaningOf } from "./ending.ts";
import { isPossible, type Ledger, note, noteFailed } from "./ledger.ts";
import type { Pool } from "./pool.ts";
import { making, type Queue } from "./queue.ts";
import { copiedBytes, stop, stopping } from "./shared.ts";
import type { Turn } from "./task.ts";

/** How often progress is told, in ms. */
const PROGRESS_MS = 100;

export interface Applier extends Disposable {
  readonly config: PassConfig;
  readonly pool: Pool;
  readonly ledger: Ledger;
  /** Do what is in a queue, unless the pass was stopped. */
  run(queue: Queue): Promise<void>;
  /** Make the changes with these numbers, except where an earlier failure is in the way. */
  make(numbers: readonly number[]): Promise<void>;
  /** Tell a failure and note its path, or end the pass if that is what it means. */
  fail(failure: Failure): void;
  /** Check that both roots are still there before removals begin. The pass ends when one is not. */
  beginRemovals(): Promise<void>;
}

export function applier(config: PassConfig, pool: Pool, roots: Roots, ledger: Ledger, tell: Emit): Applier {
  const { changes, total } = ledger;
  let ended = false;
  let removing = false;
  let looking: Promise<void> | null = null;
  const clock = setInterval(() => {
    const bytes = copiedBytes(config.shared);
    tell({ kind: "progress", phase: "apply", entries: ledger.finished, bytes, total });
  }, PROGRESS_MS);

  async function run(queue: Queue): Promise<void> {
    if (queue.left().entries > 0 && !stopping(config.shared)) await pool.run(config, queue, take);
    if (looking) await looking;
  }

  function take(turn: Turn): void {
    for (const change of note(ledger, turn)) tell({ kind: "change", change, planned: false });
    for (const failure of turn.failures) fail(failure);
  }

  function fail(failure: Failure): void {
    if (ended) return;
    const meaning = meaningOf(failure);
    if (meaning === "full") return end(full(failure, total.bytes - copiedBytes(config.shared), removing));
    if (meaning === "perhaps lost") looking ??= lookAtRoots().finally(() => looking = null);
    noteFailed(ledger, failure.path);
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
