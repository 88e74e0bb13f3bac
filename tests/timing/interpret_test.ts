/** What the system's file events mean, by rows. */
import { assertEquals } from "@std/assert";
import type { Heard } from "../../sync/timing/heard.ts";
import { interpret } from "../../sync/timing/interpret.ts";

type Row = [Pick<Deno.FsEvent, "kind"> & Partial<Deno.FsEvent>, Heard[]];

function assertMeans(root: string, rows: readonly Row[]): void {
  for (const [event, heard] of rows) {
    assertEquals([event, interpret({ paths: [], ...event }, root)], [event, heard]);
  }
}

Deno.test("interpret() makes hints of what happens below the root", () => {
  assertMeans("/s", [
    [{ kind: "create", paths: ["/s/d/new"] }, [{ kind: "hint", path: "d/new", what: "appeared" }]],
    [{ kind: "modify", paths: ["/s/a"] }, [{ kind: "hint", path: "a", what: "changed" }]],
    [{ kind: "remove", paths: ["/s/a"] }, [{ kind: "hint", path: "a", what: "disappeared" }]],
    [{ kind: "rename", paths: ["/s/a", "/s/b"] }, [
      { kind: "hint", path: "a", what: "appeared" },
      { kind: "hint", path: "b", what: "appeared" },
    ]],
    [{ kind: "any", paths: ["/s/a"] }, [{ kind: "hint", path: "a", what: "appeared" }]],
    [{ kind: "modify", paths: ["/s"] }, [{ kind: "hint", path: "", what: "changed" }]],
  ]);
  assertMeans("/", [[{ kind: "modify", paths: ["/a"] }, [{ kind: "hint", path: "a", what: "changed" }]]]);
});

Deno.test("interpret() leaves out reading, and what lies elsewhere", () => {
  assertMeans("/s", [
    [{ kind: "access", paths: ["/s/a"] }, []],
    [{ kind: "create", paths: ["/elsewhere", "/source"] }, []],
  ]);
});

Deno.test("interpret() hears of lost events, and of a root that is replaced", () => {
  assertMeans("/s", [
    [{ kind: "other", paths: ["/s"], flag: "rescan" }, [{ kind: "loss" }]],
    [{ kind: "any" }, [{ kind: "loss" }]],
    [{ kind: "remove", paths: ["/s"] }, [{ kind: "root" }]],
    [{ kind: "create", paths: ["/s"] }, [{ kind: "root" }]],
    [{ kind: "rename", paths: ["/s", "/s/a"] }, [
      { kind: "root" },
      { kind: "hint", path: "a", what: "appeared" },
    ]],
  ]);
});
