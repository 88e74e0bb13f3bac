/** What somebody can do who may write in the trees, or owns a link on the way to them. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Config, Edge } from "../../sync/engine/config.ts";
import { threads } from "../../sync/pass/pool.ts";
import { mirror, UNLIMITED } from "../support/mirror.ts";
import { command, lockstep, running, type Setting, sh, until } from "../support/program.ts";
import { seeded } from "../support/random.ts";
import { assertInSync, isThere, link, plant, readIfThere } from "../support/tree.ts";
import { plantPrey, swap } from "./swap.ts";
import { faultTest, figure, STRANGER, times } from "./tools.ts";

const FREE = ["--allow-read", "--allow-write", "--allow-ffi"];

/** What keeps the program in the trees. The main thread, which works where Deno may read nothing else, is not confined. */
const KEPT_BY: readonly {
  readonly by: string;
  readonly edge: Edge;
  readonly flags: (at: string) => string[];
}[] = [
  { by: "the kernel", edge: "portable", flags: () => FREE },
  {
    by: "the native edge",
    edge: "native",
    flags: (at) => [`--allow-read=${at}`, `--allow-write=${at}`, "--allow-ffi"],
  },
  { by: "both", edge: "native", flags: () => FREE },
];

for (const { by, edge, flags } of KEPT_BY) {
  faultTest(
    `no secret gets in and no write gets out while links take the place of all that is in both trees, for ${by}`,
    by === "the native edge" ? ["native"] : ["landlock"],
    (at) =>
      seeded(async (dice) => {
        plantPrey(at);
        const roots = [`${at}/source`, `${at}/replica`];
        const words = [...roots, "--max-delete", "100%", "--edge", edge];
        const setting = { flags: flags(at), edge: "as flags say" } as const;
        assertEquals((await lockstep(words, setting)).status, 0);
        await using run = running([...words, "1ms", "-q", "--log-file", `${at}/log`], setting);
        // a root that is a link when the program starts is the folder that it leads to, for good
        await until("a pass is made", () => readIfThere(`${at}/log`).includes("in sync"));
        const { swaps, leaks, damage } = await swap(at, dice, times(6000));
        const { status } = await run.stop();
        assert(status !== 70, "it is a bug");
        const passes = Number(/stopped after (\d+)/.exec(Deno.readTextFileSync(`${at}/log`))?.[1]);
        figure(`folders and files swapped for links during passes, kept in by ${by}`, swaps);
        assert(passes > 5, `${passes} passes`);
        assertEquals({ leaks, damage }, { leaks: 0, damage: [] });
        assertEquals((await lockstep(words, setting)).status, 0);
        assertInSync(roots[0]!, roots[1]!);
      }),
  );
}

faultTest("threads that are confined to roots that are gone give way to others", ["landlock"], async (at) => {
  plant(at, { source: { a: "1" }, other: { b: "2" } });
  const pool = threads(1);
  try {
    const bring = async (source: string, options: Partial<Config> = {}) => {
      const { report } = await mirror(`${at}/${source}`, `${at}/replica`, {
        pool,
        limits: UNLIMITED,
        ...options,
      });
      assertEquals([report.ended, report.failed], ["complete", 0]);
      if (!options.dryRun) assertInSync(`${at}/${source}`, `${at}/replica`);
    };
    await bring("source");
    Deno.removeSync(`${at}/replica`, { recursive: true });
    await bring("source", { dryRun: true });
    await bring("source");
    await bring("other");
    Deno.renameSync(`${at}/source`, `${at}/aside`);
    plant(at, { source: { c: "3" } });
    await bring("source");
  } finally {
    pool.close();
  }
});

faultTest(
  "threads that are confined to a disk that was unmounted and mounted again give way to others",
  ["landlock", "mount"],
  async (at, mount) => {
    plant(at, { source: {} });
    await sh("truncate -s 16M image; mkfs.ext4 -q image", at);
    const pool = threads(2);
    try {
      for (let round = 0; round < 3; round++) {
        await mount("-o", "loop", `${at}/image`, `${at}/source`);
        Deno.writeTextFileSync(`${at}/source/round`, `${round}`);
        const { report } = await mirror(`${at}/source`, `${at}/replica`, { pool });
        assertEquals([report.ended, report.failed], ["complete", 0]);
        assertInSync(`${at}/source`, `${at}/replica`);
        await sh("umount source", at);
      }
    } finally {
      pool.close();
    }
  },
);

faultTest(
  "--verbose says whether the threads are confined, and why not",
  ["landlock", "strace"],
  async (at) => {
    plant(at, { source: { a: "1" } });
    const debug = async (flags: string[], through: string[] = []) => {
      const words = [`${at}/source`, `${at}/replica`, "-v"];
      const ran = await lockstep(words, { flags, through, edge: "as flags say" });
      assertEquals(ran.status, 0, ran.err);
      return ran.out;
    };
    const all = ["--allow-read", "--allow-write"];
    assertStringIncludes(await debug([...all, "--allow-ffi"]), " DEBUG confined: ");
    assertStringIncludes(await debug(all), " DEBUG not confined: that takes --allow-ffi");
    const narrow = [`--allow-read=${at}`, `--allow-write=${at}`, "--allow-ffi"];
    assertStringIncludes(await debug(narrow), " DEBUG not confined: the work is done in the main thread");
    const older = (result: string) =>
      debug([...all, "--allow-ffi"], [
        "strace",
        "-fqq",
        "-o",
        `${at}/calls`,
        "-e",
        "trace=landlock_create_ruleset",
        "-e",
        `inject=landlock_create_ruleset:${result}`,
      ]);
    assertStringIncludes(await older("error=ENOSYS"), " DEBUG not confined: the kernel has no Landlock");
    assertStringIncludes(await older("retval=1"), " DEBUG not confined: the Landlock of kernels before");
  },
);

/** The words and grants of a run in which it can be told who the user is: by Deno, or by the C library. */
const KNOWING = [["--allow-sys=uid"], ["--allow-ffi"]];

faultTest(
  "a root whose path leads through a stranger's link is refused with 3, and nothing is touched",
  ["root"],
  async (at) => {
    plant(at, { real: { source: { a: "1" }, above: {} }, way: link("real"), again: link("way/source") });
    await chown(`${at}/way`, 65534);
    for (const flag of KNOWING) {
      const setting = { flags: ["--allow-read", "--allow-write", ...flag] };
      for (const [source, replica] of [["way/source", "r"], ["again", "r"], ["real/source", "way/above/r"]]) {
        const ran = await lockstep([`${at}/${source}`, `${at}/${replica}`], setting);
        assertEquals(ran.status, 3);
        assertStringIncludes(ran.err, `the link "${at}/way" on its path belongs to user 65534`);
        assertEquals(isThere(`${at}/${replica}`), false);
      }
      // root's link leads where it does
      await chown(`${at}/way`, 0);
      assertEquals((await lockstep([`${at}/again`, `${at}/way/above/r`], setting)).status, 0);
      assertInSync(`${at}/real/source`, `${at}/real/above/r`);
      Deno.removeSync(`${at}/real/above/r`, { recursive: true });
      await chown(`${at}/way`, 65534);
    }
  },
);

faultTest(
  "an ordinary user's own links and root's may lead to a root, and those of others may not",
  ["root", "stranger"],
  async (at) => {
    plant(at, {
      source: { a: "1" },
      deno: {},
      roots: link("source"),
      own: link("source"),
      others: link("source"),
    });
    await chown(`${at}/own`, 65534);
    await chown(`${at}/others`, 1234);
    const setting = await asNobody(at);
    for (const flag of KNOWING) {
      const flags = ["--allow-read", "--allow-write", ...flag];
      for (const [name, status] of [["roots", 0], ["own", 0], ["others", 3]] as const) {
        const ran = await lockstep([`${at}/${name}`, `${at}/by-${name}`], { ...setting, flags });
        assertEquals([name, ran.status], [name, status], ran.err);
        if (status === 3) assertStringIncludes(ran.err, `"${at}/others" on its path belongs to user 1234`);
      }
    }
  },
);

async function chown(path: string, uid: number): Promise<void> {
  await new Deno.Command("chown", { args: ["-h", `${uid}`, path] }).output();
}

/** A setting in which the program runs as user 65534, who may write in `at`, with a copy of Deno's cache there. */
async function asNobody(at: string): Promise<Setting> {
  const info = await command(Deno.execPath(), "info", "--json");
  const { npmCache } = JSON.parse(info!.out);
  await sh(`cp -r ${npmCache} deno/npm; chown -R 65534 deno; chmod 777 .`, at);
  return {
    through: STRANGER,
    env: { DENO_DIR: `${at}/deno` },
    cwd: at,
  };
}
