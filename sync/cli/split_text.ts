/** The words for what a split came to. Pure. */
import { shown } from "../engine/entry.ts";
import type { Bound } from "../engine/guard.ts";
import { lineOf } from "./json_line.ts";
import { counted, entries, number } from "./quantity.ts";

/** A split that was made. */
export interface Made {
  readonly id: string;
  /** By RFC 3339. */
  readonly made: string;
  /** Without top. */
  readonly jobs: number;
  /** How many of them each task has. */
  readonly shares: readonly number[];
  /** Entries seen, by depth. */
  readonly seen: readonly number[];
  /** Entries of the heaviest job but top, and of top. */
  readonly largest: number;
  readonly top: number;
  /** Entries of a job that has its fair share. */
  readonly mean: number;
  readonly whole: boolean;
  /** The file of jobs. */
  readonly path: string;
}

/** One object for a program. */
export function madeLine(made: Made, now: number): string {
  return lineOf({ kind: "split", ...made, mean: Math.round(made.mean) }, now).trimEnd();
}

export function madeText({ id, jobs, shares, seen, largest, mean }: Made): string {
  const all = seen.reduce((sum, count) => sum + count, 0);
  const tasks = shares.length === jobs ? "" : `, for ${counted(shares.length, "task")}`;
  const most = jobs === 0 ? "" : `, the largest has ${times(largest, mean)} the mean`;
  return `Split into ${counted(jobs, "job")} and top${tasks}: ${entries(all)} seen${most}\nsplit ${id}`;
}

/** A job that is far heavier than the mean, and could not be cut. */
export interface Heavy {
  /** Below the source; "" for top. */
  readonly path: string;
  readonly weight: number;
}

export function heavyText({ path, weight }: Heavy, mean: number): string {
  const load = `${entries(weight)}, ${times(weight, mean)} the mean`;
  return path === ""
    ? `The job top has ${load}: what lies above the other jobs, or beside too many of them, is in one job`
    : `Not cut any further: ${shown(path)} has ${load}`;
}

function times(weight: number, mean: number): string {
  return `${mean === 0 ? 0 : Number((weight / mean).toFixed(1))} times`;
}

/** What the source has lost. */
export interface Shrunk {
  readonly before: number;
  readonly now: number;
  readonly bound: Bound;
}

export function shrunkText({ before, now, bound }: Shrunk): string {
  const lost = before - now;
  const share = Math.ceil(lost / before * 100);
  const limit = bound.unit === "percent" ? `${bound.value}%` : entries(bound.value);
  return `Refused: the source has ${number(now)} of the ${entries(before)} that the split before saw; ` +
    `${number(lost)} fewer (${share}%) is more than the limit of ${limit}. The split before is as it was. ` +
    `Look at the source; if you mean it, add --max-shrink ${lost}`;
}
