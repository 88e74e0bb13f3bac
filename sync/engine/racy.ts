/** When a time says too little: a file may be edited again in the tick of the clock that it bears. Pure. */

/** Whether a file that was read at `began` (ms) may be edited later and still bear the mtime (ms) it has. */
export function isRacy(mtime: number, began: number): boolean {
  return began - mtime < grain(mtime);
}

/**
 * The step, in ms, of the coarsest clock that a time can come from: FAT counts in 2 s, ext3 and HFS+ in 1 s, Linux
 * moves the clock of its files on by up to 10 ms, and our own look at the clock comes a little later.
 */
export function grain(mtime: number): number {
  if (mtime % 2000 === 0) return 2020;
  return mtime % 1000 === 0 ? 1020 : 20;
}
