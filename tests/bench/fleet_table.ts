/** What a fleet took, as tables for people, in Markdown. Pure. */
import { ACTS, type Fleeting, type Parts, WAYS } from "./fleet.ts";
import { median, ratio } from "./numbers.ts";
import type { Run } from "./run.ts";
import { mib, seconds, spread, table } from "./table.ts";

/** Beside the single process, and where the fleet's time went. */
export function fleetTables(found: readonly Fleeting[], files: number): string {
  return [beside(found, files), parts(found)].join("\n\n");
}

function beside(found: readonly Fleeting[], files: number): string {
  const head = [
    `${files.toLocaleString("en-US")} files`,
    "by",
    "rounds",
    "seconds",
    "to one process (spread)",
    "user+system s",
    "to one process (spread)",
    "peak MiB of a process",
  ];
  const rows = ACTS.flatMap((act) => {
    const of = (way: string) => found.filter((one) => one.act === act && one.way === way);
    const one = of("one process").map(({ whole }) => whole);
    return WAYS.filter((way) => of(way).length > 0).map((way, place) => {
      const runs = of(way).map(({ whole }) => whole);
      return [
        place === 0 ? act : "",
        way,
        String(runs.length),
        seconds(median(runs.map((run) => run.seconds))),
        to(runs, one, (run) => run.seconds),
        known(runs, (run) => run.cpu, (cpus) => seconds(median(cpus))),
        to(runs, one, (run) => run.cpu),
        known(runs, (run) => run.memory, (bytes) => mib(Math.max(...bytes))),
      ];
    });
  });
  return table([head, ...rows]);
}

/** Where the time went: seconds from the beginning to the end, and those of the processors. */
function parts(found: readonly Fleeting[]): string {
  const head = [
    "the fleet",
    "tasks",
    "split s (processor)",
    "all tasks added up s (processor)",
    "longest task s",
    "top s (processor)",
  ];
  const rows = ACTS.flatMap((act) => {
    const all = found.flatMap((one) => one.act === act && one.parts !== null ? [one.parts] : []);
    if (all.length === 0) return [];
    return [[
      act,
      String(all[0]!.tasks.length),
      cost(all, ({ split }) => [split]),
      // two at a time: their sum says more than when the last one was over
      cost(all, ({ tasks }) => tasks),
      seconds(median(all.map(({ tasks }) => Math.max(...tasks.map((task) => task.seconds))))),
      cost(all, ({ top }) => [top]),
    ]];
  });
  return table([head, ...rows]);
}

/** The seconds of some of the runs and, in brackets, of the processors. */
function cost(all: readonly Parts[], of: (one: Parts) => readonly Run[]): string {
  const wall = median(all.map((one) => of(one).reduce((sum, run) => sum + run.seconds, 0)));
  const cpu = known(all.flatMap(of), (run) => run.cpu, () => {
    return seconds(median(all.map((one) => of(one).reduce((sum, run) => sum + (run.cpu ?? 0), 0))));
  });
  return `${seconds(wall)} (${cpu})`;
}

function to(runs: readonly Run[], one: readonly Run[], of: (run: Run) => number | null): string {
  return known([...runs, ...one], of, () => {
    const found = ratio(runs.map((run) => of(run)!), one.map((run) => of(run)!));
    return found ? spread(found) : "–";
  });
}

/** What is reckoned of numbers, where all of them are known. */
function known(
  runs: readonly Run[],
  of: (run: Run) => number | null,
  reckon: (numbers: number[]) => string,
): string {
  const numbers = runs.flatMap((run) => of(run) ?? []);
  return numbers.length < runs.length ? "–" : reckon(numbers);
}
