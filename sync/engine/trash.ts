/**
 * The names in a trash. Each pass that loses something has a folder with what it lost, by the time when it began, and a
 * journal beside it. Pure.
 */
import { below, type Path } from "./entry.ts";

/** A file of that name says that a folder is a trash of ours, and of which replica. */
export const MARK = ".lockstep-trash";
/** What it is called until it is whole. */
export const UNMARKED = `${MARK}-new`;
/** Goes up when an older program could not read what a newer one leaves. */
export const TRASH_VERSION = 1;

/** The time of a pass in UTC (ms since 1970) as a name; `nth`: from 1, of several in one second. */
export function runName(ms: number, nth = 1): string {
  const time = new Date(ms).toISOString().slice(0, 19).replaceAll(":", "-");
  return `${time}Z${nth === 1 ? "" : `-${nth}`}`;
}

/** Some file systems make small letters of capitals. */
const RUN = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z(?:-(\d+))?$/i;

/** When the pass with that name began, in ms since 1970; null for a name that is none of a pass. */
export function runTime(name: string): number | null {
  const [, day, hours, minutes, seconds] = RUN.exec(name) ?? [];
  const ms = day === undefined ? NaN : Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** Which of two passes is older: less than 0 when it is the first. */
export function byAge(a: string, b: string): number {
  return runTime(a)! - runTime(b)! || Number(RUN.exec(a)?.[5] ?? 1) - Number(RUN.exec(b)?.[5] ?? 1);
}

/** Whether two names are of one pass. */
export function isSameRun(a: string, b: string | null): boolean {
  return a.toUpperCase() === b?.toUpperCase();
}

/** The name of a pass's journal. */
export function journalName(run: string): string {
  return `${run}.jsonl`;
}

/** The name of the folder with what is not whole yet, and with names by which hard links are found again. */
export function partName(run: string): string {
  return `${run}.part`;
}

/** The pass that a name in a trash belongs to; null for what is not ours. */
export function runOf(name: string): string | null {
  const run = name.replace(/\.(jsonl|part)$/, "");
  return runTime(run) === null ? null : run;
}

/** A path of the replica as one in the trash. */
export function inRun(run: string, path: Path): Path {
  return path === "" ? run : below(run, path);
}
