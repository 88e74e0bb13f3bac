import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Fault } from "../../sync/disk/fault.ts";
import { lookAll, missed, names } from "../../sync/disk/portable/look.ts";
import { inFolder, link, plant } from "../support/tree.ts";

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

Deno.test("missed() has what the source holds although its listing does not, but under no other capitals", () =>
  inFolder((at) => {
    plant(at, { d: { listed: "1", late: "1", A: "1" } });
    const there = ["listed", "late", "gone", "A", "n".repeat(255), "x\ufffd"];
    assertEquals(missed(at, "d", ["listed", "a"], there), ["late"]);
    assertEquals(missed(at, "d", ["listed", "late"], there), ["A"]);
    assertEquals(missed(at, "nowhere", [], there), []);
  }));
