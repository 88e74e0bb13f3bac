/** Hints and when they are due, by rows of events with their times. */
import { assertEquals } from "@std/assert";
import {
  BURST,
  type Due,
  EARLY_MS,
  type HintKind,
  type Hints,
  hints,
  MANY,
  MAX_WAIT_MS,
  TOGETHER_MS,
} from "../../sync/timing/hints.ts";
import { limitOf } from "../../sync/timing/limit.ts";

/** When folders are due, and which: they are taken as soon as they are due, until `end`. */
function taken(events: readonly (readonly [number, string])[], end: number): [number, string[]][] {
  const noted = hints(200);
  const rows: [number, string[]][] = [];
  const ahead = [...events];
  for (let now = 0; now <= end; now++) {
    while (ahead[0] && ahead[0][0] <= now) noted.note(ahead.shift()![1], "changed", now);
    if (noted.untilDue(now) === 0) rows.push([now, [...noted.take(now).folders]]);
  }
  return rows;
}

Deno.test("hints() are due when their folder has been quiet, each folder by itself", () => {
  assertEquals(taken([[0, "a/x"]], 1000), [[200, ["a"]]]);
  assertEquals(taken([[0, "a/x"], [100, "b/x"], [160, "a/y"]], 1000), [[300, ["b"]], [360, ["a"]]]);
  assertEquals(taken([[0, "x"], [0, "a/x"], [0, "a/b/c"]], 1000), [[200, ["", "a", "a/b"]]]);
});

Deno.test("hints() that come one soon after the other, as of a rename, are taken together", () => {
  assertEquals(taken([[0, "a/x"], [TOGETHER_MS, "b/x"]], 1000), [[200, ["a", "b"]]]);
  assertEquals(taken([[0, "a/x"], [TOGETHER_MS + 1, "b/x"]], 1000), [[200, ["a"]], [201 + TOGETHER_MS, [
    "b",
  ]]]);
});

Deno.test("hints() of a file that is written on and on are due after ten seconds, and when it rests", () => {
  const events = Array.from({ length: 250 }, (_, i) => [i * 100, "d/f"] as const);
  assertEquals(taken(events, 40_000), [[MAX_WAIT_MS, ["d"]], [2 * MAX_WAIT_MS + 100, ["d"]], [25_100, [
    "d",
  ]]]);
});

Deno.test("hints() of what appeared keep its path as a branch, and its folder", () => {
  const rows: [string, [string, HintKind][], Due][] = [
    ["a change and a new entry", [["a/new", "appeared"], ["a/file", "changed"]], {
      folders: ["a"],
      branches: ["a/new"],
    }],
    ["in the root", [["new", "appeared"]], { folders: [""], branches: ["new"] }],
    ["a move", [["a/old", "disappeared"], ["b/new", "appeared"]], {
      folders: ["a", "b"],
      branches: ["b/new"],
    }],
    ["often", [["a/new", "appeared"], ["a/new", "appeared"]], { folders: ["a"], branches: ["a/new"] }],
    // whether it is a folder, a file or nothing by now is not known here
    ["appeared and disappeared", [["a/new", "appeared"], ["a/new", "disappeared"]], {
      folders: ["a"],
      branches: ["a/new"],
    }],
    ["a branch in a branch", [["a", "appeared"], ["a/b", "appeared"]], {
      folders: ["", "a"],
      branches: ["a", "a/b"],
    }],
    ["no branch", [["a/file", "changed"], ["a/gone", "disappeared"]], { folders: ["a"], branches: [] }],
  ];
  for (const [what, events, due] of rows) {
    const noted = hints(200);
    for (const [path, kind] of events) noted.note(path, kind, 0);
    assertEquals([what, noted.take(200)], [what, due]);
    assertEquals(noted.take(400), { folders: [], branches: [] });
    assertEquals(noted.untilDue(400), Infinity);
  }
});

Deno.test("hints() of a folder that is noted itself do not add its parent", () => {
  const noted = hints(200);
  noted.note("a/b/f", "appeared", 0);
  noted.note("a/b", "changed", 10);
  assertEquals(noted.take(300).folders, ["a/b"]);
  noted.note("a/b/f", "disappeared", 300);
  noted.note("a/b", "disappeared", 310);
  assertEquals(noted.take(600).folders, ["a/b", "a"]);
  noted.note("a/b", "changed", 600);
  assertEquals(noted.take(900).folders, ["a"]);
});

Deno.test("hints() say whether the loop has to look earlier", () => {
  const noted = hints(200);
  assertEquals([noted.note("a/x", "changed", 0), noted.note("b/x", "changed", 1)], [true, false]);
  noted.clear();
  assertEquals(noted.note("c/x", "changed", 2), true);
});

Deno.test("hints() that may be lost bring a whole pass when it is quiet, within half a minute however long the last one took", () => {
  const rows: [Parameters<Hints["untilWhole"]>[1], number][] = [
    [null, 200],
    [{ began: -1000, ended: -900 }, 200],
    // a pause of ten times its duration
    [{ began: -1000, ended: 0 }, 10_000],
    [{ began: -60_000, ended: 0 }, EARLY_MS],
  ];
  for (const [last, wait] of rows) {
    const noted = hints(200);
    assertEquals(noted.untilWhole(0, last), Infinity);
    noted.noteLoss(0);
    noted.noteLoss(100);
    assertEquals(noted.untilWhole(0, last), wait);
    assertEquals(noted.untilWhole(wait + 50, last), 0);
    noted.clear();
    assertEquals(noted.untilWhole(0, last), Infinity);
  }
});

Deno.test("hints() in a burst, or in too many folders or branches, bring a whole pass", () => {
  const burst = hints(200);
  for (let i = 0; i < BURST; i++) burst.note("d/f", "changed", i);
  assertEquals(burst.untilWhole(BURST, null) < Infinity, true);
  const many = hints(200);
  for (let i = 0; i <= MANY; i++) many.note(`d${i}/f`, "changed", 0);
  assertEquals([many.untilWhole(0, null), many.untilDue(0)], [200, Infinity]);
  const branches = hints(200);
  for (let i = 0; i < MANY; i++) branches.note(`d/new${i}`, "appeared", 0);
  assertEquals([branches.untilWhole(0, null), branches.untilDue(0)], [Infinity, 200]);
  branches.note("d/one more", "appeared", 0);
  assertEquals([branches.untilWhole(0, null), branches.untilDue(0)], [200, Infinity]);
  // a hint now and then is not a burst
  const slow = hints(200);
  for (let i = 0; i < 2 * BURST; i++) {
    slow.note("d/f", "changed", i * 1000);
    slow.take(i * 1000 + 200);
  }
  assertEquals(slow.untilWhole(2 * BURST * 1000, null), Infinity);
});

Deno.test("limitOf() names the limit that is reached", () => {
  assertEquals(limitOf('OS file watch limit reached. about ["/a"]')?.name, "fs.inotify.max_user_watches");
  assertEquals(limitOf("Too many open files (os error 24)")?.name, "fs.inotify.max_user_instances");
  assertEquals(limitOf("Permission denied (os error 13)"), null);
});
