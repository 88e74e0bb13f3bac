import { assert, assertEquals } from "@std/assert";
import { FILE, FOLDER } from "../support/entries.ts";
import { add, append, at, count, each, from, listOf, noChanges, replace } from "../../sync/engine/changes.ts";
import type { Folder, Link } from "../../sync/engine/entry.ts";
import type { Change } from "../../sync/engine/change.ts";

const file = { ...FILE, size: 7, mtime: -1, mode: 0o4755, gid: 2 };
const folder: Folder = { ...FOLDER, mtime: 5 };
const link: Link = {
  kind: "link",
  target: "a\nb",
  mode: 0o777,
  mtime: 6,
  uid: 1,
  gid: 1,
  nlink: 2,
  id: "1:9",
};

/** One of every kind, plain files of several folders and manners among them. */
const EVERY: readonly Change[] = [
  { kind: "create", path: "plain", entry: file },
  { kind: "create", path: "d/plain", entry: { ...file, size: 0, mtime: 1.7e12 } },
  { kind: "create", path: "d/e/plain", entry: { ...file, mode: 0o600 } },
  { kind: "create", path: "d/plain, too", entry: { ...file, uid: 9 } },
  { kind: "create", path: "plain again", entry: file },
  { kind: "create", path: "with ns", entry: { ...file, nanos: 0 } },
  { kind: "create", path: "with more ns", entry: { ...file, nanos: 999_999 } },
  { kind: "create", path: "", entry: folder },
  { kind: "create", path: "d", entry: folder },
  { kind: "create", path: "d/for a folder", entry: file, was: folder },
  { kind: "create", path: "d/for a link", entry: folder, was: link },
  { kind: "create", path: "d/hard-link", entry: { ...file, nlink: 2, id: "1:2" }, hardLinkTo: "plain" },
  { kind: "create", path: "d/other name", entry: { ...file, nlink: 2, id: "1:2" } },
  { kind: "create", path: "d/holes", entry: { ...file, holes: true } },
  { kind: "create", path: "d/l", entry: link },
  {
    kind: "create",
    path: "d/fifo",
    entry: { kind: "fifo", mode: 0o600, mtime: 1, uid: 1, gid: 1, nlink: 1, id: null },
  },
  { kind: "update", path: "d/u", entry: file, was: { ...file, size: 1 } },
  { kind: "update", path: "d/u", entry: file, was: file, hardLinkTo: "plain" },
  { kind: "attributes", path: "d/t", entry: file, was: { ...file, mode: 0 } },
  { kind: "attributes", path: "d", entry: folder, was: { ...folder, mtime: 0 } },
  { kind: "remove", path: "r", was: file },
  { kind: "remove", path: "s", was: { kind: "socket" } },
  { kind: "create", path: "d/last", entry: file },
];

Deno.test("a list of changes gives back every kind of change as it was added, in order", () => {
  const list = listOf(EVERY);
  assertEquals(count(list), EVERY.length);
  assertEquals([...each(list)], [...EVERY]);
  assertEquals(at(list, 4), EVERY[4]);
});

Deno.test("a list of changes crosses to another thread as it is", () => {
  assertEquals([...each(structuredClone(listOf(EVERY)))], [...EVERY]);
});

Deno.test("a list of changes gives back a create with `was` or `hardLinkTo` left undefined as one without", () => {
  const change = { kind: "create", path: "a", entry: file, was: undefined } as unknown as Change;
  assertEquals([...each(listOf([change]))], [{ kind: "create", path: "a", entry: file }]);
});

Deno.test("append() adds all of another list behind what is there, in any cut", () => {
  for (let cut = 0; cut <= EVERY.length; cut++) {
    const list = listOf(EVERY.slice(0, cut));
    const more = listOf(EVERY.slice(cut));
    append(list, more);
    append(list, more);
    assertEquals([...each(list)], [...EVERY, ...EVERY.slice(cut)]);
    assertEquals([...each(more)], EVERY.slice(cut), "what was appended is as it was");
  }
  const list = noChanges();
  append(list, noChanges());
  assertEquals(count(list), 0);
});

Deno.test("append() tells more kinds apart than are looked back for", () => {
  const changes = Array.from({ length: 60 }, (_, i): Change => (
    { kind: "create", path: `d${i % 3}/f${i}`, entry: { ...file, mode: i % 40 } }
  ));
  const list = noChanges();
  append(list, listOf(changes.slice(0, 30)));
  append(list, listOf(changes.slice(30)));
  assertEquals([...each(list)], changes);
});

Deno.test("replace() puts a change in the place of any other, and leaves those around it", () => {
  const change: Change = { kind: "create", path: "new", entry: { ...file, size: 99 } };
  for (let index = 0; index < EVERY.length; index++) {
    const list = listOf(EVERY);
    replace(list, index, change);
    assertEquals([...each(list)], EVERY.with(index, change));
    append(list, listOf([EVERY[0]!]));
    assertEquals([...each(from(list, index))], [change, ...EVERY.slice(index + 1), EVERY[0]]);
  }
});

Deno.test("from() is the rest from a place on, and a list of its own", () => {
  const list = listOf(EVERY);
  for (let index = 0; index <= EVERY.length; index++) {
    const rest = from(list, index);
    assertEquals([...each(rest)], EVERY.slice(index));
    add(rest, EVERY[0]!);
    assertEquals(count(list), EVERY.length);
  }
});

Deno.test("a list of plain files keeps what they have in common once", () => {
  const list = listOf(Array.from({ length: 1000 }, (_, i): Change => (
    { kind: "create", path: `d/e/${i}`, entry: { ...file, mode: i % 2 ? 0o644 : 0o755 } }
  )));
  assertEquals([list.kinds.map(({ folder }) => folder), list.counts.others], [["d/e", "d/e"], 0]);
  assert(count(list) === 1000);
});
