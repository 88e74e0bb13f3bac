/**
 * Each event as one JSON object on a line, for programs: `docs/json.md` describes it, and a test holds it to that. It
 * has what a program can use, with the unit in the name where there is one, and nothing of our insides. What has a code
 * has a `text` for people beside it.
 */
import type { Change } from "../engine/change.ts";
import type { Difference } from "../engine/change.ts";
import type { Entry, Reason } from "../engine/entry.ts";
import type { Event, Failure, Missing, RootFault } from "../engine/event.ts";
import type { Refused } from "../engine/guard.ts";
import type { Report } from "../engine/report.ts";
import { status, statusOfCheck } from "./exit_status.ts";
import { lineOf } from "./json_line.ts";
import { noticeText } from "./notice.ts";
import { octal } from "./quantity.ts";
import { reasonText } from "./reason.ts";
import { haltedText, refusalText } from "./refusal.ts";
import { findingText } from "./verify_text.ts";

/** The two folders of a mirror, as absolute paths. */
export interface Roots {
  readonly source: string;
  readonly replica: string;
}

export interface JsonOptions {
  readonly roots: Roots;
  /** Which mirror it is, where there are several. */
  readonly job?: string | null;
  /** Whether to tell of progress. */
  readonly progress: boolean;
}

/** The line of an event, at the time `now` (ms since 1970); null for one that is not told. */
export function jsonLine(event: Event, report: Report, options: JsonOptions, now: number): string | null {
  if (event.kind === "progress" && !options.progress) return null;
  const { roots, job = null } = options;
  return lineOf({ kind: event.kind, ...fieldsOf(event, report, roots), ...(job !== null && { job }) }, now);
}

function fieldsOf(event: Event, report: Report, roots: Roots): object {
  switch (event.kind) {
    case "start": {
      const { pass, whole, dryRun } = event;
      return { source: roots.source, replica: roots.replica, job: null, pass, whole, dryRun };
    }
    case "notice":
      return { ...noticeFields(event), text: noticeText(event) };
    case "progress": {
      const { phase, entries, bytes, total, path } = event;
      return { phase, entries, bytes, total, ...(path !== undefined && { path }) };
    }
    case "compared":
      return { entries: { source: event.source, replica: event.replica } };
    case "change":
      return { planned: event.planned, ...changeFields(event.change, event.differences ?? []) };
    case "failure":
      return failureFields(event);
    case "vanished":
      return { count: event.count, first: event.first };
    case "untrashed":
      return { count: event.count, reason: withText(event.reason) };
    case "decided": {
      const { steps, hold, done, left, others } = event;
      return { steps, hold, done, left, others };
    }
    case "left":
      return { path: event.path, why: event.why };
    case "conflict":
      return { path: event.path };
    case "brought-back":
      return changeFields(event.change, []);
    case "state-unwritten":
      return { path: event.path, reason: withText(event.reason) };
    case "unmirrored":
      return { what: event.what, paths: event.paths };
    case "unusable": {
      const { side, path, fault } = event;
      return { side, path, fault: faultFields(fault), text: refusalText(event) };
    }
    case "refused":
      return { ...refusedFields(event), text: refusalText(event, report.dryRun) };
    case "locked":
      return { path: event.path, text: refusalText(event) };
    case "halted": {
      const text = haltedText(event);
      return "reason" in event ? { ...event, reason: withText(event.reason), text } : { ...event, text };
    }
    case "interrupted":
      return {};
    case "finding":
      return findingFields(event);
    case "verified": {
      const { kind: _, duration, ...counts } = event;
      return { ...counts, status: statusOfCheck(event), durationMs: Math.round(duration) };
    }
    case "end":
      return endFields(report);
  }
}

/** What is told of an entry that could not be mirrored. */
export function failureFields({ action, side, path, reason }: Failure): object {
  return { action, side, path, reason: withText(reason) };
}

/** The line of a step that is planned. */
export function stepLine(change: Change, differences: readonly Difference[], now: number): string {
  return lineOf({ kind: "change", planned: true, ...changeFields(change, differences) }, now);
}

function findingFields(found: Extract<Event, { kind: "finding" }>): object {
  const { path, finding } = found;
  const text = findingText(found);
  if (finding.what !== "differs") return { path, ...finding, text };
  return { path, what: finding.what, differences: finding.differences.map(differenceFields), text };
}

function noticeFields(notice: Extract<Event, { kind: "notice" }>): object {
  switch (notice.code) {
    case "cannot-hold":
      return { code: notice.code, missing: missingFields(notice.missing) };
    case "unlocked":
    case "locked-alone":
    case "trash-journal":
    case "trash-unkept":
      return { code: notice.code, reason: withText(notice.reason) };
    default:
      return notice;
  }
}

function missingFields(missing: Missing): object {
  switch (missing.what) {
    case "times":
      return { what: missing.what, limitMs: missing.limit };
    case "names":
      return { what: missing.what, limitBytes: missing.limit };
    default:
      return missing;
  }
}

function refusedFields(refused: Refused): object {
  if (refused.rule !== "free-space") return refused;
  return { rule: refused.rule, neededBytes: refused.needed, freeBytes: refused.free };
}

function changeFields(change: Change, differences: readonly Difference[]): object {
  const { kind: action, path } = change;
  return {
    action,
    path,
    ...(change.kind === "move" && { from: change.from }),
    ...(change.kind !== "remove" && { entry: entryFields(change.entry) }),
    ...(change.was !== undefined && { was: entryFields(change.was) }),
    ...("hardLinkTo" in change && change.hardLinkTo !== undefined && { hardLinkTo: change.hardLinkTo }),
    ...(differences.length > 0 && { differences: differences.map(differenceFields) }),
  };
}

function differenceFields(difference: Difference): object {
  return difference.what === "mode"
    ? { what: difference.what, from: octal(difference.from), to: octal(difference.to) }
    : difference;
}

/** What an entry is, without what only the engine has a use for. */
function entryFields(entry: Entry): object {
  switch (entry.kind) {
    case "unknown":
    case "socket":
      return { kind: entry.kind };
    case "file":
    case "folder":
    case "link":
    case "fifo":
    case "device": {
      const { kind, mode, uid, gid, mtime, nanos = 0 } = entry;
      return {
        kind,
        ...(kind === "file" && { size: entry.size }),
        ...(kind === "device" && { type: entry.type, major: entry.major, minor: entry.minor }),
        ...(kind === "link" ? { target: entry.target } : { mode: octal(mode) }),
        uid,
        gid,
        mtime: timeIn(mtime, nanos),
      };
    }
  }
}

/** A time by RFC 3339, which knows the years 0 to 9999, with its ns if it has any; null for one that is further off. */
function timeIn(ms: number, nanos: number): string | null {
  const text = Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : "";
  if (!/^\d{4}-/.test(text)) return null;
  return nanos === 0 ? text : text.replace("Z", `${nanos}`.padStart(6, "0") + "Z");
}

function faultFields(fault: RootFault): object {
  return fault.code === "fault" ? { code: fault.code, reason: withText(fault.reason) } : fault;
}

function withText(reason: Reason): object {
  return { ...reason, text: reasonText(reason) };
}

/** What a pass came to. */
export function endFields(report: Report): object {
  return {
    ended: report.ended,
    status: status(report),
    durationMs: Math.round(report.duration),
    dryRun: report.dryRun,
    created: report.created,
    updated: report.updated,
    attributes: report.attributes,
    removed: report.removed,
    moved: report.moved,
    failed: report.failed,
    vanished: report.vanished,
    left: report.left,
    unmirrored: report.unmirrored,
    bytes: report.bytes,
    entries: report.entries,
  };
}
