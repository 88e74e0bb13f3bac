/** The words of the command `run`: which jobs of which file, and what is shown of them. Pure. */
import { DEFAULT_CONFIG } from "./check_jobs.ts";
import type { Shown } from "./listen.ts";
import { nearest } from "./nearest.ts";
import type { Observe } from "./observe.ts";
import type { Options } from "./options.ts";
import type { Said } from "./plan.ts";
import { paceOf } from "./pace.ts";
import { printable } from "./reason.ts";
import { readCount } from "./value.ts";

const RUN = "lockstep run [--config <file>] [options] [job…]";

const HELP = `Run the jobs of a file side by side, in one process.

Usage: ${RUN}

  -c, --config <file>   the file of jobs (default: ${DEFAULT_CONFIG}); lockstep check looks at it
  job                   only these; all of the file where none is named

      --parallel        work on one disk side by side, too; else one job after the other
      --job-index <n>   the nth job of the file, from 0 on, or what of a split is the nth
                        task's: for the array jobs of batch engines (docs/scale.md)
      --expect-split <id>  only if the file is that split, and not one made since
      --once            make one pass of each job, and exit
  -n, --dry-run         say once what the jobs would do, write nothing
      --status <file>   in the place of what the file says; so with the next two
      --metrics <file>
      --report <file>
      --threads <n>     worker threads of all jobs (default: the number of cores)
      --nice <n>        stand back behind other programs: 1 to 19
      --lines <all|none>  a line on the console for each operation, or none
  -q, --quiet           only warnings and errors on the console
  -v, --verbose         more about each pass
      --json            one JSON object per event on standard output
      --progress        with --json, how far a pass is, too

SIGHUP reads the file again: jobs that have changed begin anew, the others go on.
Exit status: that of the job with the highest one, see lockstep --help.`;

/** What is asked for. */
export interface Running {
  readonly kind: "run";
  /** As it was typed. */
  readonly config: string;
  /** All where there is none. */
  readonly jobs: readonly string[];
  /** The number of this task, where an engine has several run one file; null for all jobs, or where the engine's variable says it. */
  readonly jobIndex: number | null;
  /** The id that the split must have; null for any. */
  readonly expectSplit: string | null;
  readonly isParallel: boolean;
  readonly once: boolean;
  readonly dryRun: boolean;
  /** In the place of the file's, where they are not null. */
  readonly observe: Pick<Observe, "status" | "metrics" | "report">;
  /** null for as many as there are cores. */
  readonly threads: number | null;
  readonly nice: number | null;
  readonly shown: Shown & Pick<Options, "progress">;
}

const SWITCHES = ["parallel", "once", "dry-run", "quiet", "verbose", "json", "progress"];
const VALUES = [
  "config",
  "job-index",
  "expect-split",
  "status",
  "metrics",
  "report",
  "threads",
  "nice",
  "lines",
];
const LETTERS: Readonly<Record<string, string>> = { c: "config", n: "dry-run", q: "quiet", v: "verbose" };

/** Read the words after "run". */
export function parseRun(words: readonly string[]): Running | Said {
  const typed = typedIn(words);
  if ("kind" in typed) return typed;
  const { jobs, on, values } = typed;
  if (on.has("quiet") && on.has("verbose")) {
    return usage("--quiet and --verbose exclude each other: leave one out");
  }
  if (on.has("progress") && !on.has("json")) {
    return usage("--progress goes with --json: on a terminal it is shown anyway");
  }
  const index = values.get("job-index");
  if (index !== undefined && !/^\d{1,9}$/.test(index)) {
    return usage(`--job-index takes a whole number from 0 on, not "${index}"`);
  }
  if (index !== undefined && jobs.length > 0) {
    return usage(`--job-index says which jobs: leave out "${jobs[0]}", or the option`);
  }
  const expectSplit = values.get("expect-split") ?? null;
  if (expectSplit !== null && !/^[0-9a-f]{8}$/.test(expectSplit)) {
    return usage(`--expect-split takes the id that lockstep split has printed, not "${expectSplit}"`);
  }
  const lines = values.get("lines") ?? "all";
  if (lines !== "all" && lines !== "none") return usage(`--lines takes all or none, not "${lines}"`);
  const threads = values.has("threads") ? readCount(values.get("threads")!, 64) : null;
  if (threads === undefined) {
    return usage(`--threads takes a whole number from 1 to 64, not "${values.get("threads")}"`);
  }
  const pace = paceOf({ nice: values.get("nice") });
  if (typeof pace === "string") return usage(pace);
  return {
    kind: "run",
    threads,
    nice: pace.nice,
    config: values.get("config") ?? DEFAULT_CONFIG,
    jobs,
    jobIndex: index === undefined ? null : Number(index),
    expectSplit,
    isParallel: on.has("parallel"),
    once: on.has("once"),
    dryRun: on.has("dry-run"),
    observe: {
      status: values.get("status") ?? null,
      metrics: values.get("metrics") ?? null,
      report: values.get("report") ?? null,
    },
    shown: {
      loudness: on.has("quiet") ? "quiet" : on.has("verbose") ? "verbose" : "normal",
      lines: lines === "all",
      json: on.has("json"),
      progress: on.has("progress"),
    },
  };
}

/** What was typed, whatever it may mean. */
interface Typed {
  readonly jobs: readonly string[];
  readonly on: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
}

function typedIn(words: readonly string[]): Typed | Said {
  const jobs: string[] = [];
  const on = new Set<string>();
  const values = new Map<string, string>();
  if (words[0] === "help") return { kind: "help", text: HELP };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      jobs.push(...words.slice(i + 1));
      break;
    }
    if (word === "--help" || word === "-h") return { kind: "help", text: HELP };
    if (!/^-./.test(word)) {
      jobs.push(word);
      continue;
    }
    const [, long = "", joined] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const name = long === "" ? LETTERS[word.slice(1)] ?? "" : long;
    if (SWITCHES.includes(name)) {
      if (joined !== undefined) return usage(`--${name} takes no value: write it without "=${joined}"`);
      on.add(name);
    } else if (VALUES.includes(name)) {
      const value = joined ?? words[++i];
      if (value === undefined || value === "") return usage(`--${name} needs a value`);
      if (values.has(name)) return usage(`--${name} is given twice: leave one out`);
      values.set(name, value);
    } else return usage(unknown(word, name));
  }
  return { jobs, on, values };
}

function unknown(word: string, name: string): string {
  const near = nearest(name, [...SWITCHES, ...VALUES]);
  const hint = near === null ? "; what a job is to do stands in the file" : `: did you mean --${near}?`;
  return `There is no option "${word}" of run${hint}`;
}

function usage(text: string): Said {
  return { kind: "usage", text: `${printable(text)}; ${RUN}` };
}
