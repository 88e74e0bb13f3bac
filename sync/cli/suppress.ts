/**
 * What is said of events that come again and again while the program keeps running: that the source, or the replica,
 * is away is said once, and so is that it is back; a part of the trees that needs nothing is not worth a line.
 */
import type { Event, Report } from "../engine/event.ts";
import { showDuration } from "../timing/duration.ts";
import { type Line, linesOf } from "./line.ts";

/** Why passes are not possible, and since when, in ms. */
interface Trouble {
  readonly key: string;
  readonly back: string;
  readonly since: number;
}

/** A function from each event to its lines, which remembers what it said. `now` is in ms, of any clock that does not jump. */
export function suppress(now: () => number): (event: Event) => Line[] {
  let trouble: Trouble | null = null;
  let isOld = false;
  let isWhole = true;
  return (event) => {
    switch (event.kind) {
      case "start":
        isWhole = event.whole;
        isOld = false;
        return linesOf(event);
      case "unusable":
      case "refused":
      case "locked": {
        const found = { ...troubleOf(event), since: now() };
        isOld = trouble?.key === found.key;
        if (!isOld) trouble = found;
        return isOld ? [] : linesOf(event);
      }
      case "end": {
        if (isOld) return [];
        const lines = linesOf(event);
        if (event.report.ended !== "complete") return lines;
        // of some folders nothing may be refused while all of it still would be
        if (trouble !== null && (isWhole || !trouble.key.startsWith("refused"))) {
          const text = `${trouble.back} after ${showDuration(now() - trouble.since)}`;
          trouble = null;
          return [{ level: "info", text }, ...lines];
        }
        return !isWhole && isIdle(event.report) ? lines.map((line) => ({ ...line, level: "debug" })) : lines;
      }
      default:
        return linesOf(event);
    }
  };
}

function troubleOf(
  event: Extract<Event, { kind: "unusable" | "refused" | "locked" }>,
): Omit<Trouble, "since"> {
  switch (event.kind) {
    case "unusable":
      return { key: `unusable ${event.side}`, back: `The ${event.side} can be used again` };
    case "refused":
      // with the numbers: another refusal is news
      return { key: `refused ${event.text}`, back: "Nothing is refused any more" };
    case "locked":
      return { key: "locked", back: "The replica is free again" };
  }
}

function isIdle({ created, updated, attributes, removed, failed }: Report): boolean {
  return created + updated + attributes + removed + failed === 0;
}
