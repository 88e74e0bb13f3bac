/** Threads that work for several parts of one pair of trees. */
import { assertEquals } from "@std/assert";
import type { Roots } from "../../sync/disk/roots.ts";
import { confinement } from "../../sync/disk/sandbox.ts";
import { openTrash } from "../../sync/disk/trash.ts";
import type { Config } from "../../sync/engine/config.ts";
import type { Part, Together } from "../../sync/engine/part.ts";
import { pass } from "../../sync/pass/pass.ts";
import { threads } from "../../sync/pass/pool.ts";
import { boundsOfAll } from "../../sync/pass/together.ts";
import { configOf, openedRoots } from "../support/mirror.ts";
import { ALONE } from "../support/split.ts";
import { harvest, inFolder, link, plant } from "../support/tree.ts";

function configOfPart(at: string, path: string, together?: Together, more: Partial<Part> = {}): Config {
  const part: Part = {
    source: `${at}/source`,
    replica: `${at}/replica`,
    path,
    ...ALONE,
    lock: `${at}/${path}.lock`,
    ...together && { together },
    ...more,
  };
  const below = path === "" ? "" : `/${path}`;
  return { ...configOf(`${at}/source${below}`, `${at}/replica${below}`), part };
}

const NO_TRASH: Together = { trash: null };

async function opened(config: Config): Promise<Roots> {
  const roots = await openedRoots(config);
  if ("kind" in roots) throw new Error("No roots");
  await roots.lock?.close();
  return roots;
}

/** The folders that a thread is confined to; null where those are the part's own. */
async function boundsIn(config: Config, more: Partial<Roots> = {}): Promise<(string | null)[] | null> {
  const bounds = await boundsOfAll(config, { ...await opened(config), ...more });
  if (bounds === null) return null;
  const { source, replica, trash } = bounds;
  return [source, replica, trash && "folder" in trash ? trash.folder : null];
}

function togetherTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test(name, () =>
    inFolder(async (at) => {
      plant(at, { source: { a: { b: { f: "1" } }, c: { g: "2" } } });
      await test(Deno.realPathSync(at));
    }));
}

togetherTest(
  "boundsOfAll() are the whole trees for each part, and nothing for one that is alone",
  async (at) => {
    const whole = [`${at}/source`, `${at}/replica`, null];
    for (const path of ["a/b", "c", ""]) {
      assertEquals(await boundsIn(configOfPart(at, path, NO_TRASH)), whole, path);
      assertEquals(await boundsIn(configOfPart(at, path)), null);
    }
  },
);

togetherTest("boundsOfAll() in a dry run lets nothing be written, and needs no replica", async (at) => {
  const config = { ...configOfPart(at, "c", NO_TRASH), dryRun: true };
  const bounds = await boundsOfAll(config, await opened(config));
  assertEquals([bounds?.dryRun, bounds?.replica], [true, `${at}/source`]);
});

togetherTest(
  "boundsOfAll() are none where another folder is around a root than the whole tree",
  async (at) => {
    plant(at, { elsewhere: { c: {} }, link: link("source") });
    const config = configOfPart(at, "c", NO_TRASH);
    for (const side of ["source", "replica"] as const) {
      for (const path of [`${at}/elsewhere`, `${at}/away`, at]) {
        const part = { ...config.part!, [side]: path };
        assertEquals(await boundsOfAll({ ...config, part }, await opened(config)), null, path);
      }
    }
    const part = { ...config.part!, source: `${at}/link` };
    const bounds = await boundsOfAll({ ...config, part }, await opened(config));
    assertEquals(bounds?.source, `${at}/source`);
  },
);

togetherTest("boundsOfAll() are none where the whole replica is around the source", async (at) => {
  plant(at, { c: {} });
  const config = configOfPart(at, "c", NO_TRASH);
  const around = { ...config, replica: `${at}/c`, part: { ...config.part!, replica: at } };
  assertEquals(await boundsOfAll(around, await opened(around)), null);
});

togetherTest(
  "boundsOfAll() hold the folder of all trashes, and nothing where a tree is in that",
  async (at) => {
    const trashIn = async (folder: string): Promise<Pick<Roots, "trash">> => {
      const { source, replica } = configOfPart(at, "c");
      const trash = await openTrash({ folder, source, replica }, null, configOf(source, replica));
      if (!("path" in trash)) throw new Error(trash.code);
      await trash.close();
      return { trash };
    };
    plant(at, { trash: {}, other: {} });
    await opened(configOfPart(at, "c"));
    const together: Together = { trash: `${at}/trash` };
    const whole = [`${at}/source`, `${at}/replica`, `${at}/trash`];
    assertEquals(await boundsIn(configOfPart(at, "c", together), await trashIn(`${at}/trash/c`)), whole);
    assertEquals(await boundsIn(configOfPart(at, "c", together), await trashIn(`${at}/other/c`)), null);
    assertEquals(await boundsIn(configOfPart(at, "c", { trash: at }), await trashIn(`${at}/c`)), null);
  },
);

/** How many threads are started by what is done. */
async function startedBy(work: () => Promise<void>): Promise<number> {
  const { Worker } = globalThis;
  let started = 0;
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started++;
    }
  };
  try {
    await work();
  } finally {
    globalThis.Worker = Worker;
  }
  return started;
}

const how = await confinement();

for (
  const [what, together, most] of [["of one run", NO_TRASH, 1], ["that are alone", undefined, 3]] as const
) {
  Deno.test({
    name: `parts ${what} need ${most} confined threads${how === "here" ? "" : ` (skipped: ${how})`}`,
    ignore: how !== "here",
    fn: () =>
      inFolder(async (root) => {
        const at = Deno.realPathSync(root);
        plant(at, { source: { a: { b: { f: "1" } }, c: { g: "2" }, d: { h: "3" } } });
        const started = await startedBy(async () => {
          const pool = threads(1);
          for (const path of ["a/b", "c", "d"]) {
            const config = configOfPart(at, path, together);
            const { signal } = new AbortController();
            const { report, roots } = await pass(config, { number: 1, before: null }, pool, () => {}, signal);
            await roots?.lock?.close();
            assertEquals([report.ended, report.failed], ["complete", 0]);
          }
          pool.close();
        });
        assertEquals(started, most);
        for (const path of ["a/b", "c", "d"]) {
          assertEquals(harvest(`${at}/replica/${path}`), harvest(`${at}/source/${path}`));
        }
      }),
  });
}
