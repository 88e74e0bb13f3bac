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
  readonly counts: Map<string, Count>;
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
  // twice as many as are kept, so that they are sorted once in a while only
  if (counts.size < 2 * most) return;
  tally.isCut = true;
  for (const [name] of byEntries(counts).slice(most)) counts.delete(name);
}

/** From the most entries on; of equals, from the most bytes on. */
export function byEntries(counts: ReadonlyMap<string, Count>): [string, Count][] {
  return [...counts].sort(([a, one], [b, other]) =>
    other.entries - one.entries || other.bytes - one.bytes || (a < b ? -1 : 1)
  );
}
