/** The words of the command `split`, as what is to be cut, how, and what its jobs are told. Pure. */
import type { Bound } from "../engine/guard.ts";
import { NOT_OF_SPLIT, ownOf as ownOptions } from "./command_table.ts";
import { misuse } from "./misuse.ts";
import { OPTIONS, plainWords, takesNext } from "./option_table.ts";
import { type Options, parse } from "./options.ts";
import { usageLine } from "./usage_line.ts";
import { readBound, readCount } from "./value.ts";

/** No more tasks than this. */
const MOST_TASKS = 4096;

const USAGE = "lockstep split <source> <replica> --into <n> -o <jobs.jsonc> [options]";

const HELP = `Cut a tree into jobs of about equal weight, for machines that share its disk.

Usage: ${USAGE}

      --into <n>       for how many tasks of a batch engine, 2 to ${MOST_TASKS}
  -o, --output <file>  where the file of jobs goes; a split before is replaced
      --whole          count all entries, and not only as deep as it takes
      --judge          refuse a source that has lost much since the split before
                       (status 25), which then stays as it was
      --max-shrink <n|n%>
                       with --judge, how many entries it may lose (default: 50%)
      --logs <folder>  keep a log for each job there: <job>.log
      --status <folder>
                       where each job keeps its status (default: beside the
                       file, with .status in the place of .jsonc)
      --json           one object that says what was made
  options              those of the mirror, for all jobs: see lockstep --help

  lockstep split /lustre/data /lustre/copy --into 64 -o jobs.jsonc
  lockstep run -c jobs.jsonc        all jobs here, then top; an engine runs
                                    them by their numbers: lockstep help run`;

export type Said =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string };

/** An option that was given for the jobs. */
export interface Given {
  readonly name: string;
  /** null for a switch. */
  readonly value: string | null;
}

export interface Splitting {
  readonly kind: "split";
  readonly options: Options;
  /** Those options that the jobs are to have, in their order, as they were typed. */
  readonly given: readonly Given[];
  readonly into: number;
  /** As they were typed; null where nothing was said. */
  readonly output: string;
  readonly logs: string | null;
  readonly status: string | null;
  readonly whole: boolean;
  readonly judges: boolean;
  /** null for the default. */
  readonly maxShrink: Bound | null;
}

/** Options that are for the split itself. */
const OF_ITSELF = ["json", "quiet"];

/** Read the words after "split". */
export function parseSplit(words: readonly string[]): Splitting | Said {
  if (words[0] === "help") return { kind: "help", text: HELP };
  const own = ownIn(words);
  if (typeof own === "string") return usage(own);
  const { values, rest } = own;
  const given = givenIn(rest);
  if (given.some(({ name }) => name === "help")) return { kind: "help", text: HELP };
  const complaint = misuse(rest);
  if (complaint !== null) return usage(complaint);
  const strange = given.flatMap(({ name }) => NOT_OF_SPLIT[name] ?? [])[0];
  if (strange !== undefined) return usage(strange);
  const plain = plainWords(rest);
  if (plain.length < 2) return usage("Give a source and a replica");
  const command = parse(rest);
  if (command.kind === "usage") return command;
  if (command.kind !== "mirror") return usage("Give a source and a replica");
  const { options } = command;
  if (plain.length > 2) {
    return usage(options.log === null ? NOT_OF_SPLIT.interval! : NOT_OF_SPLIT["log-file"]!);
  }
  const into = values.into === undefined ? undefined : readCount(values.into, MOST_TASKS);
  if (into === undefined || into < 2) {
    return usage(
      values.into === undefined
        ? "Say for how many tasks, as in --into 64"
        : `--into takes a whole number from 2 to ${MOST_TASKS}, not "${values.into}"`,
    );
  }
  if (values.output === undefined) return usage("Say where the jobs go, as in -o jobs.jsonc");
  const maxShrink = values["max-shrink"] === undefined ? null : readBound(values["max-shrink"]);
  if (maxShrink === undefined) {
    return usage(
      `--max-shrink takes a number of entries or a percentage up to 100%, not "${values["max-shrink"]}"`,
    );
  }
  if (maxShrink !== null && !own.switches.has("judge")) {
    return usage("--max-shrink goes with --judge: add it");
  }
  return {
    kind: "split",
    options,
    given: given.filter(({ name }) => !OF_ITSELF.includes(name)),
    into,
    output: values.output,
    logs: values.logs ?? null,
    status: values.status ?? null,
    whole: own.switches.has("whole"),
    judges: own.switches.has("judge"),
    maxShrink,
  };
}

interface Own {
  readonly rest: string[];
  readonly values: Readonly<Partial<Record<string, string>>>;
  readonly switches: ReadonlySet<string>;
}

/** The options of this command, and the other words. */
function ownIn(words: readonly string[]): Own | string {
  const rows = ownOptions("split");
  const rest: string[] = [];
  const values: Partial<Record<string, string>> = {};
  const switches = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      rest.push(...words.slice(i));
      break;
    }
    const [, name, joined] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const row = rows.find((row) => row.name === name || (row.letter && word === `-${row.letter}`));
    if (row === undefined) {
      rest.push(word);
      if (takesNext(word, words[i + 1])) rest.push(words[++i]!);
    } else if (row.value === undefined) {
      if (joined !== undefined) return `--${row.name} takes no value: write it without "=${joined}"`;
      switches.add(row.name);
    } else {
      const value = joined ?? words[++i];
      if (value === undefined || value === "") return `--${row.name} needs a value`;
      if (values[row.name] !== undefined) return `--${row.name} is given twice: leave one out`;
      values[row.name] = value;
    }
  }
  return { rest, values, switches };
}

/** The options of the mirror among the words, in their order. */
function givenIn(words: readonly string[]): Given[] {
  const given: Given[] = [];
  for (let i = 0; i < words.length && words[i] !== "--"; i++) {
    const word = words[i]!;
    const [, name, joined] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined) {
      const value = joined ?? (takesNext(word, words[i + 1]) ? words[++i]! : null);
      given.push({ name, value });
    } else if (/^-./.test(word)) {
      for (const letter of word.slice(1)) {
        const row = OPTIONS.find((row) => row.letter === letter);
        if (row !== undefined) given.push({ name: row.name, value: null });
      }
    }
  }
  return given;
}

function usage(text: string): Said {
  return { kind: "usage", text: usageLine(text, "lockstep split --help shows how") };
}
