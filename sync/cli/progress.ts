/** The words for how far a pass is, as the line at the bottom of a terminal: what is cut from the right matters least. Pure. */
import type { Event } from "../engine/event.ts";
import { shown } from "../engine/entry.ts";
import { showDuration } from "../timing/duration.ts";
import { counted, entries as entriesText, number, size } from "./quantity.ts";

export type Progress = Extract<Event, { kind: "progress" }>;

/** From an event and the ms since its phase began: "42%, 1m 20s left, 12 MiB/s, "a/b", 1,234 of 4,000 changes". */
export function progressLine(event: Progress, elapsed: number): string {
  const file = event.path === undefined ? [] : [shown(event.path)];
  if (event.phase === "compare") {
    const { bytes, total } = event;
    const contents = total.bytes > 0
      ? [`${size(bytes)} of ${size(total.bytes)}`, ...rate(event, elapsed)]
      : [];
    return `comparing: ${[entriesText(event.entries), ...contents, ...file].join(", ")}`;
  }
  const share = shareOf(event);
  const left = elapsed >= SETTLED_MS && share > 0
    ? [`${showDuration(Math.ceil(elapsed * (1 / share - 1) / 1000) * 1000)} left`]
    : [];
  return [
    `${Math.floor(share * 100)}%`,
    ...left,
    ...rate(event, elapsed),
    ...file,
    `${number(event.entries)} of ${counted(event.total.entries, "change")}`,
  ].join(", ");
}

/** Before, in ms, a rate says nothing. */
const SETTLED_MS = 1000;

/** Bytes a second, or changes where there is nothing to copy. */
function rate({ entries, bytes }: Progress, elapsed: number): string[] {
  if (elapsed < SETTLED_MS) return [];
  const seconds = elapsed / 1000;
  return [bytes > 0 ? `${size(bytes / seconds)}/s` : `${number(Math.round(entries / seconds))} changes/s`];
}

/** How much of the work is done, 0 to 1: an entry counts like so many bytes of content. */
function shareOf({ entries, bytes, total }: Progress): number {
  const whole = total.bytes + total.entries * ENTRY_BYTES;
  return whole === 0 ? 1 : Math.min((bytes + entries * ENTRY_BYTES) / whole, 1);
}

/** Making a file costs about as much time as writing so many bytes. */
const ENTRY_BYTES = 32 * 1024;
