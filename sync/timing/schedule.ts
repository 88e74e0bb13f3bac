/** When whole passes are due, as a function of the passes before. Knows nothing of what a pass does. Pure. */
import type { Moment } from "./clock.ts";

/** What a schedule depends on. */
export interface Times {
  /** When the program began to wait for its first pass. */
  readonly start: Moment;
  /** When the last whole pass began; null before the first. */
  readonly last: Moment | null;
  readonly now: Moment;
}

/** ms until the next whole pass is due; 0 or less when it is. Called again and again, since dates may jump. */
export type Schedule = (times: Times) => number;

/** The first pass at once, then each an interval (ms) after the last one began. Missed passes are not made up for. */
export function interval(ms: number): Schedule {
  return ({ last, now }) => last === null ? 0 : last.now + ms - now.now;
}

/** The first pass at once, the others by `schedule`. */
export function atOnce(schedule: Schedule): Schedule {
  return (times) => times.last === null ? 0 : schedule(times);
}
