/**
 * A random workload for a long time: passes in a loop, edits on both sides, rests at which the replica must be equal,
 * and at each rest a look at the program's memory and open files, which must stay flat.
 *
 *   deno task soak [minutes]
 */
import { assert, assertEquals } from "@std/assert";
import { command, start, until } from "../support/program.ts";
import { type Dice, seeded } from "../support/random.ts";
import { assertInSync, harvest, inFolder, isThere, plant, readIfThere } from "../support/tree.ts";
import { content } from "./tools.ts";

/** What was measured at a rest. */
interface Sample {
  /** In KiB. */
  readonly memory: number;
  readonly openFiles: number;
}

export interface Soaked {
  readonly edits: number;
  readonly passes: number;
  readonly samples: readonly Sample[];
}

/** Mirror for `seconds`, with a rest every `rest` seconds; throws when a law is broken. */
export async function soak(
  at: string,
  dice: Dice,
  seconds: number,
  rest: number,
  interval: string,
): Promise<Soaked> {
  plant(at, { source: { keep: "1" } });
  const log = `${at}/log`;
  const process = start([
    `${at}/source`,
    `${at}/replica`,
    interval,
    "--max-delete",
    "100%",
    "--log-file",
    log,
  ]);
  // somebody reads what it says
  const output = Promise.all([drain(process.stdout), drain(process.stderr)]);
  const samples: Sample[] = [];
  let edits = 0;
  try {
    await until("the first pass is made", () => isThere(`${at}/replica/keep`));
    for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
      for (const next = Date.now() + rest * 1000; Date.now() < next;) {
        edit(at, edits++, dice);
        if (dice.below(4) === 0) await new Promise((resolve) => setTimeout(resolve, dice.below(30)));
      }
      await until("the replica is equal at rest", () => isEqual(at));
      samples.push(await sample(process.pid));
    }
  } finally {
    process.kill("SIGTERM");
  }
  assertEquals((await process.status).code, 0);
  await output;
  assertInSync(`${at}/source`, `${at}/replica`);
  const passes = Number(/stopped after (\d+)/.exec(readIfThere(log))?.[1]);
  return { edits, passes, samples };
}

/** Open files and memory do not grow from the first third of the samples to the last. */
export function assertFlat(samples: readonly Sample[]): void {
  const third = Math.ceil(samples.length / 3);
  const most = (part: readonly Sample[], what: keyof Sample) =>
    Math.max(...part.map((sample) => sample[what]));
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  // a pass at work has some folders open: what leaks is open in all samples
  const least = Math.min(...last.map(({ openFiles }) => openFiles));
  assert(least <= Math.min(...first.map(({ openFiles }) => openFiles)) + 3, JSON.stringify(samples));
  assert(most(last, "memory") <= most(first, "memory") * 1.25 + 30_000, JSON.stringify(samples));
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _ of stream) continue;
}

function isEqual(at: string): boolean {
  try {
    return harvest(`${at}/source`).join() === harvest(`${at}/replica`).join();
  } catch (error) {
    // a pass is at work
    if (error instanceof Error && /os error/.test(error.message)) return false;
    throw error;
  }
}

async function sample(pid: number): Promise<Sample> {
  const status = await command("grep", "VmRSS", `/proc/${pid}/status`);
  const files = await command("ls", `/proc/${pid}/fd`);
  return {
    memory: Number(/\d+/.exec(status?.out ?? "")?.[0]),
    openFiles: (files?.out ?? "").trim().split("\n").length,
  };
}

/** One edit, of the source mostly. */
function edit(at: string, number: number, dice: Dice): void {
  const root = dice.below(12) === 0 ? `${at}/replica` : `${at}/source`;
  const folder = `${root}/d${dice.below(10)}${dice.below(3) === 0 ? `/e${dice.below(4)}` : ""}`;
  const path = `${folder}/f${dice.below(30)}`;
  try {
    switch (dice.below(10)) {
      case 0:
        return Deno.removeSync(folder, { recursive: true });
      case 1:
      case 2:
        return Deno.removeSync(path, { recursive: true });
      case 3:
        return Deno.renameSync(path, `${root}/d${dice.below(10)}/f${dice.below(30)}`);
      case 4:
        return Deno.chmodSync(path, dice.below(2) === 0 ? 0o640 : 0o755);
      case 5:
        return Deno.symlinkSync(`../f${dice.below(30)}`, path);
      default:
        Deno.mkdirSync(folder, { recursive: true });
        return Deno.writeTextFileSync(path, content(number));
    }
  } catch (error) {
    // nothing there, or something else: the next one
    if (!(error instanceof Error && /os error/.test(error.message))) throw error;
  }
}

if (import.meta.main) {
  const minutes = Number(Deno.args[0] ?? 120);
  await inFolder((at) =>
    seeded(async (dice) => {
      const { edits, passes, samples } = await soak(at, dice, minutes * 60, 20, "1s");
      assertFlat(samples);
      const [first, last] = [samples[0], samples.at(-1)];
      const words =
        `${minutes} minutes: ${edits} edits, ${passes} passes, equal at ${samples.length} rests, ` +
        `memory ${first?.memory} KiB at first and ${last?.memory} KiB at last, open files ${first?.openFiles} and ${last?.openFiles}\n`;
      Deno.stdout.writeSync(new TextEncoder().encode(words));
    })
  );
}
