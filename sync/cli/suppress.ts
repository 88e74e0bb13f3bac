/**
 * What is said of events that come again and again while the program keeps running: that a root is away is said once,
 * and so is that it is back; a notice is said once; a pass over some folders that had nothing to do is not worth a line.
 */
import type { Event, Notice, Refusal, Report } from "../engine/event.ts";
import { showDuration } from "../timing/duration.ts";
import { isIdle, type Line, linesOf } from "./line.ts";

/** Why passes are not possible, and since when, in ms. */
interface Trouble {
  readonly refusal: Refusal;
  readonly since: number;
}

/**
 * A function from each event, with the report of the pass so far, to its lines. It remembers what it said. `now` is in
 * ms, of any clock that does not jump.
 */
export function suppress(now: () => number): (event: Event, report: Report) => Line[] {
  let trouble: Trouble | null = null;
  /** The trouble of this pass has been told of an earlier one. */
  let isOld = false;
  let isWhole = true;
  return (event, report) => {
    switch (event.kind) {
      case "start":
        isWhole = event.whole;
        isOld = false;
        return linesOf(event, report);
      case "unusable":
      case "refused":
      case "locked":
        isOld = trouble !== null && isSame(trouble.refusal, event);
        if (!isOld) trouble = { refusal: event, since: now() };
        return isOld ? [] : linesOf(event, report);
      case "end": {
        if (isOld) return [];
        const lines = linesOf(event, report);
        if (report.ended !== "complete") return lines;
        // in some folders nothing may be refused while all of the source still would be
        if (trouble !== null && (isWhole || trouble.refusal.kind !== "refused")) {
          const text = `${relief(trouble.refusal)} after ${showDuration(now() - trouble.since)}`;
          trouble = null;
          return [{ level: "info", text }, ...lines];
        }
        return !isWhole && isIdle(report) ? lines.map((line) => ({ ...line, level: "debug" })) : lines;
      }
      default:
        return linesOf(event, report);
    }
  };
}

/** Whether a refusal is no news after another one. A plan that is refused with other numbers is news. */
function isSame(before: Refusal, refusal: Refusal): boolean {
  switch (refusal.kind) {
    case "unusable":
      return before.kind === "unusable" && before.side === refusal.side;
    case "refused":
      return JSON.stringify(before) === JSON.stringify(refusal);
    case "locked":
      return before.kind === "locked";
  }
}

/** What to say once the trouble is over. */
function relief(refusal: Refusal): string {
  switch (refusal.kind) {
    case "unusable":
      return `The ${refusal.side} can be used again`;
    case "refused":
      return "Nothing is refused any more";
    case "locked":
      return "The replica is free again";
  }
}

/** A function that tells whether a notice, with all its fields, is new. */
export function newNotices(): (notice: Notice) => boolean {
  const told = new Set<string>();
  return (notice) => {
    const key = JSON.stringify(notice);
    const isNew = !told.has(key);
    told.add(key);
    return isNew;
  };
}
