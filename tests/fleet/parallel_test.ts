/** What GNU parallel is told, run by GNU parallel itself. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parallelText } from "../../sync/fleet/parallel.ts";
import type { Fleet } from "../../sync/fleet/told.ts";
import { command, has, until } from "../support/program.ts";
import { inFolder, IS_WINDOWS } from "../support/tree.ts";
import { complaintsOn, FLEET, recorded, recorder, runScript, SPLIT, withTasks, WORSE } from "./fleets.ts";

const GNU = !IS_WINDOWS && has("parallel") &&
  (await command("parallel", "--version"))?.out.startsWith("GNU parallel") === true;
const SKIPPED = GNU ? "" : " (skipped: there is no GNU parallel)";

function textOf(fleet: Fleet, atOnce: number | null = 2): string {
  const { kind, text } = parallelText(fleet, { atOnce });
  assertEquals(kind, "text", text);
  return text;
}

Deno.test("parallelText() has as many tasks at once as are asked for, or as there are processors for", () => {
  for (
    const [cpus, atOnce, jobs] of [[2, null, "50%"], [1, null, "100%"], [64, null, "1%"], [
      2,
      5,
      "5",
    ]] as const
  ) {
    assertStringIncludes(
      textOf({ ...withTasks(64), cpus }, atOnce),
      `seq 0 63 | parallel --jobs ${jobs} --tag --line-buffer `,
    );
  }
});

Deno.test({
  name:
    `parallelText() runs each task once with its number and top when they are over, whatever the paths${SKIPPED}`,
  ignore: !GNU,
  fn: () =>
    inFolder(async (at) => {
      const home = `${at}/${WORSE}`;
      Deno.mkdirSync(home, { recursive: true });
      const fleet: Fleet = {
        split: { ...SPLIT, status: `${home}/status`, source: `/${WORSE}`, replica: `/r${WORSE}` },
        config: `/data/${WORSE}/jobs.jsonc`,
        program: [recorder(home, WORSE.slice(0, 40)), `--deny-write=/${WORSE}`],
        cpus: 2,
        lines: false,
        nice: 5,
      };
      const text = textOf(fleet);
      assertEquals(await complaintsOn(text, at), "");
      const ran = await runScript(text, at);
      assertEquals([ran.status, ran.out, ran.err], [0, "", ""]);
      const words = [
        `--deny-write=/${WORSE}`,
        "run",
        `--config=/data/${WORSE}/jobs.jsonc`,
        "--expect-split=0a1b2c3d",
        "--threads=2",
        "--lines=none",
        "--nice=5",
      ];
      assertEquals(recorded(home).map((one) => one.at(-1)).sort(), [
        "--job-index=0",
        "--job-index=1",
        "--job-index=2",
        "top",
      ]);
      for (const one of recorded(home)) assertEquals(one.slice(0, -1), words);
      assertMatch(Deno.readTextFileSync(`${home}/status.out.parallel`), /^Seq\tHost/);
    }),
});

Deno.test({
  name:
    `parallelText() runs top when a task has failed, and ends with 23; --resume-failed is for that task alone${SKIPPED}`,
  ignore: !GNU,
  fn: () =>
    inFolder(async (at) => {
      const fails = `$(case " $* " in *" --job-index=1 "*) echo 24;; *) echo 0;; esac)`;
      const program = recorder(at, "lockstep", fails);
      const fleet: Fleet = { ...FLEET, program: [program], split: { ...SPLIT, status: `${at}/status` } };
      const text = textOf(fleet);
      assertEquals(await complaintsOn(text, at, true), "");
      assertEquals((await runScript(text, at)).status, 23);
      assertEquals(recorded(at).map((one) => one.at(-1)).sort(), [
        "--job-index=0",
        "--job-index=1",
        "--job-index=2",
        "top",
      ]);
      recorder(at, "lockstep");
      assertEquals(
        (await runScript(text.replace("| parallel ", "| parallel --resume-failed "), at)).status,
        0,
      );
      assertEquals(recorded(at).slice(4).length, 2);
      assertEquals(recorded(at).filter((one) => one.at(-1) === "--job-index=1").length, 2);
      // another run is another pass of all
      assertEquals((await runScript(text, at)).status, 0);
      assertEquals(recorded(at).length, 10);
    }),
});

Deno.test({
  name: "parallelText() ends with the status of top when that has failed, and where another parallel is",
  ignore: !GNU,
  fn: () =>
    inFolder(async (at) => {
      const fails = `$(case " $* " in *" top "*) echo 25;; *) echo 0;; esac)`;
      const fleet: Fleet = {
        ...FLEET,
        program: [recorder(at, "lockstep", fails)],
        split: { ...SPLIT, status: `${at}/status` },
      };
      assertEquals((await runScript(textOf(fleet), at)).status, 25);
      Deno.mkdirSync(`${at}/other`);
      recorder(`${at}/other`, "parallel");
      const ran = await runScript(textOf(fleet), at, { PATH: `${at}/other:${Deno.env.get("PATH")}` });
      assertEquals([ran.status, ran.err.split(":")[0]], [1, "GNU parallel is not here"]);
      assertEquals(recorded(at).length, 4);
    }),
});

/** Tasks that are at work until they are told to end. */
function waiting(folder: string): string {
  const path = `${folder}/waiting`;
  Deno.writeTextFileSync(
    path,
    `#!/bin/sh
for last in "$@"; do :; done
trap ': > "${folder}/ended.$last"; exit 0' TERM
: > "${folder}/begun.$last"
for _ in $(seq 1200); do sleep 0.05; done
`,
    { mode: 0o755 },
  );
  return path;
}

const startsWith = (folder: string, start: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.startsWith(start)).sort();

for (const [signal, status] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const) {
  Deno.test({
    name: `parallelText() passes ${signal} on as an end in good order, and runs no top then${SKIPPED}`,
    ignore: !GNU,
    fn: () =>
      inFolder(async (at) => {
        const fleet: Fleet = {
          ...FLEET,
          program: [waiting(at)],
          split: { ...SPLIT, status: `${at}/status` },
        };
        Deno.writeTextFileSync(`${at}/script.sh`, textOf(fleet));
        const child = new Deno.Command("sh", { args: [`${at}/script.sh`], stderr: "piped", stdin: "null" })
          .spawn();
        await until("tasks are at work", () => startsWith(at, "begun").length === 2);
        child.kill(signal);
        const ran = await child.output();
        assertEquals([ran.code, startsWith(at, "begun")], [status, [
          "begun.--job-index=0",
          "begun.--job-index=1",
        ]]);
        // nobody is left behind
        assertEquals(startsWith(at, "ended"), ["ended.--job-index=0", "ended.--job-index=1"]);
        assertStringIncludes(
          new TextDecoder().decode(ran.stderr),
          "Ended before all tasks were over: top is not run",
        );
      }),
  });
}

Deno.test({
  name: `parallelText() runs no top when parallel itself was ended, and a signal ends top${SKIPPED}`,
  ignore: !GNU,
  fn: () =>
    inFolder(async (at) => {
      const split = { ...SPLIT, status: `${at}/status` };
      const fleet: Fleet = { ...FLEET, program: [recorder(at, "lockstep")], split };
      Deno.mkdirSync(`${at}/bin`);
      const path = `${at}/bin:${Deno.env.get("PATH")}`;
      // what parallel ends with when a signal has ended it
      Deno.writeTextFileSync(
        `${at}/bin/parallel`,
        '#!/bin/sh\n[ "$1" = --version ] && echo "GNU parallel" || exit 255\n',
        { mode: 0o755 },
      );
      const ran = await runScript(textOf(fleet), at, { PATH: path });
      assertEquals([ran.status, recorded(at)], [255, []]);
      Deno.writeTextFileSync(
        `${at}/bin/parallel`,
        '#!/bin/sh\n[ "$1" = --version ] && echo "GNU parallel" || exit 101\n',
      );
      Deno.writeTextFileSync(`${at}/script.sh`, textOf({ ...fleet, program: [waiting(at)] }));
      const child = new Deno.Command("sh", { args: [`${at}/script.sh`], stdin: "null", env: { PATH: path } })
        .spawn();
      await until("tasks are at work", () => startsWith(at, "begun").length === 1);
      child.kill("SIGINT");
      const { code } = await child.status;
      assertEquals([code, startsWith(at, "begun"), startsWith(at, "ended")], [130, ["begun.top"], [
        "ended.top",
      ]]);
    }),
});
