/** What repeats itself, by rows of events with their times. */
import { assert, assertEquals } from "@std/assert";
import { agenda } from "../../sync/timing/agenda.ts";
import { backoff, GRACE_MS, waitOf } from "../../sync/timing/backoff.ts";
import { DOUBTS, EARLY_MS, hints } from "../../sync/timing/hints.ts";

Deno.test("waitOf() is nothing at first, then a second, and then twice as long each time up to a bound", () => {
  assertEquals([0, 1, 2, 3, 7].map((times) => waitOf(times, 60_000)), [0, 1000, 2000, 4000, 60_000]);
});

Deno.test("backoff() knows what may be of a pass's own doing: in its time, and in the folders that it compares", () => {
  const repeated = backoff();
  assertEquals(repeated.isOwn("d", 0), false);
  repeated.begin({ folders: ["d"], branches: ["n"] });
  assertEquals(["d", "d/e", "", "n", "n/e/f", "nn"].map((folder) => repeated.isOwn(folder, 5)), [
    true,
    false,
    false,
    true,
    true,
    false,
  ]);
  repeated.end([], 100);
  assertEquals([repeated.isOwn("d", 100 + GRACE_MS), repeated.isOwn("d", 101 + GRACE_MS)], [true, false]);
  repeated.begin(null);
  assertEquals(repeated.isOwn("any/folder", 10_000), true);
});

/** When a folder is compared in which each pass makes a change itself, until `end`. */
function begins(end: number, others: readonly number[] = []): number[] {
  const noted = hints(200);
  const found: number[] = [];
  const ahead = [...others];
  noted.note("d/out.txt", "changed", 0);
  for (let now = 0; now <= end; now++) {
    while (ahead[0] === now) noted.note("d/f", "changed", ahead.shift()!);
    if (noted.untilDue(now) > 0) continue;
    noted.begin(noted.take(now));
    noted.note("d/out.txt", "changed", now);
    noted.end([], now);
    found.push(now);
  }
  return found;
}

Deno.test("hints() that each pass gives itself come less and less often", () => {
  assertEquals(begins(16_000), [200, 400, 1400, 3400, 7400, 15_400]);
});

Deno.test("hints() of others are due as soon as ever in a folder that waits, and begin anew", () => {
  assertEquals(begins(9000, [5000]), [200, 400, 1400, 3400, 5200, 5400, 6400, 8400]);
});

Deno.test("hints() of a folder in which something failed wait longer each time, until nothing fails", () => {
  const noted = hints(200);
  const found: number[] = [];
  for (let now = 0; now <= 40_000; now++) {
    // somebody works there all the time
    if (now % 300 === 0) noted.note("d/f", "changed", now);
    if (noted.untilDue(now) > 0) continue;
    noted.begin(noted.take(now));
    noted.end(found.length < 5 ? ["d"] : [], now);
    found.push(now);
  }
  const gaps = found.slice(1, 7).map((time, index) => time - found[index]!);
  for (const [index, least] of [1000, 2000, 4000, 8000, 16_000].entries()) {
    assert(gaps[index]! >= least && gaps[index]! <= least + 500, `${gaps}`);
  }
  assert(gaps[5]! <= 500, `${gaps}`);
});

Deno.test("hints() of what another program had open come again without an event, later each time", () => {
  const noted = hints(200);
  noted.note("d/f", "changed", 0);
  const found: number[] = [];
  for (let now = 0; now <= 100_000; now++) {
    if (noted.untilDue(now) > 0) continue;
    const due = noted.take(now);
    assertEquals([due.folders, due.branches], [["d"], []]);
    noted.begin(due);
    const isOpen = found.push(now) < 5;
    noted.end(isOpen ? ["d"] : [], now, isOpen ? ["d/f"] : []);
  }
  assertEquals(found, [200, 1200, 3200, 7200, 15_200]);
});

Deno.test("hints() of the replica are doubts, but where the source has hints in the same folder", () => {
  const noted = hints(200);
  noted.note("a/f", "changed", 0, "replica");
  noted.note("a/new", "appeared", 0, "replica");
  noted.note("b/f", "changed", 0, "replica");
  noted.note("b/new", "appeared", 0, "replica");
  noted.note("b/g", "changed", 0, "source");
  const { folders, branches, doubts } = noted.take(200);
  assertEquals([folders, branches], [["b"], ["b/new"]]);
  assertEquals(doubts, [{ folder: "a", entries: new Map([["a/f", "changed"], ["a/new", "appeared"]]) }]);
});

Deno.test("hints() that others are found to have given in the replica are due with what the source tells meanwhile", () => {
  const noted = hints(200);
  noted.note("a/f", "changed", 0, "replica");
  noted.note("a/new", "appeared", 0, "replica");
  noted.note("b/f", "changed", 0, "replica");
  const { doubts = [] } = noted.take(200);
  assertEquals(doubts.map(({ folder }) => folder), ["a", "b"]);
  noted.confirm(doubts.slice(0, 1), 210);
  noted.note("c/f", "disappeared", 250);
  assertEquals(noted.untilDue(250), 160);
  assertEquals(noted.take(410), { folders: ["a", "c"], branches: ["a/new"] });
  assertEquals(noted.untilDue(410), Infinity);
});

Deno.test("hints() that a pass gives itself in the replica come less and less often, whatever they are found to be", () => {
  const noted = hints(200);
  const found: number[] = [];
  noted.note("d/f", "changed", 0, "replica");
  for (let now = 0; now <= 16_000; now++) {
    if (noted.untilDue(now) > 0) continue;
    const { doubts, ...due } = noted.take(now);
    if (doubts) {
      noted.confirm(doubts, now);
      continue;
    }
    noted.begin(due);
    noted.note("d/f", "changed", now, "replica");
    noted.end([], now);
    found.push(now);
  }
  assertEquals(found, [400, 800, 2000, 4200, 8400]);
});

Deno.test("hints() of the replica that are too many to look into bring a whole pass", () => {
  const noted = hints(200);
  for (let i = 0; i < DOUBTS; i++) noted.note(`d/f${i}`, "changed", 0, "replica");
  assertEquals(noted.untilWhole(0, null), Infinity);
  noted.note("d/one more", "changed", 0, "replica");
  assertEquals(noted.untilWhole(0, null), 200);
});

Deno.test("hints() wake the loop for what is due before the folder that it waits for", () => {
  const { hints: noted } = agenda(200);
  let now = 0;
  for (let round = 0; round < 6; round++) {
    noted.note("d/out.txt", "changed", now);
    now += noted.untilDue(now);
    noted.begin(noted.take(now));
    noted.note("d/out.txt", "changed", now);
    noted.end([], now);
  }
  assert(noted.untilDue(now) > 1000);
  assertEquals(noted.note("other/f", "changed", now), true);
  assertEquals(noted.untilDue(now), 200);
});

Deno.test("hints() that whole passes lose themselves bring whole passes less and less often", () => {
  const noted = hints(200);
  const found: number[] = [];
  noted.noteLoss(0);
  let last = { began: -10, ended: 0 };
  for (let now = 0; now <= 100_000; now++) {
    if (noted.untilWhole(now, last) > 0) continue;
    noted.clear();
    noted.begin(null);
    noted.noteLoss(now);
    noted.end([], now);
    last = { began: now, ended: now };
    found.push(now);
  }
  assert(found.length <= 9, `${found}`);
  // what others lose comes within half a minute all the same
  noted.noteLoss(200_000);
  assert(noted.untilWhole(200_000, last) <= EARLY_MS);
});
