import { assertEquals } from "@std/assert";
import { bytesNeeded, type Change } from "../../sync/engine/change.ts";
import type { File } from "../../sync/engine/entry.ts";
import { finish } from "../../sync/engine/steps.ts";
import { FILE } from "../support/entries.ts";

const file = (size: number, more: Partial<File> = {}): File => ({ ...FILE, size, ...more });
const create = (size: number, more: Partial<File> = {}): Change => (
  { kind: "create", path: "n", entry: file(size, more) }
);
const update = (size: number, was: number, more: Partial<File> = {}): Change => (
  { kind: "update", path: "n", entry: file(size), was: file(was, more) }
);

Deno.test("bytesNeeded() counts a file and what it replaces together, and what is given back before the next", () => {
  const rows: readonly (readonly [Change[], number])[] = [
    [[], 0],
    [[create(5), create(6)], 11],
    [[update(5, 5)], 5],
    [[update(5, 5), update(5, 5), update(6, 6)], 6],
    [[update(2, 9), create(5)], 2],
    [[create(5), update(2, 9)], 7],
    [[update(9, 2), create(5)], 12],
    // another name keeps what is replaced, and nobody knows how much a file with holes has
    [[update(5, 5, { nlink: 2 }), create(1)], 6],
    [[update(5, 5, { holes: true }), create(1)], 6],
    [[create(5, { holes: true }), create(1)], 1],
    [[{ kind: "create", path: "n", entry: file(5), hardLinkTo: "m" }, create(1)], 1],
    [[{ kind: "attributes", path: "n", entry: file(5), was: file(5) }], 0],
    [[{ kind: "remove", path: "n", was: file(5) }, create(1)], 1],
  ];
  for (const [changes, needed] of rows) assertEquals(finish(bytesNeeded(changes)), needed);
});
