/**
 * When what is excluded may have changed, the watches of both sides are opened anew: folders that are excluded by now
 * are watched no more, and others are from then on. What happened meanwhile is a loss.
 */
export interface Renewal {
  /** All watches that are open are to be opened anew. */
  ask(): void;
  /** A signal that the next `ask()` aborts. Taken before a watch is opened, it tells whether that one is out of date. */
  asked(): AbortSignal;
}

export function renewal(): Renewal {
  let next = new AbortController();
  return {
    ask() {
      const ended = next;
      next = new AbortController();
      ended.abort();
    },
    asked: () => next.signal,
  };
}
