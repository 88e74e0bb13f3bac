import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { pack, parts, unpack } from "../../sync/engine/names.ts";

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

Deno.test("unpack() gives what pack() was given", () => {
  const name = fc.string({ minLength: 1 }).filter((name) => !name.includes("/"));
  fc.assert(fc.property(fc.array(name), fc.array(name), (source, replica) => {
    assertEquals(unpack(pack({ source, replica })), { source, replica });
  }));
});
