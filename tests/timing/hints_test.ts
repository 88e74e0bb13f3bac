/** Hints and when they are ripe, by rows of events with their times. */
import { assertEquals } from "@std/assert";
import { BURST, EARLY_MS, type Hints, hints, HOLD_MS, MANY } from "../../sync/timing/hints.ts";
import { limitOf } from "../../sync/timing/limit.ts";

/** When what was noted is taken, and what it is: looked at whenever something is ripe, until `end`. */
function taken(events: readonly (readonly [number, string])[], end: number): [number, string[]][] {
  const noted = hints(200);
  const rows: [number, string[]][] = [];
  const ahead = [...events];
  for (let now = 0; now <= end; now++) {
    while (ahead[0] && ahead[0][0] <= now) noted.note(ahead.shift()![1], "changed", now);
    if (noted.untilRipe(now) === 0) rows.push([now, [...noted.take(now).folders]]);
  }
  return rows;
}

Deno.test("hints() are ripe when their folder has been quiet, each folder by itself", () => {
  assertEquals(taken([[0, "a/x"]], 1000), [[200, ["a"]]]);
  assertEquals(taken([[0, "a/x"], [100, "b/x"], [150, "a/y"]], 1000), [[300, ["b"]], [350, ["a"]]]);
  assertEquals(taken([[0, "x"], [0, "a/x"], [0, "a/b/c"]], 1000), [[200, ["", "a", "a/b"]]]);
});

Deno.test("hints() of a file that is written on and on are ripe after ten seconds, and when it rests", () => {
  const events = Array.from({ length: 250 }, (_, i) => [i * 100, "d/f"] as const);
  assertEquals(taken(events, 40_000), [[HOLD_MS, ["d"]], [2 * HOLD_MS + 100, ["d"]], [25_100, ["d"]]]);
});

Deno.test("hints() of what came to be keep its path, to be looked at with all below it", () => {
  const noted = hints(200);
  noted.note("a/new", "came", 0);
  noted.note("a/file", "changed", 0);
  assertEquals(noted.take(200), { folders: ["a"], came: ["a/new"] });
  assertEquals(noted.take(400), { folders: [], came: [] });
  assertEquals(noted.untilRipe(400), Infinity);
});

Deno.test("hints() of a folder that is noted itself do not bring in the folder that holds it", () => {
  const noted = hints(200);
  noted.note("a/b/f", "came", 0);
  noted.note("a/b", "changed", 10);
  assertEquals(noted.take(300).folders, ["a/b"]);
  noted.note("a/b/f", "went", 300);
  noted.note("a/b", "went", 310);
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

Deno.test("a doubt brings a whole pass when things are quiet, and within half a minute whatever the last one took", () => {
  const rows: [Parameters<Hints["untilWhole"]>[1], number][] = [
    [null, 200],
    [{ began: -1000, ended: -900 }, 200],
    // ten times its duration of rest
    [{ began: -1000, ended: 0 }, 10_000],
    [{ began: -60_000, ended: 0 }, EARLY_MS],
  ];
  for (const [last, wait] of rows) {
    const noted = hints(200);
    assertEquals(noted.untilWhole(0, last), Infinity);
    noted.doubt(0);
    noted.doubt(100);
    assertEquals(noted.untilWhole(0, last), wait);
    assertEquals(noted.untilWhole(wait + 50, last), 0);
    noted.clear();
    assertEquals(noted.untilWhole(0, last), Infinity);
  }
});

Deno.test("a burst, or more folders than are worth naming, is a doubt", () => {
  const burst = hints(200);
  for (let i = 0; i < BURST; i++) burst.note("d/f", "changed", i);
  assertEquals(burst.untilWhole(BURST, null) < Infinity, true);
  const many = hints(200);
  for (let i = 0; i <= MANY; i++) many.note(`d${i}/f`, "changed", 0);
  assertEquals([many.untilWhole(0, null), many.untilRipe(0)], [200, Infinity]);
  // what comes now and then is no burst
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
