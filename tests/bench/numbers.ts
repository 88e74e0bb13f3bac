/** What is reckoned from runs: medians, percentiles and ratios. Pure. */

/** One number out of several, with the least and the most of them. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Throws on no numbers at all. */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError("Cannot take the median of no numbers");
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The ratios of what was measured in the same round; null when the two have no round in common. */
export function ratio(numbers: readonly number[], to: readonly number[]): Spread | null {
  const ratios = numbers.slice(0, to.length).map((number, round) => number / to[round]!);
  if (ratios.length === 0) return null;
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** The least of the numbers that a share of them does not exceed. Throws on no numbers at all. */
export function percentile(numbers: readonly number[], share: number): number {
  if (numbers.length === 0) throw new RangeError("Cannot take a percentile of no numbers");
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)]!;
}
