/**
 * What is known of a job over days and restarts: a row for each day, its last passes, how things are, what was changed. All
 * of it is bounded by numbers, and never by dates: a clock that was wrong for a day must not cost ninety of them. Pure.
 */
import { STATUS, status } from "../../cli/exit_status.ts";
import type { Report } from "../../engine/report.ts";
import type { Changed, Large } from "./changed.ts";
import { type Day, dayOf } from "./days.ts";
import { byEntries, type Count } from "./tally.ts";

/** How a pass ended. `partly`: in sync but for what was left or changed meanwhile. */
export type Outcome = "ok" | "partly" | "failed" | Exclude<Report["ended"], "complete">;
/** The same as a page tells it apart. `blocked`: it was refused, not possible, or cut short. */
export type Kind = "ok" | "partly" | "failed" | "blocked";

export interface DayRow {
  readonly day: Day;
  /** Passes by how they ended. */
  readonly ok: number;
  readonly partly: number;
  readonly failed: number;
  readonly blocked: number;
  readonly changes: number;
  readonly bytes: number;
  /** As last known that day, in bytes; null when it is not. */
  readonly free: number | null;
  readonly trash: number | null;
}

export interface PassRow {
  /** In ms since 1970. */
  readonly began: number;
  readonly ms: number;
  readonly outcome: Outcome;
  readonly changes: number;
  readonly bytes: number;
}

/** How things are since the last pass that says something of all of it. Times in ms since 1970. */
export interface State {
  readonly outcome: Outcome;
  /** A pass over all, and not over some folders. */
  readonly whole: boolean;
  readonly began: number;
  readonly ended: number;
  /** Since when it has been in sync, or since when not; a pass that was partly so breaks neither. */
  readonly since: number;
  /** When a pass was last in sync; null for never. */
  readonly lastOk: number | null;
  /** What is wrong, and what to do, each as a text of ours. `more`: how many others there are. */
  readonly problems: readonly string[];
  readonly more: number;
  readonly advice: readonly string[];
}

/** A path that is changed often: how often, and when last. */
export interface Often extends Count {
  readonly path: string;
  readonly at: number;
}

export interface Record {
  /** From the oldest on, none twice. */
  days: DayRow[];
  /** In the order in which they were made. */
  passes: PassRow[];
  state: State | null;
  /** Of the last pass that changed anything. */
  changed: Changed | null;
  largest: Large[];
  often: Often[];
  /** Since when changes are counted, in ms since 1970. */
  from: number | null;
}

/** A few more than are shown, for clocks that were wrong. */
const DAYS = 120;
export const PASSES = 60;
const OFTEN = 200;

export function newRecord(): Record {
  return { days: [], passes: [], state: null, changed: null, largest: [], often: [], from: null };
}

export function outcomeOf(report: Report): Outcome {
  if (report.ended !== "complete") return report.ended;
  switch (status(report)) {
    case STATUS.inSync:
      return "ok";
    case STATUS.fleeting:
      return "partly";
    default:
      return "failed";
  }
}

export function kindOf(outcome: Outcome): Kind {
  switch (outcome) {
    case "ok":
    case "failed":
    case "partly":
      return outcome;
    case "interrupted":
      return "partly";
    case "refused":
    case "unusable":
    case "locked":
    case "halted":
      return "blocked";
  }
}

/** What a day is told as: the worst that happened. */
export function kindOfDay(row: DayRow): Kind | null {
  const kinds = ["blocked", "failed", "partly", "ok"] as const;
  return kinds.find((kind) => row[kind] > 0) ?? null;
}

/** How many passes a day had. */
export function passesOn({ ok, partly, failed, blocked }: DayRow): number {
  return ok + partly + failed + blocked;
}

/** A pass that is over. */
export interface Past {
  readonly pass: PassRow;
  readonly whole: boolean;
  readonly problems: readonly string[];
  readonly more: number;
  readonly advice: readonly string[];
}

/** Take a pass in. */
export function take(record: Record, past: Past): void {
  const { pass } = past;
  const kind = kindOf(pass.outcome);
  const ended = pass.began + pass.ms;
  onDay(record, dayOf(ended), (row) => ({
    ...row,
    [kind]: row[kind] + 1,
    changes: row.changes + pass.changes,
    bytes: row.bytes + pass.bytes,
  }));
  record.from ??= pass.began;
  // a pass over some folders that had nothing to do is no news
  if (past.whole || pass.changes > 0 || kind !== "ok") record.passes.push(pass);
  if (record.passes.length > PASSES) record.passes.splice(0, record.passes.length - PASSES);
  record.state = stateAfter(record.state, past, ended);
}

/** What was found of the disk, at a moment. */
export function takeSpace(
  record: Record,
  { free, trash }: Pick<DayRow, "free" | "trash">,
  now: number,
): void {
  onDay(record, dayOf(now), (row) => ({ ...row, free: free ?? row.free, trash: trash ?? row.trash }));
}

function onDay(record: Record, day: Day, change: (row: DayRow) => DayRow): void {
  const at = record.days.findIndex((row) => row.day === day);
  const fresh = {
    day,
    ok: 0,
    partly: 0,
    failed: 0,
    blocked: 0,
    changes: 0,
    bytes: 0,
    free: null,
    trash: null,
  };
  if (at >= 0) record.days[at] = change(record.days[at]!);
  else {
    record.days.push(change(fresh));
    record.days.sort((a, b) => a.day < b.day ? -1 : 1);
  }
  if (record.days.length > DAYS) {
    // today stays, however wrong the clock is
    const oldest = record.days.findIndex((row) => row.day !== day);
    record.days.splice(oldest, 1);
  }
}

/** How things are after a pass. One over some folders does not make good what one over all of it found. */
function stateAfter(
  before: State | null,
  { pass, whole, problems, more, advice }: Past,
  ended: number,
): State {
  const isOk = isGood(pass.outcome);
  const lastOk = pass.outcome === "ok" ? ended : before?.lastOk ?? null;
  if (!whole && isOk && before !== null && before.whole && !isGood(before.outcome)) return before;
  const goesOn = before !== null && isGood(before.outcome) === isOk;
  return {
    outcome: pass.outcome,
    whole: whole || (goesOn && before.whole),
    began: pass.began,
    ended,
    since: goesOn ? before.since : ended,
    lastOk,
    problems,
    more,
    advice,
  };
}

/** Whether it counts as in sync, but perhaps for what was left. */
export function isGood(outcome: Outcome): boolean {
  return outcome === "ok" || outcome === "partly";
}

/** Take in which paths were updated by a pass that began at a moment. */
export function takeOften(record: Record, updated: ReadonlyMap<string, Count>, at: number): void {
  const all = new Map(record.often.map((one) => [one.path, one]));
  for (const [path, { entries, bytes }] of updated) {
    const known = all.get(path);
    all.set(path, {
      path,
      entries: (known?.entries ?? 0) + entries,
      bytes: (known?.bytes ?? 0) + bytes,
      at,
    });
  }
  record.often = byEntries(all).slice(0, OFTEN).map(([path]) => all.get(path)!);
}
