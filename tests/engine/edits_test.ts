import { assertEquals } from "@std/assert";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { Change } from "../../sync/engine/change.ts";
import { each, listOf } from "../../sync/engine/changes.ts";
import { type Knowing, type Memory, withoutEdits } from "../../sync/engine/edits.ts";
import type { Known } from "../../sync/engine/entry.ts";
import { EDITED, noted } from "../../sync/engine/remembered.ts";
import { finish } from "../../sync/engine/steps.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const OLD = { ...FILE, mtime: 1000 };
const NEW = { ...FILE, mtime: 2000, size: 2 };
const EDIT = { ...FILE, mtime: 1500, size: 3 };
const LATEST = { ...FILE, mtime: 9000, size: 4 };

const update = (path: string, was: typeof FILE, entry = NEW): Change => ({
  kind: "update",
  path,
  entry,
  was,
});
const remove = (path: string, was: Known): Change => ({ kind: "remove", path, was });
const create = (path: string, was?: Known): Change => ({
  kind: "create",
  path,
  entry: NEW,
  ...(was && { was }),
});

/** A memory of these notes; null of nothing. */
function memoryOf(notes: Readonly<Record<string, readonly string[]>> | null, sourceWins = false): Memory {
  return {
    isBlank: () => notes === null,
    wantsAll: () => false,
    *recall(paths) {
      yield;
      return new Map(Object.entries(notes ?? {}).filter(([path]) => paths.has(path)));
    },
    *take() {
      yield;
    },
    step: () => 0,
    sourceWins,
  };
}

/** What is made, what is left and why, and the conflicts. */
function kept(changes: readonly Change[], knowing: Partial<Knowing>): unknown[] {
  const all = {
    memory: null,
    newer: new Set<string>(),
    capabilities: EVERYTHING,
    folded: false,
    isOurs: (path: string) => path.startsWith(".lockstep-"),
    ...knowing,
  };
  const found = finish(withoutEdits(listOf(changes), all));
  return [
    [...each(found.changes)].map(({ kind, path }) => `${kind} ${path}`),
    Object.fromEntries(found.edits),
    found.conflicts,
  ];
}

Deno.test("withoutEdits() by time leaves what is newer than the source's, and what is newer than its folder", () => {
  const changes = [
    update("a", EDIT),
    update("b", LATEST),
    remove("c", OLD),
    remove("d", LATEST),
    create("e"),
  ];
  assertEquals(kept(changes, { newer: new Set(["d"]) }), [
    ["update a", "remove c", "create e"],
    { b: "edited", d: "made" },
    [],
  ]);
});

Deno.test("withoutEdits() by what was left leaves what is not so any more, whatever its time", () => {
  const changes = [
    update("a", OLD),
    update("b", EDIT),
    remove("c", OLD),
    remove("d", EDIT),
    remove("e", OLD),
  ];
  const memory = memoryOf({ a: [noted(OLD)], b: [noted(OLD)], c: [noted(OLD)], d: [noted(OLD)] });
  assertEquals(kept(changes, { memory, newer: new Set(["c"]) }), [
    ["update a", "remove c"],
    { b: "edited", d: "edited", e: "made" },
    [],
  ]);
});

Deno.test("withoutEdits() takes either of two versions that a killed pass may have left for no edit", () => {
  const memory = memoryOf({ a: [noted(OLD), noted(EDIT)] });
  assertEquals(kept([update("a", OLD)], { memory })[0], ["update a"]);
  assertEquals(kept([update("a", EDIT)], { memory })[0], ["update a"]);
  assertEquals(kept([update("a", LATEST)], { memory })[0], []);
});

Deno.test("withoutEdits() knows nothing by an empty memory but times", () => {
  assertEquals(kept([update("a", EDIT), update("b", LATEST)], { memory: memoryOf(null) })[0], ["update a"]);
});

Deno.test("withoutEdits() lets the source win where both sides changed, when it is to", () => {
  const changes = [update("a", EDIT), update("b", EDIT, LATEST), update("c", EDIT), update("d", EDIT)];
  const notes = { a: [noted(NEW)], b: [noted(OLD)], c: [EDITED] };
  assertEquals(kept(changes, { memory: memoryOf(notes, true) }), [
    ["update b", "update d"],
    { a: "edited", c: "unsure" },
    ["b", "d"],
  ]);
  assertEquals(kept(changes, { memory: memoryOf(notes, false) })[0], []);
});

Deno.test("withoutEdits() leaves the folders above an edit, and what lies in a folder that is one", () => {
  const changes = [remove("a", FOLDER), remove("a/b", FOLDER), remove("a/b/x", OLD), remove("a/b/y", LATEST)];
  const more = [remove("new", FOLDER), remove("new/old", OLD), remove("a/c", FOLDER)];
  assertEquals(kept([...changes, ...more], { newer: new Set(["a/b/y", "new"]) }), [
    ["remove a/b/x", "remove a/c"],
    { "a/b/y": "made", new: "made" },
    [],
  ]);
});

Deno.test("withoutEdits() does not replace a folder with an edit in it", () => {
  const changes = [create("a", FOLDER), remove("a/x", OLD), remove("a/y", LATEST), create("b")];
  assertEquals(kept(changes, { newer: new Set(["a/y"]) }), [["create b"], { a: "edited" }, []]);
});

Deno.test("withoutEdits() leaves another kind in the place of a folder, and what would be made in that", () => {
  const memory = memoryOf({ d: ["folder"] });
  const changes: Change[] = [
    { kind: "create", path: "d", entry: FOLDER, was: EDIT },
    create("d/x"),
    create("e"),
  ];
  assertEquals(kept(changes, { memory }), [["create e"], { d: "edited" }, []]);
});

Deno.test("withoutEdits() takes attributes and what a killed run left over for no edits", () => {
  const changes: Change[] = [
    { kind: "attributes", path: "a", entry: NEW, was: { ...NEW, mode: 0 } },
    remove(".lockstep-01234567-1", LATEST),
  ];
  const all = ["attributes a", "remove .lockstep-01234567-1"];
  assertEquals(kept(changes, { newer: new Set([".lockstep-01234567-1"]) })[0], all);
  assertEquals(kept(changes, { memory: memoryOf({}) })[0], all);
});
