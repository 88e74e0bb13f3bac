import { assertEquals } from "@std/assert";
import { parseDuration, showDuration } from "../../sync/timing/duration.ts";

Deno.test("parseDuration() reads seconds and units, alone and together, and nothing else", () => {
  const rows: [string, number | null][] = [
    ["30", 30_000],
    ["1.5", 1500],
    ["500ms", 500],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
    ["1m500ms", 60_500],
    ["0", 0],
    ["", null],
    ["5min", 300_000],
    ["30sec", 30_000],
    ["2hours", 7_200_000],
    ["1hr30mins", 5_400_000],
    ["1day", 86_400_000],
    ["2weeks", 1_209_600_000],
    ["5month", null],
    ["5mi", null],
    ["m", null],
    ["5x", null],
    ["-5", null],
    ["1h 30m", null],
    ["5 m", null],
    ["1e3", null],
    ["Infinity", null],
  ];
  for (const [text, ms] of rows) assertEquals([text, parseDuration(text)], [text, ms]);
});

Deno.test("showDuration() uses the two largest units", () => {
  const rows: [number, string][] = [
    [0, "0ms"],
    [12.4, "12ms"],
    [1000, "1s"],
    [2540, "2.5s"],
    [59_990, "60s"],
    [61_000, "1m 1s"],
    [5_400_000, "1h 30m"],
    [86_400_000, "1d"],
    [90_061_000, "1d 1h"],
  ];
  for (const [ms, text] of rows) assertEquals(showDuration(ms), text);
});
