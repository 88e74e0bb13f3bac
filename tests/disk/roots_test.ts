/** The replica that a run makes, and what becomes of it when it stays unused. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { closeRoots, openRoots, type Roots } from "../../sync/disk/roots.ts";
import { makeWay } from "../../sync/disk/whole.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import type { Refusal } from "../../sync/engine/event.ts";
import type { Part } from "../../sync/engine/part.ts";
import { SYSTEM } from "../../sync/system.ts";
import { configOf, openedRoots } from "../support/mirror.ts";
import { sh } from "../support/program.ts";
import { ALONE } from "../support/split.ts";
import { harvest, inFolder, IS_WINDOWS, isThere, namesIn, plant } from "../support/tree.ts";

/** Open roots that can be used. */
async function open(at: string, before: Roots | null = null): Promise<Roots> {
  plant(at, { source: { a: "1" } });
  return used(await openedRoots(configOf(`${at}/source`, `${at}/replica`), before));
}

function used(roots: Roots | Refusal): Roots {
  if ("kind" in roots) throw new Error(JSON.stringify(roots));
  return roots;
}

/** Open roots with a replica that is not there yet. */
async function openNew(at: string): Promise<Roots> {
  const roots = await open(at);
  assert(roots.made && isThere(`${at}/replica`));
  return roots;
}

Deno.test("closeRoots() takes away the replica that was made and not used", () =>
  inFolder(async (at) => {
    await closeRoots(await openNew(at));
    assertEquals(isThere(`${at}/replica`), false);
  }));

Deno.test("openRoots() knows in the next pass that the replica was made and not used", () =>
  inFolder(async (at) => {
    const roots = await open(at, await openNew(at));
    assert(roots.made);
    await closeRoots(roots);
    assertEquals(isThere(`${at}/replica`), false);
  }));

/** What may be at the replica's path by the time that it would be taken away. */
const CASES: readonly (readonly [
  what: string,
  change: (at: string, replica: string) => void,
  moves?: false,
])[] = [
  ["something came into it", (_, replica) => plant(replica, { a: "1" }), false],
  ["another empty folder is in its place", (at, replica) => {
    Deno.renameSync(replica, `${at}/moved`);
    Deno.mkdirSync(replica);
  }],
  ["a file is in its place", (at, replica) => {
    Deno.removeSync(replica);
    plant(at, { replica: "1" });
  }],
  ["a link to it is in its place", (at, replica) => {
    Deno.renameSync(replica, `${at}/moved`);
    Deno.symlinkSync("moved", replica);
  }],
];

for (const [what, change, moves = true] of CASES) {
  Deno.test({
    name: `closeRoots() leaves the replica that was made alone when ${what}`,
    // where a file in it is locked, a folder keeps its place
    ignore: moves && !SYSTEM.locksFolders,
    fn: () =>
      inFolder(async (at) => {
        const roots = await openNew(at);
        change(at, `${at}/replica`);
        const before = harvest(at).filter((line) => !line.includes(LOCK_NAME));
        await closeRoots(roots);
        assertEquals(harvest(at), before);
      }),
  });
}

Deno.test("closeRoots() leaves an empty replica that was there before", () =>
  inFolder(async (at) => {
    plant(at, { replica: {} });
    await closeRoots(await open(at));
    assert(isThere(`${at}/replica`));
  }));

function partAt(at: string, path: string): Part {
  const lock = `${at}/${path.replaceAll("/", "-")}.lock`;
  return { source: `${at}/source`, replica: `${at}/replica`, path, lock, ...ALONE };
}

/** The roots of a part, or why there are none. */
async function openPart(at: string, path: string): Promise<Roots | Refusal> {
  const part = partAt(at, path);
  return await openRoots({ ...configOf(`${part.source}/${path}`, `${part.replica}/${path}`), part }, null);
}

Deno.test("closeRoots() takes the folders above a part away, too, that were made with it, and no others", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: { b: { c: { d: {} }, e: {} } } } });
    const [one, other] = [used(await openPart(at, "a/b/c/d")), used(await openPart(at, "a/b/e"))];
    assertEquals(one.way, ["", "/a", "/a/b", "/a/b/c"].map((path) => `${at}/replica${path}`));
    await closeRoots(one);
    assert(!isThere(`${at}/replica/a/b/c`) && isThere(`${at}/replica/a/b/e`));
    await closeRoots(other);
    // it did not make these
    assertEquals(namesIn(`${at}/replica/a/b`), []);
  }));

Deno.test({
  name: "makeWay() makes the way to a part while other runs take theirs away again",
  // no shell
  ignore: IS_WINDOWS,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: {}, replica: {} });
      const taking = sh("while [ ! -e stop ]; do rmdir -p replica/a/b/c 2>&- || sleep 0.003; done", at);
      try {
        for (const until = performance.now() + 1000; performance.now() < until;) {
          await makeWay(partAt(at, "a/b/c"));
        }
      } finally {
        plant(at, { stop: "" });
        await taking;
      }
    }),
});

Deno.test("openRoots() leaves no folder above a part behind when another run is at work there, or not all could be made", () =>
  inFolder(async (at) => {
    // no path is that long
    const deep = Array.from({ length: 17 }, () => "n".repeat(250)).join("/");
    plant(at, { source: { a: { b: {} } }, replica: { k: "1" } });
    const top = used(await openedRoots(configOf(`${at}/source`, `${at}/replica`)));
    const refused = await openPart(at, "a/b");
    assertEquals("kind" in refused && refused.kind, "locked");
    assert(!isThere(`${at}/replica/a`));
    await closeRoots(top);
    await assertRejects(() => makeWay(partAt(at, deep)));
    assertEquals(namesIn(`${at}/replica`), ["k"]);
  }));

for (const side of ["source", "replica"] as const) {
  Deno.test({
    name: `openRoots() takes no folder for a part to which a link leads that comes and goes in the ${side}`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      inFolder(async (at) => {
        plant(at, { source: { a: { b: {} } }, replica: { a: { b: {} } }, outside: { b: {} } });
        // a run makes the folder anew where it finds none, and takes its own away: any of these may fail
        const swap = "mkdir -p a/b; mv -T a kept; ln -sT ../outside a; rm -rf a; mv -T kept a";
        const swapping = sh(`set +e; cd ${side}; while [ ! -e ../stop ]; do ${swap}; done 2>&-`, at);
        try {
          let found = 0;
          for (const until = performance.now() + 1500; performance.now() < until || found < 3;) {
            const roots = await openPart(at, "a/b");
            if ("kind" in roots) continue;
            found++;
            const path = roots[side]?.path;
            await closeRoots(roots);
            assertEquals(path, `${at}/${side}/a/b`);
          }
        } finally {
          plant(at, { stop: "" });
          await swapping;
        }
        // what a link leads to may lose an empty folder, and gets none
        assertEquals(namesIn(`${at}/outside`).filter((name) => name !== "b"), []);
      }),
  });
}
