/**
 * What is said of events that come again and again while the program keeps running: that a root is away is said once,
 * and so is that it is back; an entry is said once to be left, as long as it is; a refusal waits for somebody, and is
 * said again each hour; a notice is said once; a pass over some folders that had nothing to do is not worth a line.
 */
import { shown } from "../engine/entry.ts";
import type { Event, Notice, Refusal } from "../engine/event.ts";
import type { Report } from "../engine/report.ts";
import { showDuration } from "../timing/duration.ts";
import { isIdle, type Line, linesOf } from "./line.ts";
import { overrideOf } from "./refusal.ts";

/** Why passes are not possible, and since when, in ms. */
interface Trouble {
  readonly refusal: Refusal;
  readonly since: number;
  /** When it was said last. */
  readonly said: number;
}

/** How often, in ms, a refusal is said again. */
const AGAIN_MS = 3_600_000;

/**
 * A function from each event, with the report of the pass so far, to its lines. It remembers what it said. `now` is in
 * ms, of any clock that does not jump. `allow`: the file by which what is refused in a loop is let through once.
 */
export function suppress(
  now: () => number,
  allow: string | null = null,
): (event: Event, report: Report) => Line[] {
  let trouble: Trouble | null = null;
  /** The trouble of this pass has been told of an earlier one. */
  let isOld = false;
  let isWhole = true;
  /** What was left, as it was told: of the passes before, and of this one. */
  let [known, left] = [new Set<string>(), new Set<string>()];
  return (event, report) => {
    switch (event.kind) {
      case "start":
        isWhole = event.whole;
        isOld = false;
        left = new Set();
        return linesOf(event, report);
      case "unusable":
      case "refused":
      case "locked":
        isOld = trouble !== null && isSame(trouble, event, now());
        if (isOld) return [];
        trouble = { refusal: event, since: isKept(trouble, event) ? trouble!.since : now(), said: now() };
        return [...linesOf(event, report), ...allowLines(event, allow)];
      case "left": {
        const key = `${event.why} ${event.path}`;
        left.add(key);
        return known.has(key) ? [] : linesOf(event, report);
      }
      case "end": {
        // what is left no more is told when it is left again
        known = isWhole && report.ended === "complete" ? left : new Set([...known, ...left]);
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

/** How what is refused may be let through once. */
function allowLines(refusal: Refusal, allow: string | null): Line[] {
  if (allow === null || refusal.kind !== "refused" || refusal.rule === "declined") return [];
  const text = `To let it through once, put "${overrideOf(refusal)}" into the file ${shown(allow)}`;
  return [{ level: "warning", text }];
}

/** Whether plans are refused for the same reason, with the same numbers or others. */
function isKept(trouble: Trouble | null, refusal: Refusal): boolean {
  return trouble?.refusal.kind === "refused" && refusal.kind === "refused" &&
    trouble.refusal.rule === refusal.rule;
}

/** Whether a refusal is no news. A plan that is refused with other numbers is, and so is one after an hour. */
function isSame({ refusal: before, said }: Trouble, refusal: Refusal, now: number): boolean {
  switch (refusal.kind) {
    case "unusable":
      return before.kind === "unusable" && before.side === refusal.side;
    case "refused":
      return now - said < AGAIN_MS && JSON.stringify(before) === JSON.stringify(refusal);
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
