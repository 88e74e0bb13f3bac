/**
 * One pass after another, each an interval after the last one began. A pass that takes longer is followed at once by
 * the next: they never overlap, and none is made up for.
 */
import type { Clock } from "./clock.ts";

/** How long to wait for the next pass, in ms; 0 when it is due. */
export function untilNext(began: number, interval: number, now: number): number {
  return Math.max(began + interval - now, 0);
}

/**
 * Run `pass` until `signal` is aborted, waiting between. `late` is called when a pass took longer than the interval,
 * with the ms that it took.
 */
export async function everyInterval(
  interval: number,
  pass: (number: number) => Promise<void>,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly late: (took: number) => void },
): Promise<void> {
  const { clock, signal, late } = options;
  for (let number = 1; !signal.aborted; number++) {
    const began = clock.now();
    await pass(number);
    const now = clock.now();
    if (now - began > interval) late(now - began);
    await clock.wait(untilNext(began, interval, now), signal);
  }
}
