/** Disks that are mounted inside the source and go away while a loop runs: needs root and a kernel that lets it mount. */
import { assert, assertEquals } from "@std/assert";
import { command, running, until } from "../support/program.ts";
import { harvest, isInSync, isThere, plant, readIfThere } from "../support/tree.ts";
import { faultTest, type Mount } from "./tools.ts";

const AWAY = "what was mounted there has gone";

/** The program in a loop over `at/s`, which has a disk at `m`, and another one in that at `m/n`. */
async function looping(
  at: string,
  mount: Mount,
  more: readonly string[],
  test: (said: () => string) => Promise<void>,
): Promise<void> {
  plant(at, { disk: { a: "1", deep: { b: "1" }, n: {} }, inner: { c: "1" }, s: { m: {}, own: "1" }, r: {} });
  await mount("--bind", `${at}/inner`, `${at}/inner`);
  await mount("-t", "tmpfs", "tmpfs", `${at}/s/m`);
  plant(`${at}/s/m`, { a: "1", deep: { b: "1" }, n: {} });
  await mount("-t", "tmpfs", "tmpfs", `${at}/s/m/n`);
  plant(`${at}/s/m/n`, { c: "1" });
  const said = () => readIfThere(`${at}/sync.log`);
  await using run = running([`${at}/s`, `${at}/r`, `${at}/sync.log`, "-v", "--max-delete=100%", ...more]);
  await until("all is there", () => isThere(`${at}/r/m/n/c`) && / in sync/.test(said()));
  await test(said);
  assertEquals((await run.stop()).status, 0);
}

/** The files below a folder: what is mounted over a folder may give it other attributes. */
const filesIn = (root: string) => harvest(root).filter((line) => line.includes(" file "));

const passes = (said: string) => said.split(" begins").length;

for (
  const [how, more] of [["an interval", ["--interval=50ms"]], ["--watch", [
    "--watch",
    "--interval=300ms",
  ]]] as const
) {
  for (
    const [what, go] of [
      ["is unmounted", (at: string) => [["umount", "-l", `${at}/s/m`]]],
      [
        "is unmounted, and its mount point removed",
        (at: string) => [["umount", "-l", `${at}/s/m`], ["rmdir", `${at}/s/m`]],
      ],
      [
        "has another disk in its place",
        (at: string) => [["umount", "-l", `${at}/s/m`], ["mount", "-t", "tmpfs", "tmpfs", `${at}/s/m`]],
      ],
      ["is hidden by an empty one", (at: string) => [["mount", "-t", "tmpfs", "tmpfs", `${at}/s/m/deep`]]],
    ] as const
  ) {
    faultTest(`in a loop by ${how} a disk in the source that ${what} removes nothing, and that is said`, [
      "mount",
    ], (at, mount) =>
      looping(at, mount, more, async (said) => {
        const before = filesIn(`${at}/r/m`);
        for (const [name, ...words] of go(at)) assertEquals((await command(name!, ...words))?.status, 0);
        plant(`${at}/s`, { other: "1" });
        await until("it is said", () => {
          assert(isThere(`${at}/r/m/a`) && isThere(`${at}/r/m/deep/b`), "it was removed");
          return said().includes(AWAY);
        });
        const noticed = passes(said());
        await until("the rest is mirrored, pass after pass", () =>
          isThere(`${at}/r/other`) && passes(said()) > noticed + 2);
        assertEquals(
          filesIn(`${at}/r/m`),
          before,
        );
        assert(!said().includes("remove "), said());
        await command("umount", "-l", `${at}/s/m/deep`);
        await command("umount", "-l", `${at}/s/m`);
      }));
  }
}

faultTest(
  "in a loop a disk in the source that goes away and comes back is mirrored again",
  ["mount"],
  (at, mount) =>
    looping(at, mount, ["--interval=50ms"], async (said) => {
      // the disk stays the same one while it is out of sight
      await mount("--bind", `${at}/s/m`, `${at}/disk`);
      assertEquals((await command("umount", "-l", `${at}/s/m`))?.status, 0);
      await until("it is said", () => said().includes(AWAY));
      plant(`${at}/disk`, { later: "1" });
      await mount("--bind", `${at}/disk`, `${at}/s/m`);
      await until("it is mirrored", () => isThere(`${at}/r/m/later`));
      // what was mounted inside it did not come back
      assertEquals(readIfThere(`${at}/r/m/n/c`), "1");
      Deno.removeSync(`${at}/s/m/deep/b`);
      await until("removals are mirrored", () => !isThere(`${at}/r/m/deep/b`));
    }),
);

faultTest("in a loop a disk that comes to an empty folder of the source is mirrored, and then known", [
  "mount",
], (at, mount) =>
  looping(at, mount, ["--interval=50ms"], async (said) => {
    plant(`${at}/s`, { later: {} });
    await until("the folder is there", () => isThere(`${at}/r/later`));
    await mount("-t", "tmpfs", "tmpfs", `${at}/s/later`);
    plant(`${at}/s/later`, { x: "1", y: "1" });
    await until("it is mirrored", () => isThere(`${at}/r/later/y`));
    Deno.removeSync(`${at}/s/later/x`);
    // a folder gets its time last
    await until("removals are mirrored", () => isInSync(`${at}/s`, `${at}/r`));
    assert(!said().includes(AWAY), said());
    assertEquals((await command("umount", "-l", `${at}/s/later`))?.status, 0);
    await until("that it went is said", () => said().includes(AWAY));
    assertEquals(readIfThere(`${at}/r/later/y`), "1");
  }));
