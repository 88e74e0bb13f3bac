/** What is known of a job over days and restarts, row by row, with clocks of all kinds. */
import { assert, assertEquals } from "@std/assert";
import { BLANK, type Report } from "../../../sync/engine/report.ts";
import {
  addTo,
  foldersOf,
  forget,
  keepLargest,
  type Large,
  newSum,
} from "../../../sync/observers/report/changed.ts";
import {
  kindOfDay,
  newRecord,
  type Outcome,
  outcomeOf,
  PASSES,
  type Record,
  take,
  takeOften,
  takeSpace,
} from "../../../sync/observers/report/record.ts";
import { cellsOf } from "../../../sync/observers/report/strip.ts";
import { count, newTally } from "../../../sync/observers/report/tally.ts";
import { FILE } from "../../support/entries.ts";

const MINUTE = 60_000;

/** A pass that begins at a moment and takes a minute. */
function passAt(record: Record, began: number, outcome: Outcome, whole = true, changes = 0): void {
  take(record, {
    pass: { began, ms: MINUTE, outcome, changes, bytes: changes * 10 },
    whole,
    problems: outcome === "ok" ? [] : [outcome],
    more: 0,
    advice: [],
  });
}

function at(month: number, date: number, hours = 2): number {
  return new Date(2026, month - 1, date, hours).getTime();
}

Deno.test("outcomeOf() tells what the exit status tells", () => {
  const rows: readonly [Partial<Report>, Outcome][] = [
    [{}, "ok"],
    [{ unmirrored: 3 }, "ok"],
    [{ failed: 1 }, "failed"],
    [{ failed: 2, fleeting: 2 }, "partly"],
    [{ failed: 2, fleeting: 1 }, "failed"],
    [{ vanished: 1 }, "partly"],
    [{ left: 1 }, "partly"],
    [{ ended: "refused" }, "refused"],
    [{ ended: "halted", halted: "full", failed: 1 }, "halted"],
  ];
  for (const [report, outcome] of rows) assertEquals(outcomeOf({ ...BLANK, ...report }), outcome);
});

Deno.test("a day is told as the worst that happened, and a pass belongs to the day on which it ended", () => {
  const record = newRecord();
  passAt(record, at(11, 20, 2), "ok");
  passAt(record, at(11, 20, 14), "failed");
  passAt(record, at(11, 20, 15), "ok");
  passAt(record, at(11, 21, 0) - MINUTE / 2, "refused");
  passAt(record, at(11, 22), "interrupted");
  assertEquals(record.days.map((row) => [row.day, kindOfDay(row)]), [
    ["2026-11-20", "failed"],
    ["2026-11-21", "blocked"],
    ["2026-11-22", "partly"],
  ]);
});

Deno.test("the strip tells days without a pass from those before the first, at the edge of 90 days", () => {
  const record = newRecord();
  // 89 days before 22 November, and the day before that
  for (const [month, date] of [[8, 24], [8, 25], [11, 20]] as const) passAt(record, at(month, date), "ok");
  takeSpace(record, { free: 1, trash: null }, at(11, 22));
  const cells = cellsOf(record.days, "2026-11-22");
  assertEquals([cells.length, cells[0]!.day, cells[0]!.sign], [90, "2026-08-25", "ok"]);
  assertEquals([cells[1]!.sign, cells.at(-3)!.sign, cells.at(-1)!.sign], ["none", "ok", "none"]);
  const fresh = newRecord();
  passAt(fresh, at(11, 20), "ok");
  assertEquals(cellsOf(fresh.days, "2026-11-22").map(({ sign }) => sign).slice(-4), [
    "before",
    "ok",
    "none",
    "none",
  ]);
});

Deno.test("a clock that was wrong for a while, in 1970 or 2038, costs no day and no pass", () => {
  for (const wrong of [0, new Date(2038, 0, 1).getTime()]) {
    const record = newRecord();
    const months = Array.from({ length: 90 }, (_, i) => at(8, 25 + i));
    for (const began of months) passAt(record, began, "ok");
    for (let i = 0; i < 5; i++) passAt(record, wrong + i * 86_400_000 + MINUTE, "failed");
    passAt(record, at(11, 22, 4), "ok");
    const cells = cellsOf(record.days, "2026-11-22");
    assertEquals(cells.map(({ sign }) => sign), Array(90).fill("ok"));
    assertEquals(record.passes.at(-1)!.began, at(11, 22, 4));
  }
});

Deno.test("years of days and a pass each second stay small, and today is never what is let go", () => {
  const record = newRecord();
  for (let i = 0; i < 1000; i++) passAt(record, at(1, 1 + i), "ok");
  for (let i = 0; i < 1000; i++) passAt(record, at(1, 1000) + i * 1000, i % 2 === 0 ? "ok" : "failed");
  assert(record.days.length <= 120, `${record.days.length}`);
  assertEquals(record.passes.length, PASSES);
  // the oldest of them all, by a clock that was set back
  passAt(record, 0, "ok");
  assertEquals(record.days[0]!.day.slice(0, 4), new Date(0).getFullYear().toString());
});

Deno.test("since when it is in sync, or not, lasts until that changes", () => {
  const record = newRecord();
  const state = () => [record.state!.outcome, record.state!.since, record.state!.lastOk];
  passAt(record, at(11, 1), "ok");
  passAt(record, at(11, 2), "partly");
  passAt(record, at(11, 3), "ok");
  assertEquals(state(), ["ok", at(11, 1) + MINUTE, at(11, 3) + MINUTE]);
  passAt(record, at(11, 4), "failed");
  passAt(record, at(11, 5), "unusable");
  assertEquals(state(), ["unusable", at(11, 4) + MINUTE, at(11, 3) + MINUTE]);
  passAt(record, at(11, 6), "ok");
  assertEquals(state(), ["ok", at(11, 6) + MINUTE, at(11, 6) + MINUTE]);
});

Deno.test("a pass over some folders does not make good what one over all of it found", () => {
  const record = newRecord();
  passAt(record, at(11, 1), "failed");
  passAt(record, at(11, 2), "ok", false);
  assertEquals(record.state!.problems, ["failed"]);
  passAt(record, at(11, 3), "ok");
  assertEquals(record.state!.outcome, "ok");
  // not even after another that failed
  passAt(record, at(11, 3), "failed");
  passAt(record, at(11, 3, 3), "failed", false);
  passAt(record, at(11, 3, 4), "ok", false);
  assertEquals(record.state!.outcome, "failed");
  passAt(record, at(11, 3, 5), "ok");
  // but what it found itself
  passAt(record, at(11, 4), "failed", false);
  assertEquals(record.state!.outcome, "failed");
  passAt(record, at(11, 5), "ok", false);
  assertEquals(record.state!.outcome, "ok");
});

Deno.test("passes over some folders with nothing to do push no other pass out", () => {
  const record = newRecord();
  passAt(record, at(11, 1), "ok", true, 5);
  for (let i = 0; i < 500; i++) passAt(record, at(11, 2) + i * 1000, "ok", false);
  assertEquals([record.passes.length, record.days[1]!.ok], [1, 500]);
});

Deno.test("free space and the trash are those last known of a day", () => {
  const record = newRecord();
  takeSpace(record, { free: 10, trash: 1 }, at(11, 1, 2));
  takeSpace(record, { free: null, trash: 2 }, at(11, 1, 3));
  assertEquals(record.days.map(({ free, trash }) => [free, trash]), [[10, 2]]);
});

Deno.test("a tally of a million names stays small, and has what comes most often", () => {
  const tally = newTally(100);
  for (let i = 0; i < 200_000; i++) {
    count(tally, `once ${i}`, 1);
    if (i % 10 === 0) count(tally, `often ${i % 50}`, 1);
    assert(tally.counts.size <= 400);
  }
  assertEquals([0, 10, 20, 30, 40].map((i) => tally.counts.get(`often ${i}`)?.entries), Array(5).fill(4000));
  assert(tally.isCut);
});

Deno.test("what a pass changed is summed up by folder, two deep, and nothing is lost in others", () => {
  const sum = newSum();
  const paths = [
    "a/x/1",
    "a/x/deep/2",
    "a/y/3",
    "a/4",
    "top",
    ...Array.from({ length: 20 }, (_, i) => `b${i}/f`),
  ];
  for (const path of paths) addTo(sum, { kind: "create", path, entry: { ...FILE, size: 10 } }, 0);
  addTo(sum, { kind: "remove", path: "a/x/5", was: FILE }, 0);
  const { folders, others, isCut } = foldersOf(sum);
  assertEquals(folders[0], {
    folder: "a",
    entries: 5,
    bytes: 40,
    below: [{ folder: "a/x", entries: 3, bytes: 20 }, { folder: "a/y", entries: 1, bytes: 10 }],
  });
  const shown = folders.reduce((all, { entries }) => all + entries, 0);
  assertEquals([shown + others.entries, isCut, folders.length], [26, false, 10]);
});

Deno.test("the largest files have each path once, and none that was removed or moved away", () => {
  const largest: Large[] = [];
  for (let i = 0; i < 30; i++) keepLargest(largest, { path: `d/${i}`, bytes: i % 17, at: 0 });
  keepLargest(largest, { path: "d/16", bytes: 1, at: 1 });
  assertEquals(largest.map(({ path }) => path), [
    "d/15",
    "d/14",
    "d/13",
    "d/12",
    "d/29",
    "d/11",
    "d/28",
    "d/10",
    "d/27",
    "d/16",
  ]);
  forget(largest, { kind: "remove", path: "d/15", was: FILE });
  assertEquals(largest[0]!.path, "d/14");
  forget(largest, { kind: "move", path: "e", from: "d", entry: FILE, was: FILE });
  assertEquals(largest, []);
});

Deno.test("what changes often is counted over passes, and bounded", () => {
  const record = newRecord();
  for (let i = 0; i < 50; i++) {
    takeOften(
      record,
      new Map([["often", { entries: 1, bytes: 5 }], [`once ${i}`, { entries: 1, bytes: 1 }]]),
      i,
    );
  }
  takeOften(record, new Map(Array.from({ length: 900 }, (_, i) => [`${i}`, { entries: 1, bytes: 0 }])), 99);
  assertEquals(record.often[0], { path: "often", entries: 50, bytes: 250, at: 49 });
  assertEquals(record.often.length, 200);
});
