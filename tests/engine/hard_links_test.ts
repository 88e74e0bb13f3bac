import { assert, assertEquals } from "@std/assert";
import { each, listOf } from "../../sync/engine/changes.ts";
import type { File } from "../../sync/engine/entry.ts";
import type { Change } from "../../sync/engine/change.ts";
import type { Linked } from "../../sync/engine/plan.ts";
import { hardLinks } from "../../sync/engine/hard_links.ts";
import { finish } from "../../sync/engine/steps.ts";

/** "a" alone, or "a*3": a file on inode a that has three names. */
function fileOn(inode: string, mode = 0o644): File {
  const [id, names = "1"] = inode.split("*");
  return {
    kind: "file",
    size: 1,
    mtime: 0,
    mode,
    uid: 1,
    gid: 1,
    nlink: Number(names),
    id: names === "1" ? null : `1:${id}`,
    holes: false,
  };
}

/** The changes for rows of path, inode in the source, inode in the replica and planned change, as words. */
function changed(
  ...rows: [path: string, source: string, replica: string, kind?: Change["kind"]][]
): string[] {
  const linked: Linked[] = [];
  const changes: Change[] = [];
  for (const [path, source, replica, kind] of rows) {
    const entry = source === "" ? null : fileOn(source);
    const was = replica === "" ? null : fileOn(replica);
    linked.push({ path, entry, was });
    if (kind === "create") changes.push({ kind, path, entry: entry! });
    else if (kind === "remove") changes.push({ kind, path, was: was! });
    else if (kind === "move") {
      changes.push({ kind, path, from: `old-${path}`, entry: entry!, was: was! });
    } else if (kind) changes.push({ kind, path, entry: entry!, was: was! });
  }
  return [...each(finish(hardLinks(listOf(changes), linked)))].map((change) => {
    const other = "hardLinkTo" in change && change.hardLinkTo ? ` = ${change.hardLinkTo}` : "";
    return `${change.kind} ${change.path}${other}`;
  }).sort();
}

Deno.test("hardLinks() copies a new set once and names the rest after it", () => {
  assertEquals(changed(["b", "1*3", "", "create"], ["a", "1*3", "", "create"], ["c", "1*3", "", "create"]), [
    "create a",
    "create b = a",
    "create c = a",
  ]);
});

Deno.test("hardLinks() leaves a set alone that is one in the replica", () => {
  assertEquals(changed(["a", "1*2", "9*2"], ["b", "1*2", "9*2"]), []);
});

Deno.test("hardLinks() forms a set of separate files, and changes no more than it must", () => {
  assertEquals(changed(["a", "1*2", "8"], ["b", "1*2", "9"]), ["update b = a"]);
  assertEquals(changed(["a", "1*3", "8"], ["b", "1*3", "9*2"], ["c", "1*3", "9*2"]), ["update a = b"]);
});

Deno.test("hardLinks() breaks a set that the source no longer has", () => {
  assertEquals(changed(["a", "1", "9*2"], ["b", "2", "9*2"]), ["update b"]);
  assertEquals(changed(["a", "1*2", "9*3"], ["b", "1*2", "9*3"], ["c", "2", "9*3"]), ["update c"]);
});

Deno.test("hardLinks() makes all names follow a content that changed", () => {
  assertEquals(changed(["a", "1*2", "9*2", "update"], ["b", "1*2", "9*2", "update"]), [
    "update a",
    "update b = a",
  ]);
  assertEquals(changed(["a", "1*2", "8", "update"], ["b", "1*2", "9"]), ["update a = b"]);
});

Deno.test("hardLinks() touches one inode once", () => {
  assertEquals(changed(["a", "1*2", "9*2", "attributes"], ["b", "1*2", "9*2", "attributes"]), [
    "attributes a",
  ]);
});

Deno.test("hardLinks() writes no inode in place that has a name outside of the tree", () => {
  assertEquals(changed(["a", "1*2", "9*3", "attributes"], ["b", "1*2", "9*3", "attributes"]), [
    "update a",
    "update b = a",
  ]);
  assertEquals(changed(["a", "1", "9*2", "attributes"]), ["update a"]);
  assertEquals(changed(["a", "1", "9*2"]), []);
});

Deno.test("hardLinks() counts a name that is to be removed as one of the tree's", () => {
  assertEquals(changed(["a", "1", "9*2", "attributes"], ["b", "", "9*2", "remove"]), [
    "attributes a",
    "remove b",
  ]);
});

Deno.test("hardLinks() adds a name to a set that is there", () => {
  assertEquals(changed(["a", "1*3", "9*2"], ["b", "1*3", "9*2"], ["c", "1*3", "", "create"]), [
    "create c = a",
  ]);
});

Deno.test("hardLinks() keeps names of one inode apart on different devices", () => {
  const linked = ["a", "b", "stick/c", "stick/d"].map((path): Linked => ({
    path,
    entry: fileOn("1*4"),
    was: null,
    ...(path.startsWith("stick") && { device: 7 }),
  }));
  const changes = linked.map(({ path, entry }): Change => ({ kind: "create", path, entry: entry! }));
  assertEquals(
    [...each(finish(hardLinks(listOf(changes), linked)))].map((change) =>
      `${change.path}${"hardLinkTo" in change ? ` = ${change.hardLinkTo}` : ""}`
    ).sort(),
    ["a", "b = a", "stick/c", "stick/d = stick/c"],
  );
});

/** `count` names of one inode, which are names of a few inodes in the replica. */
function namesOfOne(count: number, inodes: number): Linked[] {
  const names = Array.from({ length: count }, (_, i) => `${i}`);
  return names.map((path, i) => {
    const entry = fileOn(`1*${count}`);
    return { path, entry, was: { ...entry, id: `1:${8 + i % inodes}`, nlink: count / inodes } };
  });
}

for (const [inodes, left] of [[1, 0], [2, 30_000], [3, 40_000]] as const) {
  Deno.test(`hardLinks() joins 60,000 names of one inode, of ${inodes} in the replica, in seconds`, () => {
    const began = performance.now();
    const changes = [...each(finish(hardLinks(listOf([]), namesOfOne(60_000, inodes))))];
    assertEquals(changes.length, left);
    const leaders = new Set(changes.map((change) => "hardLinkTo" in change ? change.hardLinkTo : ""));
    assertEquals([...leaders], left === 0 ? [] : ["0"]);
    // counted anew for each name this took over a minute
    assert(performance.now() - began < 10_000);
  });
}

Deno.test("hardLinks() keeps the inode that most names of a set have, of links and FIFOs, too", () => {
  const ids = ["9", "8", "8", "7"];
  const of = (kind: "link" | "fifo", id: string): NonNullable<Linked["was"]> => {
    const { mtime, mode, uid, gid } = fileOn("1");
    const shared = { mtime, mode, uid, gid, nlink: ids.filter((one) => one === id).length, id: `1:${id}` };
    return kind === "link" ? { kind, target: "t", ...shared } : { kind, ...shared };
  };
  for (const kind of ["link", "fifo"] as const) {
    const linked = ids.map((id, i): Linked => ({
      path: "abcd"[i]!,
      entry: { ...of(kind, "1"), nlink: 4 },
      was: of(kind, id),
    }));
    assertEquals(
      [...each(finish(hardLinks(listOf([]), linked)))].map((change) =>
        `${change.kind} ${change.path}${"hardLinkTo" in change ? ` = ${change.hardLinkTo}` : ""}`
      ).sort(),
      ["update a = b", "update d = b"],
    );
  }
});

Deno.test("hardLinks() keeps moves of names that share an inode already, and makes removals of those that cannot stay", () => {
  assertEquals(changed(["a", "1*2", "9*2", "move"], ["b", "1*2", "9*2", "move"]), ["move a", "move b"]);
  assertEquals(changed(["a", "1*2", "9*2"], ["b", "1*2", "9*2", "move"]), ["move b"]);
  // two files of which the source has made one
  assertEquals(changed(["a", "1*2", "8", "move"], ["b", "1*2", "9", "move"]), [
    "create b = a",
    "move a",
    "remove old-b",
  ]);
  // a snapshot of the replica has the file, too: its attributes must not change there
  assertEquals(changed(["a", "1*2", "9*3", "move"], ["b", "1*2", "9*3", "move"]), [
    "create a",
    "create b = a",
    "remove old-a",
    "remove old-b",
  ]);
});

Deno.test("hardLinks() leaves what takes the place of one of several names in the replica as it was planned", () => {
  const was = fileOn("1*2");
  const folder = { kind: "folder", mode: 0o755, mtime: 0, uid: 1, gid: 1, device: 1, inode: 9 } as const;
  const change: Change = { kind: "create", path: "a", entry: folder, was };
  const linked = [{ path: "a", entry: null, was }, { path: "b", entry: null, was }];
  assertEquals([...each(finish(hardLinks(listOf([change]), linked)))], [change]);
});

Deno.test("hardLinks() keeps the case that a name is to have, whatever becomes of its inode", () => {
  const one = (path: string, source: string, replica: string): Linked => (
    { path, entry: fileOn(source), was: fileOn(replica) }
  );
  const spelling = ({ path, entry, was }: Linked): Change => (
    { kind: "attributes", path, entry: entry!, was: was!, spelled: path.toUpperCase() }
  );
  for (const replica of ["1*2", "2"]) {
    const [a, b] = [one("a", "1*2", "1*2"), one("b", "1*2", replica)];
    const made = [...each(finish(hardLinks(listOf([spelling(a), spelling(b)]), [a, b])))];
    assertEquals(made.map((change) => [change.path, "spelled" in change && change.spelled]).sort(), [
      ["a", "A"],
      ["b", "B"],
    ]);
  }
});
