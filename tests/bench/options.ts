/** What is asked of a run of the benchmark: argv to values. */
import { parseArgs } from "@std/cli/parse-args";
import { CASES } from "./case.ts";

export interface Options {
  /** Words of cases; all when empty. */
  readonly names: readonly string[];
  /** Rounds of every case; null for as many as each asks for. */
  readonly rounds: number | null;
  readonly big: boolean;
  readonly json: boolean;
  /** The edge that the targets are for; the native one is measured beside the portable one. */
  readonly edge: "portable" | "native";
  /** The folder in which the trees are made; null for the system's temporary folder. */
  readonly folder: string | null;
}

/** The word for what is no case: following changes, which is measured only when asked for. */
export const LATENCY = "latency";

export const USAGE =
  `deno task bench [--rounds <n>] [--big] [--edge portable|native] [--dir <folder>] [--json] [name ...]
names: ${[...new Set(CASES.flatMap((one) => one.names)), LATENCY].join(", ")}`;

/** What the words ask for; a text for the person when they make no sense. */
export function options(words: readonly string[]): Options | string {
  const unknown: string[] = [];
  const given = parseArgs([...words], {
    boolean: ["big", "json", "help"],
    string: ["rounds", "edge", "dir", "_"],
    unknown: (word: string, key?: string) => {
      if (key !== undefined) unknown.push(word);
    },
  });
  const names: string[] = given._.map(String);
  const [foreign] = [
    ...unknown,
    ...names.filter((name) => name !== LATENCY && !CASES.some((one) => one.names.includes(name))),
  ];
  if (given["help"]) return USAGE;
  if (foreign !== undefined) return `Cannot tell what "${foreign}" is\n${USAGE}`;
  const rounds = given["rounds"] === undefined ? null : Number(given["rounds"]);
  if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0)) {
    return `Cannot make "${given["rounds"]}" rounds: give a whole number from 1 on`;
  }
  const { edge = "portable" } = given;
  if (edge !== "portable" && edge !== "native") return `There is no edge "${edge}"\n${USAGE}`;
  return {
    names,
    rounds,
    edge,
    big: Boolean(given["big"]),
    json: Boolean(given["json"]),
    folder: given["dir"] ?? null,
  };
}
