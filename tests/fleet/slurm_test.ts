/** What Slurm is told: the script itself, and what it hands to sbatch, for which a program stands in. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type OfSlurm, slurmText } from "../../sync/fleet/slurm.ts";
import type { Fleet } from "../../sync/fleet/told.ts";
import { inFolder, IS_WINDOWS } from "../support/tree.ts";
import {
  AWKWARD,
  complaintsOn,
  FLEET,
  recorded,
  recorder,
  runScript,
  SPLIT,
  withTasks,
  WORSE,
} from "./fleets.ts";

const PLAIN: OfSlurm = { atOnce: null, time: null };

function textOf(fleet: Fleet, asked: OfSlurm = PLAIN): string {
  const { kind, text } = slurmText(fleet, asked);
  assertEquals(kind, "text", text);
  return text;
}

interface Submitted {
  readonly words: readonly string[];
  readonly script: string;
}

/** Run a text with a program in the place of sbatch; what that was given, call by call. */
async function submit(text: string, folder: string): Promise<{ said: string; calls: Submitted[] }> {
  const bin = `${folder}/bin`;
  Deno.mkdirSync(bin);
  Deno.writeTextFileSync(
    `${bin}/sbatch`,
    `#!/bin/sh
number=$(ls "$CALLS" | wc -l)
cat > "$CALLS/$number"
for word in "$@"; do printf '%s\\0' "$word"; done > "$CALLS/../words.$number"
echo "$((4711 + number));cluster"
`,
    { mode: 0o755 },
  );
  const calls = `${folder}/calls`;
  Deno.mkdirSync(calls);
  const ran = await runScript(text, folder, { CALLS: calls, PATH: `${bin}:${Deno.env.get("PATH")}` });
  assertEquals([ran.status, ran.err], [0, ""]);
  const numbers = [...Deno.readDirSync(calls)].map(({ name }) => name).sort();
  return {
    said: ran.out,
    calls: numbers.map((number) => ({
      words: Deno.readTextFileSync(`${folder}/words.${number}`).split("\0").slice(0, -1),
      script: Deno.readTextFileSync(`${calls}/${number}`),
    })),
  };
}

const POSIX = { ignore: IS_WINDOWS };

Deno.test(
  "slurmText() submits an array of the tasks, and top when they have ended",
  POSIX,
  () =>
    inFolder(async (at) => {
      const fleet = { ...FLEET, split: { ...SPLIT, status: `${at}/jobs.status` } };
      const text = textOf(fleet, { atOnce: 2, time: "1-12:00:00" });
      assertEquals(await complaintsOn(text, at, true), "");
      const { said, calls } = await submit(text, at);
      assertEquals(said, "Submitted: the array 4711, and 4712 after it\n");
      const both = [
        "--ntasks=1",
        "--cpus-per-task=2",
        "--requeue",
        "--open-mode=append",
        "--signal=B:TERM@60",
        "--time=1-12:00:00",
      ];
      const out = `${at}/jobs.status.out`;
      assertEquals(calls.map(({ words }) => words), [
        ["--parsable", "--array=0-2%2", "--job-name=lockstep-0a1b2c3d", `--output=${out}/%A_%a.out`, ...both],
        [
          "--parsable",
          "--dependency=afterany:4711",
          "--job-name=lockstep-0a1b2c3d-top",
          `--output=${out}/%j_top.out`,
          ...both,
        ],
      ]);
      // Slurm does not make it
      assert(Deno.statSync(out).isDirectory);
      const start =
        "#!/bin/sh\nexec /usr/bin/lockstep run --config=/data/jobs.jsonc --expect-split=0a1b2c3d --threads=2";
      assertEquals(calls.map(({ script }) => script), [
        `${start} --job-index="$SLURM_ARRAY_TASK_ID"\n`,
        `${start} top\n`,
      ]);
    }),
);

Deno.test(
  "slurmText() starts each task with its own number, whatever its paths are",
  POSIX,
  () =>
    inFolder(async (at) => {
      const home = `${at}/${WORSE}`;
      Deno.mkdirSync(home, { recursive: true });
      const fleet: Fleet = {
        split: { ...SPLIT, status: `${at}/${AWKWARD}`, source: `/${WORSE}`, replica: `/r${WORSE}` },
        config: `/data/${WORSE}/jobs.jsonc`,
        program: [recorder(home, WORSE.slice(0, 40)), `--deny-write=/${WORSE}`],
        cpus: 4,
        lines: false,
        nice: 19,
      };
      const text = textOf(fleet);
      assertEquals(await complaintsOn(text, at), "");
      const { calls } = await submit(text, at);
      const escaped = `${at}/${AWKWARD}.out`.replaceAll("%", "%%");
      assert(calls[0]!.words.includes(`--output=${escaped}/%A_%a.out`));
      const words = [
        `--deny-write=/${WORSE}`,
        "run",
        `--config=/data/${WORSE}/jobs.jsonc`,
        "--expect-split=0a1b2c3d",
        "--threads=4",
        "--lines=none",
        "--nice=19",
      ];
      await runScript(calls[0]!.script, at, { SLURM_ARRAY_TASK_ID: "17" });
      assertEquals(recorded(home), [[...words, "--job-index=17"]]);
      await runScript(calls[1]!.script, at);
      assertEquals(recorded(home).sort((a, b) => a.join() < b.join() ? -1 : 1), [
        [...words, "--job-index=17"],
        [...words, "top"],
      ]);
    }),
);

Deno.test(
  "slurmText() ends when the array was not taken, and submits no top then",
  POSIX,
  () =>
    inFolder(async (at) => {
      const bin = recorder(at, "sbatch", "1").replace(/\/sbatch$/, "");
      const fleet = { ...FLEET, split: { ...SPLIT, status: `${at}/status` } };
      const ran = await runScript(textOf(fleet), at, { PATH: `${bin}:${Deno.env.get("PATH")}` });
      assertEquals([ran.status === 0, ran.out, recorded(at).length], [false, "", 1]);
    }),
);

Deno.test("slurmText() tells of MaxArraySize where Slurm would refuse the array by itself", () => {
  assertEquals(textOf(withTasks(1001)).includes("MaxArraySize"), false);
  assertStringIncludes(textOf(withTasks(1001)), "--array=0-1000 ");
  assertStringIncludes(textOf(withTasks(1002)), "less than 1002");
  assertMatch(textOf(withTasks(1002)), /--array=0-1001 /);
});

Deno.test("slurmText() refuses a folder for the output that Slurm would read otherwise", () => {
  for (const status of ["/data/a\\b", "/data/a\nb"]) {
    const told = slurmText({ ...FLEET, split: { ...SPLIT, status } }, PLAIN);
    assertEquals(told.kind, "wrong");
    assertMatch(told.text, /^Slurm cannot write to "[^"]*": make the split with its status folder at .*$/);
  }
});

Deno.test(
  "no field of a split gets out of the comments and the quotes of a text",
  POSIX,
  () =>
    inFolder(async (at) => {
      // a date may hold words in parentheses
      const made = `2026-11-22 (\ntouch ${at}/harm\n)`;
      assert(!Number.isNaN(Date.parse(made)));
      const name = `\ntouch ${at}/harm\n`;
      const split = { ...SPLIT, made, source: `/${name}`, replica: `/r${name}`, status: `${at}/status` };
      await submit(textOf({ ...FLEET, config: `/c${name}`, split }), at);
      assertEquals([...Deno.readDirSync(at)].some((one) => one.name === "harm"), false);
    }),
);
