/**
 * What has come up since the last pass, from wherever it came: a signal, a watch. The loop that makes the passes looks
 * here for what is due beside its schedule, and is woken when something is added.
 */
import { type Hints, hints } from "./hints.ts";

export interface Agenda {
  /** Folders in which something may have changed. */
  readonly hints: Hints;
  /** Ask for a whole pass now. */
  ask(): void;
  /** Whether one was asked for; afterwards it is not asked for any more. */
  asked(): boolean;
  /** Let the loop look again. */
  wake(): void;
  /** Aborted at the next `wake()`. */
  woken(): AbortSignal;
}

/** An empty agenda; `settle` is how long a folder must be quiet before it is compared, in ms. */
export function agenda(settle: number): Agenda {
  let sleeper = new AbortController();
  let isAsked = false;
  function wake(): void {
    const woken = sleeper;
    sleeper = new AbortController();
    woken.abort();
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
    woken: () => sleeper.signal,
  };
}
