/** The words of the commands `plan`, `apply` and `show`, as what is asked for. Pure. */
import { OF_APPLY } from "./command_table.ts";
import { OPTIONS, plainWords, takesNext } from "./option_table.ts";
import { type Options, parse } from "./options.ts";
import { misuse } from "./misuse.ts";
import { printable } from "./reason.ts";

/** What a command was given that is no work for it. */
export type Said =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string };

const PLAN = "lockstep plan <source> <replica> -o <file> [options]";
const APPLY = "lockstep apply <file> [<source> <replica>] [options]";
const SHOW = "lockstep show <file> [path] [--by folder|kind] [--json]";

const PLAN_HELP = `Write what a pass would do to a file, to look at it and carry it out later.

Usage: ${PLAN}

  -o, --output <file>  where the plan goes, "-" for standard output
  options              those of the mirror, which apply then uses: see lockstep --help

  lockstep plan ./photos /mnt/nas/photos -o plan.jsonl
  lockstep show plan.jsonl
  lockstep apply plan.jsonl`;

const APPLY_HELP =
  `Carry out a plan: each step, if what it was decided on still holds; else it is left (status 24).

Usage: ${APPLY}

  file             the plan, as "lockstep plan" wrote it
  source, replica  are those of the plan, and need not be given
  options          ${OF_APPLY.slice(0, 6).map((name) => `--${name}`).join(", ")},
                   ${OF_APPLY.slice(6, 12).map((name) => `--${name}`).join(", ")},
                   ${OF_APPLY.slice(12).map((name) => `--${name}`).join(", ")}; the plan has all others`;

const SHOW_HELP =
  `Sum a plan up: by kind, by folder, the largest files; or list its steps at a path and below it.

Usage: ${SHOW}

  file                the plan, as "lockstep plan" wrote it
  path                only the steps there and below it
      --by <view>     one view of the sums: folder or kind
      --json          one object, or one for each step`;

const NO_PLAN = 'Give a plan, the file that "lockstep plan" writes';

export interface Planning {
  readonly kind: "plan";
  /** The file, as it was typed; null for standard output. */
  readonly output: string | null;
  readonly options: Options;
}

/** Read the words after "plan". */
export function parsePlan(words: readonly string[]): Planning | Said {
  if (words[0] === "help") return { kind: "help", text: PLAN_HELP };
  const taken = withoutOption(words, ["--output", "-o"]);
  if (typeof taken === "string") return usage(taken, PLAN);
  const command = parse(taken.rest);
  if (command.kind === "help") return { kind: "help", text: PLAN_HELP };
  if (plainWords(taken.rest).length < 2) return usage("Give a source and a replica", PLAN);
  if (command.kind === "usage") return command;
  if (command.kind !== "mirror") return usage("Give a source and a replica", PLAN);
  const { options } = command;
  if (taken.value === undefined) return usage("Say where the plan goes, as in -o plan.jsonl", PLAN);
  if (options.when.rhythm.kind !== "once" || options.when.settle !== null) {
    return usage("A plan is made once: leave out the interval, --cron and --watch", PLAN);
  }
  if (options.ask) return usage("A plan does nothing that --ask could ask about: give it to apply", PLAN);
  const output = taken.value === "-" ? null : taken.value;
  if (output === null && options.json) {
    return usage("-o - and --json both write to standard output: leave one out", PLAN);
  }
  return { kind: "plan", output, options };
}

export interface Applying {
  readonly kind: "apply";
  /** As they were typed. */
  readonly file: string;
  readonly source: string | null;
  readonly replica: string | null;
  /** Of the options, those that are given when a plan is carried out. */
  readonly options: Options;
}

/** Read the words after "apply". */
export function parseApply(words: readonly string[]): Applying | Said {
  if (words[0] === "help") return { kind: "help", text: APPLY_HELP };
  const complaint = misuse(words);
  if (complaint !== null) return usage(complaint, APPLY);
  const { plain, options } = divided(words);
  const [file, source = null, replica = null, more] = plain;
  const command = parse([...options, "--", "source", "replica"]);
  if (command.kind === "help") return { kind: "help", text: APPLY_HELP };
  if (command.kind === "usage") return command;
  if (command.kind !== "mirror" || file === undefined || file === "") return usage(NO_PLAN, APPLY);
  if (more !== undefined) return usage(`There is one word too many: "${more}"`, APPLY);
  if (source !== null && replica === null) return usage("Give both folders, or neither", APPLY);
  const strange = namesIn(options).find((name) => !OF_APPLY.includes(name));
  if (strange !== undefined) {
    return usage(`--${strange} was decided when the plan was made: leave it out, or plan again`, APPLY);
  }
  return { kind: "apply", file, source, replica, options: command.options };
}

export interface Showing {
  readonly kind: "show";
  readonly file: string;
  /** As it was typed; null for the sums. */
  readonly path: string | null;
  readonly by: "all" | "folder" | "kind";
  readonly json: boolean;
}

/** Read the words after "show". */
export function parseShow(words: readonly string[]): Showing | Said {
  if (words[0] === "help" || words.includes("--help") || words.includes("-h")) {
    return { kind: "help", text: SHOW_HELP };
  }
  const taken = withoutOption(words, ["--by"]);
  if (typeof taken === "string") return usage(taken, SHOW);
  const end = taken.rest.indexOf("--");
  const json = taken.rest.slice(0, end < 0 ? undefined : end).includes("--json");
  const plain = taken.rest.filter((word, i) => end >= 0 && i > end || (word !== "--json" && i !== end));
  const strange = plain.find((word) => end < 0 && /^-./.test(word));
  if (strange !== undefined) return usage(`There is no option "${strange}" of show`, SHOW);
  const [file, path = null, more] = plain;
  if (file === undefined || file === "") return usage(NO_PLAN, SHOW);
  if (more !== undefined) return usage(`There is one word too many: "${more}"`, SHOW);
  const { value: by = "all" } = taken;
  if (by !== "all" && by !== "folder" && by !== "kind") {
    return usage(`--by takes folder or kind, not "${by}"`, SHOW);
  }
  return { kind: "show", file, path, by, json };
}

/** What shapes a pass is the plan's; the rest is as it was given now: so no file of a plan names a program to run. */
export function optionsOf(planned: Options, given: Options): Options {
  const { dryRun, ask, durable, threads, log, logMaxSize, logKeep, lines, loudness, json, progress } = given;
  const { observe, pace } = given;
  return {
    ...planned,
    ...{ dryRun, ask, threads, log, logMaxSize, logKeep, lines, loudness, json, progress, observe, pace },
    durable: durable || planned.durable,
    maxDelete: given.maxDelete ?? planned.maxDelete,
    allowEmptySource: given.allowEmptySource || planned.allowEmptySource,
    ignoreFreeSpace: given.ignoreFreeSpace || planned.ignoreFreeSpace,
  };
}

/** Take an option with its value out of the words; or what is wrong with it. */
function withoutOption(
  words: readonly string[],
  names: readonly string[],
): { readonly rest: readonly string[]; readonly value: string | undefined } | string {
  const rest: string[] = [];
  let value: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") return { rest: [...rest, ...words.slice(i)], value };
    const joined = names.find((name) => name.startsWith("--") && word.startsWith(`${name}=`));
    if (joined === undefined && !names.includes(word)) {
      rest.push(word);
      if (takesNext(word, words[i + 1])) rest.push(words[++i]!);
      continue;
    }
    const given = joined === undefined ? words[++i] : word.slice(joined.length + 1);
    if (given === undefined || given === "") return `${joined ?? word} needs a value`;
    if (value !== undefined) return `${names[0]} is given twice: leave one out`;
    value = given;
  }
  return { rest, value };
}

/** The words that belong to no option, and all others. */
function divided(words: readonly string[]): { readonly plain: string[]; readonly options: string[] } {
  const [plain, options]: [string[], string[]] = [[], []];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") return { plain: [...plain, ...words.slice(i + 1)], options };
    if (!/^-./.test(word)) plain.push(word);
    else {
      options.push(word);
      if (takesNext(word, words[i + 1])) options.push(words[++i]!);
    }
  }
  return { plain, options };
}

/** The names of the options among words that are all options or their values. */
function namesIn(options: readonly string[]): string[] {
  const names: string[] = [];
  for (let i = 0; i < options.length; i++) {
    const word = options[i]!;
    const name = /^--([^=]+)/.exec(word)?.[1];
    const letters = name === undefined ? [...word.slice(1)] : [];
    names.push(...name === undefined ? letters.flatMap(nameOfLetter) : [name]);
    if (takesNext(word, options[i + 1])) i++;
  }
  return names;
}

function nameOfLetter(letter: string): string[] {
  return OPTIONS.filter((row) => row.letter === letter).map(({ name }) => name);
}

function usage(text: string, how: string): Said {
  return { kind: "usage", text: `${printable(text)}; ${how}` };
}
