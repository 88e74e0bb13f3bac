/**
 * One queue of events of the system, with all that is known of the folders of which it tells. When events were lost it
 * is of no more use.
 */
import type { Heard } from "../heard.ts";
import { type Calls, ERROR, type Result } from "./calls.ts";
import { eventsIn, IN } from "./events.ts";
import { folders } from "./folders.ts";
import { hearing, MOVE_MS } from "./hear.ts";
import type { Refusals } from "./refusals.ts";
import { walk } from "./walk.ts";

/** How long the walk goes on in one piece, in ms. */
const SLICE_MS = 20;
/** How long events gather, in ms, after some were read: one that writes on and on wakes us no more often. */
const GATHER_MS = 10;
/** How much is read at a time, in bytes: some 2,000 events, which take a few ms. */
const READ_BYTES = 65_536;
/** So much read means that there may be more. */
const FULL_BYTES = READ_BYTES - 4096;

export interface Session extends Disposable {
  /** Read some events, and add some watches. */
  step(): Step;
  /** Whether all folders have been watched once, as far as they could. */
  isWalked(): boolean;
  isResting(): boolean;
  tryAgain(): void;
  /** The descriptor from which events are read. */
  readonly inotify: number;
}

export type Step =
  /** To go on after `pause` ms; with null, when there are events, or after `most` ms. */
  | {
    readonly kind: "heard";
    readonly heard: readonly Heard[];
    readonly pause: number | null;
    readonly most: number;
  }
  /** Events were lost. */
  | { readonly kind: "overflow" }
  | { readonly kind: "failed"; readonly error: Result };

/** Begin one for a root, or give the error. `stays`: leave alone what is mounted below it. */
export function session(
  calls: Calls,
  path: string,
  stays: boolean,
  refused: Refusals,
): Session | Result {
  const root = calls.root(path);
  if (root < 0) return root;
  const device = stays ? calls.device(root) : null;
  calls.close(root);
  const inotify = calls.init();
  if (inotify < 0) return inotify;
  const known = folders();
  let isWalked = false;
  let rootError: Result = 0;
  const adding = walk(calls, known, { root: path, inotify, device }, {
    branch(node) {
      const path = known.path(node);
      // what comes before all are watched is found by the pass after that
      if (node === known.root) {
        if (isWalked) hearer.tell({ kind: "loss" });
      } else if (path !== null) hearer.note(path, "appeared");
    },
    unwatched(path, why) {
      if (path !== "") refused.note(path, why);
      else if (isWalked && why === -ERROR.NOENT) hearer.tell({ kind: "root" });
      else rootError = why;
    },
  });
  const hearer = hearing(known, adding);
  const bytes = new Uint8Array(READ_BYTES);
  adding.add(known.root);

  function step(): Step {
    const length = calls.read(inotify, bytes);
    if (length < 0 && length !== -ERROR.AGAIN) return { kind: "failed", error: length };
    for (const event of eventsIn(bytes, length)) {
      if ((event.mask & IN.Q_OVERFLOW) !== 0) return { kind: "overflow" };
      hearer.hear(event, performance.now());
    }
    adding.work(performance.now() + SLICE_MS);
    if (rootError < 0) return { kind: "failed", error: rootError };
    hearer.settle(performance.now());
    if (adding.isDone()) {
      isWalked = true;
      for (const one of refused.take()) hearer.tell(one);
      if (!adding.isResting() && refused.relieve()) hearer.tell({ kind: "watched" });
    }
    const isBusy = length > FULL_BYTES || !adding.isDone();
    const pause = isBusy ? 0 : length > 0 ? GATHER_MS : null;
    return { kind: "heard", heard: hearer.take(), pause, most: hearer.isMoving() ? MOVE_MS : Infinity };
  }

  return {
    step,
    isWalked: () => isWalked,
    isResting: adding.isResting,
    tryAgain: adding.tryAgain,
    inotify,
    [Symbol.dispose]: () => calls.close(inotify),
  };
}
