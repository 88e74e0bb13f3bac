/**
 * How long a signal would have had to wait at the most while a pass was made: the longest time for which the main thread
 * heard nothing. Measured by a timer that should come every few ms, so only where somebody asks (`--verbose`).
 */

/** How often the timer should come, in ms. */
const EVERY_MS = 5;

export interface LongestWait {
  begin(): void;
  /** The longest wait since the beginning, in whole ms. */
  end(): number;
}

export function longestWait(): LongestWait {
  let timer: ReturnType<typeof setInterval> | undefined;
  let last = 0;
  let longest = 0;
  const note = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last - EVERY_MS);
    last = now;
  };
  return {
    begin() {
      clearInterval(timer);
      [last, longest] = [performance.now(), 0];
      timer = setInterval(note, EVERY_MS);
    },
    end() {
      clearInterval(timer);
      note();
      return Math.round(longest);
    },
  };
}
