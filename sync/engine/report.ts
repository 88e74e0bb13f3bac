/**
 * What one pass came to, in numbers: a fold over its events. The exit status and the summary are made of it, and the
 * next pass learns from it how many entries there were.
 */
import { bytes, type Change, removals } from "./change.ts";
import type { Event, Halted } from "./event.ts";
import { fleeting } from "./fleeting.ts";

/** What one pass came to. */
export interface Report {
  /** Only what was decided on was done: the replica may lack more. */
  readonly decided: boolean;
  /** Only a plan: nothing was written, and the counts are of planned changes. */
  readonly dryRun: boolean;
  readonly created: number;
  readonly updated: number;
  /** Entries of which only the attributes were set. */
  readonly attributes: number;
  readonly removed: number;
  /** Renames in the replica: one for a folder with all that is in it. */
  readonly moved: number;
  readonly failed: number;
  /** Those of `failed` that kept changing while they were read: the next pass may well succeed. */
  readonly fleeting: number;
  /** Entries of the source that went while they were read. */
  readonly vanished: number;
  /** Entries of the replica that were left alone: edits, and steps of a plan that hold no more. */
  readonly left: number;
  /** Entries of the source that are not mirrored. */
  readonly unmirrored: number;
  /** Bytes of content copied. */
  readonly bytes: number;
  /** Entries looked at. */
  readonly entries: { readonly source: number; readonly replica: number };
  /** In ms. */
  readonly duration: number;
  /** What cut the pass short, if anything did. */
  readonly ended: "complete" | "refused" | "unusable" | "locked" | "halted" | "interrupted";
  /** Why, when the replica cut it short. */
  readonly halted: Halted["code"] | null;
}

/** The report before anything happened. */
export const BLANK: Report = {
  decided: false,
  dryRun: false,
  created: 0,
  updated: 0,
  attributes: 0,
  removed: 0,
  moved: 0,
  failed: 0,
  fleeting: 0,
  vanished: 0,
  left: 0,
  unmirrored: 0,
  bytes: 0,
  entries: { source: 0, replica: 0 },
  duration: 0,
  ended: "complete",
  halted: null,
};

/** The report after one more event. */
export function fold(report: Report, event: Event): Report {
  switch (event.kind) {
    case "start":
      return { ...BLANK, dryRun: event.dryRun };
    case "compared":
      return { ...report, entries: { source: event.source, replica: event.replica } };
    case "change":
      return count(report, event.change);
    case "failure":
      return { ...report, failed: report.failed + 1, fleeting: report.fleeting + (fleeting(event) ? 1 : 0) };
    case "vanished":
      return { ...report, vanished: report.vanished + event.count };
    case "untrashed":
      return { ...report, failed: report.failed + event.count };
    case "decided":
      return { ...report, decided: true };
    case "left":
      return { ...report, left: report.left + 1 };
    case "state-unwritten":
      return { ...report, failed: report.failed + 1 };
    case "refused":
    case "unusable":
    case "locked":
    case "interrupted":
      return { ...report, ended: event.kind };
    case "halted":
      return { ...report, ended: event.kind, halted: event.code };
    case "unmirrored":
      return { ...report, unmirrored: report.unmirrored + event.paths.length };
    case "end":
      return { ...report, duration: event.duration };
    case "notice":
    case "progress":
    case "conflict":
    case "brought-back":
    case "finding":
    case "verified":
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
    case "move":
      return { ...report, moved: report.moved + 1 };
  }
}
