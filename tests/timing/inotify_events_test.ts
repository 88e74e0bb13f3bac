/** Events and names of inotify, from bytes to values: by rows. */
import { assertEquals } from "@std/assert";
import { eventsIn, IN } from "../../sync/timing/inotify/events.ts";
import { folders } from "../../sync/timing/inotify/folders.ts";
import { decodeName, encodeName } from "../../sync/timing/inotify/names.ts";
import { seeded } from "../support/random.ts";

const bytesOf = (...bytes: number[]) => new Uint8Array(bytes);

Deno.test("decodeName() keeps each byte that is not UTF-8, as in PEP 383", () => {
  const rows: [number[], string][] = [
    [[0x61], "a"],
    [[0xc3, 0xbc], "ü"],
    [[0xf0, 0x9f, 0x90, 0x9f], "🐟"],
    [[0xff, 0x61], "\udcffa"],
    [[0x61, 0xc3], "a\udcc3"],
    [[0xc3, 0x61], "\udcc3a"],
    // too long a form, a half of a pair, and more than there are characters
    [[0xc0, 0xaf], "\udcc0\udcaf"],
    [[0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    [[0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    [[0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
    [[0xef, 0xbf, 0xbd], "\ufffd"],
    [[0xc3, 0xbc, 0xff, 0xf0, 0x9f, 0x90, 0x9f], "ü\udcff🐟"],
  ];
  for (const [bytes, name] of rows) {
    assertEquals([bytes, decodeName(bytesOf(...bytes))], [bytes, name]);
    assertEquals([...encodeName(name)], [...bytes, 0]);
  }
});

Deno.test("encodeName() gives the bytes back from which any name was made", () =>
  seeded(({ below }) => {
    for (let i = 0; i < 20_000; i++) {
      const bytes = Array.from({ length: below(8) }, () =>
        below(4) === 0 ? below(0x7f) + 1 : 0x80 + below(0x80));
      assertEquals([...encodeName(decodeName(bytesOf(...bytes)))], [...bytes, 0]);
    }
  }));

Deno.test("eventsIn() reads one event after another, with its name up to the zeros", () => {
  const bytes = new Uint8Array(16 + 16 + 16);
  const view = new DataView(bytes.buffer);
  const put = (at: number, values: number[]) =>
    values.forEach((value, i) => view.setInt32(at + 4 * i, value, true));
  put(0, [7, IN.CREATE | IN.ISDIR, 0, 16]);
  bytes.set([0x61, 0xff], 16);
  put(32, [-1, IN.Q_OVERFLOW, 0, 0]);
  assertEquals([...eventsIn(bytes, 48)], [
    { wd: 7, mask: IN.CREATE | IN.ISDIR, cookie: 0, name: "a\udcff" },
    { wd: -1, mask: IN.Q_OVERFLOW, cookie: 0, name: "" },
  ]);
  assertEquals([...eventsIn(bytes, -11)], []);
});

Deno.test("folders() take along what lies in them, and have no path outside", () => {
  const { root, child, path, leave, put } = folders();
  const [a, b] = [child(root, "a"), child(root, "b")];
  const deep = child(child(a, "x"), "y");
  assertEquals([path(root), path(deep), child(root, "a") === a], ["", "a/x/y", true]);
  leave(a);
  assertEquals([path(a), path(deep)], [null, null]);
  put(a, b, "m");
  assertEquals([path(a), path(deep)], ["b/m", "b/m/x/y"]);
});

Deno.test("folders() know by which numbers they are watched, and who else is", () => {
  const { root, child, at, assign, unassign } = folders();
  const [a, b] = [child(root, "a"), child(root, "b")];
  assertEquals([assign(a, 5), assign(b, 5)], [[], [a]]);
  assertEquals(at(5), [a, b]);
  assertEquals([unassign(a), at(5), unassign(b), at(5)], [false, [b], true, []]);
});
