import { assertEquals } from "@std/assert";
import type { Entry, File, Folder, Link, Listing, Special } from "../sync/engine/entry.ts";
import { bytes, type Change, type Plan, plan, removals, resolve } from "../sync/engine/plan.ts";

const file = (more: Partial<File> = {}): File => (
  { kind: "file", size: 3, mtime: 1000, mode: 0o644, names: 1, holes: false, ...more }
);
const folder = (more: Partial<Folder> = {}): Folder => ({
  kind: "folder",
  mode: 0o755,
  mtime: 1000,
  ...more,
});
const link = (more: Partial<Link> = {}): Link => ({
  kind: "link",
  target: "t",
  mtime: 1000,
  names: 1,
  ...more,
});
const fifo: Special = { kind: "fifo" };
const unknown: Entry = { kind: "unknown", reason: { code: "EACCES", text: "permission denied" } };

/** The plan for one name, as words. */
function planned(source: Entry | null, replica: Entry | null, checksum = false): string[] {
  const listing = (entry: Entry | null): Listing => new Map(entry ? [["n", entry]] : []);
  return words(plan("f", listing(source), listing(replica), { checksum }));
}

function words({ changes, doubts, pairs, failures, unmirrored }: Plan): string[] {
  return [
    ...changes.map((change) =>
      `${change.kind} ${kindOf(change)}${
        "was" in change && change.kind === "create" ? ` for ${change.was.kind}` : ""
      }`
    ),
    ...doubts.map(() => "doubt"),
    ...pairs.map((pair) => `pair ${pair.sides}`),
    ...failures.map((failure) => `failure ${failure.side}`),
    ...unmirrored.map((one) => `unmirrored ${one.what}`),
  ];
}

function kindOf(change: Change): string {
  return change.kind === "remove" ? change.was.kind : change.entry.kind;
}

const ROWS: readonly (readonly [string, Entry | null, Entry | null, string[]])[] = [
  ["nothing on either side", null, null, []],
  ["a new file", file(), null, ["create file"]],
  ["a new folder", folder(), null, ["create folder", "pair source"]],
  ["a new link", link(), null, ["create link"]],
  ["an extraneous file", null, file(), ["remove file"]],
  ["an extraneous folder", null, folder(), ["remove folder", "pair replica"]],
  ["an extraneous link", null, link(), ["remove link"]],
  ["an extraneous FIFO", null, fifo, ["remove fifo"]],
  ["the same file", file(), file(), []],
  ["another size", file({ size: 4 }), file(), ["update file"]],
  ["another time", file({ mtime: 2000 }), file(), ["doubt"]],
  ["another time by one ms", file({ mtime: 1001 }), file(), ["doubt"]],
  ["another mode", file({ mode: 0o600 }), file(), ["touch file"]],
  ["another mode on an inode with other names", file({ mode: 0o600 }), file({ names: 2 }), ["update file"]],
  ["the same folder", folder(), folder(), ["pair both"]],
  ["a folder of another mode", folder({ mode: 0o700 }), folder(), ["touch folder", "pair both"]],
  ["a folder of another time", folder({ mtime: 5 }), folder(), ["touch folder", "pair both"]],
  ["the same link", link(), link(), []],
  ["another target", link({ target: "u" }), link(), ["update link"]],
  ["a link of another time", link({ mtime: 5 }), link(), ["touch link"]],
  ["a link of another time with other names", link({ mtime: 5 }), link({ names: 2 }), ["update link"]],
  ["a file for a folder", file(), folder(), ["create file for folder", "pair replica"]],
  ["a folder for a file", folder(), file(), ["create folder for file", "pair source"]],
  ["a link for a file", link(), file(), ["create link for file"]],
  ["a file for a link", file(), link(), ["create file for link"]],
  ["a link for a folder", link(), folder(), ["create link for folder", "pair replica"]],
  ["a folder for a link", folder(), link(), ["create folder for link", "pair source"]],
  ["a file for a FIFO", file(), fifo, ["create file for fifo"]],
  ["a FIFO in the source", fifo, null, ["unmirrored fifo"]],
  ["a FIFO in the source for a file", fifo, file(), ["unmirrored fifo"]],
  ["something unknown in the source", unknown, null, ["failure source"]],
  ["something unknown in the source for a file", unknown, file(), ["failure source"]],
  ["something unknown in the source for a folder", unknown, folder(), ["failure source"]],
  ["something unknown in the replica", null, unknown, ["failure replica"]],
  ["something unknown in the replica for a file", file(), unknown, ["failure replica"]],
];

for (const [name, source, replica, expected] of ROWS) {
  Deno.test(`plan() for ${name}`, () => assertEquals(planned(source, replica), expected));
}

Deno.test("plan() with --checksum doubts every file of the same size", () => {
  assertEquals(planned(file(), file(), true), ["doubt"]);
  assertEquals(planned(file({ size: 4 }), file(), true), ["update file"]);
});

Deno.test("plan() gives paths below the folder it is asked about", () => {
  const made = plan("a/b", new Map([["n", file()]]), new Map([["o", file()]]), { checksum: false });
  assertEquals(made.changes.map((change) => change.path), ["a/b/n", "a/b/o"]);
  assertEquals(plan("", new Map([["n", file()]]), new Map(), { checksum: false }).changes[0]?.path, "n");
});

Deno.test("resolve() updates where the contents differ, touches where only the time does, and else leaves alone", () => {
  const doubt = { path: "n", entry: file({ mtime: 2000 }), was: file() };
  assertEquals(resolve(doubt, false)?.kind, "update");
  assertEquals(resolve(doubt, true)?.kind, "touch");
  assertEquals(resolve({ ...doubt, was: file({ names: 2 }) }, true)?.kind, "update");
  assertEquals(resolve({ ...doubt, entry: file() }, true), null);
});

Deno.test("removals() counts what gives way to another kind, and bytes() what is copied", () => {
  const rows: [Change, number, number][] = [
    [{ kind: "create", path: "n", entry: file() }, 0, 3],
    [{ kind: "create", path: "n", entry: file(), was: link() }, 1, 3],
    [{ kind: "update", path: "n", entry: file({ size: 9 }), was: file() }, 0, 9],
    [{ kind: "touch", path: "n", entry: file(), was: file() }, 0, 0],
    [{ kind: "remove", path: "n", was: file() }, 1, 0],
    [{ kind: "create", path: "n", entry: folder() }, 0, 0],
  ];
  for (const [change, gone, copied] of rows) assertEquals([removals(change), bytes(change)], [gone, copied]);
});
