/**
 * Counts by name that stay small however many names come: of a million folders those are kept in which most happens. What is
 * counted of a name that was let go in between is missing, so a count says "at least" once `isCut`. Pure.
 */

export interface Count {
  entries: number;
  bytes: number;
}

export interface Tally {
  /** How many names are kept at the least. */
  readonly most: number;
  counts: Map<string, Count>;
  /** Names were let go. */
  isCut: boolean;
}

export function newTally(most: number): Tally {
  return { most, counts: new Map(), isCut: false };
}

/** Count something under a name. */
export function count(tally: Tally, name: string, bytes: number): void {
  const { counts, most } = tally;
  const found = counts.get(name);
  if (found !== undefined) {
    found.entries++;
    found.bytes += bytes;
    return;
  }
  counts.set(name, { entries: 1, bytes });
  if (counts.size >= ROOM * most) letGo(tally);
}

/** So many times more than are kept, so that names are let go once in a while only. */
const ROOM = 4;

/** Keep what came more than once, and of the rest the last: most came once, and need no sorting. */
function letGo(tally: Tally): void {
  const all = [...tally.counts];
  const again = all.filter(([, { entries }]) => entries > 1);
  tally.isCut = true;
  const room = Math.max(tally.most - again.length, 0);
  tally.counts = new Map(
    room === 0
      ? byEntries(tally.counts).slice(0, tally.most)
      : [...again, ...all.slice(-room).filter(([, { entries }]) => entries === 1)],
  );
}

/** From the most entries on; of equals, from the most bytes on. */
export function byEntries(counts: ReadonlyMap<string, Count>): [string, Count][] {
  return [...counts].sort(([a, one], [b, other]) =>
    other.entries - one.entries || other.bytes - one.bytes || (a < b ? -1 : 1)
  );
}
