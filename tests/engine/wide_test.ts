import { assert, assertEquals } from "@std/assert";
import { wideMap, wideSet } from "../../sync/engine/wide.ts";

Deno.test("wideMap() and wideSet() have what a Map and a Set have, by texts and by any numbers", () => {
  const numbers = [0, -0, 1, -1, -64, 63, 64, 2 ** 52, -(2 ** 52), 4294967296.5];
  const texts = ["", "a", "b.jpg", "folder/b.jpg", "\udc80", "x".repeat(5000)];
  for (const keys of [numbers, texts, Array.from({ length: 5000 }, (_, i) => `f/${i}.jpg`)]) {
    const [map, set] = [wideMap<string | number, number>(), wideSet<string | number>()];
    const [known, met] = [new Map<string | number, number>(), new Set<string | number>()];
    for (const [index, key] of [...keys, ...keys.slice(0, 3)].entries()) {
      assertEquals([map.has(key), set.has(key)], [known.has(key), met.has(key)]);
      map.set(key, index);
      known.set(key, index);
      set.add(key);
      met.add(key);
    }
    assertEquals([map.size, set.size], [known.size, met.size]);
    for (const key of keys) assertEquals(map.get(key), known.get(key));
    assertEquals([...map.values()].toSorted((a, b) => a - b), [...known.values()].toSorted((a, b) => a - b));
    assertEquals(map.get("nothing of it"), undefined);
  }
});

Deno.test("wideMap() never moves much at once: what it holds is spread evenly", () => {
  // a map that has all in one part would be a Map: the names of one folder, as programs number them
  for (
    const name of [
      (i: number) => `folder/photo${i}.jpg`,
      (i: number) => `${i}`,
      (i: number) => `${i}/one long name that is the same.txt`,
    ]
  ) {
    const map = wideMap<string, number>();
    for (let i = 0; i < 64_000; i++) map.set(name(i), i);
    assert(map.largest() < 4000, `${map.largest()} of 1000 on an average`);
  }
});
