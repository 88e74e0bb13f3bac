import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Fault } from "../sync/engine/fault.ts";
import { lookAll, names } from "../sync/engine/listing.ts";
import { inFolder, link, plant } from "./tree.ts";

Deno.test("names() and lookAll() do not take what a link leads to for a folder, were it empty", () =>
  inFolder(async (at) => {
    plant(at, { empty: {}, full: { a: "1" }, toEmpty: link("empty"), toFull: link("full") });
    assertEquals([await names("source", at, "empty"), await names("source", at, "full")], [[], ["a"]]);
    assertEquals(lookAll("source", at, "full", ["a"]).get("a")?.kind, "file");
    for (const folder of ["toEmpty", "toFull"]) {
      for (const side of ["source", "replica"] as const) {
        await assertRejects(() => names(side, at, folder), Fault, "a link has taken the place");
        assertThrows(() => lookAll(side, at, folder, []), Fault, "a link has taken the place");
      }
    }
  }));
