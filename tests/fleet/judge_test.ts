/** When a source has lost too much since the split before. */
import { assertEquals } from "@std/assert";
import type { Bound } from "../../sync/engine/guard.ts";
import { compare, differsFrom, judge } from "../../sync/fleet/judge.ts";
import { jobsIn } from "../../sync/jobs/reading.ts";
import { splitText } from "../support/split.ts";

const [HALF, TENTH]: readonly Bound[] = [50, 10].map((value) => ({ unit: "percent", value }));

Deno.test("judge() refuses a source that has lost more than the bound, which is half when nothing is said", () => {
  for (
    const [before, now, bound, isRefused] of [
      [[100], [50], null, false],
      [[100], [49], null, true],
      [[100], [50], HALF!, false],
      [[100], [90], TENTH!, false],
      [[100], [89], TENTH!, true],
      [[100], [99], { unit: "entries", value: 0 }, true],
      [[100], [100], { unit: "entries", value: 0 }, false],
      [[100], [98], { unit: "entries", value: 2 }, false],
      [[100], [97], { unit: "entries", value: 2 }, true],
      [[100], [200], { unit: "entries", value: 0 }, false],
      [[100], [], null, true],
      [[100], [0], { unit: "percent", value: 100 }, false],
      [[], [], null, false],
      [[0], [0], null, false],
    ] satisfies readonly (readonly [number[], number[], Bound | null, boolean])[]
  ) {
    const shrunk = judge(compare({ seen: before }, { seen: now }), bound);
    assertEquals([before, now, bound, shrunk !== null], [before, now, bound, isRefused]);
  }
});

Deno.test("compare() goes as deep as the split before went, and no deeper", () => {
  // what lies deeper now makes up for nothing
  const compared = compare({ seen: [10, 90] }, { seen: [10, 20, 1_000_000] });
  assertEquals(compared, { before: 100, now: 30 });
  assertEquals(judge(compared, null), { before: 100, now: 30, bound: HALF! });
  assertEquals(compare({ seen: [10, 90] }, { seen: [10, 90, 0] }), { before: 100, now: 100 });
  assertEquals(compare({ seen: [10, 90, 900] }, { seen: [10] }), { before: 1000, now: 10 });
});

function fileOf(source: string, defaults: object) {
  const text = splitText({}, { source, replica: "/r", status: "/x", seen: [1], inParts: 0 }, { defaults });
  const file = jobsIn(text, "/run/jobs.jsonc", () => undefined);
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  return file;
}

Deno.test("differsFrom() tells a split of other trees, or of another choice, from one of the same", () => {
  const plain = fileOf("/s", { threads: 2 });
  assertEquals(differsFrom(plain, fileOf("/s", { checksum: true, "delete-excluded": true })), null);
  assertEquals(differsFrom(fileOf("/other", {}), plain), 'is of another source, "/other"');
  for (
    const defaults of [{ exclude: "a" }, { "max-size": "1KiB" }, { "one-file-system": true }, {
      "exclude-vcs": true,
    }]
  ) {
    assertEquals(differsFrom(plain, fileOf("/s", defaults)), "leaves out other entries");
    assertEquals(differsFrom(fileOf("/s", defaults), fileOf("/s", defaults)), null);
  }
});
