import { assertEquals } from "@std/assert";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { Change } from "../../sync/engine/change.ts";
import { differences } from "../../sync/engine/difference.ts";
import type { File, Link } from "../../sync/engine/entry.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const ALL = { capabilities: EVERYTHING, owners: true };
const LINK: Link = { kind: "link", target: "t", mode: 0o777, uid: 1, gid: 1, mtime: 0, nlink: 1, id: null };

function update(was: Partial<File>, more: { hardLinkTo?: string } = {}): Change {
  return { kind: "update", path: "a", entry: FILE, was: { ...FILE, ...was }, ...more };
}

function attributes(was: Partial<File>): Change {
  return { kind: "attributes", path: "a", entry: FILE, was: { ...FILE, ...was } };
}

/** What differs, by the codes alone. */
function what(change: Change, criteria = ALL): string[] {
  return differences(change, criteria).map((one) => one.what);
}

Deno.test("differences() names size, content, time and hard links of a file that is updated", () => {
  assertEquals(what(update({ size: 2, mtime: -5 })), ["size", "time"]);
  assertEquals(what(update({ mtime: -5 })), ["content", "time"]);
  assertEquals(what(update({})), ["content"]);
  assertEquals(what(update({ nlink: 2 })), ["hard-links"]);
  assertEquals(what(update({}, { hardLinkTo: "b" })), ["hard-links"]);
  assertEquals(what({ kind: "update", path: "l", entry: LINK, was: { ...LINK, target: "u" } }), ["target"]);
});

Deno.test("differences() tells that the replica's file is the newer one", () => {
  assertEquals(what(update({ size: 2, mtime: 5 })), ["size", "edited"]);
  assertEquals(what({ kind: "attributes", path: "", entry: FOLDER, was: { ...FOLDER, mtime: 5 } }), ["time"]);
  assertEquals(what(attributes({ mtime: 5 })), ["time"], "the content is the same: nobody edited it");
});

Deno.test("differences() has mode and owner of both sides", () => {
  assertEquals(differences(attributes({ mode: 0o600, uid: 7 }), ALL), [
    { what: "mode", from: 0o600, to: 0o644 },
    { what: "owner", from: { uid: 7, gid: 1 }, to: { uid: 1, gid: 1 } },
  ]);
});

Deno.test("differences() has the mode that is set, without the bits that would lend the rights of others", () => {
  const kept = { capabilities: EVERYTHING, owners: false };
  const change: Change = {
    kind: "attributes",
    path: "a",
    entry: { ...FILE, mode: 0o6755, uid: 7 },
    was: { ...FILE, mode: 0o6755, gid: 7 },
  };
  assertEquals(differences(change, kept), [{ what: "mode", from: 0o6755, to: 0o755 }]);
  assertEquals(differences({ ...change, was: { ...FILE, mode: 0o755, gid: 7 } }, kept), []);
});

Deno.test("differences() takes what the replica cannot hold for no difference", () => {
  const poor = { capabilities: { ...EVERYTHING, modes: false, step: 2000 }, owners: false };
  assertEquals(what(update({ size: 2, mtime: 1500, mode: 0o777, uid: 7 }), poor), ["size"]);
});

Deno.test("differences() has nothing to say of what is new or goes", () => {
  assertEquals(what({ kind: "create", path: "a", entry: FILE }), []);
  assertEquals(what({ kind: "remove", path: "a", was: FILE }), []);
});

Deno.test("differences() has the name that is to change its case first", () => {
  const spelled = { spelled: "A" };
  assertEquals(differences({ ...attributes({ mtime: 5 }), ...spelled } as Change, ALL), [
    { what: "name", from: "A" },
    { what: "time" },
  ]);
  assertEquals(what({ ...update({ size: 2 }), ...spelled } as Change), ["name", "size"]);
});
