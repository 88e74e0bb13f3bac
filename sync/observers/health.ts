/**
 * Whether a job is well, by what its status file says: the one place where a level is decided, in the meaning that Nagios
 * and Icinga give to it. Pure.
 */
import { nextTime } from "../timing/calendar.ts";
import { counted } from "../cli/quantity.ts";
import { showDuration } from "../timing/duration.ts";
import type { JobStatus, StatusFile } from "./status_file.ts";

/** In the order in which one outdoes another. */
export const LEVELS = ["OK", "WARNING", "UNKNOWN", "CRITICAL"] as const;
export type Level = typeof LEVELS[number];

/** The exit statuses of a plug-in. */
export const PLUGIN_STATUS: Readonly<Record<Level, number>> = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 };

export interface Problem {
  readonly level: Exclude<Level, "OK">;
  readonly text: string;
}

export interface Health {
  readonly level: Level;
  /** The worst first. */
  readonly problems: readonly Problem[];
  /** How long ago a pass last left the replica in sync, in ms; null for never. */
  readonly age: number | null;
  /** The oldest that it may be, in ms. */
  readonly maxAge: number;
}

/** How long a pass that is due may be late, and a pass under way silent, in ms. */
const LATE_MS = 5 * 60_000;
const SILENT_MS = 15 * 60_000;
/** The age that is allowed when nothing is said, in ms: of what is run once a day, with two hours to spare. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPARE_MS = 2 * HOUR_MS;
/** The same of a job that makes one pass, whenever something else starts it. */
export const DAILY_MS = DAY_MS + SPARE_MS;
/** How many times of a calendar are looked at for the longest gap. */
const TIMES = 10;

/** A job that was looked at. */
export interface Checked {
  readonly job: JobStatus;
  readonly health: Health;
}

/** A file as it was found. `isHeld`: whether a run holds its lock. */
export interface Seen {
  readonly file: Pick<StatusFile, "written" | "locked" | "split">;
  readonly isHeld: boolean;
}

/** `maxAge` in ms; null for what follows from how often passes are made. `now`: ms since 1970. */
export function healthOf(job: JobStatus, seen: Seen, maxAge: number | null, now: number): Health {
  const lastSuccess = job.lastSuccess === null ? null : Date.parse(job.lastSuccess);
  const age = lastSuccess === null ? null : Math.max(now - lastSuccess, 0);
  const most = maxAge ?? defaultMaxAge(job, now);
  const problems = [
    ...seen.file.split === undefined ? lifeOf(job, seen, now) : lifeAnywhere(job, seen, now),
    ...ageOf(job, age, most, seen, now),
    ...lastPassOf(job),
  ].sort(byLevel);
  return { level: problems[0]?.level ?? "OK", problems, age, maxAge: most };
}

/** The worst first. */
export function byLevel(a: { readonly level: Level }, b: { readonly level: Level }): number {
  return LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level);
}

/** The worst of some levels. */
export function worst(levels: readonly Level[]): Level {
  return levels.reduce((a, b) => LEVELS.indexOf(b) > LEVELS.indexOf(a) ? b : a, "OK" as Level);
}

/** Three passes may be missed, of what is made by the calendar one; and a day is right for what others start. */
export function defaultMaxAge({ intervalMs, cron, lastPass }: JobStatus, now: number): number {
  if (intervalMs !== null) return Math.max(3 * (intervalMs + (lastPass?.durationMs ?? 0)), HOUR_MS);
  if (cron === null) return DAILY_MS;
  let longest = 0;
  for (let count = 0, from = now; count < TIMES; count++) {
    const next = nextTime(cron, from);
    if (next === null) break;
    // the first is as far away as it happens to be
    if (count > 0) longest = Math.max(longest, next - from);
    from = next;
  }
  return (longest || DAY_MS) + SPARE_MS;
}

/** Is there a run at work, and does it do what it should? */
function* lifeOf(
  { state, endless, nextPass, pass }: JobStatus,
  { file, isHeld }: Seen,
  now: number,
): Generator<Problem> {
  if (state === "stopped") {
    if (pass !== null) yield { level: "CRITICAL", text: GIVEN_UP };
    if (endless) yield { level: "WARNING", text: "Lockstep was stopped: no pass is to come" };
    return;
  }
  const silent = now - Date.parse(file.written);
  if (file.locked && !isHeld) {
    const when = state === "waiting" ? "while it waited for the next pass" : "in the middle of a pass";
    const text = `The program is gone: it ended without a word ${when}, ${showDuration(silent)} ago or less`;
    yield { level: "CRITICAL", text };
    return;
  }
  const late = nextPass === null ? 0 : now - Date.parse(nextPass);
  if (state === "waiting" && late > LATE_MS) {
    yield { level: "CRITICAL", text: `The next pass was due ${showDuration(late)} ago, and has not begun` };
  } else if (state === "running" && silent > SILENT_MS) {
    const level = file.locked ? "WARNING" : "CRITICAL";
    yield { level, text: `Nothing was heard of the pass for ${showDuration(silent)}` };
  }
}

/**
 * The same of a job of a split, which runs on any machine, once. Its lock may not be seen from here, so one that is not
 * seen does not say that it is gone; but who is at work writes every few minutes (`BEAT_MS`), and who does not for three
 * times as long is gone.
 */
function* lifeAnywhere(
  { state, pass }: JobStatus,
  { file, isHeld }: Seen,
  now: number,
): Generator<Problem> {
  const silent = now - Date.parse(file.written);
  if (silent < -LATE_MS) {
    const text = `It was written ${showDuration(-silent)} from now: set the clocks of the machines right`;
    yield { level: "WARNING", text };
  }
  if (state === "stopped") {
    if (pass !== null) yield { level: "CRITICAL", text: GIVEN_UP };
  } else if (silent > SILENT_MS) {
    const gone = isHeld ? "" : ": the program or its machine is gone";
    const text = `Nothing was heard of the pass for ${showDuration(silent)}${gone}`;
    yield { level: isHeld ? "WARNING" : "CRITICAL", text };
  } else if (file.locked && !isHeld) {
    const text = "No lock of it is seen from here: it is at work on another machine, or gone";
    yield { level: "WARNING", text };
  }
}

const GIVEN_UP = "The program gave up in the middle of a pass: its log says why";

function* ageOf(
  { state, lastPass }: JobStatus,
  age: number | null,
  maxAge: number,
  { file: { locked, written, split }, isHeld }: Seen,
  now: number,
): Generator<Problem> {
  const isThere = state !== "stopped" &&
    (isHeld || !locked || (split !== undefined && now - Date.parse(written) <= SILENT_MS));
  if (age !== null) {
    if (age <= maxAge) return;
    const text = `It was last in sync ${showDuration(age)} ago, longer than ${showDuration(maxAge)}`;
    yield { level: "CRITICAL", text };
  } else if (lastPass !== null || !isThere) {
    yield { level: "CRITICAL", text: "It has never been in sync" };
  } else {
    const old = split === undefined ? 0 : now - Date.parse(split.made);
    yield old > maxAge
      ? { level: "CRITICAL", text: `The first pass is not over, ${showDuration(old)} after the split` }
      : { level: "WARNING", text: "The first pass is not over yet" };
  }
}

/** What is wrong with what the last pass did. Whoever waits long enough has it as an age, too. */
function* lastPassOf(
  { refused, failures, lastPass, inSyncSince, lastSuccess }: JobStatus,
): Generator<Problem> {
  if (refused !== null) {
    const isGuard = refused.kind === "refused" && refused.code !== "declined";
    yield { level: isGuard ? "CRITICAL" : "WARNING", text: refused.text };
  }
  const [first] = failures.first;
  if (failures.count > 0) {
    const which = first === undefined ? "" : `, the first: ${first.text}`;
    yield { level: "WARNING", text: `${counted(failures.count, "entry", "entries")} failed${which}` };
  }
  if (refused !== null || failures.count > 0 || inSyncSince !== null) return;
  if (lastPass === null) {
    if (lastSuccess !== null) {
      yield { level: "WARNING", text: "The first pass since the split is not over yet" };
    }
    return;
  }
  yield lastPass.result === "interrupted"
    ? { level: "WARNING", text: "The last pass was interrupted before it was complete" }
    : { level: "WARNING", text: "Not all is known to be in sync since the last pass over all" };
}
