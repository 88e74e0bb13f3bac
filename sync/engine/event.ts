/**
 * Everything that can happen, as one union of plain values. The engine emits; the log, the console, the progress
 * line and the tests only listen. The report of a pass is a fold over its events, and the exit status of the program
 * a function of the report.
 */
import type { Path, Reason, Side, Special } from "./entry.ts";
import { bytes, type Change, removals } from "./plan.ts";

/** One entry that could not be dealt with. What the replica holds at its path was left alone, and the pass went on. */
export interface Failure {
  readonly kind: "failure";
  readonly action: "list" | "read" | "copy" | "create" | "attributes" | "remove";
  readonly side: Side;
  readonly path: Path;
  readonly reason: Reason;
}

/**
 * An entry of the source that has no place in the replica: it is no data, or the replica's file system has no such
 * thing. It is told once for all of its kind, and is not a failure.
 */
export interface Unmirrored {
  readonly path: Path;
  readonly what: Special["kind"] | "fifo" | "link";
}

/** Why a pass wrote nothing. Each text is one line for a person, with the numbers and the way out. */
export type Refusal =
  /** A guard looked at the plan and would not carry it out. */
  | { readonly kind: "refused"; readonly rule: "empty-source" | "max-delete" | "room"; readonly text: string }
  /** The source or the replica cannot be worked with. */
  | { readonly kind: "unusable"; readonly side: Side; readonly text: string }
  /** Another run holds the replica. */
  | { readonly kind: "locked"; readonly text: string };

export type Event =
  /** `whole`: all of both trees is compared, and not only some folders. */
  | { readonly kind: "start"; readonly pass: number; readonly planned: boolean; readonly whole: boolean }
  /** Something that a person should know once, and that changes nothing. */
  | { readonly kind: "notice"; readonly text: string }
  /** How far the pass is. `total` is what the plan counted; while comparing it is not known and 0. */
  | {
    readonly kind: "progress";
    readonly phase: "compare" | "apply";
    readonly entries: number;
    readonly bytes: number;
    readonly total: { readonly entries: number; readonly bytes: number };
  }
  /** A change was made, or would be when `planned`. */
  | { readonly kind: "change"; readonly change: Change; readonly planned: boolean }
  | Failure
  | { readonly kind: "unmirrored"; readonly what: Unmirrored["what"]; readonly paths: readonly Path[] }
  | Refusal
  /** The replica or the source cannot be worked with any more: what is left was not done. */
  | { readonly kind: "halted"; readonly side: Side; readonly text: string }
  /** Somebody asked the program to stop before the pass was complete. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "end"; readonly report: Report };

export type Emit = (event: Event) => void;

/** What one pass came to. */
export interface Report {
  /** Nothing was written: a dry run. */
  readonly planned: boolean;
  readonly created: number;
  readonly updated: number;
  readonly attributes: number;
  readonly removed: number;
  readonly failed: number;
  /** Those of `failed` that vanished or kept changing while they were read: the next pass may well succeed. */
  readonly fleeting: number;
  /** Entries of the source that have no place in the replica. */
  readonly unmirrored: number;
  /** Bytes of content copied. */
  readonly bytes: number;
  /** Entries looked at. */
  readonly entries: { readonly source: number; readonly replica: number };
  /** ms */
  readonly duration: number;
  /** What cut the pass short, if anything did. */
  readonly ended: "complete" | "refused" | "unusable" | "locked" | "halted" | "interrupted";
}

/** The report before anything happened. */
export const BLANK: Report = {
  planned: false,
  created: 0,
  updated: 0,
  attributes: 0,
  removed: 0,
  failed: 0,
  fleeting: 0,
  unmirrored: 0,
  bytes: 0,
  entries: { source: 0, replica: 0 },
  duration: 0,
  ended: "complete",
};

/** Codes of failures that another look may well find gone. */
const FLEETING = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "CHANGING"]);

/** Whether a failure comes from an entry of the source that vanished or kept changing. */
export function fleeting(failure: Failure): boolean {
  return failure.side === "source" && FLEETING.has(failure.reason.code);
}

/** The report after one more event. */
export function fold(report: Report, event: Event): Report {
  switch (event.kind) {
    case "start":
      return { ...report, planned: event.planned };
    case "change":
      return count(report, event.change);
    case "failure":
      return { ...report, failed: report.failed + 1, fleeting: report.fleeting + (fleeting(event) ? 1 : 0) };
    case "refused":
    case "unusable":
    case "locked":
    case "halted":
    case "interrupted":
      return { ...report, ended: event.kind };
    case "unmirrored":
      return { ...report, unmirrored: report.unmirrored + event.paths.length };
    case "notice":
    case "progress":
    case "end":
      return report;
  }
}

function count(report: Report, change: Change): Report {
  const removed = report.removed + removals(change);
  switch (change.kind) {
    case "create":
      return { ...report, created: report.created + 1, removed, bytes: report.bytes + bytes(change) };
    case "update":
      return { ...report, updated: report.updated + 1, bytes: report.bytes + bytes(change) };
    case "attributes":
      return { ...report, attributes: report.attributes + 1 };
    case "remove":
      return { ...report, removed };
  }
}

/** Exit statuses. Up to 39 a number means what it means in rsync; from 40 on they are ours. */
export const STATUS = {
  inStep: 0,
  usage: 1,
  unusable: 3,
  halted: 11,
  interrupted: 20,
  failures: 23,
  fleeting: 24,
  refused: 25,
  locked: 40,
  bug: 70,
} as const;

/** The exit status that a pass deserves. */
export function status(report: Report): number {
  switch (report.ended) {
    case "unusable":
      return STATUS.unusable;
    case "refused":
      return STATUS.refused;
    case "locked":
      return STATUS.locked;
    case "halted":
      return STATUS.halted;
    case "interrupted":
      return STATUS.interrupted;
    case "complete":
      if (report.failed > report.fleeting) return STATUS.failures;
      return report.failed > 0 ? STATUS.fleeting : STATUS.inStep;
  }
}
