/**
 * When so many events come at once that the system may have dropped some, where Deno does not tell. Nothing is certain:
 * it is the reason for an early whole pass. Pure.
 */

/** Events within so long, in ms, may have waited together. */
const TOGETHER_MS = 1000;
/** From this part of the queue on: what is heard is what was left of it. */
const PART = 4;

/** What an event takes in the queue besides its name, in bytes; a name takes two for each UTF-16 unit. */
const HEAD = 12;

/** Returns whether, with an event of this path at this time (ms), some may be lost: once for each time that it is so. */
export type Flood = (path: string, now: number) => boolean;

/** For a queue of so many bytes; null for one that tells. */
export function flood(queue: number | null): Flood {
  if (queue === null) return () => false;
  let [since, bytes] = [-Infinity, 0];
  return (path, now) => {
    if (now - since > TOGETHER_MS) [since, bytes] = [now, 0];
    bytes += HEAD + 2 * path.length;
    if (bytes < queue / PART) return false;
    bytes = 0;
    return true;
  };
}
