/** Results as tables for people, in Markdown. Pure. */
import { ratio, type Spread } from "./numbers.ts";
import { type Program, type ProgramName, PROGRAMS } from "./program.ts";
import type { Outcome, Result } from "./result.ts";
import { filesOf, SHAPES } from "./tree.ts";

/** What the main thread may spend without hearing anything, in ms, however large the trees are. */
const MOST_WAIT_MS = 100;

/** The tables that there is something for, each under its name, with an empty line between. */
export function tables(results: readonly Result[]): string {
  return [main(results), growth(results), threads(results), logging(results), waits(results)]
    .filter((text) => text !== "").join("\n\n");
}

/** Rows of cells, the first one the head, with columns of one width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  const [head, ...body] = rows;
  return [head!, widths.map((width) => "-".repeat(width)), ...body].map(line).join("\n");
}

function main(results: readonly Result[]): string {
  if (results.length === 0) return "";
  const head = [
    "case",
    "program",
    "rounds",
    "seconds",
    "to rsync (spread)",
    "user+system s",
    "peak MiB",
    "target",
    "met",
  ];
  const rows = results.flatMap(({ case: { title }, outcomes, verdict }) =>
    outcomes.map((outcome, place) => [
      place === 0 ? title : "",
      nameOf(outcome.program),
      String(outcome.rounds),
      seconds(outcome.seconds),
      outcome.toRsync ? spread(outcome.toRsync) : "–",
      outcome.cpu === null ? "–" : seconds(outcome.cpu),
      mib(outcome.memory),
      place === 0 && verdict ? verdict.target : "",
      place === 0 && verdict ? `${verdict.met ? "yes" : "NO"}: ${verdict.found}` : "",
    ])
  );
  return table([head, ...rows]);
}

/** How time and memory grow with the number of files, in cases that differ in nothing else. */
function growth(results: readonly Result[]): string {
  const rows = results
    .filter(({ case: { names } }) => names.includes("growth"))
    .map(({ case: { shape, act }, outcomes }) => {
      const files = filesOf(SHAPES[shape]);
      const [lockstep, rsync] = (["lockstep", "rsync"] as const).map((name) => outcomeOf(outcomes, name));
      if (!lockstep) return [];
      return [
        act === "first" ? "first copy" : "nothing changed",
        files.toLocaleString("en-US"),
        seconds(lockstep.seconds),
        (lockstep.seconds * 1e6 / files).toFixed(1),
        mib(lockstep.memory),
        rsync ? seconds(rsync.seconds) : "–",
        rsync ? mib(rsync.memory) : "–",
      ];
    })
    .filter((row) => row.length > 0)
    .sort((a, b) => a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0);
  const head = ["growth", "files", "seconds", "µs a file", "peak MiB", "rsync seconds", "rsync peak MiB"];
  return rows.length < 2 ? "" : table([head, ...rows]);
}

/** What more threads give and cost. */
function threads(results: readonly Result[]): string {
  const cores = navigator.hardwareConcurrency;
  const rows = results.flatMap(({ case: { title }, outcomes }) => {
    const one = outcomeOf(outcomes, "oneThread");
    if (!one) return [];
    const counts: readonly [ProgramName, number][] = [["oneThread", 1], ["twoThreads", 2], [
      "lockstep",
      cores,
    ]];
    return counts.flatMap(([name, threads]) => {
      const outcome = outcomeOf(outcomes, name);
      if (!outcome) return [];
      return [[
        threads === 1 ? title : "",
        String(threads),
        seconds(outcome.seconds),
        spread(ratio(outcome.times, one.times)!),
        outcome.cpu === null ? "–" : seconds(outcome.cpu),
        mib(outcome.memory),
      ]];
    });
  });
  const head = ["threads", "number", "wall seconds", "to 1 thread (spread)", "user+system s", "peak MiB"];
  return rows.length === 0 ? "" : table([head, ...rows]);
}

/** What a line for each file costs. */
function logging(results: readonly Result[]): string {
  const rows = results.flatMap(({ outcomes }) => {
    const quiet = outcomeOf(outcomes, "quiet");
    if (!quiet) return [];
    return (["quiet", "lockstep", "logged"] as const).flatMap((name) => {
      const outcome = outcomeOf(outcomes, name);
      if (!outcome) return [];
      const lines = name === "quiet" ? "none" : name === "lockstep" ? "console" : "console and log file";
      const toQuiet = ratio(outcome.times, quiet.times);
      return [[
        lines,
        seconds(outcome.seconds),
        toQuiet ? spread(toQuiet) : "–",
        outcome.cpu === null ? "–" : seconds(outcome.cpu),
      ]];
    });
  });
  const head = ["lines of a first copy", "seconds", "to none (spread)", "user+system s"];
  return rows.length === 0 ? "" : table([head, ...rows]);
}

/** How long a signal may have to wait. */
function waits(results: readonly Result[]): string {
  const rows = results.flatMap(({ case: { title }, outcomes }) => {
    const wait = outcomeOf(outcomes, "verbose")?.wait ?? null;
    return wait === null ? [] : [[title, String(wait), wait <= MOST_WAIT_MS ? "yes" : "NO"]];
  });
  const head = ["longest wait of the main thread", "ms", `${MOST_WAIT_MS} ms met`];
  return rows.length === 0 ? "" : table([head, ...rows]);
}

function outcomeOf(outcomes: readonly Outcome[], name: ProgramName): Outcome | undefined {
  return outcomes.find((outcome) => outcome.program === name);
}

function nameOf(name: ProgramName): string {
  const program: Program = PROGRAMS[name];
  return program.name;
}

export function seconds(number: number): string {
  return number.toFixed(number < 10 ? 2 : 1);
}

export function spread({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

export function mib(bytes: number | null): string {
  return bytes === null ? "–" : (bytes / 1024 / 1024).toFixed(0);
}
