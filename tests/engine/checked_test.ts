/** What is rot, and what an edit: rows. */
import { assertEquals } from "@std/assert";
import {
  isAsNoted,
  judgeBoth,
  judgeNoted,
  judgePair,
  type Noted,
  type Seen,
} from "../../sync/engine/checked.ts";

const NOTED: Noted = { size: 5, mtime: 1000, nanos: 7, sha256: "a" };
const file = (sha256: string, other: Partial<Noted> = {}): Seen => ({
  kind: "file",
  ...NOTED,
  ...other,
  sha256,
});
const GOOD = file("a");
const ROTTEN = file("b");
const EDITED = file("c", { mtime: 2000 });
const LONGER = file("c", { size: 6 });
const ABSENT: Seen = { kind: "absent" };
const MOVING: Seen = { kind: "changing" };
const LOCKED: Seen = { kind: "unreadable", reason: { code: "EACCES" } };

const NAMES = new Map<Seen, string>([
  [GOOD, "good"],
  [ROTTEN, "rotten"],
  [EDITED, "edited"],
  [LONGER, "longer"],
  [ABSENT, "absent"],
  [MOVING, "changing"],
  [LOCKED, "unreadable"],
]);

const PAIRS: readonly (readonly [source: Seen, replica: Seen, found: string | null])[] = [
  [GOOD, GOOD, null],
  [GOOD, ROTTEN, "content"],
  [ROTTEN, ROTTEN, null],
  [GOOD, ABSENT, "missing"],
  [ABSENT, GOOD, "extra"],
  [ABSENT, ABSENT, null],
  [MOVING, GOOD, "changing"],
  [GOOD, MOVING, "changing"],
  [LOCKED, GOOD, null],
  [GOOD, LOCKED, null],
];

for (const [source, replica, found] of PAIRS) {
  Deno.test(`judgePair() of a source that is ${NAMES.get(source)} and a replica that is ${NAMES.get(replica)}`, () => {
    assertEquals(judgePair(source, replica)?.what ?? null, found);
  });
}

const REPLICAS: readonly (readonly [replica: Seen, found: string | null])[] = [
  [GOOD, null],
  [ROTTEN, "rot"],
  [EDITED, "edited"],
  [LONGER, "edited"],
  [ABSENT, "gone"],
  [MOVING, "changing"],
  [LOCKED, null],
];

for (const [replica, found] of REPLICAS) {
  Deno.test(`judgeNoted() of a replica that is ${NAMES.get(replica)}`, () => {
    assertEquals(judgeNoted(NOTED, replica)?.what ?? null, found);
  });
}

const rot = (side: string, why?: string) => ({ what: "rot", side, ...(why && { why }) });
const BOTH: readonly (readonly [source: Seen, replica: Seen, found: unknown])[] = [
  [GOOD, GOOD, null],
  [GOOD, ROTTEN, "heal"],
  [ROTTEN, GOOD, rot("source")],
  [ROTTEN, ROTTEN, rot("both")],
  [EDITED, GOOD, null],
  [EDITED, ROTTEN, rot("replica", "source-edited")],
  [LONGER, GOOD, null],
  [LONGER, ROTTEN, rot("replica", "source-edited")],
  [file("a", { mtime: 2000 }), ROTTEN, "heal"],
  [ABSENT, GOOD, null],
  [ABSENT, ROTTEN, rot("replica", "source-gone")],
  [LOCKED, GOOD, null],
  [LOCKED, ROTTEN, rot("replica", "failed")],
  [MOVING, GOOD, null],
  [MOVING, ROTTEN, { what: "changing" }],
  [ROTTEN, EDITED, { what: "edited" }],
  [GOOD, EDITED, { what: "edited" }],
  [GOOD, ABSENT, { what: "gone" }],
  [GOOD, MOVING, { what: "changing" }],
  [GOOD, LOCKED, null],
  [ROTTEN, LOCKED, null],
];

for (const [source, replica, found] of BOTH) {
  const names = `${NAMES.get(source) ?? "touched"}, and a replica that is ${NAMES.get(replica)}`;
  Deno.test(`judgeBoth() of a source that is ${names}`, () => {
    assertEquals(judgeBoth(NOTED, source, replica), found as ReturnType<typeof judgeBoth>);
  });
}

Deno.test("a source is rotten, too, where its replica has no ns, or whole seconds only", () => {
  for (const held of [{ mtime: 1000, nanos: 0 }, { mtime: 1000 }, { mtime: 0, nanos: 0 }] as const) {
    const noted: Noted = { size: 5, sha256: "a", ...held };
    const replica: Seen = { kind: "file", ...noted };
    assertEquals(judgeBoth(noted, ROTTEN, replica), { what: "rot", side: "source" });
  }
  const noted: Noted = { size: 5, sha256: "a", mtime: 1001, nanos: 7 };
  assertEquals(judgeBoth(noted, ROTTEN, { kind: "file", ...noted }), null);
});

Deno.test("isAsNoted() compares the ns where both know them", () => {
  const { nanos: _, ...plain } = NOTED;
  assertEquals(isAsNoted(NOTED, plain), true);
  assertEquals(isAsNoted(plain, NOTED), true);
  assertEquals(isAsNoted(NOTED, { ...NOTED, nanos: 8 }), false);
});
