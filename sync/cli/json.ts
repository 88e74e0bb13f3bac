/**
 * Each event as one JSON object on a line, for programs: the fields of the event, `v` for the schema's version, and
 * beside what has a code a `text` for people. The end of a pass carries its `report`.
 */
import type { Reason } from "../engine/entry.ts";
import type { Event, Report } from "../engine/event.ts";
import { timeOf } from "./log.ts";
import { noticeText } from "./notice.ts";
import { reasonText } from "./reason.ts";
import { haltedText, refusalText } from "./refusal.ts";

/** Goes up when a field changes its meaning or goes away; a new field or kind of event does not change it. */
export const SCHEMA = 1;

/** The line of an event, at the time `now` (ms since 1970); null for progress, which is for a person who waits. */
export function jsonLine(event: Event, report: Report, now: number): string | null {
  if (event.kind === "progress") return null;
  return JSON.stringify({ v: SCHEMA, time: timeOf(now), ...withTexts(event, report) }) + "\n";
}

function withTexts(event: Event, report: Report): object {
  switch (event.kind) {
    case "notice":
      return { ...event, text: noticeText(event) };
    case "failure":
      return { ...event, reason: withText(event.reason) };
    case "unusable": {
      const { fault } = event;
      const told = fault.code === "fault" ? { ...fault, reason: withText(fault.reason) } : fault;
      return { ...event, fault: told, text: refusalText(event) };
    }
    case "refused":
    case "locked":
      return { ...event, text: refusalText(event) };
    case "halted": {
      const text = haltedText(event);
      return event.code === "full" ? { ...event, reason: withText(event.reason), text } : { ...event, text };
    }
    case "end":
      return { ...event, report };
    case "start":
    case "progress":
    case "compared":
    case "change":
    case "unmirrored":
    case "interrupted":
      return event;
  }
}

function withText(reason: Reason): Reason & { readonly text: string } {
  return { ...reason, text: reasonText(reason) };
}
