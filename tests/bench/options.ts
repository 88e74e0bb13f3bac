/** What is asked of a run of the benchmark: argv to values. */
import { parseArgs } from "@std/cli/parse-args";
import { CASES } from "./case.ts";
import { FEWEST } from "./skew.ts";

export interface Options {
  /** Words of cases; all when empty. */
  readonly names: readonly string[];
  /** Rounds of every case; null for as many as each asks for. */
  readonly rounds: number | null;
  readonly big: boolean;
  readonly json: boolean;
  /** The edge that the targets are for; the native one is measured beside the portable one. */
  readonly edge: "portable" | "native";
  /** Files of the tree that a fleet mirrors. */
  readonly files: number;
  /** The folder in which the trees are made; null for the system's temporary folder. */
  readonly folder: string | null;
}

/** The words for what is no case, and is measured only when asked for: following changes; one tree by many processes. */
export const LATENCY = "latency";
export const FLEET = "fleet";

const NO_CASES: readonly string[] = [LATENCY, FLEET];

export const USAGE =
  `deno task bench [--rounds <n>] [--big] [--edge portable|native] [--dir <folder>] [--json] [--files <n>] [name ...]
names: ${[...new Set(CASES.flatMap((one) => one.names)), ...NO_CASES].join(", ")}`;

/** What the words ask for; a text for the person when they make no sense. */
export function options(words: readonly string[]): Options | string {
  const unknown: string[] = [];
  const given = parseArgs([...words], {
    boolean: ["big", "json", "help"],
    string: ["rounds", "edge", "dir", "files", "_"],
    unknown: (word: string, key?: string) => {
      if (key !== undefined) unknown.push(word);
    },
  });
  const names: string[] = given._.map(String);
  const [foreign] = [
    ...unknown,
    ...names.filter((name) => !NO_CASES.includes(name) && !CASES.some((one) => one.names.includes(name))),
  ];
  if (given["help"]) return USAGE;
  if (foreign !== undefined) return `Cannot tell what "${foreign}" is\n${USAGE}`;
  const rounds = given["rounds"] === undefined ? null : Number(given["rounds"]);
  if (rounds !== null && !(Number.isInteger(rounds) && rounds > 0)) {
    return `Cannot make "${given["rounds"]}" rounds: give a whole number from 1 on`;
  }
  const files = Number(given["files"] ?? 1_000_000);
  if (!(Number.isInteger(files) && files >= FEWEST)) {
    return `Cannot make a tree of "${given["files"]}" files: give a whole number from ${FEWEST} on`;
  }
  const { edge = "portable" } = given;
  if (edge !== "portable" && edge !== "native") return `There is no edge "${edge}"\n${USAGE}`;
  return {
    names,
    rounds,
    edge,
    files,
    big: Boolean(given["big"]),
    json: Boolean(given["json"]),
    folder: given["dir"] ?? null,
  };
}
