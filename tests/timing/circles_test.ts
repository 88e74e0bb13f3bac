/**
 * What --watch must not do: hear of its own doing and begin anew, on and on. The real program on real folders; the
 * interval is an hour, so that each pass after the first is brought by the watch.
 */
import { assert, assertEquals } from "@std/assert";
import { faultTest } from "../faults/tools.ts";
import { command, running, type Setting, until } from "../support/program.ts";
import { assertInSync, inFolder, isThere, plant, readIfThere } from "../support/tree.ts";
import { WATCHES, watchTest } from "../support/watches.ts";

const MOUNT = new URL("../filesystems/mount", import.meta.url).pathname;

/** How long the program is watched while nobody touches anything, in ms. */
const QUIET_MS = 4000;

interface Following {
  /** How many passes began so far. */
  passes(): number;
  said(): string;
  /** Let time go by in which nobody does anything; returns how many passes began. */
  quiet(ms?: number): Promise<number>;
}

async function following(
  [source, replica, log]: readonly [string, string, string],
  setting: Setting,
  test: (following: Following) => Promise<void>,
): Promise<void> {
  await using run = running([source, replica, "1h", log, "--watch", "-v"], setting);
  const said = () => readIfThere(log);
  const passes = () => said().match(/pass \d+ begins/g)?.length ?? 0;
  await until("the first pass is made", () => / in sync/.test(said()));
  await test({
    passes,
    said,
    async quiet(ms = QUIET_MS) {
      const before = passes();
      await new Promise((resolve) => setTimeout(resolve, ms));
      return passes() - before;
    },
  });
  assertEquals((await run.stop()).status, 0);
}

const at = (folder: string) => [`${folder}/source`, `${folder}/replica`, `${folder}/sync.log`] as const;

watchTest(
  "lockstep --watch makes one pass for one change, and none for what it does itself",
  async (folder, { grants }) => {
    plant(folder, { source: { a: "1", d: { b: "1" }, gone: { x: "1" } }, replica: {} });
    await following(at(folder), { grants }, async ({ passes, said, quiet }) => {
      assertEquals(await quiet(), 0);
      const source = `${folder}/source`;
      const steps: [string, () => void][] = [
        ["a file is changed", () => plant(source, { a: "changed" })],
        ["a file is made in a folder", () => plant(`${source}/d`, { new: "1" })],
        ["a mode is changed", () => Deno.chmodSync(`${source}/d/b`, 0o600)],
        ["a branch is made", () => plant(source, { e: { f: { g: "1" } } })],
        ["a hard link is made", () => Deno.linkSync(`${source}/d/b`, `${source}/d/again`)],
        ["a link is made", () => Deno.symlinkSync("a", `${source}/link`)],
        ["a folder is moved", () => Deno.renameSync(`${source}/e`, `${source}/d/e`)],
        ["a branch is removed", () => Deno.removeSync(`${source}/gone`, { recursive: true })],
      ];
      for (const [what, act] of steps) {
        const before = passes();
        act();
        await until(
          `a pass is made after ${what}`,
          () => passes() > before && /(in sync)[^\n]*\n$/.test(said()),
        );
        // events of one deed may fall on both sides of a pass: on a busy machine idle ones follow, and then none
        while (await quiet(1500) > 0) assert(passes() - before <= 5, `${what}: ${said()}`);
        assert(passes() - before <= 5, `${what}: ${said()}`);
        assertInSync(source, `${folder}/replica`);
      }
    });
  },
);

watchTest(
  "lockstep --watch undoes what is done by hand in the replica, also right after a pass",
  async (folder, { grants }) => {
    plant(folder, { source: { a: "1", d: { b: "1" } }, replica: {} });
    await following(at(folder), { grants }, async () => {
      for (let round = 0; round < 5; round++) {
        plant(`${folder}/source/d`, { b: `version ${round}` });
        await until("it is copied", () => readIfThere(`${folder}/replica/d/b`) === `version ${round}`);
        plant(`${folder}/replica/d`, { b: "spoilt", hand: "1" });
        plant(`${folder}/replica`, { n: { e: { w: "1" } } });
        await until(
          "it is undone",
          () =>
            readIfThere(`${folder}/replica/d/b`) === `version ${round}` &&
            !isThere(`${folder}/replica/d/hand`) &&
            !isThere(`${folder}/replica/n`),
        );
      }
    });
  },
);

watchTest(
  "lockstep --watch with its own console in a file of the source copies it less and less often",
  async (folder, { grants }) => {
    plant(folder, { source: { a: "1", "out.txt": "" }, replica: {} });
    const setting = { grants, through: ["sh", "-c", `exec "$@" > ${folder}/source/out.txt`, "sh"] };
    await following(at(folder), setting, async ({ quiet }) => {
      const passes = await quiet() + await quiet();
      assert(passes > 0 && passes <= 6, `${passes} passes`);
      // what others do is not held up by it: backoff_test.ts says for how long
      plant(`${folder}/source`, { d: { new: "1" } });
      await until("it is there", () => isThere(`${folder}/replica/d/new`));
    });
  },
);

/** After an edit in the root, which brings a pass that meets the trouble, hardly another one follows. */
async function assertCalm(folder: string, setting: Setting = {}, most = 2): Promise<void> {
  const [source, replica, log] = at(folder);
  await following([source, replica, log], setting, async ({ passes, said, quiet }) => {
    await quiet();
    // on a busy machine the events of the first pass come bit by bit
    assert(passes() <= 5, `${passes()} passes before: ${said()}`);
    // and so may those of an edit: a circle follows upon each
    const found: number[] = [];
    while ((found.at(-1) ?? Infinity) > most && found.length < 3) {
      const before = passes();
      plant(source, { trigger: `${found.length}` });
      await until("it is mirrored", () => readIfThere(`${replica}/trigger`) === `${found.length}`);
      await quiet();
      found.push(passes() - before);
    }
    assert(found.at(-1)! <= most, `${found} passes: ${said().slice(-3000)}`);
  });
}

watchTest("lockstep --watch does not go in circles after a file of the root that is too large", async (
  folder,
  { grants },
) => {
  plant(folder, { source: { large: "x".repeat(300_000), a: "1" }, replica: {} });
  await assertCalm(folder, { grants, through: ["bash", "-c", `ulimit -f 200; exec "$@"`, "bash"] });
});

for (const { by, grants } of WATCHES) {
  faultTest(
    `lockstep --watch does not go in circles after an immutable file of the root (${by})`,
    ["chattr"],
    async (folder) => {
      plant(folder, { source: { fixed: "new", a: "1" }, replica: { fixed: "old one" } });
      assertEquals((await command("chattr", "+i", `${folder}/replica/fixed`))?.status, 0);
      try {
        await assertCalm(folder, { grants });
      } finally {
        await command("chattr", "-i", `${folder}/replica/fixed`);
      }
    },
  );
}

for (const { by, grants } of WATCHES) {
  faultTest(
    `lockstep --watch does not go in circles with a time that the replica cannot hold (${by})`,
    ["mount"],
    async (folder, mount) => {
      plant(folder, { source: {}, replica: {} });
      await mount("-t", "tmpfs", "tmpfs", `${folder}/source`);
      plant(`${folder}/source`, { a: "1", d: { b: "1" } });
      // ext4 ends in 2446
      for (const path of ["a", "d/b", "d"]) {
        Deno.utimeSync(
          `${folder}/source/${path}`,
          17_000_000_000,
          17_000_000_000,
        );
      }
      await assertCalm(folder, { grants }, 3);
    },
  );
}

const noExfat = await whyNoExfat();

/** Why there is no exfat here; null when there is. */
async function whyNoExfat(): Promise<string | null> {
  let why: string | null = null;
  await inFolder(async (folder) => {
    const mounted = await command(MOUNT, "exfat", folder);
    await command(MOUNT, "--undo", folder);
    if (mounted?.status !== 0) why = mounted?.err.trim().split("\n")[0] ?? "no mount";
  });
  return why;
}

Deno.test({
  name: `lockstep --watch does not go in circles with exfat as the replica, or mounted in it${
    noExfat === null ? "" : ` (skipped: ${noExfat})`
  }`,
  ignore: noExfat !== null,
  fn: () =>
    inFolder(async (folder) => {
      plant(folder, { source: { m: { a: "1", d: { b: "1" } }, c: "1" }, replica: { m: {} } });
      Deno.chmodSync(`${folder}/source/m/a`, 0o640);
      plant(`${folder}/source`, { odd: { "q?": "1" }, "q?": "1" });
      assertEquals((await command(MOUNT, "exfat", folder))?.status, 0);
      try {
        for (const point of [`${folder}/replica/m`, `${folder}/replica`]) {
          assertEquals((await command("mount", "--bind", `${folder}/mnt`, point))?.status, 0);
          try {
            await assertCalm(folder, {}, 3);
          } finally {
            await command("umount", "-l", point);
          }
          Deno.removeSync(`${folder}/sync.log`);
          Deno.removeSync(`${folder}/source/trigger`);
        }
      } finally {
        await command(MOUNT, "--undo", folder);
      }
    }),
});
