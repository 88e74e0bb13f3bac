/** Deletes old passes from a trash, the oldest first, by calls that do not block. */
import { deleteRun, isUnderWay, runsIn, sizeOfRun } from "../disk/trash_runs.ts";
import { isSameRun, runTime } from "../engine/trash.ts";

/** What is too old or too much; or the bytes that are to be free, for which nothing is deleted if it is not enough. */
export type Bound =
  | {
    /** In ms; null for ever. */
    readonly keep: number | null;
    /** In bytes; null for any number. */
    readonly max: number | null;
    /** In ms since 1970. */
    readonly now: number;
  }
  | { readonly shortage: number };

export interface Expired {
  readonly deleted: number;
  readonly bytes: number;
}

/**
 * Delete what a bound says. `last`: the pass just made, which stays however large it is; so does what is under way. `seen`
 * remembers the bytes of passes, which change no more. Throws what the system throws.
 */
export async function expire(
  folder: string,
  bound: Bound,
  { last = null, seen = new Map() }: { last?: string | null; seen?: Map<string, number> } = {},
): Promise<Expired> {
  const runs = (await runsIn(folder)).filter((run) => !isSameRun(run, last));
  const isCounted = "shortage" in bound || bound.max !== null;
  const sizes = new Map<string, number>();
  let total = 0;
  for (const run of isCounted ? [...runs, ...last === null ? [] : [last]] : []) {
    const size = seen.get(run) ?? (await sizeOfRun(folder, run)).bytes;
    seen.set(run, size);
    sizes.set(run, size);
    total += size;
  }
  if ("shortage" in bound && total < bound.shortage) return { deleted: 0, bytes: 0 };
  const expired = { deleted: 0, bytes: 0 };
  for (const run of runs) {
    const isDue = "shortage" in bound
      ? expired.bytes < bound.shortage
      : (bound.keep !== null && runTime(run)! + bound.keep < bound.now) ||
        (bound.max !== null && total - expired.bytes > bound.max);
    if (!isDue) break;
    if (await isUnderWay(folder, run)) continue;
    const size = sizes.get(run) ?? (await sizeOfRun(folder, run)).bytes;
    await deleteRun(folder, run);
    seen.delete(run);
    expired.deleted++;
    expired.bytes += size;
  }
  return expired;
}
