/** The words for progress, and the screen on which it stands below the lines. */
import { assert, assertEquals } from "@std/assert";
import { type Progress, progressLine } from "../../sync/cli/progress.ts";
import { fitted, screen } from "../../sync/cli/screen.ts";
import { memory } from "./memory.ts";

const APPLY: Progress = {
  kind: "progress",
  phase: "apply",
  entries: 500,
  bytes: 1 << 20,
  total: { entries: 1000, bytes: 2 << 20 },
  path: "a\nb",
};
const COMPARE: Progress = { ...APPLY, phase: "compare", bytes: 0, total: { entries: 0, bytes: 0 } };

Deno.test("progressLine() says per cent, time left and rate first, then the file under way and the numbers", () => {
  assertEquals(progressLine(APPLY, 2000), String.raw`50%, 2s left, 512 KiB/s, "a\nb", 500 of 1,000 changes`);
  assertEquals(progressLine(APPLY, 100), String.raw`50%, "a\nb", 500 of 1,000 changes`);
  const removals = { ...APPLY, bytes: 0, total: { entries: 1000, bytes: 0 } };
  assertEquals(
    progressLine(removals, 2000),
    String.raw`50%, 2s left, 250 changes/s, "a\nb", 500 of 1,000 changes`,
  );
});

Deno.test("progressLine() counts entries while comparing, and bytes where contents are compared", () => {
  const { path: _, ...plain } = COMPARE;
  assertEquals(progressLine(plain, 5), "comparing: 500 entries");
  assertEquals(progressLine({ ...plain, entries: 1 }, 5), "comparing: 1 entry");
  const contents = { ...plain, bytes: 1 << 20, total: { entries: 0, bytes: 4 << 20 } };
  assertEquals(progressLine(contents, 2000), "comparing: 500 entries, 1 MiB of 4 MiB, 512 KiB/s");
});

function made(columns = 40, colors = false) {
  const terminal = memory();
  const clock = { now: 0 };
  const shown = screen(terminal, { columns: () => columns, now: () => clock.now, colors });
  return { terminal, clock, shown };
}

Deno.test("screen() writes lines and the progress below them in one go, and not too often", () => {
  const { terminal, clock, shown } = made();
  shown.progress("10%");
  assertEquals(terminal.text, "10%");
  terminal.text = "";
  for (let i = 0; i < 100; i++) shown.add({ level: "info", text: `create file "${i}"` }, 0);
  shown.progress("20%");
  assertEquals(terminal.text, "");
  clock.now = 100;
  shown.add({ level: "info", text: "last" }, 0);
  assert(terminal.text.startsWith("\r\x1b[K") && terminal.text.endsWith(" last\n20%"), terminal.text);
  assertEquals(terminal.text.split("\x1b[K").length, 2);
  assertEquals(terminal.text.split("\n").length, 102);
});

Deno.test("screen() wipes the progress when there is none any more, and shows lines at once when flushed", () => {
  const { terminal, shown } = made();
  shown.progress("10%");
  shown.add({ level: "warning", text: "a" }, 0);
  shown.flush();
  shown.progress(null);
  shown.progress(null);
  shown.flush();
  assertEquals(terminal.text.replaceAll(/\d\d:\d\d:\d\d/g, "time"), "10%\r\x1b[Ktime WARN a\n10%\r\x1b[K");
});

Deno.test("screen() has the time of day and, where it may, colors for errors, warnings and summaries", () => {
  const { terminal, shown } = made(40, true);
  shown.add({ level: "info", text: "a", mark: "operation" }, 0);
  shown.add({ level: "warning", text: "b" }, 0);
  shown.add({ level: "error", text: "c" }, 0);
  shown.add({ level: "info", text: "d", mark: "summary" }, 0);
  shown.flush();
  assertEquals(terminal.text.replaceAll(/^\d\d:\d\d:\d\d /gm, "").split("\n"), [
    "a",
    "\x1b[33mWARN b\x1b[0m",
    "\x1b[31mERROR c\x1b[0m",
    "\x1b[32md\x1b[0m",
    "",
  ]);
});

Deno.test("fitted() cuts from the right, by columns and not by letters", () => {
  assertEquals(fitted("abcdef", 4), "abcd");
  assertEquals(fitted("日本語", 4), "日本");
  assertEquals(fitted("e\u0301e\u0301e\u0301", 2), "e\u0301e\u0301");
  assertEquals(fitted("😀😀", 3), "😀");
});
