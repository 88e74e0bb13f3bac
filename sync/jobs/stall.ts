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

/** `tell`: called when work stalls, and when it goes on. `now`: in ms, of a clock that does not jump. */
export function stalls<T>(tell: (work: T, isStalled: boolean) => void, now: () => number): Stalls<T> {
  const under = new Map<T, { last: number; how: string; isStalled: boolean }>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = () => {
    for (const [work, state] of under) {
      const isStalled = now() - state.last >= STALLED_MS;
      if (isStalled !== state.isStalled) tell(work, state.isStalled = isStalled);
    }
  };
  return {
    begin(work) {
      under.set(work, { last: now(), how: "", isStalled: false });
      timer ??= setInterval(look, LOOK_MS);
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
      clearInterval(timer);
      timer = undefined;
    },
  };
}
