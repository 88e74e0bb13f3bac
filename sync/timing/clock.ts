/** Time as the schedule sees it: a clock that a test can set, and that does not jump when somebody sets the system's. */

export interface Clock {
  /** ms since some moment; only differences mean something. */
  now(): number;
  /** ms since 1970, by the system's clock: it jumps when somebody sets it, or when the system wakes up. */
  date(): number;
  /** Wait so many ms, or until `signal` is aborted. */
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

/** The longest delay, in ms, that timers take: beyond it they would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The system's clocks: the monotonic one for spans, the other one for dates. */
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
