/** The word that was probably meant: only one that is near, for a wild guess misleads. Pure. */

/** The nearest of `words`: one that `typed` begins or that begins it, or that a few slips lead to; null for none. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const begun = typed.length > 1 ? words.filter((word) => word.startsWith(typed)) : [];
  if (begun.length === 1) return begun[0]!;
  let best: string | null = null;
  let least = Infinity;
  for (const word of words) {
    const slips = distance(typed, word);
    if (slips < least) [best, least] = [word, slips];
  }
  return least <= slipsIn(typed.length) ? best : null;
}

/** How many slips a word of so many letters is taken to have: two in a short word make another word. */
function slipsIn(length: number): number {
  if (length < 3) return 0;
  return length < 8 ? 1 : length < 14 ? 2 : 3;
}

/** How many letters must be put in, left out, changed or swapped with their neighbour. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + same);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
