/** Threads that work for several mirrors at once. */
import { assertEquals, assertRejects } from "@std/assert";
import { passConfig } from "../../sync/pass/config.ts";
import { pass } from "../../sync/pass/pass.ts";
import { type Pool, threads } from "../../sync/pass/pool.ts";
import { stack } from "../../sync/pass/queue.ts";
import { stop } from "../../sync/pass/shared.ts";
import { has, killIfRunning, sh } from "../support/program.ts";
import { configOf, openedRoots } from "../support/mirror.ts";
import { harvest, inFolder, plant, type Tree } from "../support/tree.ts";

async function withPool(size: number, idle: number, test: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = threads(size, idle);
  try {
    await test(pool);
  } finally {
    pool.close();
  }
}

function treeOf(name: string): Tree {
  return Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`${name}${i}`, { a: `${name}${i}`, b: { c: `${i}` } }]),
  );
}

const SKIPPED = Deno.build.os !== "linux" || Deno.uid() !== 0
  ? " (skipped: only root can mount it)"
  : has("bindfs")
  ? ""
  : " (skipped: no bindfs here)";

for (const size of [1, 3]) {
  Deno.test(`a pool of ${size} makes passes of several mirrors side by side, each as it should be`, () =>
    inFolder((at) =>
      withPool(size, Infinity, async (pool) => {
        const names = ["a", "b", "c"];
        for (const name of names) plant(`${at}/${name}`, treeOf(name));
        const { signal } = new AbortController();
        for (let number = 1; number <= 2; number++) {
          const ends = await Promise.all(names.map(async (name) => {
            const config = configOf(`${at}/${name}`, `${at}/r${name}`);
            const { report, roots } = await pass(config, { number, before: null }, pool, () => {}, signal);
            roots?.lock?.close();
            return [report.ended, report.failed];
          }));
          assertEquals(ends, names.map(() => ["complete", 0]));
          for (const name of names) assertEquals(harvest(`${at}/r${name}`), harvest(`${at}/${name}`));
          for (const name of names) Deno.writeTextFileSync(`${at}/${name}/new`, `${number}${name}`);
        }
      })
    ));
}

Deno.test("a pool goes on with one mirror when the pass of another is stopped", () =>
  inFolder((at) =>
    withPool(2, Infinity, async (pool) => {
      for (const name of ["a", "b"]) plant(`${at}/${name}`, treeOf(name));
      const { signal } = new AbortController();
      const stopped = new AbortController();
      stopped.abort();
      const [one, other] = await Promise.all([
        pass(configOf(`${at}/a`, `${at}/ra`), { number: 1, before: null }, pool, () => {}, stopped.signal),
        pass(configOf(`${at}/b`, `${at}/rb`), { number: 1, before: null }, pool, () => {}, signal),
      ]);
      for (const { roots } of [one, other]) roots?.lock?.close();
      assertEquals([one.report.ended, other.report.ended], ["interrupted", "complete"]);
      assertEquals(harvest(`${at}/rb`), harvest(`${at}/b`));
    })
  ));

Deno.test("a bug in the work of one mirror is none of another's, nor of what comes later", () =>
  inFolder((at) =>
    withPool(2, Infinity, async (pool) => {
      plant(at, { s: treeOf("s"), r: {} });
      const asked = { ...configOf(`${at}/s`, `${at}/r`), dryRun: true };
      const roots = await openedRoots(asked);
      if ("kind" in roots) throw new Error("No roots");
      const config = passConfig(asked, roots);
      const compare = { kind: "compare", pair: { path: "", sides: "both" } } as const;
      // a task that no turn knows
      const bad = { ...compare, kind: "nonsense" as "compare" };
      const wrong = pool.run({ ...config, source: `${at}/s/` }, stack([bad]), () => {});
      let found = 0;
      const right = pool.run(config, stack([compare]), ({ listed }) => found += listed.source);
      await assertRejects(() => wrong, Error, "A thread failed");
      await right;
      assertEquals(found, 20 + 40 + 20);
      const before = found;
      await pool.run(config, stack([compare]), ({ listed }) => found += listed.source);
      assertEquals(found, 2 * before);
      stop(config.shared);
    })
  ));

Deno.test({
  name: `a pool of 1 works for a mirror while the disk of another does not answer${SKIPPED}`,
  ignore: SKIPPED !== "",
  fn: () =>
    inFolder((at) =>
      withPool(1, Infinity, async (pool) => {
        plant(at, { disk: treeOf("s"), point: {}, r: {}, s: treeOf("t"), q: {} });
        const fuse = new Deno.Command("bindfs", { args: ["-f", `${at}/disk`, `${at}/point`] }).spawn();
        try {
          while (!harvest(`${at}/point`).join().includes("./s0/a")) {
            await new Promise((next) => setTimeout(next, 10));
          }
          const configs = [];
          for (const [source, replica] of [["point", "r"], ["s", "q"]]) {
            const asked = { ...configOf(`${at}/${source}`, `${at}/${replica}`), dryRun: true };
            const roots = await openedRoots(asked);
            if ("kind" in roots) throw new Error("No roots");
            configs.push(passConfig(asked, roots));
          }
          const compare = { kind: "compare", pair: { path: "", sides: "both" } } as const;
          fuse.kill("SIGSTOP");
          const stuck = pool.run(configs[0]!, stack([compare]), () => {});
          let found = 0;
          await pool.run(configs[1]!, stack([compare]), ({ listed }) => found += listed.source);
          assertEquals(found, 80);
          fuse.kill("SIGCONT");
          await stuck;
        } finally {
          fuse.kill("SIGCONT");
          await sh("umount -l point || true", at);
          killIfRunning(fuse);
          await fuse.status;
        }
      })
    ),
});

Deno.test("a pool that rests keeps one thread, and works on afterwards", () =>
  inFolder((at) =>
    withPool(3, 1, async (pool) => {
      plant(at, { s: treeOf("s") });
      const { signal } = new AbortController();
      for (let number = 1; number <= 2; number++) {
        const config = configOf(`${at}/s`, `${at}/r`);
        const { report, roots } = await pass(config, { number, before: null }, pool, () => {}, signal);
        roots?.lock?.close();
        assertEquals(report.ended, "complete");
        // longer than it rests
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })
  ));
