/**
 * The line at the bottom of a terminal that says how far a pass is. It is drawn over in place and wiped before
 * anything else is printed; where output is no terminal there is none.
 */
import { format as formatBytes } from "@std/fmt/bytes";
import type { Event } from "../engine/event.ts";
import { showDuration } from "../timing/duration.ts";
import type { Target } from "./print.ts";
import { orElse } from "../system_error.ts";

export interface Progress {
  show(event: Event): void;
  /** Take the line away, so that something else can be printed. */
  wipe(): void;
}

export const noProgress: Progress = { show() {}, wipe() {} };

/** Drawn at most so often, in ms. */
const REDRAW_MS = 100;

/** A progress line on `terminal`, `columns()` wide. */
export function progressOn(terminal: Target, columns: () => number, now: () => number): Progress {
  const encoder = new TextEncoder();
  // a terminal that has gone needs no progress
  const print = (text: string) => orElse(() => terminal.writeSync(encoder.encode(text)), 0);
  let began = now();
  let drawn = -Infinity;
  let visible = false;
  function wipe(): void {
    if (visible) print("\r\x1b[K");
    visible = false;
  }
  return {
    show(event) {
      if (event.kind === "start" || (event.kind === "progress" && event.phase === "compare")) began = now();
      if (event.kind === "end") return wipe();
      if (event.kind !== "progress" || now() - drawn < REDRAW_MS) return;
      drawn = now();
      print(`\r${progressLine(event, now() - began).slice(0, columns() - 1)}\x1b[K`);
      visible = true;
    },
    wipe,
  };
}

/** "copying 120 of 4,000 entries, 1.2 MiB of 80 MiB, 12 MiB/s, about 7s left". `elapsed` is in ms. */
export function progressLine(event: Extract<Event, { kind: "progress" }>, elapsed: number): string {
  const { entries, bytes, total, phase } = event;
  if (phase === "compare") return `comparing: ${entries.toLocaleString("en-US")} entries looked at`;
  const parts = [
    `${entries.toLocaleString("en-US")} of ${total.entries.toLocaleString("en-US")} changes`,
    `${size(bytes)} of ${size(total.bytes)}`,
  ];
  const share = fraction(event);
  if (elapsed >= 1000 && share > 0) {
    parts.push(
      `${size(bytes / elapsed * 1000)}/s`,
      `about ${showDuration(Math.ceil(elapsed * (1 / share - 1) / 1000) * 1000)} left`,
    );
  }
  return `applying: ${parts.join(", ")}`;
}

/** How much of the work is done, 0 to 1: an entry counts like so many bytes of content. */
function fraction({ entries, bytes, total }: Extract<Event, { kind: "progress" }>): number {
  const whole = total.bytes + total.entries * ENTRY_BYTES;
  return whole === 0 ? 1 : Math.min((bytes + entries * ENTRY_BYTES) / whole, 1);
}

/** Making a file costs about as much time as writing so many bytes. */
const ENTRY_BYTES = 32 * 1024;

function size(bytes: number): string {
  return formatBytes(Math.round(bytes), { binary: true, maximumFractionDigits: 1 });
}
