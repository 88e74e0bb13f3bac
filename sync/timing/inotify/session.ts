/**
 * One queue of events of the system, with all that is known of the folders of which it tells. When events were lost it
 * is of no more use.
 */
import type { Exclusions } from "../excluding.ts";
import type { Heard } from "../heard.ts";
import { close, init, read } from "./calls.ts";
import { eventsIn, IN } from "./events.ts";
import { folders } from "./folders.ts";
import { hear, type Heeding, MOVE_MS, settle } from "./hear.ts";
import { ERROR, type Result } from "./library.ts";
import { Notes } from "./notes.ts";
import { deviceOf, openRoot } from "./opened.ts";
import type { Refusals } from "./refusals.ts";
import { type Found, Walk } from "./walk.ts";

/** How long the walk goes on in one piece, in ms. */
const SLICE_MS = 20;
/** How long events gather, in ms, after some were read: one that writes on and on wakes us no more often. */
const GATHER_MS = 10;
/** How much is read at a time, in bytes: some 2,000 events, which take a few ms. */
const READ_BYTES = 65_536;
/** So much read means that there may be more. */
const FULL_BYTES = READ_BYTES - 4096;

/** What is watched. */
export interface Watched {
  /** An absolute path without links. */
  readonly path: string;
  /** Leave alone what is mounted below it. */
  readonly stays: boolean;
  /** By what entries are excluded; null when nothing is. */
  readonly exclusions: Exclusions | null;
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

/** Begin one for a root, or give the error. */
export function session({ path, stays, exclusions }: Watched, refused: Refusals): Session | Result {
  const root = openRoot(path);
  if (root < 0) return root;
  const device = stays ? deviceOf(root) : null;
  close(root);
  const inotify = init();
  if (inotify < 0) return inotify;
  const known = folders();
  const walk = new Walk(known, { root: path, inotify, device, exclusions });
  walk.add(known.root);
  return new Session(inotify, { folders: known, walk, notes: new Notes(), moving: new Set() }, refused);
}

export class Session implements Disposable {
  /** Whether all folders have been watched once, as far as they could. */
  isWalked = false;
  private readonly bytes = new Uint8Array(READ_BYTES);

  /** `inotify`: the descriptor from which events are read. */
  constructor(
    readonly inotify: number,
    private readonly heeding: Heeding,
    private readonly refused: Refusals,
  ) {}

  /** The system has no more watches. */
  get isResting(): boolean {
    return this.heeding.walk.isResting;
  }

  tryAgain(): void {
    this.heeding.walk.tryAgain();
  }

  /** Read some events, and add some watches. */
  step(): Step {
    const { walk, notes, moving } = this.heeding;
    const length = read(this.inotify, this.bytes);
    if (length < 0 && length !== -ERROR.AGAIN) return { kind: "failed", error: length };
    for (const event of eventsIn(this.bytes, length)) {
      if ((event.mask & IN.Q_OVERFLOW) !== 0) return { kind: "overflow" };
      hear(this.heeding, event, performance.now());
    }
    const error = this.take(walk.work(performance.now() + SLICE_MS));
    if (error < 0) return { kind: "failed", error };
    settle(this.heeding, performance.now());
    if (walk.isDone()) this.tellRefused();
    const isBusy = length > FULL_BYTES || !walk.isDone();
    const pause = isBusy ? 0 : length > 0 ? GATHER_MS : null;
    return { kind: "heard", heard: notes.take(), pause, most: moving.size > 0 ? MOVE_MS : Infinity };
  }

  /** Note what came of the walk. Returns the error for which the root cannot be watched at all, or 0. */
  private take(found: readonly Found[]): Result {
    const { notes } = this.heeding;
    let error: Result = 0;
    for (const one of found) {
      const isRoot = one.path === "";
      if (one.kind === "branch") {
        if (!isRoot) notes.note(one.path, "appeared");
        // what comes before all are watched is found by the pass after that
        else if (this.isWalked) notes.tell({ kind: "loss" });
      } else if (!isRoot) this.refused.note(one.path, one.why);
      else if (this.isWalked && one.why === -ERROR.NOENT) notes.tell({ kind: "root" });
      else error = one.why;
    }
    return error;
  }

  private tellRefused(): void {
    const { walk, notes } = this.heeding;
    this.isWalked = true;
    for (const one of this.refused.take()) notes.tell(one);
    if (!walk.isResting && this.refused.relieve()) notes.tell({ kind: "watched" });
  }

  [Symbol.dispose](): void {
    close(this.inotify);
  }
}
