/** The real program: lockstep fleet show, and what its text does where an engine runs it. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, has, lockstep, MAIN } from "../support/program.ts";
import { splitText } from "../support/split.ts";
import { harvest, inFolder, IS_WINDOWS, plant } from "../support/tree.ts";

const WHOLE = { source: "src", replica: "rep it's", shares: [1, 2], status: "jobs.status" };

/** Three parts and the rest, in two tasks. */
function jobsText(more: object = {}, split: object = {}): string {
  return splitText({ a: "a", b: "b", c: "b c" }, { ...WHOLE, ...split }, more);
}

const TREE = {
  src: { a: { x: "1" }, b: { y: "2" }, "b c": { z: "3" }, file: "4" },
  "rep it's": { a: { old: "5" }, gone: { d: "6" } },
};

const READS = { flags: ["--allow-read"], edge: "as flags say" } as const;
/** With relative paths: the text has whole ones. */
const show = (at: string, ...words: string[]) =>
  lockstep(["fleet", "show", "--config=jobs.jsonc", ...words], { ...READS, cwd: at });

const POSIX = { ignore: IS_WINDOWS };

Deno.test(
  "lockstep fleet show prints a text for each engine, needs to read alone, and writes nothing",
  POSIX,
  () =>
    inFolder(async (at) => {
      plant(at, { ...TREE, "jobs.jsonc": jobsText() });
      const before = harvest(at);
      for (
        const [engine, words, start] of [
          ["slurm", ["--at-once=3", "--time=04:00:00"], "#!/bin/sh\n# Lockstep: one pass of "],
          ["kubernetes", [`--claim=data=${at}`], "# Lockstep: one pass of "],
          ["parallel", [], "#!/bin/sh\n# Lockstep: one pass of "],
        ] as const
      ) {
        const ran = await show(at, "-e", engine, ...words);
        assertEquals([ran.status, ran.err], [0, ""]);
        assertStringIncludes(ran.out, `${start}"${at}/src"\n`);
        assertMatch(ran.out, /[^\n]\n$/);
        assertStringIncludes(ran.out, "0a1b2c3d");
        assertStringIncludes(ran.out, `--config=${at}/jobs.jsonc`);
      }
      assertEquals(harvest(at), before);
    }),
);

/** Files of jobs, and what is said of them. */
const REFUSED: readonly (readonly [text: string, words: readonly string[], said: string])[] = [
  [
    `{"jobs": {"a": {"source": "s", "replica": "r"}}}`,
    [],
    `lockstep: "jobs.jsonc" is no split: make it with lockstep split\n`,
  ],
  [
    splitText({}),
    [],
    `lockstep: The split has no job but "top": one machine is enough, with lockstep run\n`,
  ],
  [
    jobsText(),
    ["--engine=kubernetes"],
    "lockstep: No claim covers the source, ",
  ],
];

Deno.test(
  "lockstep fleet show refuses what is no split, and what no text can be made of",
  POSIX,
  () =>
    inFolder(async (at) => {
      for (const [text, words, said] of REFUSED) {
        Deno.writeTextFileSync(`${at}/jobs.jsonc`, text);
        const ran = await show(at, ...words.length === 0 ? ["--engine=slurm"] : words);
        if (said === "") assertEquals([ran.status, ran.err], [0, ""]);
        else {
          assertEquals([ran.status, ran.out], [1, ""]);
          assertStringIncludes(ran.err, said);
          assertEquals(ran.err.trimEnd().includes("\n"), false);
        }
      }
      Deno.removeSync(`${at}/jobs.jsonc`);
      const ran = await show(at, "--engine=slurm");
      assertEquals([ran.status, ran.out], [1, ""]);
      assertStringIncludes(ran.err, "There is no file of jobs");
    }),
);

Deno.test(
  "lockstep fleet show starts the program as it was started itself, with what its jobs need",
  POSIX,
  () =>
    inFolder(async (at) => {
      const startOf = async (
        more: object,
        flags: readonly string[] = ["--allow-read"],
        ...words: string[]
      ) => {
        Deno.writeTextFileSync(`${at}/jobs.jsonc`, jobsText(more));
        const ran = await lockstep(["fleet", "show", "-e", "slurm", "-c", "jobs.jsonc", ...words], {
          flags,
          edge: "as flags say",
          cwd: at,
        });
        assertEquals([ran.status, ran.err], [0, ""]);
        return /^exec (.*) run --config=/m.exec(ran.out)![1]!;
      };
      const deno = `${Deno.execPath()} run -q --no-prompt --allow-read --allow-write`;
      const denied = `--deny-write=${at}/src`;
      assertEquals(await startOf({}), `${deno} ${denied} ${MAIN}`);
      if (Deno.build.os === "linux") {
        assertEquals(
          await startOf({}, ["--allow-read", "--allow-ffi"]),
          `${deno} --allow-ffi ${denied} ${MAIN}`,
        );
      }
      assertEquals(await startOf({ defaults: { xattrs: true } }), `${deno} --allow-ffi ${denied} ${MAIN}`);
      assertEquals(
        await startOf({}, ["--allow-read"], "--nice=5"),
        `${deno} --allow-sys=setPriority ${denied} ${MAIN}`,
      );
      assertEquals(
        await startOf({ defaults: { "on-failure": "/usr/bin/mail root" } }),
        `${deno} --allow-run=/usr/bin/mail ${denied} ${MAIN}`,
      );
    }),
);

Deno.test(
  "lockstep fleet show --engine kubernetes covers all that the jobs of the file name",
  POSIX,
  () =>
    inFolder(async (at) => {
      plant(at, { jobs: {} });
      const claims = ["src", "rep it's", "jobs", "jobs.status"].map((name, index) =>
        `--claim=c${index}=${at}/${name}`
      );
      // the other options are of one job alone, for jobs may not have one file together
      const answer = async (options: object) => {
        const { split, jobs } = JSON.parse(jobsText().replaceAll(/"(src|rep it's|jobs\.status)/g, '"../$1'));
        Object.assign(jobs.b, options);
        Deno.writeTextFileSync(`${at}/jobs/jobs.jsonc`, JSON.stringify({ split, jobs }));
        const words = ["fleet", "show", "-e", "kubernetes", "-c", "jobs/jobs.jsonc", ...claims];
        return await lockstep(words, { ...READS, cwd: at });
      };
      for (
        const [options, what] of [
          [{ "log-file": "../l/x.log" }, "the log"],
          [{ trash: "../t" }, "the trash"],
          [{ "exclude-from": "../patterns" }, "the file of exclude-from"],
        ] as const
      ) {
        const ran = await answer(options);
        assertEquals([what, ran.status], [what, 1]);
        assertStringIncludes(ran.err, `No claim covers ${what}, "${at}/`);
      }
      const ran = await answer({});
      assertEquals([ran.status, ran.err], [0, ""]);
      // source and jobs, in both documents
      assertEquals(ran.out.match(/readOnly: true/g)?.length, 4);
    }),
);

const GNU = !IS_WINDOWS && has("parallel") &&
  (await command("parallel", "--version"))?.out.startsWith("GNU parallel") === true;

Deno.test({
  name: `GNU parallel brings a replica in sync by the text that lockstep fleet show gives it${
    GNU ? "" : " (skipped: there is no GNU parallel)"
  }`,
  ignore: !GNU,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { ...TREE, "jobs.jsonc": jobsText() });
      Deno.mkdirSync(`${at}/jobs.status`);
      const text = (await show(at, "--engine=parallel")).out;
      Deno.writeTextFileSync(`${at}/lockstep.parallel.sh`, text);
      const first = await command("sh", `${at}/lockstep.parallel.sh`);
      assertEquals([first?.status, first?.err], [0, ""]);
      assertEquals(harvest(`${at}/rep it's`), harvest(`${at}/src`));
      // both laws
      const again = await command("sh", `${at}/lockstep.parallel.sh`);
      assertEquals(again?.status, 0);
      assert(!/ (create|remove|update) /.test(again!.out), again!.out);
      // another split by now: nothing is touched
      Deno.writeTextFileSync(`${at}/jobs.jsonc`, jobsText({}, { id: "ffffffff" }));
      Deno.removeSync(`${at}/src/a/x`);
      const later = await command("sh", `${at}/lockstep.parallel.sh`);
      assertEquals(later?.status, 1);
      assertStringIncludes(later!.err, "was split anew");
      assert(Deno.statSync(`${at}/rep it's/a/x`).isFile);
    }),
});
