/** How fast a mirror may be. Pure. */

/** From a minute of the day on, by local time, at most so many bytes a second; null for any number. */
export interface Stretch {
  readonly from: number;
  readonly rate: number | null;
}

/** In the order of the day, at least one. The last holds over midnight, until the first. */
export type Timetable = readonly Stretch[];

export interface Pace {
  /** Bytes of content that are copied. */
  readonly bytes: Timetable | null;
  /** Changes made, a second; null for any number. */
  readonly changes: number | null;
  /** When more may be copied, and when more may be changed: 8 bytes each, for all threads and passes of a mirror. */
  readonly accounts: SharedArrayBuffer;
}

/**
 * How many bytes a second may be copied at a moment (ms since 1970), by the clock on the wall; null for any number. A time
 * that daylight saving leaves out has come when the clock is beyond it, and one that comes twice comes twice.
 */
export function rateAt(timetable: Timetable, moment: number): number | null {
  const local = new Date(moment);
  const minute = local.getHours() * 60 + local.getMinutes();
  const begun = timetable.findLast(({ from }) => from <= minute);
  return (begun ?? timetable.at(-1)!).rate;
}
