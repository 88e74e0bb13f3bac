/** Times that must be short, on a machine that pauses now and then. */

/** How often something is measured at most. */
const TRIES = 6;

/**
 * Measure (in ms), and again as long as it takes too long: what is slow is slow each time, and a busy machine is not.
 * Returns the least.
 */
export async function least(enough: number, measure: () => number | Promise<number>): Promise<number> {
  let found = Infinity;
  for (let tries = 0; tries < TRIES && found >= enough; tries++) found = Math.min(found, await measure());
  return found;
}
