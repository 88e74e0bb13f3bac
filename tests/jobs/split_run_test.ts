/** `lockstep run` over a file that `lockstep split` made: parts by number, then `top`. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { limitedTo } from "../support/limits.ts";
import { has, lockstep, running, sh, until } from "../support/program.ts";
import { SPLIT, splitText } from "../support/split.ts";
import {
  assertInSync,
  harvest,
  inFolder,
  isThere,
  plant,
  temporaryNames,
  type Tree,
} from "../support/tree.ts";

const FLAGS = ["--allow-read", "--allow-write"];
const CANNOT_MOUNT = Deno.build.os !== "linux" || Deno.uid() !== 0 ? "only root can mount something" : null;
const ID = SPLIT.id;
const TREE: Tree = { a: { b: { c: { f: "1" }, g: "2" }, h: "3" }, d: { e: { i: "4" } }, j: "5" };

/** A split of TREE for two tasks: a/b, and d with d/e in it; `top` has the rest. */
function write(at: string, defaults: object = {}, id = ID): void {
  const text = splitText({ "a-b": "a/b", d: "d" }, { id, seen: [3, 4, 2, 1], inParts: 5 }, { defaults });
  Deno.writeTextFileSync(`${at}/jobs.jsonc`, text);
  Deno.mkdirSync(`${at}/status`, { recursive: true });
}

/** Parts of a folder each, and their split. */
function writeMany(
  at: string,
  count: number,
  content: string,
  more: { defaults?: object; logs?: boolean } = {},
) {
  const names = Array.from({ length: count }, (_, i) => `p${`${i}`.padStart(3, "0")}`);
  plant(`${at}/source`, { own: "1", ...Object.fromEntries(names.map((name) => [name, { f: content }])) });
  const text = splitText(
    Object.fromEntries(names.map((name) => [name, name])),
    { seen: [count + 1, count], inParts: 2 * count },
    {
      defaults: more.defaults ?? {},
      ofJob: (name) => more.logs ? { "log-file": `logs/${name}.log` } : {},
    },
  );
  Deno.writeTextFileSync(`${at}/jobs.jsonc`, text);
  for (const folder of ["status", "logs"]) Deno.mkdirSync(`${at}/${folder}`);
  return names;
}

interface KeptJob {
  readonly name: string;
  readonly state: string;
  readonly inSyncSince: string | null;
}

function jobsIn(file: string): KeptJob[] {
  return JSON.parse(Deno.readTextFileSync(file)).jobs;
}

function entriesIn(folder: string): number {
  return isThere(folder) ? [...Deno.readDirSync(folder)].length : 0;
}

function splitTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test(name, () => inFolder(test));
}

async function run(
  at: string,
  words: readonly string[] = [],
  more: { env?: Record<string, string>; flags?: string[]; through?: readonly string[] } = {},
) {
  const { env = {}, flags = [], through = [] } = more;
  return await lockstep(["run", "--config", "jobs.jsonc", ...words], {
    flags: [...FLAGS, ...flags],
    cwd: at,
    env,
    through,
  });
}

splitTest(
  "the tasks of a split by their numbers, and then top, make the replica what the source is",
  async (at) => {
    plant(`${at}/source`, TREE);
    plant(`${at}/replica`, { x: "x", d: { x: "x" } });
    write(at);
    for (const words of [["--job-index", "1"], ["--job-index=0", "--expect-split", ID], ["top"]]) {
      const ran = await run(at, words);
      assertEquals(ran.status, STATUS.inSync, ran.err);
    }
    assertInSync(`${at}/source`, `${at}/replica`);
    const beyond = await run(at, ["--job-index", "2"]);
    assertEquals(beyond.status, STATUS.usage);
    assertStringIncludes(beyond.err, 'There is no task 2: the split has 2, counted from 0, and then "top"');
  },
);

splitTest(
  "a task knows its number by the engine's variable where Deno may read that, and says so",
  async (at) => {
    plant(`${at}/source`, TREE);
    write(at);
    const env = { SLURM_ARRAY_TASK_ID: "1" };
    const one = await run(at, [], { env, flags: ["--allow-env=SLURM_ARRAY_TASK_ID"] });
    assertEquals(one.status, STATUS.inSync, one.err);
    assertMatch(one.out, /INFO 1 job of \S*jobs\.jsonc, task 1 by SLURM_ARRAY_TASK_ID\n/);
    assert(isThere(`${at}/replica/d/e/i`) && !isThere(`${at}/replica/a`));
    const wrong = await run(at, [], {
      env: { ...env, JOB_COMPLETION_INDEX: "0" },
      flags: ["--allow-env=SLURM_ARRAY_TASK_ID,JOB_COMPLETION_INDEX"],
    });
    assertEquals(wrong.status, STATUS.usage);
    // named jobs are not a matter of the engine
    const top = await run(at, ["top"], { env, flags: ["--allow-env=SLURM_ARRAY_TASK_ID"] });
    assertEquals(top.status, STATUS.inSync, top.err);
    assert(isThere(`${at}/replica/a/h`) && !isThere(`${at}/replica/a/b`));
  },
);

splitTest("without a number all parts are run in one process, and top when they are over", async (at) => {
  plant(`${at}/source`, TREE);
  write(at);
  const ran = await run(at);
  assertEquals(ran.status, STATUS.inSync, ran.err);
  assertInSync(`${at}/source`, `${at}/replica`);
  const lines = ran.out.split("\n");
  const begun = lines.findIndex((line) => line.includes("[top] mirror"));
  const over = lines.flatMap((line, i) => / \[(?:a-b|d)\] in sync/.test(line) ? [i] : []);
  assertEquals(over.length, 2);
  assert(over.every((line) => line < begun), ran.out);
  const again = await run(at);
  assertEquals(again.out.match(/nothing to do/g)?.length, 3, again.out);
});

splitTest("a run says that it has the whole split only where no jobs were named", async (at) => {
  plant(`${at}/source`, TREE);
  write(at);
  for (
    const [words, told] of [
      [[], /INFO 3 jobs of \S*jobs\.jsonc, the whole split\n/],
      [["d"], /INFO 1 job of \S*jobs\.jsonc\n/],
      [["a-b", "d"], /INFO 2 jobs of \S*jobs\.jsonc\n/],
    ] as const
  ) {
    const ran = await run(at, words);
    assertEquals(ran.status, STATUS.inSync, ran.err);
    assertMatch(ran.out, told);
  }
});

splitTest("a second pass of a split does nothing, were the times of its folders to the ns", async (at) => {
  plant(`${at}/source`, TREE);
  for (const folder of ["", "/a", "/a/b", "/d"]) {
    await sh(`touch -d '2026-01-02 03:04:05.678901234' 'source${folder}'`, at);
  }
  write(at);
  // by the native edge where there is one
  const both = { flags: ["--allow-ffi"] };
  for (const told of [/ created [1-9]/g, /nothing to do/g]) {
    const ran = await run(at, [], both);
    assertEquals([ran.status, ran.out.match(told)?.length], [STATUS.inSync, 3], ran.out);
  }
});

Deno.test({
  name: `a part over which something is mounted is refused with --one-file-system, and its replica stays${
    CANNOT_MOUNT === null ? "" : ` (skipped: ${CANNOT_MOUNT})`
  }`,
  ignore: CANNOT_MOUNT !== null,
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, TREE);
      write(at, { "one-file-system": true });
      assertEquals((await run(at)).status, STATUS.inSync);
      const before = harvest(`${at}/replica`);
      await sh("mount -t tmpfs lockstep-test source/a && mkdir -p source/a/b && touch source/a/b/g", at);
      try {
        const ran = await run(at, ["--job-index", "0"]);
        assertEquals(ran.status, STATUS.unusable, ran.err);
        assertStringIncludes(
          ran.err,
          '"a" in the whole tree is on another file system, which --one-file-system',
        );
        assertEquals(harvest(`${at}/replica`), before);
      } finally {
        await sh("umount -l source/a", at);
      }
    }),
});

splitTest(
  "of many parts a few are open at a time, top comes when all are over, and the status of each is kept",
  async (at) => {
    const names = writeMany(at, 100, "1", { logs: true });
    // fewer handles than parts: a log each
    const through = has("bash") ? limitedTo("-n 90") : [];
    const ran = await run(at, ["--status", "all.json"], { through });
    assertEquals(ran.status, STATUS.inSync, ran.err + ran.out);
    assertEquals(ran.err, "");
    assertInSync(`${at}/source`, `${at}/replica`);
    const lines = ran.out.split("\n");
    const top = lines.findIndex((line) => line.includes("[top] mirror"));
    const over = lines.flatMap((line, i) => / \[p\d+\] in sync/.test(line) ? [i] : []);
    assertEquals(over.length, names.length);
    assert(over.every((line) => line < top), ran.out);
    const all = [...names, "top"];
    const told = jobsIn(`${at}/all.json`);
    assertEquals(told.map(({ name }) => name), all);
    const own = all.flatMap((name) => jobsIn(`${at}/status/${name}.json`));
    assertEquals(own.map(({ name }) => name), all);
    for (const { name, inSyncSince, state } of [...told, ...own]) {
      assertEquals([inSyncSince !== null, state], [true, "stopped"], name);
    }
    for (const name of names) {
      assertMatch(Deno.readTextFileSync(`${at}/logs/${name}.log`), /in sync/);
    }
  },
);

splitTest(
  "a signal to stop ends many parts in good order: those that have not begun do not begin",
  async (at) => {
    const names = writeMany(at, 60, "x".repeat(20_000), { defaults: { bwlimit: "20KiB" } });
    await using task = running(["run", "--config", "jobs.jsonc"], { flags: FLAGS, cwd: at });
    await until("some parts are over", () => entriesIn(`${at}/replica`) > 3);
    const { status, out } = await task.stop();
    assertEquals(status, STATUS.interrupted, out);
    const [, left] = /INFO (\d+) of 61 jobs have not begun/.exec(out) ?? [];
    assert(Number(left) > 20, out);
    assert(!out.includes("[top] "), out);
    const made = names.filter((name) => isThere(`${at}/replica/${name}`));
    assert(made.length < 30, `${made}`);
    for (const name of made) assertEquals(temporaryNames(`${at}/replica/${name}`), []);
    assert(!isThere(`${at}/status/p059.json`));
    const text = Deno.readTextFileSync(`${at}/jobs.jsonc`);
    Deno.writeTextFileSync(`${at}/jobs.jsonc`, text.replace("20KiB", "100MiB"));
    assertEquals((await run(at)).status, STATUS.inSync);
    assertInSync(`${at}/source`, `${at}/replica`);
  },
);

splitTest("a dry run of a split writes nothing, and foresees every entry", async (at) => {
  plant(`${at}/source`, TREE);
  write(at);
  const ran = await run(at, ["--dry-run"]);
  assertEquals(ran.status, STATUS.inSync, ran.err);
  assert(!isThere(`${at}/replica`));
  assertEquals(ran.out.match(/create file .* \(planned\)/g)?.length, 5, ran.out);
});

splitTest(
  "a part whose source has gone, is a file or a link by now, or is excluded is refused, and its replica stays",
  async (at) => {
    plant(`${at}/source`, TREE);
    write(at);
    assertEquals((await run(at)).status, STATUS.inSync);
    const before = harvest(`${at}/replica/a/b`);
    const refused = async (told: RegExp) => {
      const ran = await run(at, ["--job-index", "0"]);
      assertEquals(ran.status, STATUS.unusable, ran.err);
      assertMatch(ran.err, told);
      assertEquals(harvest(`${at}/replica/a/b`), before);
    };
    plant(`${at}/source`, { ".lockstepignore": "b/\n" });
    await refused(/"a\/b" is excluded by now, by "b\/" in \.lockstepignore:1: make the split anew/);
    Deno.removeSync(`${at}/source/.lockstepignore`);
    await sh("mv source/a/b elsewhere", at);
    await refused(/Cannot use the source ".*a\/b": it is not there; nothing was touched/);
    plant(`${at}/source/a`, { b: "a file" });
    await refused(/Cannot use the source .*"a\/b" in the whole tree is no folder/);
    await sh("rm source/a/b && ln -s ../../elsewhere source/a/b", at);
    await refused(/Cannot use the source .*"a\/b" in the whole tree is a link, which the job "top" mirrors/);
    // top leaves it alone as well, until the next split
    assertEquals((await run(at, ["top"])).status, STATUS.inSync);
    assertEquals(harvest(`${at}/replica/a/b`), before);
  },
);

splitTest("a split that was made anew is not taken for the old one", async (at) => {
  plant(`${at}/source`, TREE);
  write(at, {}, "ffffffff");
  const ran = await run(at, ["--job-index", "0", "--expect-split", ID]);
  assertEquals(ran.status, STATUS.usage);
  assertStringIncludes(ran.err, `was split anew: it is ffffffff by now, and not ${ID}`);
  assert(!isThere(`${at}/replica`));
});

splitTest(
  "a task that is at work twice is held: the second one leaves all to the first, and so does top",
  async (at) => {
    plant(`${at}/source`, { ...TREE, d: { big: "x".repeat(400_000) } });
    write(at, { bwlimit: "100KiB" });
    await using first = running(["run", "--config", "jobs.jsonc", "--job-index", "1"], {
      flags: FLAGS,
      cwd: at,
    });
    await until("the first one copies", () => entriesIn(`${at}/replica/d`) > 0);
    // until the others have tried
    first.process.kill("SIGSTOP");
    for (const words of [["--job-index", "1"], ["top"]]) {
      const ran = await run(at, words);
      assertEquals(ran.status, STATUS.locked, ran.err);
    }
    // the other parts are free
    assertEquals((await run(at, ["--job-index", "0"])).status, STATUS.inSync);
    first.process.kill("SIGCONT");
    assertEquals((await first.process.status).code, STATUS.inSync);
    assertEquals((await run(at, ["top"])).status, STATUS.inSync);
    assertInSync(`${at}/source`, `${at}/replica`);
  },
);

splitTest("a task that is killed and started again by its engine heals", async (at) => {
  plant(`${at}/source`, {
    ...TREE,
    d: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, "x".repeat(10_000)])),
  });
  write(at, { bwlimit: "200KiB" });
  {
    await using task = running(["run", "--config", "jobs.jsonc", "--job-index", "1"], {
      flags: FLAGS,
      cwd: at,
    });
    await until("some of it is there", () => entriesIn(`${at}/replica/d`) > 5);
    task.process.kill("SIGKILL");
    await task.process.status;
  }
  for (const words of [["--job-index", "1"], ["--job-index", "0"], ["top"]]) {
    assertEquals((await run(at, words)).status, STATUS.inSync);
  }
  assertInSync(`${at}/source`, `${at}/replica`);
  for (const folder of ["", "d", "a", "a/b"]) assertEquals(temporaryNames(`${at}/replica/${folder}`), []);
  if (has("rsync")) assertEquals(await sh("rsync -naiHc --delete source/ replica/", at), "");
});
