/**
 * A watch by inotify, from its beginning to its end, in whichever thread it is. Its end wakes it from every wait, and
 * nothing takes long in one piece.
 *
 *     walking   --all is watched--> listening
 *     listening --events were lost--> walking
 *     any       --the root has gone, an error, or it is closed--> over
 */
import type { Heard } from "../heard.ts";
import { bell, close, ring, textOf, wait } from "./calls.ts";
import type { Result } from "./library.ts";
import { refusals } from "./refusals.ts";
import { type Session, session, type Watched } from "./session.ts";

/** When the system has no more watches, it is asked again after so long, in ms. */
export const RETRY_MS = 600_000;
/** When events were lost before all was watched, somebody is very busy: we wait for so long, in ms. */
const BUSY_MS = 1000;

/** What a watch tells. */
export type Told =
  /** All is watched, as far as it can be. */
  | { readonly kind: "ready" }
  | { readonly kind: "heard"; readonly heard: readonly Heard[] }
  /** It could not begin, or go on: the number of the system's error, and its words. */
  | { readonly kind: "failed"; readonly code: number; readonly text: string }
  | { readonly kind: "over" };

export interface Listened extends Watched {
  /** How long to wait for more watches, in ms. */
  readonly retry: number;
}

export interface Listening {
  close(): void;
}

/** Listen, and tell. What is told last is that it is over. */
export function listen(what: Listened, tell: (told: Told) => void): Listening {
  const end = bell();
  let isClosed = false;
  const turns = { bell: end, isClosed: () => isClosed, tell };
  void follow(what, turns).then((error) => {
    isClosed = true;
    if (end >= 0) close(end);
    if (error < 0) tell({ kind: "failed", code: -error, text: textOf(error) });
    tell({ kind: "over" });
  });
  return {
    close() {
      if (!isClosed && end >= 0) ring(end);
      isClosed = true;
    },
  };
}

interface Turns {
  /** Rings when it is closed. */
  readonly bell: number;
  readonly isClosed: () => boolean;
  readonly tell: (told: Told) => void;
}

/** Returns the error that ended it; 0 when none did. */
async function follow(what: Listened, turns: Turns): Promise<Result> {
  if (turns.bell < 0) return turns.bell;
  const refused = refusals();
  for (let isFirst = true; !turns.isClosed(); isFirst = false) {
    const begun = session(what, refused);
    if (typeof begun === "number") return begun;
    using current = begun;
    const end = await hear(current, what.retry, isFirst, turns);
    if (end !== "overflow") return end;
    if (!current.isWalked) await wait([turns.bell], BUSY_MS);
  }
  return 0;
}

/** Tell what a session hears, until it is of no more use. Returns the error that ended it, or 0. */
async function hear(
  current: Session,
  retry: number,
  isFirst: boolean,
  { bell, isClosed, tell }: Turns,
): Promise<Result | "overflow"> {
  let isReady = false;
  let again = Infinity;
  while (!isClosed()) {
    const step = current.step();
    if (step.kind === "overflow") return "overflow";
    if (step.kind === "failed") return step.error;
    const heard = isReady ? [...step.heard] : step.heard.filter(({ kind }) => kind !== "hint");
    if (!isReady && current.isWalked) {
      isReady = true;
      if (isFirst) tell({ kind: "ready" });
      else heard.push({ kind: "loss" });
    }
    if (heard.length > 0) tell({ kind: "heard", heard });
    if (heard.some(({ kind }) => kind === "root")) return 0;
    const now = performance.now();
    if (!current.isResting) again = Infinity;
    else if (again === Infinity) again = now + retry;
    else if (now >= again) {
      again = Infinity;
      current.tryAgain();
      continue;
    }
    if (step.pause === 0) {
      // a call that is made again at once would leave timers and messages no turn
      await new Promise((resolve) => setTimeout(resolve, 0));
      continue;
    }
    const events = step.pause === null ? [current.inotify] : [];
    await wait([bell, ...events], step.pause ?? waitUntil(Math.min(again, now + step.most), now));
  }
  return 0;
}

/** How long to wait until a moment, in ms as `poll` takes it. */
function waitUntil(moment: number, now: number): number {
  return moment === Infinity ? -1 : Math.max(0, Math.ceil(moment - now));
}
