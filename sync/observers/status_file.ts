/** What stands in a status file, to write it and to read it: docs/status.md describes it, and a test holds it to that. */
import { VERSION } from "../build.ts";
import { STATUS_START } from "../cli/observe.ts";
import { printable } from "../cli/reason.ts";
import { timeOf } from "../cli/time.ts";
import {
  type Counts,
  countsOf,
  type Failed,
  type Known,
  type Past,
  type Refused,
  type Result,
  type State,
  unknown,
} from "./known.ts";
import type { Job, OfSplit } from "./observer.ts";

const FORMAT = 1;

/** As it is read. Times are RFC 3339. */
export interface StatusFile {
  readonly written: string;
  readonly pid: number;
  /** Whether the run that wrote it holds a lock on it as long as it is there. */
  readonly locked: boolean;
  /** Left out where the run was of none. */
  readonly split?: OfSplit;
  readonly jobs: readonly JobStatus[];
}

export interface JobStatus {
  readonly name: string | null;
  readonly source: string;
  readonly replica: string;
  readonly state: State;
  readonly inSyncSince: string | null;
  readonly lastSuccess: string | null;
  readonly pass:
    | ({ readonly number: number; readonly whole: boolean; readonly began: string } & Counts)
    | null;
  readonly lastPass:
    | {
      readonly number: number;
      readonly whole: boolean;
      readonly began: string;
      readonly ended: string;
      readonly durationMs: number;
      readonly result: Result;
      readonly status: number;
    } & Counts
    | null;
  readonly nextPass: string | null;
  readonly intervalMs: number | null;
  readonly cron: string | null;
  readonly watch: boolean;
  /** Whether it goes on until somebody stops it. */
  readonly endless: boolean;
  readonly failures: { readonly count: number; readonly first: readonly Failed[] };
  readonly refused: (Omit<Refused, "since"> & { readonly since: string }) | null;
  readonly consecutiveFailures: number;
  readonly entries: { readonly source: number; readonly replica: number } | null;
}

/**
 * The text of the file, in parts: a job each. `locked` and `split` as in `StatusFile`; `now`: ms since 1970; `left`: what an
 * earlier run wrote of jobs that are not this run's.
 */
export function* statusText(
  jobs: Iterable<{ readonly job: Job; readonly known: Known }>,
  { locked, now, split, left = [] }: {
    readonly locked: boolean;
    readonly now: number;
    readonly split: OfSplit | undefined;
    readonly left?: readonly JobStatus[];
  },
): Generator<string> {
  const head = { lockstep: "status", version: FORMAT, written: timeOf(now), program: VERSION };
  yield JSON.stringify({ ...head, pid: Deno.pid, locked, split }, null, 2).slice(0, -2) + ',\n  "jobs": [';
  let mark = "\n    ";
  const textOf = (job: JobStatus) => mark + JSON.stringify(job, null, 2).replaceAll("\n", "\n    ");
  for (const { job, known } of jobs) {
    yield textOf(jobStatus(job, known));
    mark = ",\n    ";
  }
  for (const job of left) {
    yield textOf({ ...job, state: "stopped", pass: null, nextPass: null });
    mark = ",\n    ";
  }
  yield "\n  ]\n}\n";
}

function jobStatus({ name, source, replica, options: { when } }: Job, known: Known): JobStatus {
  const { state, last, failures, refused, consecutiveFailures, entries } = known;
  const { rhythm } = when;
  return {
    name,
    source,
    replica,
    state,
    inSyncSince: timeOrNull(known.inSyncSince),
    lastSuccess: timeOrNull(known.lastSuccess),
    pass: known.pass && { ...known.pass, began: timeOf(known.pass.began), ...countsOf(known.report) },
    lastPass: last && lastOf(last),
    nextPass: timeOrNull(known.next),
    intervalMs: rhythm.kind === "interval" ? rhythm.ms : null,
    cron: rhythm.kind === "cron" ? rhythm.text : null,
    watch: when.settle !== null,
    endless: rhythm.kind !== "once" && when.life === null && when.passes === null,
    failures,
    refused: refused && { ...refused, since: timeOf(refused.since) },
    consecutiveFailures,
    entries,
  };
}

function lastOf({ report, began, ended, duration, ...rest }: Past): NonNullable<JobStatus["lastPass"]> {
  return {
    ...rest,
    began: timeOf(began),
    ended: timeOf(ended),
    durationMs: Math.round(duration),
    ...report,
  };
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : timeOf(ms);
}

/** Read the text of one; or why it is none, as a clause about "it". */
export function readStatus(text: string): StatusFile | string {
  if (!text.startsWith(STATUS_START)) return "it is no status file of Lockstep";
  const value = parsed(text);
  if (value === undefined) return "it was cut off or changed";
  const { version, jobs } = value;
  if (version !== FORMAT) return `it is of another version of Lockstep (${printable(String(version))})`;
  const isWhole = Array.isArray(jobs) && jobs.every(isJob) && typeof value.pid === "number" &&
    isTime(value.written) && typeof value.locked === "boolean" &&
    (value.split === undefined || isSplit(value.split));
  if (!isWhole) return "it was cut off or changed";
  return value as unknown as StatusFile;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // whatever it is, it is not as we wrote it
    return undefined;
  }
}

const STATES: readonly unknown[] = ["starting", "running", "waiting", "stopped"] satisfies State[];

function isTime(value: unknown): boolean {
  return typeof value === "string" && !isNaN(Date.parse(value));
}

function isSplit(value: unknown): value is OfSplit {
  if (typeof value !== "object" || value === null) return false;
  const { id, made, jobs, source, replica } = value as Readonly<Record<string, unknown>>;
  return [id, source, replica].every((one) => typeof one === "string") && isTime(made) &&
    Number.isSafeInteger(jobs);
}

function isJob(value: unknown): value is JobStatus {
  if (typeof value !== "object" || value === null) return false;
  const job = value as Readonly<Record<string, unknown>>;
  const isText = (name: string) => typeof job[name] === "string";
  const isObject = (name: string) => typeof job[name] === "object";
  return (job.name === null || isText("name")) && isText("source") && isText("replica") &&
    STATES.includes(job.state) &&
    ["inSyncSince", "lastSuccess", "nextPass"].every((name) => job[name] === null || isTime(job[name])) &&
    ["pass", "lastPass", "refused", "entries"].every(isObject) && isObject("failures") &&
    job.failures !== null &&
    Array.isArray((job.failures as { first?: unknown }).first) && typeof job.consecutiveFailures === "number";
}

/**
 * What is known of a job by what an earlier run wrote of it. Of another split's run only since when it was in sync: its
 * folders are the same, though what it left in them is not what counts now. What the job with all the rest had then, or one
 * with a slice of a folder (`isSlice`), says nothing: that was another rest, and those were other names.
 */
export function knownFrom(
  was: JobStatus,
  { split: before }: Pick<StatusFile, "split">,
  split: OfSplit | undefined,
  isSlice = false,
): Known {
  const { lastPass, refused } = was;
  if (before?.id !== split?.id) {
    if (isSlice || was.source === before?.source) return unknown();
    return {
      ...unknown(),
      lastSuccess: msOrNull(was.lastSuccess),
      consecutiveFailures: was.consecutiveFailures,
    };
  }
  return {
    ...unknown(),
    lastSuccess: msOrNull(was.lastSuccess),
    inSyncSince: msOrNull(was.inSyncSince),
    consecutiveFailures: was.consecutiveFailures,
    failures: was.failures,
    entries: was.entries,
    refused: refused && { ...refused, since: Date.parse(refused.since) },
    last: lastPass && pastOf(lastPass),
  };
}

function pastOf(
  { number, whole, began, ended, durationMs, result, status, ...report }: NonNullable<JobStatus["lastPass"]>,
): Past {
  const times = { began: Date.parse(began), ended: Date.parse(ended), duration: durationMs };
  return { number, whole, ...times, result, status, report };
}

function msOrNull(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
