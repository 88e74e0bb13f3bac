/**
 * What has come up since the last pass, from a signal or from a watch. The loop that runs the passes looks here besides
 * asking its schedule, and is woken when something is added.
 */
import { type Hints, hints } from "./hints.ts";

export interface Agenda {
  /** Folders in which something may have changed. */
  readonly hints: Hints;
  /** Ask for a whole pass now. */
  ask(): void;
  /** Whether a whole pass was asked for since the last call. */
  asked(): boolean;
  /** Make the loop look again. */
  wake(): void;
  /** A signal that the next `wake()` aborts. */
  woken(): AbortSignal;
}

/** An empty agenda; `settle` is how long a folder must be quiet before it is compared, in ms. */
export function agenda(settle: number): Agenda {
  let sleep = new AbortController();
  let isAsked = false;
  function wake(): void {
    const ended = sleep;
    sleep = new AbortController();
    ended.abort();
  }
  return {
    hints: hints(settle),
    ask() {
      isAsked = true;
      wake();
    },
    asked() {
      const was = isAsked;
      isAsked = false;
      return was;
    },
    wake,
    woken: () => sleep.signal,
  };
}
