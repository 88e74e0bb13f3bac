import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { divide, pack, parts, unpack } from "../../sync/engine/names.ts";

Deno.test("parts() has each name once, and both sides of a name in one part", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.string({ maxLength: 3 })),
    fc.uniqueArray(fc.string({ maxLength: 3 })),
    fc.integer({ min: 1, max: 5 }),
    (source, replica, size) => {
      const made = parts(source, replica, size);
      assertEquals(made.flatMap((part) => part.source), [...source].sort());
      assertEquals(made.flatMap((part) => part.replica), [...replica].sort());
      for (const part of made) {
        for (const name of part.source) assertEquals(part.replica.includes(name), replica.includes(name));
        assert(part.source.length <= size);
      }
    },
  ));
});

Deno.test("divide() has each name once, by the sides on which it is", () => {
  const name = fc.string({ maxLength: 2 });
  // a listing may have a name twice when its folder changes meanwhile
  fc.assert(fc.property(fc.array(name), fc.array(name), (source, replica) => {
    const { both, source: only, replica: extraneous } = divide(source, replica);
    const [here, there] = [new Set(source), new Set(replica)];
    assertEquals(both.toSorted(), [...here].filter((name) => there.has(name)).sort());
    assertEquals([...new Set(only)].sort(), [...here].filter((name) => !there.has(name)).sort());
    assertEquals(extraneous.toSorted(), [...there].filter((name) => !here.has(name)).sort());
  }));
});

Deno.test("unpack() gives what pack() was given", () => {
  const name = fc.string({ minLength: 1 }).filter((name) => !name.includes("/"));
  fc.assert(fc.property(fc.array(name), fc.array(name), (source, replica) => {
    assertEquals(unpack(pack({ source, replica })), { source, replica });
  }));
});
