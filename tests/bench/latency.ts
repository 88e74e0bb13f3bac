/**
 * How old a change gets before the replica has it, what it costs in processor time, and what rest costs: Lockstep
 * following changes beside lsyncd. Each has a source of its own, all of the same seed, and gets the same changes, one
 * after the other in turn, so that whatever drifts on the machine falls on both alike. Linux only: processor time is
 * read from /proc.
 */
import { median, percentile } from "./numbers.ts";
import type { Place } from "./place.ts";
import { ask, has } from "./run.ts";
import { table } from "./table.ts";
import { folderOf, plant, type Shape } from "./tree.ts";

/** The kinds of changes that are measured, in the order in which they are made. */
export const DEEDS = ["file made", "file edited", "file removed", "folder with 10 files made"] as const;
export type Deed = typeof DEEDS[number];

/** What one program took with one tree. */
export interface Latency {
  readonly program: string;
  readonly files: number;
  /** ms from a change to its replica, by kind. */
  readonly ages: Readonly<Record<Deed, readonly number[]>>;
  /** Processor time for a change, in ms, that of its children included; null when it is not known. */
  readonly cost: number | null;
  /** Processor time at rest, as a share of a core; null when it is not known. */
  readonly rest: number | null;
}

interface Follower {
  readonly name: string;
  readonly tool: string;
  readonly words: (source: string, replica: string) => readonly string[];
}

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

const FOLLOWERS: readonly Follower[] = [
  {
    name: "lockstep --watch",
    tool: Deno.execPath(),
    words: (source, replica) => {
      const flags = ["-q", "--allow-read", "--allow-write"];
      return [Deno.execPath(), "run", ...flags, MAIN, source, replica, "--watch"];
    },
  },
  {
    name: "lsyncd -delay 0",
    tool: "lsyncd",
    words: (source, replica) => {
      const settings = ["-nodaemon", "-delay", "0", "-log", "scarce"];
      return ["lsyncd", ...settings, "-rsync", `${source}/`, `${replica}/`];
    },
  },
];

/** Files in a folder of the trees. */
const CROWD = 100;
const SIZES = [1_000, 10_000, 100_000];
/** How often each kind of change is made. */
const ROUNDS = 25;
/** How long all programs are left alone before their rest is measured, in ms: V8 tidies half a minute after a pass. */
const CALM_MS = 45_000;
/** How long rest is measured, in ms. The kernel counts in steps of 10 ms. */
const REST_MS = 45_000;
/** Between a change that has arrived and the next one, in ms; a bit more each time, so as not to beat with a timer. */
const PAUSE_MS = 75;
const LOOK_MS = 2;
/** Longer than this, in ms, and it will never arrive. */
const VAIN_MS = 120_000;

/** A program that runs. */
interface Running {
  readonly follower: Follower;
  readonly shape: Shape;
  readonly source: string;
  readonly replica: string;
  readonly process: Deno.ChildProcess;
  readonly ages: Record<Deed, number[]>;
}

/** Measure all that are here; `say` is told how far it is. */
export async function latency(
  place: Place,
  rounds: number | null,
  say: (text: string) => void,
): Promise<Latency[]> {
  const here = FOLLOWERS.filter(({ tool }) => tool.includes("/") || has(tool));
  if (here.length < FOLLOWERS.length) {
    say("The program lsyncd is not there, so there is nothing to compare with");
  }
  const running: Running[] = [];
  const end = () => {
    for (const { process } of running) process.kill("SIGTERM");
  };
  Deno.addSignalListener("SIGINT", end);
  try {
    for (const files of SIZES) {
      const shape: Shape = { folders: files / CROWD, files: CROWD, levels: 1, sizes: [0, 1024] };
      for (const follower of here) running.push(await started(follower, shape, place));
      say(`${files} files: planted`);
    }
    // twice: the first could be found by the first pass itself
    for (const one of running) await perform("file made", -1, one);
    await sleep(CALM_MS);
    for (const one of running) await perform("file made", -2, one);
    await sleep(2000);
    say("All follow; now they rest");
    const before = await times(running);
    await sleep(REST_MS);
    const rested = await times(running);
    say("Now they work");
    const count = rounds ?? ROUNDS;
    for (let round = 0; round < count; round++) {
      for (const deed of DEEDS) {
        for (const one of round % 2 === 0 ? running : running.toReversed()) {
          one.ages[deed].push(await perform(deed, round, one));
          await sleep(PAUSE_MS + round * 37 % PAUSE_MS);
        }
      }
    }
    await sleep(1000);
    const worked = await times(running);
    return running.map(({ follower: { name }, shape, ages }, place) => {
      const [from, to, over] = [before[place]!, rested[place]!, worked[place]!];
      return {
        program: name,
        files: shape.folders * shape.files,
        ages,
        rest: from === null || to === null ? null : (to - from) / REST_MS,
        cost: to === null || over === null ? null : (over - to) / (count * DEEDS.length),
      };
    });
  } finally {
    Deno.removeSignalListener("SIGINT", end);
    end();
    await Promise.all(running.map(({ process }) => process.status));
  }
}

/** With a replica that is there already: what is measured is following, not the first copy. */
async function started(follower: Follower, shape: Shape, place: Place): Promise<Running> {
  const [source, replica] = [place.fresh("source"), place.fresh("replica")];
  plant(source, shape, 1);
  await ask("cp", "-a", source, replica);
  const [program, ...args] = follower.words(source, replica);
  const process = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const ages = Object.fromEntries(DEEDS.map((deed) => [deed, []])) as unknown as Running["ages"];
  return { follower, shape, source, replica, process, ages };
}

/** Make a change; returns the ms until the replica has it. */
async function perform(deed: Deed, round: number, { source, replica, shape }: Running): Promise<number> {
  const place = (DEEDS.indexOf(deed) + 1 + round * DEEDS.length) * 7919 + 8 * 7919;
  const folder = folderOf(shape, place % shape.folders);
  const [from, to] = [`${source}/${folder}`, `${replica}/${folder}`];
  const began = performance.now();
  switch (deed) {
    case "file made":
      Deno.writeTextFileSync(`${from}/made${round}`, "made\n");
      return await since(began, () => sizeOf(`${to}/made${round}`) === 5);
    case "file edited": {
      const name = `f${round % CROWD}`;
      Deno.writeTextFileSync(`${from}/${name}`, "edited\n", { append: true });
      const size = sizeOf(`${from}/${name}`);
      return await since(began, () => sizeOf(`${to}/${name}`) === size);
    }
    case "file removed": {
      const name = `f${CROWD - 1 - round % CROWD}`;
      Deno.removeSync(`${from}/${name}`);
      return await since(began, () => sizeOf(`${to}/${name}`) === null);
    }
    case "folder with 10 files made": {
      const names = Array.from({ length: 10 }, (_, number) => `folder${round}/f${number}`);
      Deno.mkdirSync(`${from}/folder${round}`);
      for (const name of names) Deno.writeTextFileSync(`${from}/${name}`, "made\n");
      return await since(began, () => names.every((name) => sizeOf(`${to}/${name}`) === 5));
    }
  }
}

async function since(began: number, capabilities: () => boolean): Promise<number> {
  while (!capabilities()) {
    if (performance.now() > began + VAIN_MS) {
      throw new Error("Waited in vain for a change to reach its replica");
    }
    await sleep(LOOK_MS);
  }
  return performance.now() - began;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function sizeOf(path: string): number | null {
  try {
    return Deno.lstatSync(path).size;
  } catch {
    return null;
  }
}

/** Processor time so far of each process, threads and children that have ended included, in ms; null when not known. */
async function times(running: readonly Running[]): Promise<(number | null)[]> {
  const hertz = Number(await ask("getconf", "CLK_TCK"));
  return await Promise.all(running.map(async ({ process: { pid } }) => {
    // Deno lets nobody with less than all rights read below /proc
    const text = await ask("cat", `/proc/${pid}/stat`).catch(() => null);
    // user, system, and both of the children: the 14th to the 17th field, of which the 2nd may hold anything
    const fields = text?.replace(/^.*\) /s, "").split(" ").slice(11, 15).map(Number);
    return fields ? fields.reduce((sum, field) => sum + field, 0) * 1000 / hertz : null;
  }));
}

/** The largest share of a core, the most ms, and the most times its cost with the smallest tree, that are good enough. */
const TARGETS = { rest: 0.001, age: 400, growth: 1.25 };

/** Results as tables. Pure. */
export function latencyTables(results: readonly Latency[]): string {
  const head = [
    "files",
    "program",
    ...DEEDS.map((deed) => `${deed}, ms`),
    "processor, ms a change",
    "at rest",
  ];
  const rows = results.map(({ program, files, ages, cost, rest }) => [
    files.toLocaleString("en-US"),
    program,
    ...DEEDS.map((deed) => both(ages[deed])),
    cost === null ? "–" : cost.toFixed(1),
    rest === null ? "–" : `${(rest * 100).toFixed(3)} %`,
  ]);
  return [table([head, ...rows]), verdicts(results)].filter((text) => text !== "").join("\n\n");
}

/** The median, and the 95th percentile behind it. */
function both(numbers: readonly number[]): string {
  return `${median(numbers).toFixed(0)} (${percentile(numbers, 0.95).toFixed(0)})`;
}

function verdicts(results: readonly Latency[]): string {
  const ours = results.filter(({ program }) => program === FOLLOWERS[0]!.name);
  const [least, most] = [ours[0], ours.at(-1)];
  if (!least || !most) return "";
  const age = Math.max(...DEEDS.map((deed) => median(most.ages[deed])));
  const rows = [[
    `median of every kind of change, ${most.files.toLocaleString("en-US")} files`,
    `< ${TARGETS.age} ms`,
    `${age.toFixed(0)} ms`,
    yes(age < TARGETS.age),
  ]];
  const rests = ours.map(({ rest }) => rest).filter((rest) => rest !== null);
  if (rests.length > 0) {
    const rest = Math.max(...rests);
    const found = `${(rest * 100).toFixed(3)} %`;
    rows.push(["processor at rest, any tree", `< ${TARGETS.rest * 100} %`, found, yes(rest < TARGETS.rest)]);
  }
  if (least.cost && most.cost) {
    const growth = most.cost / least.cost;
    const what = "processor time for a change, largest tree to smallest";
    rows.push([what, `≤ ${TARGETS.growth}`, growth.toFixed(2), yes(growth <= TARGETS.growth)]);
  }
  return table([["lockstep --watch", "target", "found", "met"], ...rows]);
}

function yes(is: boolean): string {
  return is ? "yes" : "NO";
}
