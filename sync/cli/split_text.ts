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
  /** Absolute paths of the whole trees. */
  readonly source: string;
  readonly replica: string;
  /** Without top. */
  readonly jobs: number;
  /** How many of them each task has. */
  readonly shares: readonly number[];
  /** Entries seen, by depth. */
  readonly seen: readonly number[];
  /** Entries of the heaviest job but top, and of top. */
  readonly largest: number;
  readonly top: number;
  /** Entries of a task's fair share: all of them by the number of tasks that were asked for. */
  readonly fair: number;
  /** Entries that the split before saw, and those of now, as deep as that went; null where they are not compared. */
  readonly judged: { readonly before: number; readonly now: number } | null;
  readonly whole: boolean;
  /** The file of jobs. */
  readonly path: string;
}

/** One object for a program. */
export function madeLine(made: Made, now: number): string {
  return lineOf({ kind: "split", ...made, fair: Math.round(made.fair) }, now).trimEnd();
}

export function madeText({ id, jobs, shares, seen, largest, fair, judged }: Made): string {
  const all = seen.reduce((sum, count) => sum + count, 0);
  const tasks = shares.length === jobs ? "" : `, for ${counted(shares.length, "task")}`;
  const most = jobs === 0 ? "" : `, the largest has ${times(largest, fair)} a task's fair share`;
  return [
    `Split into ${counted(jobs, "job")} and top${tasks}: ${entries(all)} seen${most}`,
    ...judged === null || judged.now >= judged.before
      ? []
      : [`${lossText(judged)} than the split before saw`],
    `split ${id}`,
  ].join("\n");
}

/** "7,000 entries fewer (31%)". A loss is never no percent at all. */
function lossText({ before, now }: { readonly before: number; readonly now: number }): string {
  const lost = before - now;
  return `${entries(lost)} fewer (${Math.ceil(lost / before * 100)}%)`;
}

/** A job that has far more than a task should have, and could not be cut. */
export interface Heavy {
  /** Below the source; "" for top. */
  readonly path: string;
  readonly weight: number;
}

/** A job with fewer entries keeps nobody waiting, however many times the others it has. */
const FEW = 1000;

/** Whether it matters that a job is so heavy: more than twice what a task should have. */
export function isWorthTelling(weight: number, fair: number): boolean {
  return weight >= FEW && weight > 2 * fair;
}

export function heavyText({ path, weight }: Heavy, fair: number): string {
  const load = `${entries(weight)}, ${times(weight, fair)} a task's fair share`;
  return path === ""
    ? `The job top has ${load}: what lies above the other jobs, or beside too many of them, is in one job`
    : `Not cut any further: ${shown(path)} has ${load}`;
}

function times(weight: number, fair: number): string {
  const share = fair === 0 ? 0 : weight / fair;
  return `${Number(share < 1 ? share.toPrecision(1) : share.toFixed(1))} times`;
}

/** What lies in the trash of jobs that there are no more, of whose names so many are told. */
export function strayText(trash: string, names: readonly string[], most: number): string {
  const more = names.length > most ? ` and ${number(names.length - most)} more` : "";
  const [folders, it] = names.length === 1 ? ["a folder", "it"] : ["folders", "each"];
  return `The trash ${shown(trash)} has ${folders} of no job of this split, which no --trash-keep clears: ` +
    `${
      names.slice(0, most).map(shown).join(", ")
    }${more}. Clear ${it} by lockstep trash empty <trash>/<folder> --older-than 30d`;
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
