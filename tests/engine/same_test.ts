import { assertEquals } from "@std/assert";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { Mirrored } from "../../sync/engine/entry.ts";
import {
  compareEntries,
  type Criteria,
  modeFor,
  sameAttributes,
  sameTime,
  sameVersion,
} from "../../sync/engine/same.ts";
import { EXACTLY, FILE, FOLDER } from "../support/entries.ts";

const CRITERIA: Criteria = { ...EXACTLY, owners: false };

const ROWS: readonly (readonly [name: string, entry: Mirrored, owner: [number, number], mode: number])[] = [
  ["its owner's", { ...FILE, mode: 0o6755, uid: 7, gid: 8 }, [7, 8], 0o6755],
  ["another user's", { ...FILE, mode: 0o6755, uid: 7, gid: 8 }, [0, 8], 0o2755],
  ["another group's", { ...FILE, mode: 0o6755, uid: 7, gid: 8 }, [7, 0], 0o4755],
  ["a stranger's", { ...FILE, mode: 0o7755, uid: 7, gid: 8 }, [0, 0], 0o1755],
  ["a stranger's folder", { ...FOLDER, mode: 0o2775, uid: 7, gid: 8 }, [0, 0], 0o2775],
];

for (const [name, entry, [uid, gid], mode] of ROWS) {
  Deno.test(`modeFor() keeps the setuid and setgid bits of a file for its own owner and group: ${name}`, () => {
    assertEquals(modeFor(entry, { uid, gid }), mode);
    const was = { ...entry, uid, gid };
    assertEquals(sameAttributes(entry, { ...was, mode }, CRITERIA), true);
    assertEquals(sameAttributes(entry, { ...was, mode: mode ^ 0o4000 }, CRITERIA), false);
  });
}

/** Times as ms and ns, null where an edge cannot tell; a step in ms; whether they count as the same. */
const TIMES:
  readonly (readonly [wanted: [number, number?], found: [number, number?], step: number, same: boolean])[] = [
    [[5, 7], [5, 7], 1e-6, true],
    [[5, 7], [5, 8], 1e-6, false],
    [[5, 999_999], [6, 0], 1e-6, false],
    [[5, 7], [5], 1e-6, true],
    [[5], [5, 7], 1e-6, true],
    [[5], [6, 0], 1e-6, false],
    [[5, 950], [5, 900], 0.0001, true],
    [[5, 950], [5, 800], 0.0001, false],
    [[5, 999_950], [6, 0], 0.0001, true],
    [[5, 999_999], [5, 0], 1, true],
    [[5, 999_999], [6, 0], 1, true],
    [[5, 999_999], [7, 0], 1, false],
    [[19, 999_999], [10, 0], 10, true],
    [[20, 0], [10, 0], 10, false],
    [[1999, 999_999], [0, 0], 2000, true],
    [[2000, 1], [0, 0], 2000, false],
  ];

for (const [[wanted, more], [found, other], step, same] of TIMES) {
  Deno.test(`sameTime() of ${wanted} ms and ${more} ns, ${found} and ${other}, in steps of ${step} ms`, () => {
    const timed = (mtime: number, nanos?: number) => ({ mtime, ...(nanos !== undefined && { nanos }) });
    const capabilities = { ...EVERYTHING, step };
    assertEquals(sameTime(timed(wanted, more), timed(found, other), capabilities), same);
    assertEquals(sameTime(timed(-found, 0), timed(-found, 0), capabilities), true);
  });
}

Deno.test("a file whose time was cut to the ms is the same, but for its attributes", () => {
  const file = { ...FILE, mtime: 5, nanos: 7 };
  const rows = [[7, "same"], [0, "other attributes"], [8, "undecided"]] as const;
  for (const [nanos, expected] of rows) {
    assertEquals(compareEntries(file, { ...file, nanos }, CRITERIA), expected);
  }
  assertEquals([sameVersion(file, file), sameVersion(file, { ...file, nanos: 8 })], [true, false]);
});
