/** Time as the schedule sees it: a clock that a test can set, and that does not jump when somebody sets the system's. */

export interface Clock {
  /** ms since some moment; only differences mean something. */
  now(): number;
  /** Wait so many ms, or until `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** The longest delay, in ms, that timers take: beyond it they would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The system's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
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
