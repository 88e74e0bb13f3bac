/** The benchmark: argv to tables. Lockstep against the programs that people mirror with now, in one run. */
import { type Case, chosen } from "./case.ts";
import { environment } from "./environment.ts";
import { fleet } from "./fleet.ts";
import { fleetTables } from "./fleet_table.ts";
import { latency, latencyTables } from "./latency.ts";
import { measure } from "./measure.ts";
import { FLEET, LATENCY, type Options, options } from "./options.ts";
import { openPlace, openTmpfs, type Place } from "./place.ts";
import { PROGRAMS } from "./program.ts";
import { type Result, result } from "./result.ts";
import { has, run } from "./run.ts";
import { tables } from "./table.ts";

/** Rounds of the fleet when nothing is asked: each takes minutes. */
const FLEET_ROUNDS = 3;

const encoder = new TextEncoder();

function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

/** How far it is: not part of the result. */
function say(text: string): void {
  Deno.stderr.writeSync(encoder.encode(`${text}\n`));
}

async function main(): Promise<number> {
  const asked = options(Deno.args);
  if (typeof asked === "string") {
    say(asked);
    return 1;
  }
  for (
    const [tool, what] of [["rsync", "no ratios"], ["time", "no user+system seconds and no memory"]] as const
  ) {
    if (!has(tool)) say(`The program "${tool}" is not there, so there will be ${what}`);
  }
  const place = openPlace(asked.folder ?? Deno.env.get("TMPDIR") ?? "/tmp");
  const closing = [place];
  async function close(): Promise<void> {
    say(`Removing ${place.path} in the background: let that end before you measure again`);
    while (closing.length > 0) await closing.pop()!.close();
  }
  Deno.addSignalListener("SIGINT", () => close().finally(() => Deno.exit(130)));
  try {
    await bench(asked, place, closing);
    return 0;
  } finally {
    await close();
  }
}

async function bench(asked: Options, place: Place, closing: Place[]): Promise<void> {
  const where = await environment(place.path);
  say(where);
  await warm(place);
  let memory: Place | null | undefined;
  const results: Result[] = [];
  for (const one of chosen(asked.names, asked.big, asked.edge)) {
    if (one.tmpfs && memory === undefined) {
      memory = await openTmpfs(place);
      if (memory) closing.push(memory);
    }
    const here = one.tmpfs ? memory : place;
    if (!here) {
      say(`Skipped, since only root may mount a tmpfs: ${one.title}`);
      continue;
    }
    const found = result(await measure(one, asked.rounds ?? one.rounds, here));
    results.push(found);
    say(inShort(one, found));
  }
  const ages = asked.names.includes(LATENCY) ? await latency(place, asked.rounds, say) : [];
  const fleets = asked.names.includes(FLEET)
    ? await fleet(place, { rounds: asked.rounds ?? FLEET_ROUNDS, files: asked.files, edge: asked.edge }, say)
    : [];
  if (asked.json) {
    return print(JSON.stringify({ environment: where, results, latency: ages, fleet: fleets }, null, 2));
  }
  const text = [
    where,
    tables(results),
    ages.length > 0 ? latencyTables(ages) : "",
    fleets.length > 0 ? fleetTables(fleets, asked.files) : "",
  ];
  print(text.filter((part) => part !== "").join("\n\n"));
}

/** Once untimed, so that no program is measured while it is first read from the disk or compiled. */
async function warm(place: Place): Promise<void> {
  const source = await place.source("five");
  for (const name of ["lockstep", "rsync", "checksum"] as const) {
    if (name === "rsync" && !has("rsync")) continue;
    await run(PROGRAMS[name].words(source, place.fresh("warm"), ""), place.fresh("output"));
  }
}

function inShort({ title }: Case, { outcomes, verdict }: Result): string {
  const [first] = outcomes;
  const minutes = (performance.now() / 60_000).toFixed(1);
  const met = verdict ? `, ${verdict.found}: ${verdict.met ? "met" : "missed"}` : "";
  return `${minutes} min: ${title}: ${first!.seconds.toFixed(2)} s${met}`;
}

if (import.meta.main) Deno.exit(await main());
