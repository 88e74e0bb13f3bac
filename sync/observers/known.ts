/** What is known of a job: a fold over what is heard of it, for all who keep something current. No disk, no clock. */
import { status } from "../cli/exit_status.ts";
import { failureText, untrashedText } from "../cli/line.ts";
import { haltedText, overrideOf, refusalText } from "../cli/refusal.ts";
import type { Event } from "../engine/event.ts";
import { BLANK, type Report } from "../engine/report.ts";
import type { Job } from "./observer.ts";

/** `stopped`: no more is to come of this run. */
export type State = "starting" | "running" | "waiting" | "stopped";

/** An entry that could not be dealt with; several for one of `untrashed`. */
export interface Failed {
  /** Below the roots; "" for the root, or for no single entry. */
  readonly path: string;
  readonly text: string;
}

/** Why the replica is not brought in sync. */
export interface Refused {
  readonly kind: "refused" | "unusable" | "locked" | "halted";
  /** The rule of the guard, or the code of what is wrong. */
  readonly code: string;
  readonly text: string;
  /** The option that lets it through; null when none does. */
  readonly option: string | null;
  /** Since when it is so, pass by pass: ms since 1970. */
  readonly since: number;
}

/** How a pass ended, in one word. */
export type Result = "success" | "failures" | Exclude<Report["ended"], "complete">;

/** A pass that is over. Times in ms since 1970, `duration` in ms. */
export interface Past {
  readonly number: number;
  readonly whole: boolean;
  readonly began: number;
  readonly ended: number;
  readonly duration: number;
  readonly result: Result;
  /** The exit status of a program that made this one pass. */
  readonly status: number;
  readonly report: Counts;
}

/** What of a report is kept. */
export type Counts = Pick<
  Report,
  | "created"
  | "updated"
  | "attributes"
  | "removed"
  | "moved"
  | "failed"
  | "vanished"
  | "left"
  | "unmirrored"
  | "bytes"
>;

/** All times in ms since 1970. */
export interface Known {
  state: State;
  /** The pass under way. */
  pass: { readonly number: number; readonly whole: boolean; readonly began: number } | null;
  /** What the pass under way, or the last one, came to so far. */
  report: Report;
  last: Past | null;
  next: number | null;
  /** When a pass last ended that was complete and left nothing failed. */
  lastSuccess: number | null;
  /** The same, while it is not known to be otherwise. */
  inSyncSince: number | null;
  /** Passes since then, but for those that somebody stopped. */
  consecutiveFailures: number;
  /** What the last pass with failures could not deal with, as long as it is not known that all of it was done since. */
  failures: { readonly count: number; readonly first: readonly Failed[] };
  refused: Refused | null;
  /** What the last whole pass found in the source, and left in the replica. */
  entries: { readonly source: number; readonly replica: number } | null;
}

/** How many failures are kept by name. */
export const FIRST_FAILURES = 20;
/** How many paths that failed are waited for, one by one. */
const MOST_FAILING = 1000;

export function unknown(): Known {
  return {
    state: "starting",
    pass: null,
    report: BLANK,
    last: null,
    next: null,
    lastSuccess: null,
    inSyncSince: null,
    consecutiveFailures: 0,
    failures: { count: 0, first: [] },
    refused: null,
    entries: null,
  };
}

/** How much it matters to a reader: whether it is worth a write of its own. */
export type Weight = "turn" | "news";

/** What is heard of one job. */
export interface Listener {
  /** As it was read last. */
  job: Job;
  readonly known: Known;
  hear(event: Event, report: Report, now: number): Weight;
  waiting(until: number | null): void;
  stop(): void;
}

export function listenerOf(job: Job, known: Known = unknown()): Listener {
  /** Of the pass under way. */
  let first: Failed[] = [];
  let refused: Refused | null = null;
  let others = 0;
  /** The root was made, which is no entry of its own. */
  let roots = 0;
  /** Paths that failed in it; null when they do not say all. */
  let failed: Set<string> | null = new Set();
  /** All that is not in sync, since nothing but these paths failed; null when that is not known. */
  let failing: Set<string> | null = known.inSyncSince === null ? null : new Set();
  const fail = (path: string, text: string, isAll = false) => {
    if (first.length < FIRST_FAILURES) first.push({ path, text });
    if (isAll && failed !== null && failed.size < MOST_FAILING) failed.add(path);
    else failed = null;
  };
  /** What is not in sync after the pass, which was complete. */
  const failingAfter = (whole: boolean) => {
    if (failed === null || (!whole && failing === null)) return null;
    return whole ? failed : failing!.union(failed);
  };
  const end = (report: Report, now: number, duration: number) => {
    const { number, whole, began } = known.pass ?? { number: 1, whole: true, began: now - duration };
    const result = resultOf(report);
    known.pass = null;
    known.last = {
      number,
      whole,
      began,
      ended: now,
      duration,
      result,
      status: status(report),
      report: countsOf(report),
    };
    if (result !== "success" && result !== "interrupted") known.consecutiveFailures++;
    failing = report.ended === "complete" && others === 0 ? failingAfter(whole) : null;
    known.refused = refused;
    // a pass over some folders says nothing of what failed elsewhere
    const isInSync = failing?.size === 0;
    if (report.failed > 0) known.failures = { count: report.failed, first };
    else if (isInSync || (result === "success" && whole)) known.failures = { count: 0, first: [] };
    if (isInSync) {
      known.lastSuccess = now;
      known.consecutiveFailures = 0;
    }
    known.inSyncSince = isInSync ? now : null;
    if (whole) {
      known.next = null;
      if (report.ended === "complete") known.entries = entriesAfter(report, roots);
    }
    if (listener.job.options.when.rhythm.kind !== "once") known.state = "waiting";
  };
  const listener: Listener = {
    job,
    known,
    hear(event, report, now) {
      known.report = report;
      switch (event.kind) {
        case "start":
          [first, failed, refused, others, roots] = [[], new Set(), null, 0, 0];
          known.state = "running";
          known.pass = { number: event.pass, whole: event.whole, began: now };
          if (event.whole) known.next = null;
          return "turn";
        case "change":
          // what failed before is done
          failing?.delete(event.change.path);
          if (event.change.kind === "create" && event.change.path === "") roots = 1;
          return "news";
        case "failure":
          fail(event.path, failureText(event), event.action !== "list" && event.action !== "note");
          return "news";
        case "untrashed":
          fail("", untrashedText(event));
          return "news";
        case "state-unwritten":
          fail("", `The state file could not be written`);
          return "news";
        case "decided":
          others = event.others + event.left;
          return "news";
        case "refused":
        case "unusable":
        case "locked":
        case "halted": {
          const was = known.refused;
          const one = refusedBy(event, now);
          refused = was?.kind === one.kind && was.code === one.code ? { ...one, since: was.since } : one;
          known.refused = refused;
          return "turn";
        }
        case "end":
          end(report, now, event.duration);
          return "turn";
        default:
          return "news";
      }
    },
    waiting(until) {
      known.state = "waiting";
      known.next = until;
    },
    stop() {
      known.state = "stopped";
      known.next = null;
    },
  };
  return listener;
}

/** The listeners of another list of jobs: a job that is still there goes on, a new one begins with what `knownOf` gives. */
export function listenersOf(
  list: readonly Job[],
  before: ReadonlyMap<string | null, Listener>,
  knownOf: (job: Job) => Known | undefined,
): Map<string | null, Listener> {
  const next = new Map<string | null, Listener>();
  for (const job of list) {
    // a dry run is no part of how a mirror is
    if (job.options.dryRun) continue;
    const here = before.get(job.name);
    if (here && isSame(here.job, job)) {
      here.job = job;
      next.set(job.name, here);
    } else next.set(job.name, listenerOf(job, knownOf(job)));
  }
  return next;
}

/** Whether two are one mirror: of the same name, of the same folders. */
export function isSame(
  one: Pick<Job, "name" | "source" | "replica">,
  { name, source, replica }: Pick<Job, "name" | "source" | "replica">,
): boolean {
  return one.name === name && one.source === source && one.replica === replica;
}

function refusedBy(
  event: Extract<Event, { readonly kind: "refused" | "unusable" | "locked" | "halted" }>,
  since: number,
): Refused {
  const { kind } = event;
  switch (kind) {
    case "refused": {
      const option = event.rule === "declined" ? null : overrideOf(event);
      return { kind, code: event.rule, text: refusalText(event), option, since };
    }
    case "unusable": {
      const option = event.fault.code === "another-root" ? "--accept-new-root" : null;
      return { kind, code: event.fault.code, text: refusalText(event), option, since };
    }
    case "locked":
      return { kind, code: "locked", text: refusalText(event), option: null, since };
    case "halted":
      return { kind, code: event.code, text: haltedText(event), option: null, since };
  }
}

function entriesAfter({ entries: { source, replica }, created, removed }: Report, roots: number) {
  return { source, replica: replica + created - roots - removed };
}

function resultOf({ ended, failed }: Report): Result {
  if (ended !== "complete") return ended;
  return failed > 0 ? "failures" : "success";
}

export function countsOf(report: Report): Counts {
  const { created, updated, attributes, removed, moved, failed, vanished, left, unmirrored, bytes } = report;
  return { created, updated, attributes, removed, moved, failed, vanished, left, unmirrored, bytes };
}
