import { assertEquals } from "@std/assert";
import { FILE as file, FOLDER as folder } from "../support/entries.ts";
import { listOf } from "../../sync/engine/changes.ts";
import type { Change } from "../../sync/engine/change.ts";
import { order, settlings } from "../../sync/engine/order.ts";

Deno.test("order() makes folders from the top down and removes them from the bottom up", () => {
  const changes: Change[] = [
    { kind: "create", path: "a/b/c", entry: folder },
    { kind: "create", path: "a", entry: folder },
    { kind: "create", path: "z", entry: folder },
    { kind: "create", path: "a/b", entry: folder },
    { kind: "remove", path: "o", was: folder },
    { kind: "remove", path: "o/p/q", was: folder },
    { kind: "remove", path: "o/p/q/f", was: file },
  ];
  const { folders, emptied, removals } = order(listOf(changes));
  assertEquals(folders, [
    [{ number: 1, inside: 2 }, { number: 3, inside: 1 }, { number: 0, inside: 0 }],
    [{ number: 2, inside: 0 }],
  ]);
  assertEquals(emptied, [[5], [4]]);
  assertEquals(removals, [6]);
});

Deno.test("order() lists a chain of new folders, however deep, as what can be handed to another thread", () => {
  const chain = Array.from({ length: 2000 }, (_, i): Change => {
    return { kind: "create", path: "d/".repeat(i) + "d", entry: folder };
  });
  const { folders } = order(listOf(chain));
  assertEquals(structuredClone(folders)[0]!.at(-2), { number: 1998, inside: 1 });
});

Deno.test("order() puts large files last, where a pool begins, and replaces folders after them", () => {
  const large = { ...file, size: 1 << 30 };
  const changes: Change[] = [
    { kind: "create", path: "big", entry: large },
    { kind: "create", path: "small", entry: file },
    { kind: "create", path: "bigger", entry: { ...large, size: 1 << 31 >>> 0 } },
    { kind: "create", path: "for-folder", entry: file, was: folder },
    { kind: "attributes", path: "mode", entry: file, was: file },
  ];
  const { contents, replacing } = order(listOf(changes));
  assertEquals(contents, [4, 3, 1, 0, 2]);
  assertEquals(replacing, [3]);
});

Deno.test("settlings() are the folders that are new, disturbed or different, each once", () => {
  const later = { ...folder, mtime: 9 };
  const changes: Change[] = [
    { kind: "create", path: "new", entry: later },
    { kind: "attributes", path: "different", entry: later, was: folder },
    { kind: "remove", path: "gone", was: folder },
  ];
  assertEquals(settlings(listOf(changes), new Map([["disturbed", folder], ["different", folder]])), [
    { path: "disturbed", entry: folder },
    { path: "different", entry: later, number: 1 },
    { path: "new", entry: later },
  ]);
});
