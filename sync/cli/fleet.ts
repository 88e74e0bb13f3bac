/** The words of the command `fleet`: which engine is to be told of which split, and how. Pure. */
import { VERSION } from "../build.ts";
import { isWhole, wholePath } from "../whole_path.ts";
import { DEFAULT_CONFIG } from "./check_jobs.ts";
import { COMMAND_TABLE, type Engine, ENGINES, ownOf } from "./command_table.ts";
import { nearest } from "./nearest.ts";
import { paceOf } from "./pace.ts";
import type { Said } from "./plan.ts";
import { typed } from "./typed.ts";
import { usageLine } from "./usage_line.ts";
import { readCount } from "./value.ts";

const USAGE = `lockstep fleet show --engine ${ENGINES.join("|")} [--config <file>] [options]`;

const HELP = `What a batch engine is told, so that many machines keep one tree in sync.

Usage: lockstep fleet show --engine <engine> [options]

  show   print it, as a text to be read, kept and run: nothing is submitted
         by Lockstep, and nothing is written

  -e, --engine slurm       a script: an array job, and the job top after it
               kubernetes  an Indexed Job, and the Job of top, as YAML
               parallel    a script: a line of GNU parallel, and then top
  -c, --config <file>      the file of jobs that lockstep split has made
                           (default: ${DEFAULT_CONFIG})
      --at-once <n>        how many tasks work at the same time, at the most
      --cpus <n>           processors of a task, each for a thread (default: 2)
      --lines <all|none>   a line of a task's output for each operation, or none
      --nice <n>           tasks stand back behind other programs: 1 to 19
      --time <time>        slurm: how long a task may take: 04:00:00, 1-12:00:00
      --claim <name=folder>  kubernetes: a claim of a volume, and the folder at
                           which it is mounted; once for each
      --image <name>       kubernetes: the image (default: lockstep:${VERSION})

A text is good for one split: after another one, ask again (docs/scale.md).`;

/** A claim of a volume, and the absolute path at which it is mounted. */
export interface Claimed {
  readonly name: string;
  readonly path: string;
}

export type Fleeting =
  | Said
  | {
    readonly kind: "show";
    readonly engine: Engine;
    /** As it was typed. */
    readonly config: string;
    readonly atOnce: number | null;
    readonly cpus: number;
    /** Whether each operation is a line of a task's output. */
    readonly lines: boolean;
    /** From 1 to 19; null to leave it as it is. */
    readonly nice: number | null;
    /** As Slurm writes it. */
    readonly time: string | null;
    readonly claims: readonly Claimed[];
    readonly image: string;
  };

const OPTIONS = ownOf("fleet");
const VERBS = COMMAND_TABLE.find(({ name }) => name === "fleet")!.verbs!.map(({ name }) => name);

/** Options that one engine alone has. */
const OF_ENGINE: Readonly<Record<string, Engine>> = {
  time: "slurm",
  claim: "kubernetes",
  image: "kubernetes",
};

/** Read the words after "fleet". */
export function parseFleet(words: readonly string[]): Fleeting {
  const { words: [verb, ...rest], help, values: given, unknown } = typed(words, OPTIONS);
  if (help || verb === "help") return { kind: "help", text: HELP };
  if (verb === undefined) return usage("Give show");
  if (!VERBS.includes(verb)) {
    const near = nearest(verb, VERBS);
    return usage(`"fleet" takes show, not "${verb}"${near === null ? "" : `: did you mean ${near}?`}`);
  }
  if (unknown !== null) return usage(unknownOption(unknown));
  if (rest.length > 0) {
    return usage(
      /\.jsonc?$/.test(rest[0]!)
        ? `"fleet show" takes the file of jobs by an option: add --config before "${rest[0]}"`
        : `"fleet show" takes no more words, as "${rest[0]}"`,
    );
  }
  for (const { name, many } of OPTIONS) {
    if (given.get(name)!.includes("")) return usage(`--${name} needs a value`);
    if (!many && given.get(name)!.length > 1) return usage(`--${name} is given twice: leave one out`);
  }
  return shownOf(given);
}

function shownOf(given: ReadonlyMap<string, readonly string[]>): Fleeting {
  const value = (name: string) => given.get(name)?.[0] ?? null;
  const named = value("engine");
  const engine = ENGINES.find((one) => one === named);
  if (engine === undefined) {
    return usage(
      `${named === null ? "Give" : `--engine takes`} ${ENGINES.join(", ")}${
        named === null ? " by --engine" : `, not "${named}"`
      }`,
    );
  }
  for (const [name, owner] of Object.entries(OF_ENGINE)) {
    if (value(name) !== null && owner !== engine) return usage(`--${name} goes with ${owner}, not ${engine}`);
  }
  const atOnce = value("at-once") === null ? null : readCount(value("at-once")!, MOST_TASKS);
  if (atOnce === undefined) {
    return usage(`--at-once takes a whole number from 1 on, not "${value("at-once")}"`);
  }
  const cpus = readCount(value("cpus") ?? "2", 64);
  if (cpus === undefined) return usage(`--cpus takes a whole number from 1 to 64, not "${value("cpus")}"`);
  const lines = value("lines") ?? "all";
  if (lines !== "all" && lines !== "none") return usage(`--lines takes all or none, not "${lines}"`);
  const pace = paceOf({ nice: value("nice") ?? undefined });
  if (typeof pace === "string") return usage(pace);
  const time = value("time");
  if (time !== null && !/^(\d+-\d\d?(:\d\d){0,2}|\d+:\d\d:\d\d)$/.test(time)) {
    return usage(`--time takes a time as 04:00:00, or with days as 1-12:00:00, not "${time}"`);
  }
  const claims: Claimed[] = [];
  for (const text of given.get("claim")!) {
    const claim = claimOf(text);
    if (typeof claim === "string") return usage(claim);
    claims.push(claim);
  }
  return {
    kind: "show",
    engine,
    config: value("config") ?? DEFAULT_CONFIG,
    atOnce,
    cpus,
    lines: lines === "all",
    nice: pace.nice,
    time,
    claims,
    image: value("image") ?? `lockstep:${VERSION}`,
  };
}

/** No file of jobs has more. */
const MOST_TASKS = 100_000;

/** What the words of a claim mean; or what is wrong with them. The name is one of Kubernetes'. */
function claimOf(text: string): Claimed | string {
  const [, name, path] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || path === undefined || !isWhole(path)) {
    return `--claim takes a name and a whole path, as data=/data, not "${text}"`;
  }
  if (name.length > 253 || !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) {
    return `"${name}" is no name of a claim: Kubernetes has small letters, digits, "-" and "." in one`;
  }
  return { name, path: wholePath(path) };
}

function unknownOption(word: string): string {
  const near = nearest(word.replace(/^-+/, "").replace(/=.*$/s, ""), OPTIONS.map(({ name }) => name));
  return `There is no option "${word}" of fleet show${near === null ? "" : `: did you mean --${near}?`}`;
}

function usage(text: string): Said {
  return { kind: "usage", text: usageLine(text, USAGE) };
}
