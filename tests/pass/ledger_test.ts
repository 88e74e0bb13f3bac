import { assertEquals } from "@std/assert";
import type { Change } from "../../sync/engine/change.ts";
import { at, count, listOf } from "../../sync/engine/changes.ts";
import { order } from "../../sync/engine/order.ts";
import {
  failHardLinks,
  isPossible,
  type Ledger,
  newLedger,
  note,
  noteFailed,
  removesAnything,
  takeRacy,
} from "../../sync/pass/ledger.ts";
import { newTurn, type Turn } from "../../sync/pass/task.ts";
import { finish } from "../../sync/engine/steps.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const create = (path: string, size = 1): Change => ({ kind: "create", path, entry: { ...FILE, size } });
const remove = (path: string): Change => ({ kind: "remove", path, was: FILE });
const removeFolder = (path: string): Change => ({ kind: "remove", path, was: FOLDER });
/** A file in the place of a folder, and a folder in the place of a file. */
const fileForFolder = (path: string): Change => ({ kind: "create", path, entry: FILE, was: FOLDER });
const folderForFile = (path: string): Change => ({ kind: "create", path, entry: FOLDER, was: FILE });
const hardLink = (path: string, hardLinkTo: string): Change => (
  { kind: "create", path, entry: FILE, hardLinkTo }
);

function ledgerOf(...changes: Change[]): Ledger {
  return finish(newLedger(listOf(changes)));
}

/** The paths of the changes that a turn has done. */
function done(ledger: Ledger, turn: Partial<Turn>): string[] {
  return note(ledger, { ...newTurn([]), ...turn }).map(({ path }) => path);
}

Deno.test("a ledger counts what there is to do, and what is done", () => {
  const ledger = ledgerOf(create("a", 5), remove("b"), create("c", 7));
  assertEquals([ledger.total, ledger.finished], [{ entries: 3, bytes: 12 }, 0]);
  assertEquals(done(ledger, { done: [2, 1] }), ["c", "b"]);
  assertEquals(ledger.finished, 2);
});

Deno.test("what takes the place of a folder is done in two steps, and counts once", () => {
  const ledger = ledgerOf(fileForFolder("a"));
  assertEquals([done(ledger, { done: [0] }), [...ledger.staged], ledger.finished], [[], [0], 0]);
  assertEquals([done(ledger, { done: [0] }), [...ledger.staged], ledger.finished], [["a"], [], 1]);
});

Deno.test("what makes way for a folder is kept aside until it is removed, which is no change of its own", () => {
  const ledger = ledgerOf(folderForFile("a"));
  assertEquals([done(ledger, { done: [0] }), [...ledger.aside]], [["a"], [0]]);
  assertEquals([done(ledger, { done: [0] }), [...ledger.aside], ledger.finished], [[], [], 1]);
});

Deno.test("nothing is done at or below what failed, and no folder above it is removed", () => {
  const changes = [
    create("a/b"),
    create("a/b/c"),
    create("a/bc"),
    removeFolder("a"),
    removeFolder("a/b/d"),
    remove("x"),
    removeFolder("x"),
  ];
  const ledger = ledgerOf(...changes);
  noteFailed(ledger, "a/b");
  const possible = changes.filter((change) => isPossible(ledger, change)).map(({ kind, path }) =>
    `${kind} ${path}`
  );
  assertEquals(possible, ["create a/bc", "remove x", "remove x"]);
});

Deno.test("a hard link to what failed fails with it, and no other", () => {
  const changes = [create("a"), hardLink("b", "a"), create("c"), hardLink("d", "c")];
  const ledger = ledgerOf(...changes);
  noteFailed(ledger, "a");
  finish(failHardLinks(ledger, finish(order(ledger.changes)).hardLinks));
  assertEquals([...ledger.failed].sort(), ["a", "b"]);
});

Deno.test("another version that was copied takes the place of the one that was compared", () => {
  const ledger = ledgerOf(create("a", 5), remove("b"));
  const entry = { ...FILE, size: 9 };
  note(ledger, { ...newTurn([]), revised: [{ number: 0, entry }, { number: 1, entry }], done: [0, 1] });
  assertEquals(at(ledger.changes, 0), { kind: "create", path: "a", entry });
  assertEquals(at(ledger.changes, 1), remove("b"));
  assertEquals(count(ledger.changes), 2);
});

Deno.test("racy copies are taken once, and only when they are in their place", () => {
  const ledger = ledgerOf(create("a"), fileForFolder("b"), create("c"));
  done(ledger, { done: [0, 1], racy: [0, 1] });
  assertEquals([finish(takeRacy(ledger)), finish(takeRacy(ledger))], [[0], []]);
  done(ledger, { done: [1] });
  assertEquals([finish(takeRacy(ledger)), finish(takeRacy(ledger))], [[1], []]);
});

Deno.test("removals begin only when there is something to remove", () => {
  const rows: (readonly [Change[], boolean])[] = [
    [[create("a"), create("b")], false],
    [[remove("a")], true],
    [[removeFolder("a")], true],
    [[fileForFolder("a")], true],
    [[create("a"), hardLink("b", "a")], true],
  ];
  for (const [changes, expected] of rows) {
    const ledger = ledgerOf(...changes);
    assertEquals(removesAnything(ledger, finish(order(ledger.changes))), expected);
  }
  const ledger = ledgerOf(folderForFile("a"));
  assertEquals(removesAnything(ledger, finish(order(ledger.changes))), false);
  done(ledger, { done: [0] });
  assertEquals(removesAnything(ledger, finish(order(ledger.changes))), true);
});
