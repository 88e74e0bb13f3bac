/** Files that are edited in the tick of the clock in which they were read. */
import { assert, assertEquals } from "@std/assert";
import type { Event } from "../../sync/engine/event.ts";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import { sameTime } from "../../sync/engine/same.ts";
import { certainFrom, isRacy, marked } from "../../sync/engine/racy.ts";
import { least } from "../support/least.ts";
import { mirror, type Outcome } from "../support/mirror.ts";
import { assertInSync, file, hardLink, inFolder, plant, removeIfThere } from "../support/tree.ts";

/** Another content of the same size, as if it came within the tick of the clock in which the file was read. */
function editInTick(path: string, content: string): void {
  const { mtime } = Deno.statSync(path);
  Deno.writeTextFileSync(path, content);
  Deno.utimeSync(path, mtime!, mtime!);
}

/** Do something once, when a change of `path` has been made. */
function onceMade(path: string, act: () => void): (event: Event) => void {
  let done = false;
  return (event) => {
    if (done || event.kind !== "change" || event.change.path !== path) return;
    done = true;
    act();
  };
}

/**
 * A pass that copies `a`, whose time is just ahead, or sets its attributes; `act` follows at once. Where a busy machine is
 * so slow that the clock has moved on by then, all of it is done again with a time further ahead.
 */
async function passInTick(
  at: string,
  plantBoth: (time: number) => void,
  act: (stop: AbortController) => void,
): Promise<Outcome> {
  for (let [ahead, tries] = [101, 1];; ahead = Math.min(3 * ahead, 2727), tries++) {
    removeIfThere(`${at}/source`, `${at}/replica`);
    const time = Date.now() + ahead;
    plantBoth(time);
    const stop = new AbortController();
    let made = 0;
    const onEvent = onceMade("a", () => {
      made = Date.now();
      act(stop);
    });
    const outcome = await mirror(`${at}/source`, `${at}/replica`, { onEvent, signal: stop.signal });
    if (made <= time) return outcome;
    assert(tries < 10, `the pass came ${made - time} ms too late`);
  }
}

Deno.test("isRacy() knows how coarse the clock behind a time may be", () => {
  assertEquals([1_001, 1_000, 2_000].map((time) => certainFrom(time, 1) - time), [20, 1020, 2020]);
  assertEquals(isRacy(100_001, 100_001, 1), true);
  assertEquals(isRacy(100_001, 100_020, 1), true);
  assertEquals(isRacy(100_001, 100_021, 1), false);
  assertEquals(isRacy(101_000, 102_000, 1), true);
  assertEquals(isRacy(101_000, 102_020, 1), false);
  assertEquals(isRacy(200_000, 150_000, 1), true);
  // a replica that counts in 2 s shows a time up to a step off, and takes what is less than a step away for the same
  assertEquals(isRacy(100_001, 104_000, 2000), true);
  assertEquals(isRacy(100_001, 104_001, 2000), false);
  for (const step of [1, 10, 1000, 2000]) {
    for (const time of [1_001, 1_000, 2_000, 123_456]) {
      const given = { mtime: marked(time, step) };
      assertEquals(sameTime(given, { mtime: time }, { ...EVERYTHING, step }), false);
    }
  }
});

Deno.test("pass() sees an edit of the same size in the same ms as the copy", () =>
  inFolder(async (at) => {
    const outcome = await passInTick(
      at,
      (time) => plant(at, { source: { a: file("0000", 0o644, time) } }),
      () => editInTick(`${at}/source/a`, "1111"),
    );
    assertEquals(outcome.changes, ["create file a", "create folder ", "update file a"]);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() sees an edit in the tick in which a file was compared of which only the attributes are set", () =>
  inFolder(async (at) => {
    const outcome = await passInTick(
      at,
      (time) =>
        plant(at, { source: { a: file("0000", 0o644, time) }, replica: { a: file("0000", 0o644, 5001) } }),
      () => editInTick(`${at}/source/a`, "1111"),
    );
    assertEquals(outcome.changes.filter((change) => change.endsWith(" a")), [
      "attributes file a",
      "update file a",
    ]);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() does not tear hard links apart when they are edited in the tick in which their attributes are set", () =>
  inFolder(async (at) => {
    const { report } = await passInTick(
      at,
      (time) =>
        plant(at, {
          source: { a: file("0000", 0o644, time), b: hardLink("a"), c: hardLink("a") },
          replica: { a: file("0000", 0o644, 5000), b: hardLink("a"), c: hardLink("a") },
        }),
      () => editInTick(`${at}/source/a`, "1111"),
    );
    assertEquals([report.failed, report.fleeting], [1, 1]);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`)).report.failed, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(Deno.statSync(`${at}/replica/a`).nlink, 3);
  }));

Deno.test("pass() that is cut short leaves no file of which it is not certain with the time of the source's", () =>
  inFolder(async (at) => {
    const { report } = await passInTick(
      at,
      (time) => plant(at, { source: { a: file("0000", 0o644, time) } }),
      (stop) => {
        editInTick(`${at}/source/a`, "1111");
        stop.abort();
      },
    );
    assertEquals(report.ended, "interrupted");
    assertEquals((await mirror(`${at}/source`, `${at}/replica`)).report.updated, 1);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() that is asked to stop while it waits until a file is certain ends at once", () =>
  inFolder(async (at) => {
    const took = await least(1000, async () => {
      removeIfThere(`${at}/source`, `${at}/replica`);
      // an even second, as FAT has it: two of them must go by
      const mtime = 2000 * Math.ceil((Date.now() + 50) / 2000);
      plant(`${at}/source`, { a: file("0000", 0o644, mtime) });
      const stop = new AbortController();
      let asked = Infinity;
      const onEvent = onceMade("a", () => {
        // when the pass waits: nothing else is left to do
        setTimeout(() => {
          asked = performance.now();
          stop.abort();
        }, 100);
      });
      const { report } = await mirror(`${at}/source`, `${at}/replica`, { onEvent, signal: stop.signal });
      // on a busy machine it may have ended before
      if (report.ended !== "interrupted") return Infinity;
      return performance.now() - asked;
    });
    assert(took < 1000, `${took} ms`);
    assertEquals((await mirror(`${at}/source`, `${at}/replica`)).report.failed, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));
