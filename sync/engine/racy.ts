/**
 * When a time says too little. A file can be edited again in the same tick of its clock, or so soon after that the
 * replica cannot tell the two times apart. Its copy then gets another time, by which every pass sees that it is not
 * certain, until the clock has moved on and the contents were compared once more. Pure.
 *
 * All times are in ms since 1970. `step` is the step of the replica's times, in ms.
 */

/** Whether a file that was read at `began` may be edited after that and still have a time that counts as `mtime`. */
export function isRacy(mtime: number, began: number, step: number): boolean {
  return began < certainFrom(mtime, step);
}

/** The moment from which an edit gives the file a time that counts as different. */
export function certainFrom(mtime: number, step: number): number {
  // a replica's time may be a step off, and times less than a step apart count as the same
  return mtime + Math.max(tick(mtime), step > 1 ? 2 * step : 0);
}

/** The time for a copy that is not certain: so much earlier that it counts as different. */
export function marked(mtime: number, step: number): number {
  return 2 * mtime - certainFrom(mtime, step);
}

/**
 * The tick, in ms, of the coarsest clock that a time can come from: FAT counts in 2 s, ext3 and HFS+ in 1 s, Linux
 * moves the clock of its files on by up to 10 ms, and our own look at the clock comes a little later.
 */
function tick(mtime: number): number {
  if (mtime % 2000 === 0) return 2020;
  return mtime % 1000 === 0 ? 1020 : 20;
}
