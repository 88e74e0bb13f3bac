/** The replica that a run makes, and what becomes of it when it stays unused. */
import { assert, assertEquals } from "@std/assert";
import { closeRoots, openRoots, type Roots } from "../../sync/disk/roots.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import { SYSTEM } from "../../sync/system.ts";
import { configOf } from "../support/mirror.ts";
import { harvest, inFolder, isThere, plant } from "../support/tree.ts";

/** Open roots that can be used. */
async function open(at: string, before: Roots | null = null): Promise<Roots> {
  plant(at, { source: { a: "1" } });
  const roots = await openRoots(configOf(`${at}/source`, `${at}/replica`), before);
  if ("kind" in roots) throw new Error(roots.kind);
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
