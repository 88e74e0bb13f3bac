/** The progress line, without a terminal. */
import { assertEquals } from "@std/assert";
import { progressLine, progressOn } from "../../sync/cli/progress.ts";
import { memory } from "./memory.ts";

Deno.test("progressLine() has files, bytes, rate and the time that is left", () => {
  const event = {
    kind: "progress",
    phase: "apply",
    entries: 500,
    bytes: 1 << 20,
    total: { entries: 1000, bytes: 2 << 20 },
  } as const;
  assertEquals(
    progressLine(event, 2000),
    "applying: 500 of 1,000 changes, 1 MiB of 2 MiB, 512 kiB/s, about 2s left",
  );
  assertEquals(progressLine(event, 100), "applying: 500 of 1,000 changes, 1 MiB of 2 MiB");
  assertEquals(progressLine({ ...event, phase: "compare" }, 5), "comparing: 500 entries looked at");
});

Deno.test("progressOn() draws in place, not too often and not too wide, and wipes itself away", () => {
  const terminal = memory();
  let now = 0;
  const progress = progressOn(terminal, () => 20, () => now);
  const event = {
    kind: "progress",
    phase: "compare",
    entries: 1,
    bytes: 0,
    total: { entries: 0, bytes: 0 },
  } as const;
  progress.show(event);
  progress.show(event);
  assertEquals(terminal.text, "\rcomparing: 1 entrie\x1b[K");
  now = 200;
  progress.show(event);
  progress.wipe();
  progress.wipe();
  assertEquals(terminal.text, "\rcomparing: 1 entrie\x1b[K".repeat(2) + "\r\x1b[K");
});
