/**
 * A tree as large ones are: a few folders have most of it, one of them is flat, and some files lie above them all. By
 * number of files only, so the same number gives the same tree. Pure.
 */
import type { Crowd } from "./tree.ts";

/** Folders at the top, beside the flat one. The first has a quarter of the files, the last less than a hundredth. */
const TOPS = 40;
/** Files in a folder at the bottom, and such folders in the folder around them. */
const CROWD = 100;
const CROWDS = 25;
/** Files that lie at the top, and in each of the folders there. */
const ABOVE = 10;
/** The share of the files that lie in one folder, which nobody can cut. */
const FLAT = 0.02;

/** A block each at the most, so that a million of them fits into memory. */
export const SKEWED_SIZES = [0, 1024] as const;
/** So few that none of its folders is empty. */
export const FEWEST = 10_000;

/** The folders of a tree with so many files, `FEWEST` or more; those above others come first. */
export function skewed(files: number): Crowd[] {
  const flat = Math.floor(files * FLAT);
  const rest = files - flat - ABOVE;
  const weights = Array.from({ length: TOPS }, (_, i) => 1 / (i + 1));
  const sum = weights.reduce((a, b) => a + b, 0);
  const counts = weights.map((weight) => Math.floor(rest * weight / sum));
  counts[0]! += rest - counts.reduce((a, b) => a + b, 0);
  return [
    { path: "", files: ABOVE },
    { path: "flat", files: flat },
    ...counts.flatMap((count, top) => belowTop(`t${top}`, count)),
  ];
}

function belowTop(path: string, files: number): Crowd[] {
  const crowds: Crowd[] = [{ path, files: ABOVE }];
  for (let left = files - ABOVE, i = 0; left > 0; left -= CROWD, i++) {
    const here = `${path}/s${Math.floor(i / CROWDS)}/l${i % CROWDS}`;
    crowds.push({ path: here, files: Math.min(left, CROWD) });
  }
  return crowds;
}
