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

/** How many bytes a second may be copied in a minute of the day, from 0 to 1439; null for any number. */
export function rateAt(timetable: Timetable, minute: number): number | null {
  const begun = timetable.findLast(({ from }) => from <= minute);
  return (begun ?? timetable.at(-1)!).rate;
}
