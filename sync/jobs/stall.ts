/** Finds out which work under way makes no progress: its disk may not answer. */
import type { Event } from "../engine/event.ts";

/** After so long without any progress, in ms, work counts as stalled. */
const STALLED_MS = 10_000;
/** How often work under way is looked at, in ms. */
const LOOK_MS = 2000;

export interface Stalls<T> {
  begin(work: T): void;
  /** Something happened in it. */
  note(work: T, event: Event): void;
  end(work: T): void;
}

/** A clock that does not jump, in ms. */
export interface Ticking {
  now(): number;
  /** Act every so many ms, until what it returns is called. */
  every(ms: number, act: () => void): () => void;
}

const SYSTEM: Ticking = {
  now: () => performance.now(),
  every(ms, act) {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
};

/** `tell`: called when work stalls, and when it goes on. */
export function stalls<T>(
  tell: (work: T, isStalled: boolean) => void,
  { now, every }: Ticking = SYSTEM,
): Stalls<T> {
  const under = new Map<T, { last: number; how: string; isStalled: boolean }>();
  let rest: (() => void) | null = null;
  const look = () => {
    for (const [work, state] of under) {
      const isStalled = now() - state.last >= STALLED_MS;
      if (isStalled !== state.isStalled) tell(work, state.isStalled = isStalled);
    }
  };
  return {
    begin(work) {
      under.set(work, { last: now(), how: "", isStalled: false });
      rest ??= every(LOOK_MS, look);
    },
    note(work, event) {
      const state = under.get(work);
      if (state === undefined) return;
      // progress is told by a timer, whether there is any or not
      const how = event.kind === "progress" ? `${event.phase} ${event.entries} ${event.bytes}` : "";
      if (event.kind === "progress" && how === state.how) return;
      [state.last, state.how] = [now(), how];
    },
    end(work) {
      under.delete(work);
      if (under.size > 0) return;
      rest?.();
      rest = null;
    },
  };
}
