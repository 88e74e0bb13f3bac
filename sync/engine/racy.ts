/**
 * When a time says too little: a file may be edited again in the tick of the clock that it bears, or so soon that the
 * replica cannot tell the two times apart. What is copied then bears another time, by which any pass sees that it is
 * not certain, until the clock has moved on and the contents were compared once more. Pure.
 *
 * `step` is always that of the replica's times, in ms.
 */

/** Whether a file that was read at `began` (ms) may be edited later and still count as of the mtime (ms) it has. */
export function isRacy(mtime: number, began: number, step: number): boolean {
  return began < certainFrom(mtime, step);
}

/** From when on (ms) no edit can bear a time that counts as this one. */
export function certainFrom(mtime: number, step: number): number {
  // a replica's time may be a step off, and one that is less than a step from it counts as the same
  return mtime + Math.max(tick(mtime), step > 1 ? 2 * step : 0);
}

/** The time (ms) for a copy that is not certain: one that counts as another. */
export function marked(mtime: number, step: number): number {
  return 2 * mtime - certainFrom(mtime, step);
}

/**
 * The step, in ms, of the coarsest clock that a time can come from: FAT counts in 2 s, ext3 and HFS+ in 1 s, Linux
 * moves the clock of its files on by up to 10 ms, and our own look at the clock comes a little later.
 */
function tick(mtime: number): number {
  if (mtime % 2000 === 0) return 2020;
  return mtime % 1000 === 0 ? 1020 : 20;
}
