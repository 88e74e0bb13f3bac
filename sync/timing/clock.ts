/**
 * Time as the schedule sees it: a clock that a test can set. It has two readings: one that never jumps, for intervals, and
 * the date, for the calendar.
 */

export interface Clock {
  /** ms since some moment, so only differences mean anything. Never jumps. */
  now(): number;
  /** ms since 1970. Jumps when somebody sets the system's clock, or when the machine wakes up. */
  date(): number;
  /** Wait for `ms`, or until `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** One moment by both clocks, in ms. */
export interface Moment {
  readonly now: number;
  readonly date: number;
}

export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), date: clock.date() };
}

/** The longest delay of a timer, in ms: with a longer one it would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The system's two clocks, the monotonic one and the one for dates. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  async wait(ms, signal) {
    for (let left = ms; left > 0 && !signal.aborted; left -= LONGEST_MS) {
      await sleep(Math.min(left, LONGEST_MS), signal);
    }
  },
};

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
