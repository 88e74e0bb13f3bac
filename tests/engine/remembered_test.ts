import { assertEquals } from "@std/assert";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { Known, Link } from "../../sync/engine/entry.ts";
import { marked } from "../../sync/engine/racy.ts";
import { intended, isAsNoted, isNewer, noted, row, rowsOf, withNote } from "../../sync/engine/remembered.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const LINK: Link = {
  kind: "link",
  target: "../a/b%2F",
  mode: 0o777,
  uid: 1,
  gid: 1,
  mtime: 0,
  nlink: 1,
  id: null,
};
const DEVICE: Known = { ...LINK, kind: "device", type: "block", major: 8, minor: 1 };
const TIMED = { ...FILE, size: 12, mtime: 1_700_000_000_123, nanos: 456_789 };

Deno.test("isAsNoted() takes an entry for what was noted of it, and nothing else", () => {
  const entries: Known[] = [FILE, TIMED, FOLDER, LINK, DEVICE, { kind: "socket" }, { ...LINK, kind: "fifo" }];
  for (const one of entries) {
    for (const other of entries) {
      assertEquals(isAsNoted(noted(one), other, EVERYTHING), one === other, `${noted(one)} ${noted(other)}`);
    }
  }
});

Deno.test("isAsNoted() sees another size, time or target, and neither mode nor owner", () => {
  const is = (other: Known, step = EVERYTHING.step, of: Known = TIMED) =>
    isAsNoted(noted(of), other, { ...EVERYTHING, step });
  assertEquals(is({ ...TIMED, size: 13 }), false);
  assertEquals(is({ ...TIMED, nanos: 456_788 }), false);
  assertEquals(is({ ...TIMED, mtime: TIMED.mtime + 1 }), false);
  assertEquals(is({ ...TIMED, mode: 0o600, uid: 9 }), true);
  assertEquals(is({ ...LINK, target: "b" }, 1, LINK), false);
  assertEquals(is({ ...LINK, mtime: 9 }, 1, LINK), true);
  // a replica that counts in 2 s shows another time than it was given
  assertEquals(is({ ...TIMED, mtime: 1_700_000_000_000, nanos: 0 }, 2000), true);
  assertEquals(is({ ...TIMED, mtime: 1_700_000_004_000, nanos: 0 }, 2000), false);
});

Deno.test("isAsNoted() takes the time of a copy that was not certain for no edit", () => {
  assertEquals(
    isAsNoted(noted(TIMED), { ...TIMED, mtime: marked(TIMED.mtime, 1) }, { ...EVERYTHING, step: 1 }),
    true,
  );
});

Deno.test("rowsOf() gives back names and notes, whatever is in them", () => {
  const names = ["a", "n\nl", " ", "%2F", "\udcff", "é", "-"];
  const text = names.map((name) => row(name, noted(LINK))).join("");
  assertEquals([...rowsOf(text)], names.map((name) => [name, noted(LINK)] as const));
  assertEquals([...rowsOf("")], []);
});

Deno.test("withNote() lets what was intended count beside what was there", () => {
  assertEquals(["f1", intended("f2"), intended("f3")].reduce<readonly string[]>(withNote, []), [
    "f1",
    "f2",
    "f3",
  ]);
  assertEquals(["f1", intended("f2"), "f2"].reduce<readonly string[]>(withNote, []), ["f2"]);
  assertEquals(["f1", "-"].reduce<readonly string[]>(withNote, []), []);
});

Deno.test("isNewer() knows how exact the replica's times are", () => {
  const newer = (was: number, than: number, step = EVERYTHING.step) =>
    isNewer({ ...FILE, mtime: was }, { mtime: than }, { ...EVERYTHING, step });
  assertEquals([newer(5, 4), newer(5, 5), newer(4, 5), newer(1999, 0, 2000), newer(2000, 0, 2000)], [
    true,
    false,
    false,
    false,
    true,
  ]);
  assertEquals(isNewer({ kind: "socket" }, { mtime: 0 }, EVERYTHING), false);
  assertEquals(isNewer({ ...FILE, mtime: 5, nanos: 2 }, { mtime: 5, nanos: 1 }, EVERYTHING), true);
});
