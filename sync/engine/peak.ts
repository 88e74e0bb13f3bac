/**
 * How many entries the replica had lately. A deletion that takes some time is seen by several passes, each of which
 * removes little, so a pass is measured by the most that there was within the hour. There is no clock in here: every
 * function is told the time, in ms.
 */

/** How long a size counts, in ms. */
export const PEAK_MS = 3_600_000;

export interface Peak {
  /** The replica has so many entries. */
  note(entries: number, now: number): void;
  /** A plan was refused: what it was measured by does not grow old while nobody has answered. */
  hold(now: number): void;
  /** The most that was noted within the hour; 0 when nothing was. */
  most(now: number): number;
}

/** Nothing noted yet. */
export function peak(): Peak {
  /** From the oldest to the newest, each smaller than the one before: what is smaller and older never counts again. */
  const sizes: { readonly entries: number; readonly at: number }[] = [];

  function note(entries: number, now: number): void {
    while (sizes.length > 0 && sizes.at(-1)!.entries <= entries) sizes.pop();
    sizes.push({ entries, at: now });
  }

  function most(now: number): number {
    while (sizes.length > 0 && sizes[0]!.at < now - PEAK_MS) sizes.shift();
    return sizes[0]?.entries ?? 0;
  }

  return { note, most, hold: (now) => note(most(now), now) };
}
