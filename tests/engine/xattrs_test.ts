import { assertEquals } from "@std/assert";
import { asHeld, EVERYTHING } from "../../sync/engine/capabilities.ts";
import { at, listOf } from "../../sync/engine/changes.ts";
import { differences } from "../../sync/engine/difference.ts";
import { sameXattrs } from "../../sync/engine/same.ts";
import {
  ACCESS_LIST,
  bornMode,
  DEFAULT_LIST,
  heldXattrs,
  kindOfXattr,
  packXattrs,
  unpackXattrs,
  type Xattrs,
} from "../../sync/engine/xattrs.ts";
import { FILE } from "../support/entries.ts";

const SOME: Xattrs = new Map([
  ["user.b", "1"],
  ["user.a", "\0 3\0\xff\n"],
  [ACCESS_LIST, "x".repeat(65_536)],
  ["user.", ""],
  ["user.secret", null],
]);

Deno.test("packXattrs() gives one string whatever the order, and unpackXattrs() every byte back", () => {
  const packed = packXattrs(SOME);
  assertEquals(packXattrs(new Map([...SOME].reverse())), packed);
  assertEquals(unpackXattrs(packed), new Map([...SOME].sort(([a], [b]) => a < b ? -1 : 1)));
  assertEquals([packXattrs(new Map()), unpackXattrs(), unpackXattrs("")], ["", new Map(), new Map()]);
});

Deno.test("packXattrs() gives different strings to what differs, be it a value that cannot be read", () => {
  const all = [{}, { a: "" }, { a: null }, { a: "?" }, { a: "b", b: "" }, { a: "", b: "b" }, { ab: "" }];
  const packed = all.map((one) => packXattrs(new Map(Object.entries(one))));
  assertEquals(new Set(packed).size, all.length);
});

Deno.test("kindOfXattr() knows what is mirrored, and leaves the rest to its file system", () => {
  const rows = {
    "user.x": "user",
    "user.": "user",
    [ACCESS_LIST]: "acls",
    [DEFAULT_LIST]: "acls",
    "security.capability": "security",
    "trusted.x": "trusted",
    "trusted.SGI_ACL_FILE": null,
    "system.nfs4_acl": null,
    "btrfs.compression": null,
    "userx": null,
  };
  for (const [name, kind] of Object.entries(rows)) assertEquals(kindOfXattr(name), kind, name);
});

Deno.test("what a replica cannot hold of the attributes is neither compared nor set, nor a difference", () => {
  const xattrs = packXattrs(new Map([["user.a", "1"], [ACCESS_LIST, "2"]]));
  const user = packXattrs(new Map([["user.a", "1"]]));
  const entry = { ...FILE, xattrs };
  const lacking = { ...EVERYTHING, lackedXattrs: ["acls", "security"] as const };
  assertEquals(heldXattrs(xattrs, []), xattrs);
  assertEquals(asHeld(entry, lacking), { ...FILE, xattrs: user });
  assertEquals(asHeld(entry, { ...EVERYTHING, lackedXattrs: ["acls", "user"] }), FILE);
  assertEquals(asHeld(entry, EVERYTHING), entry);
  for (
    const [was, capabilities, isSame] of [
      [entry, EVERYTHING, true],
      [{ ...FILE, xattrs: user }, EVERYTHING, false],
      [FILE, EVERYTHING, false],
      [{ ...FILE, xattrs: user }, lacking, true],
      [FILE, lacking, false],
    ] as const
  ) {
    assertEquals(sameXattrs(entry, was, capabilities), isSame);
    const found = differences({ kind: "attributes", path: "a", entry, was }, { capabilities, owners: true });
    assertEquals(found, isSame ? [] : [{ what: "xattrs" }]);
  }
});

Deno.test("a list of changes keeps attributes, and files of one folder that have the same ones share them", () => {
  const [one, other] = ["a", "b"].map((name) => packXattrs(new Map([[`user.${name}`, "1"]])));
  const entries = [FILE, { ...FILE, xattrs: one! }, { ...FILE, xattrs: other! }, { ...FILE, xattrs: one! }];
  const list = listOf(entries.map((entry, i) => ({ kind: "create", path: `d/${i}`, entry })));
  assertEquals(
    entries.map((_, i) => at(list, i)),
    entries.map((entry, i) => ({
      kind: "create" as const,
      path: `d/${i}`,
      entry,
    })),
  );
  assertEquals([list.kinds.length, list.counts.others], [3, 0]);
});

Deno.test("bornMode() gives the group nothing where an access list says what it may", () => {
  assertEquals(bornMode(0o2675, packXattrs(new Map([[ACCESS_LIST, "1"]]))), 0o2605);
  assertEquals(bornMode(0o675, packXattrs(new Map([[DEFAULT_LIST, "1"]]))), 0o675);
  assertEquals(bornMode(0o675, undefined), 0o675);
});
