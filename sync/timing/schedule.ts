/** When whole passes are due: a function of what is known, which knows nothing of what a pass does. Pure. */
import type { Moment } from "./clock.ts";

/** What a schedule may look at. */
export interface Times {
  /** When passes could have begun for the first time. */
  readonly start: Moment;
  /** When the last whole pass began; null before the first. */
  readonly last: Moment | null;
  readonly now: Moment;
}

/** ms until the next whole pass is due; 0 or less when it is. Asked again and again, since dates may jump. */
export type Schedule = (times: Times) => number;

/** The first pass at once, and each an interval (ms) after the last one began. None that was missed is made up for. */
export function interval(ms: number): Schedule {
  return ({ last, now }) => last === null ? 0 : last.now + ms - now.now;
}

/** The first pass at once, whatever `schedule` says; the others as it says. */
export function atOnce(schedule: Schedule): Schedule {
  return (times) => times.last === null ? 0 : schedule(times);
}
