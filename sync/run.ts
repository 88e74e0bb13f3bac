/** A run of one mirror, as a command line asks for it. */
import { complain } from "./cli/answer.ts";
import { STATUS } from "./cli/exit_status.ts";
import { displayFor } from "./cli/listen.ts";
import { soon } from "./cli/log.ts";
import { isObserved } from "./cli/observe.ts";
import type { Options } from "./cli/options.ts";
import { listenToSignals } from "./cli/signals.ts";
import { type Beside, openJob } from "./job.ts";
import type { Observer } from "./observers/observer.ts";
import type { Pool } from "./pass/pool.ts";

/** Run passes until there is no more to do, and close the pool; returns the exit status. */
export async function run(options: Options, pool: Pool, beside: Beside = {}): Promise<number> {
  const stop = new AbortController();
  let observers: readonly Observer[] = [];
  const display = displayFor(options);
  const around = { name: null, pool, display, stop, observers: () => observers };
  const opened = await openJob(options, beside, around);
  if ("status" in opened) {
    pool.close();
    return complain(opened.text, opened.status);
  }
  const { job, log, ask, reopen, clear } = opened;
  if (isObserved(options.observe)) {
    const { observersOf } = await import("./observers/mod.ts");
    observers = await observersOf(options.observe, { tell: soon(log), now: Date.now });
  }
  for (const one of observers) one.jobs?.([job]);
  const exit = () => {
    clear();
    Deno.exit(STATUS.interrupted);
  };
  let isDone = false;
  listenToSignals(log, { stop, exit, isDone: () => isDone, pass: ask, reopen });
  try {
    return await opened.work();
  } finally {
    isDone = true;
    for (const one of observers) await one.close();
    opened.close();
    pool.close();
  }
}
