import { assert, assertEquals } from "@std/assert";
import { FILE as file, FOLDER as folder } from "../support/entries.ts";
import { listOf } from "../../sync/engine/changes.ts";
import type { Change } from "../../sync/engine/change.ts";
import { parent } from "../../sync/engine/entry.ts";
import { order, settlings } from "../../sync/engine/order.ts";
import { finish } from "../../sync/engine/steps.ts";

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
  const { folders, emptied, removals } = finish(order(listOf(changes)));
  assertEquals(folders, [[
    [{ number: 1, inside: 2 }, { number: 3, inside: 1 }, { number: 0, inside: 0 }],
    [{ number: 2, inside: 0 }],
  ]]);
  assertEquals(emptied, [[5], [4]]);
  assertEquals(removals, [6]);
});

Deno.test("order() lists many new folders, however deep or wide, as what can soon be handed to another thread", () => {
  const create = (path: string): Change => ({ kind: "create", path, entry: folder });
  const chain = Array.from({ length: 2000 }, (_, i) => create("d/".repeat(i) + "d"));
  const fan = Array.from({ length: 2000 }, (_, i) => create(`e/${i % 5}/${i}`));
  const changes = [...chain, create("e"), ...[0, 1, 2, 3, 4].map((i) => create(`e/${i}`)), ...fan];
  const { folders } = finish(order(listOf(changes)));
  const made = new Set<number>();
  for (const list of structuredClone(folders).flat()) {
    assert(list.length <= 256, `${list.length}`);
    for (const { number } of list) made.add(number);
  }
  assertEquals(made.size, changes.length);
  assertEquals(folders.at(-1), [
    Array.from({ length: 256 }, (_, i) => ({ number: 1744 + i, inside: 255 - i })),
  ]);
  // each wave is made when the one before is
  const waves = folders.map((wave) => new Set(wave.flat().map(({ number }) => number)));
  const pathsOf = (wave: Set<number>) => [...wave].map((number) => changes[number]!.path);
  const there = new Set<string>([""]);
  for (const wave of waves) {
    for (const path of pathsOf(wave).sort()) there.has(parent(path)) && there.add(path);
  }
  assertEquals(there.size, changes.length + 1);
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
  const { contents, replacing } = finish(order(listOf(changes)));
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
  const disturbed = new Map([["disturbed", folder], ["different", folder]]);
  assertEquals([...finish(settlings(listOf(changes), disturbed)).values()], [
    { path: "disturbed", entry: folder },
    { path: "different", entry: later, number: 1 },
    { path: "new", entry: later },
  ]);
});

Deno.test("order() has folders whose names change their case by themselves, from the top down, and settles them after that", () => {
  const respelled = (path: string, spelled: string): Change => (
    { kind: "attributes", path, entry: folder, was: folder, spelled }
  );
  const changes: Change[] = [
    respelled("a/b", "B"),
    { kind: "attributes", path: "c", entry: folder, was: folder },
    respelled("a", "A"),
    respelled("z", "Z"),
    { kind: "attributes", path: "f", entry: file, was: file, spelled: "F" },
  ];
  const stages = finish(order(listOf(changes)));
  assertEquals([stages.respelled, stages.contents, stages.folders], [[[2, 3], [0]], [4], []]);
  const settled = finish(settlings(listOf(changes), new Map()));
  assertEquals([...settled.values()].map(({ path, number }) => [path, number]), [
    ["a/b", undefined],
    ["c", 1],
    ["a", undefined],
    ["z", undefined],
  ]);
});
