/**
 * The file beside a page that outlives a run: a header, then one line for each day, pass and so on of each job. It is written
 * whole with each page, which loses nothing that matters when a run is killed: the passes of some seconds. A line that is
 * broken or not ours is left out; a file of another version is not touched.
 */
import { reason } from "../../disk/fault.ts";
import { shown } from "../../engine/entry.ts";
import { HISTORY_START } from "../../cli/observe.ts";
import { reasonText } from "../../cli/reason.ts";
import { linesOf, writeWhole } from "../../records/lines.ts";
import type { Changed, Large } from "./changed.ts";
import { isDay } from "./days.ts";
import {
  type DayRow,
  kindOf,
  newRecord,
  type Often,
  type Outcome,
  type PassRow,
  type Record,
  type State,
} from "./record.ts";

const VERSION = 1;
/** So many jobs are remembered. */
const MOST = 100;

export type Records = Map<string, Record>;

/** Read it: no records where there is none. A text says why it can neither be used nor written. */
export async function readHistory(path: string): Promise<Records | string> {
  const records: Records = new Map();
  let isFirst = true;
  try {
    for await (const { line } of linesOf(path)) {
      const value = parsed(line);
      if (isFirst && !isHeader(value)) {
        return `${
          shown(path)
        } is of another version of Lockstep, or no history of a report: the page shows this run ` +
          "alone until it is moved away";
      }
      if (!isFirst) take(records, value);
      isFirst = false;
    }
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    if (why.code === "ENOENT") return records;
    return `Cannot read the history ${shown(path)}: ${reasonText(why)}; the page shows this run alone`;
  }
  for (const record of records.values()) record.days.sort((a, b) => a.day < b.day ? -1 : 1);
  return lastOnes(records);
}

/** Of jobs that were renamed or are no more, those of which a pass ended last. */
function lastOnes(records: Records): Records {
  if (records.size <= MOST) return records;
  const all = [...records].sort(([, a], [, b]) => (b.state?.ended ?? 0) - (a.state?.ended ?? 0));
  return new Map(all.slice(0, MOST));
}

/** Write it. Throws what the system throws; then what is there is as it was. */
export async function writeHistory(path: string, records: Records): Promise<void> {
  await writeWhole(path, textOf(records));
}

function* textOf(records: Records): Generator<string> {
  yield `${HISTORY_START},"version":${VERSION}}`;
  for (const [job, { days, passes, state, changed, largest, often, from }] of records) {
    const line = (fields: object) => JSON.stringify({ job, ...fields });
    yield line({ from });
    for (const day of days) yield line({ day });
    for (const pass of passes) yield line({ pass });
    if (state !== null) yield line({ state });
    if (changed !== null) yield line({ changed });
    for (const large of largest) yield line({ large });
    for (const one of often) yield line({ often: one });
  }
}

/** Take one line in, when it is one of ours. */
function take(records: Records, value: unknown): void {
  if (!isObject(value) || typeof value.job !== "string") return;
  const record = records.get(value.job) ?? newRecord();
  records.set(value.job, record);
  const { from, day, pass, state, changed, large, often } = value;
  if (typeof from === "number") record.from = from;
  if (isDayRow(day) && !record.days.some((row) => row.day === day.day)) record.days.push(day);
  if (isPass(pass)) record.passes.push(pass);
  if (isState(state)) record.state = state;
  if (isChanged(changed)) record.changed = changed;
  if (isLarge(large)) record.largest.push(large);
  if (isOften(often)) record.often.push(often);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // whatever it is, it is no line of ours
    return undefined;
  }
}

type Fields = Readonly<{ [field: string]: unknown }>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHeader(value: unknown): boolean {
  return isObject(value) && value.lockstep === "report-history" && value.version === VERSION;
}

function hasNumbers(value: Fields, ...fields: readonly string[]): boolean {
  return fields.every((field) => Number.isFinite(value[field]));
}

/** Whether each is a moment that a calendar has. */
function hasTimes(value: Fields, ...fields: readonly string[]): boolean {
  return hasNumbers(value, ...fields) && fields.every((field) => Math.abs(value[field] as number) < 8.64e15);
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || Number.isFinite(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

const OUTCOMES: readonly Outcome[] = [
  "ok",
  "partly",
  "failed",
  "refused",
  "unusable",
  "locked",
  "halted",
  "interrupted",
];

function isOutcome(value: unknown): value is Outcome {
  return OUTCOMES.some((one) => one === value && kindOf(one) !== null);
}

function isDayRow(value: unknown): value is DayRow {
  return isObject(value) && isDay(value.day) && isNumberOrNull(value.free) && isNumberOrNull(value.trash) &&
    hasNumbers(value, "ok", "partly", "failed", "blocked", "changes", "bytes");
}

function isPass(value: unknown): value is PassRow {
  return isObject(value) && isOutcome(value.outcome) && hasTimes(value, "began") &&
    hasNumbers(value, "ms", "changes", "bytes");
}

function isState(value: unknown): value is State {
  return isObject(value) && isOutcome(value.outcome) && typeof value.whole === "boolean" &&
    hasTimes(value, "began", "ended", "since") && hasNumbers(value, "more") &&
    (value.lastOk === null || hasTimes(value, "lastOk")) && isTexts(value.problems) && isTexts(value.advice);
}

function isBranch(value: unknown): value is Fields {
  return isObject(value) && typeof value.folder === "string" && hasNumbers(value, "entries", "bytes");
}

function isChanged(value: unknown): value is Changed {
  return isObject(value) && hasTimes(value, "began") && typeof value.isCut === "boolean" &&
    hasNumbers(value, "created", "updated", "attributes", "removed", "moved", "bytes") &&
    isObject(value.others) && hasNumbers(value.others, "entries", "bytes") && Array.isArray(value.folders) &&
    value.folders.every((one) => isBranch(one) && Array.isArray(one.below) && one.below.every(isBranch));
}

function isLarge(value: unknown): value is Large {
  return isObject(value) && typeof value.path === "string" && hasNumbers(value, "bytes") &&
    hasTimes(value, "at");
}

function isOften(value: unknown): value is Often {
  return isObject(value) && typeof value.path === "string" && hasNumbers(value, "entries", "bytes") &&
    hasTimes(value, "at");
}
