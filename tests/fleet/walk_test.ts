/** Walking a source to cut it, over both edges, in this thread and in others. */
import { assert, assertEquals } from "@std/assert";
import { walkAndCut, type Walked } from "../../sync/commands/split_walk.ts";
import { ALL, type Rule } from "../../sync/engine/filter.ts";
import { passConfig } from "../../sync/pass/config.ts";
import type { Pool } from "../../sync/pass/pool.ts";
import { hasNative } from "../support/edges.ts";
import { configOf, openedRoots, poolsOfFile } from "../support/mirror.ts";
import { least } from "../support/least.ts";
import { sh } from "../support/program.ts";
import { files, HAS_LINKS, inFolder, inMemory, link, plant } from "../support/tree.ts";

const POOLS = poolsOfFile();
const EDGES = ["portable", ...hasNative ? ["native" as const] : []] as const;

interface Asked {
  readonly into?: number;
  readonly whole?: boolean;
  readonly depths?: number;
  readonly rules?: readonly Rule[];
  readonly oneFileSystem?: boolean;
}

async function walked(
  at: string,
  pool: Pool,
  edge: "portable" | "native",
  { into = 4, whole = false, depths = 0, rules = [], oneFileSystem = false }: Asked = {},
): Promise<Walked> {
  const choice = { ...ALL, rules };
  const config = { ...configOf(`${at}/s`, `${at}/r`), edge, dryRun: true, oneFileSystem, choice };
  const roots = await openedRoots(config);
  if ("kind" in roots) throw new Error(JSON.stringify(roots));
  const asked = { into, whole, depths, longest: 4000, progress: () => {} };
  const found = await walkAndCut(passConfig(config, roots), pool, roots, asked);
  if ("kind" in found) throw new Error(JSON.stringify(found));
  return found;
}

/** Over each edge and pool. */
function eachWay(
  name: string,
  test: (at: string, pool: Pool, edge: "portable" | "native") => Promise<void>,
): void {
  for (const edge of EDGES) {
    for (const [how, pool] of POOLS) {
      Deno.test(`${name}, ${edge}, ${how}`, () => inFolder((at) => test(at, pool, edge)));
    }
  }
}

eachWay("walkAndCut() follows no link, and counts what lies in folders alone", async (at, pool, edge) => {
  plant(at, { r: {}, s: { a: { b: { c: files(5) } }, d: files(3), l: link("a"), ".x": {}, f: "" } });
  const { seen, whole, cut, failures } = await walked(at, pool, edge);
  const links = HAS_LINKS ? 1 : 0;
  assertEquals([seen, whole, failures], [[4 + links, 4, 1, 5], true, []]);
  assertEquals(cut.pieces.map(({ path, weight }) => [path, weight]), [["a/b/c", 6], ["d", 4]]);
});

eachWay(
  "walkAndCut() goes only as deep as it must, at least as deep as is asked, or to the end",
  async (at, pool, edge) => {
    // 2 tasks want 20,000 entries, which stand at the top; there is nothing to cut
    const deep = { x: { y: { z: files(3) } } };
    plant(at, { r: {}, s: { a: { ...files(10_000), ...deep }, b: { ...files(10_000), ...deep } } });
    const { seen, whole } = await walked(at, pool, edge, { into: 2 });
    assertEquals([seen, whole], [[2, 20_002], false]);
    assertEquals((await walked(at, pool, edge, { into: 2, depths: 4 })).seen, [2, 20_002, 2, 2]);
    assertEquals((await walked(at, pool, edge, { into: 2, depths: 99 })).whole, true);
    assertEquals((await walked(at, pool, edge, { into: 2, whole: true })).seen, [2, 20_002, 2, 2, 6]);
  },
);

eachWay("walkAndCut() goes deeper where a part is too heavy", async (at, pool, edge) => {
  // 2 tasks want 20,000 entries, which stand at the top
  const deep = { x: { y: {} } };
  plant(at, { r: {}, s: { ...files(20_000), a: { c: { ...files(9), ...deep }, d: files(9) } } });
  const { seen, whole, cut } = await walked(at, pool, edge, { into: 2 });
  assertEquals(cut.pieces.map(({ path }) => path), ["a/c", "a/d"]);
  assertEquals([seen, whole], [[20_001, 2, 19], false]);
});

eachWay(
  "walkAndCut() reads ignore files on its way, and leaves a folder to top of which it cannot",
  async (at, pool, edge) => {
    plant(at, {
      r: {},
      s: {
        ".lockstepignore": "/a/no/\n*.o\n",
        a: { no: files(50), yes: { "1.o": "", "1.c": "", ".lockstepignore": "!1.o\n" } },
        big: { ".lockstepignore": "x".repeat(1_100_000), in: files(9) },
        c: files(5),
      },
    });
    const { seen, failures, cut } = await walked(at, pool, edge, {
      rules: [{ pattern: "f4", from: "--exclude" }],
    });
    assertEquals(seen, [4, 1 + 4, 3]);
    assertEquals(failures.map(({ path, reason }) => [path, reason.code]), [["big", "IGNORE_FILE"]]);
    assertEquals(cut.pieces.some(({ path }) => path.startsWith("big")), false);
  },
);

eachWay(
  "walkAndCut() takes names that are not UTF-8 for what they are, and makes no part of them",
  async (at, pool, edge) => {
    if (Deno.build.os !== "linux") return;
    plant(at, { r: {}, s: { a: files(3), "\ufffd": files(3) } });
    await sh("mkdir $'s/\\xff' && touch $'s/\\xff/1' $'s/\\xff/2'", at);
    const { seen, failures, cut } = await walked(at, pool, edge);
    assertEquals([seen, failures], [[3, edge === "native" ? 8 : 6], []]);
    assertEquals(cut.pieces.map(({ path }) => path), ["a"]);
  },
);

eachWay(
  "walkAndCut() lists a folder of 100,000 entries, and 20,000 folders, and the main thread waits for neither",
  async (_, pool, edge) => {
    await inMemory(async (at) => {
      plant(at, { r: {}, s: { flat: files(100_000), wide: files(0) } });
      for (let i = 0; i < 20_000; i++) Deno.mkdirSync(`${at}/s/wide/${i}`);
      const waited = await least(pool.isThreaded ? 1000 : Infinity, async () => {
        let [longest, last] = [0, performance.now()];
        const timer = setInterval(() => {
          longest = Math.max(longest, performance.now() - last);
          last = performance.now();
        }, 2);
        const { seen, cut } = await walked(at, pool, edge, { into: 2 });
        clearInterval(timer);
        assertEquals(seen, [2, 120_000]);
        assertEquals(cut.pieces[0]!.path, "flat");
        return longest;
      });
      assert(!pool.isThreaded || waited < 1000, `${waited}`);
    });
  },
);

Deno.test("walkAndCut() enters no other file system with oneFileSystem, and counts its folder", {
  ignore: Deno.uid() !== 0,
}, () =>
  inFolder(async (at) => {
    plant(at, { r: {}, s: { a: files(3), m: {} } });
    try {
      await sh("mount -t tmpfs tmpfs s/m", at);
    } catch {
      return;
    }
    try {
      plant(`${at}/s/m`, files(7));
      for (const edge of EDGES) {
        const [, pool] = POOLS[0]!;
        assertEquals((await walked(at, pool, edge)).seen, [2, 10]);
        const { seen, cut } = await walked(at, pool, edge, { oneFileSystem: true });
        assertEquals([seen, cut.pieces.map(({ path }) => path)], [[2, 3], ["a"]]);
      }
    } finally {
      await sh("umount -l s/m", at);
    }
  }));
