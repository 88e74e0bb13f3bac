/** What stands in the way of another case of a name, on a file system that tells the two apart. */
import { assertEquals } from "@std/assert";
import { EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { Change } from "../../sync/engine/change.ts";
import type { Context } from "../../sync/pass/context.ts";
import { respell } from "../../sync/pass/respell.ts";
import { edgeTest, fileAt } from "../support/edges.ts";
import { EXACTLY } from "../support/entries.ts";
import type { Trees } from "../../sync/disk/open.ts";
import { file, namesIn, plant } from "../support/tree.ts";

/** The context of a replica that ignores case. */
function contextOf(recase: "once" | "twice"): Context {
  const criteria = { ...EXACTLY, capabilities: { ...EVERYTHING, cases: false, recase } };
  return { config: { criteria } } as unknown as Context;
}

/** The code of what went wrong; null for nothing. */
function codeOf({ replica }: Trees, change: Change, recase: "once" | "twice"): string | null {
  using folder = replica.open("", "attributes");
  return respell(contextOf(recase), 7, change, folder)?.reason.code ?? null;
}

function changeOf(trees: Trees): Change {
  const was = fileAt(trees, "Foo");
  return { kind: "attributes", path: "foo", entry: was, was, spelled: "Foo" };
}

for (const recase of ["once", "twice"] as const) {
  edgeTest(`a name gets another case, ${recase}`, (at, trees) => {
    plant(at, { Foo: "1" });
    assertEquals(codeOf(trees, changeOf(trees), recase), null);
    assertEquals(namesIn(at), ["foo"]);
  });

  edgeTest(`a name that somebody took meanwhile is not replaced, ${recase}`, (at, trees) => {
    plant(at, { Foo: "1" });
    const change = changeOf(trees);
    for (const other of [file("another"), { inside: "1" }]) {
      plant(at, { foo: other });
      assertEquals(codeOf(trees, change, recase), "TAKEN");
      assertEquals(namesIn(at), ["Foo", "foo"]);
      assertEquals(Deno.readTextFileSync(`${at}/Foo`), "1");
      Deno.removeSync(`${at}/foo`, { recursive: true });
    }
  });

  edgeTest(`what is something else by now than was compared keeps its name, ${recase}`, (at, trees) => {
    plant(at, { Foo: "1" });
    const change = changeOf(trees);
    Deno.writeTextFileSync(`${at}/Foo`, "edited");
    assertEquals(codeOf(trees, change, recase), "CHANGED");
    Deno.removeSync(`${at}/Foo`);
    assertEquals(codeOf(trees, change, recase), "CHANGED");
    plant(at, { Foo: {} });
    assertEquals(codeOf(trees, change, recase), "CHANGED");
    assertEquals(namesIn(at), ["Foo"]);
  });
}
