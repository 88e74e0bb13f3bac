/** The command line: words in, values or one clear line out. Pure. */
import { parseArgs } from "@std/cli/parse-args";
import type { Edge } from "../engine/config.ts";
import type { Bound } from "../engine/guard.ts";
import type { Part } from "../engine/part.ts";
import { withCommand } from "./command_meant.ts";
import { type Asked, askedOf, patternsOf } from "./choose.ts";
import { misuse, unknownOption } from "./misuse.ts";
import { unquoted } from "./unquoted.ts";
import { type Check, checkOf } from "./check.ts";
import { OPTIONS } from "./option_table.ts";
import { type Observe, observeOf } from "./observe.ts";
import { type Pace, paceOf } from "./pace.ts";
import { misplaced } from "./pattern_fault.ts";
import { readPositional } from "./positional.ts";
import { printable } from "./reason.ts";
import { folderForTrash, type Undo, undoOf } from "./undo.ts";
import { readBound, readCount, readSize, type Values } from "./value.ts";
import { type When, whenOf } from "./when.ts";
import { SYSTEM } from "../system.ts";

/** What is asked for. */
export type Command =
  | { readonly kind: "help"; readonly which: "usual" | "all" }
  | { readonly kind: "version"; readonly which: "line" | "all" }
  | { readonly kind: "mirror"; readonly options: Options }
  /** One line that says what is wrong and what to do. */
  | { readonly kind: "usage"; readonly text: string };

/** A mirror as its user wants it. */
export interface Options {
  /** As they were typed. */
  readonly source: string;
  readonly replica: string;
  readonly when: When;
  /** A file to append to; null for none. */
  readonly log: string | null;
  /** It is a word of the command line, and was not named by its option. */
  readonly isLogWord: boolean;
  /** How large the log file grows, in bytes, before it is renamed and begun anew; null for any size. */
  readonly logMaxSize: number | null;
  /** How many renamed log files are kept. */
  readonly logKeep: number;
  /** What of the source is mirrored. */
  readonly choice: Asked;
  /** The ways back. */
  readonly undo: Undo;
  readonly check: Check;
  readonly observe: Observe;
  readonly pace: Pace;
  /** The part of two trees that it has, where others have the rest. No option says so: it follows from a file of jobs. */
  readonly part: Part | null;
  /** Ask before anything is done. */
  readonly ask: boolean;
  readonly checksum: boolean;
  readonly dryRun: boolean;
  readonly owners: boolean;
  readonly xattrs: boolean;
  readonly devices: boolean;
  readonly oneFileSystem: boolean;
  readonly allowEmptySource: boolean;
  readonly acceptNewRoot: boolean;
  readonly ignoreFreeSpace: boolean;
  readonly durable: boolean;
  readonly maxDelete: Bound | null;
  /** null for as many as there are cores. */
  readonly threads: number | null;
  /** null for the best that can be used. */
  readonly edge: Edge | null;
  readonly loudness: "quiet" | "normal" | "verbose";
  /** Whether the console gets a line for each operation. */
  readonly lines: boolean;
  readonly json: boolean;
  /** Whether JSON tells of progress, too. */
  readonly progress: boolean;
}

/** How many renamed log files are kept when nothing is said about it. */
const LOG_KEEP = 5;

const SWITCHES = OPTIONS.filter((row) => !row.value).map((row) => row.name);
const WITH_VALUE = OPTIONS.filter((row) => row.value).map((row) => row.name);
const MANY = OPTIONS.filter((row) => row.many).map((row) => row.name);
const LETTERS = Object.fromEntries(OPTIONS.flatMap((row) => row.letter ? [[row.letter, row.name]] : []));

/** Read the words after the program's name. */
export function parse(words: readonly string[]): Command {
  const command = read(words);
  if (command.kind !== "usage") return command;
  return { kind: "usage", text: `${printable(withCommand(words, command.text))}; --help shows the options` };
}

/** The same, with a complaint as it is. */
function read(words: readonly string[]): Command {
  let complaint = misuse(words);
  if (complaint !== null) return usage(complaint);
  const values: Record<string, unknown> & { _: string[] } = parseArgs([...words], {
    boolean: SWITCHES,
    // "_": a folder called 007 is no number
    string: ["_", ...WITH_VALUE],
    collect: WITH_VALUE,
    alias: LETTERS,
    unknown: (word: string, key?: string) => {
      if (key === undefined) return true;
      complaint ??= unknownOption(word);
      return false;
    },
  });
  if (values.help) return { kind: "help", which: values.verbose ? "all" : "usual" };
  if (values.version) return { kind: "version", which: values.verbose ? "all" : "line" };
  for (const name of WITH_VALUE) {
    const given = values[name] as string[];
    if (MANY.includes(name)) continue;
    if (given.length > 1) complaint ??= `--${name} is given twice: leave one out`;
    values[name] = given[0];
  }
  complaint ??= withoutValue(values);
  if (complaint !== null) return usage(complaint);
  const others = othersOf(values);
  if (typeof others === "string") return usage(others);
  const choice = askedOf(words, values);
  if (typeof choice === "string") return usage(choice);
  const positional = readPositional(values._, values);
  complaint = values._.length < 2 ? folderForTrash(words) : null;
  if (complaint !== null) return usage(complaint);
  complaint = unquoted(words, typeof positional === "string" ? positional : null);
  if (complaint !== null) return usage(complaint);
  if (typeof positional === "string") return usage(positional);
  const { source, replica, interval, log } = positional;
  complaint = misplaced(patternsOf(choice.chosen), source);
  if (complaint !== null) return usage(complaint);
  const when = whenOf(interval, values);
  if (typeof when === "string") return usage(when);
  return {
    kind: "mirror",
    options: { source, replica, when, log: log ?? null, isLogWord: positional.isLogWord, choice, ...others },
  };
}

/** What to say of an option whose value was left out; null when there is none. */
function withoutValue(values: Values): string | null {
  const row = OPTIONS.find(({ name, value, many }) =>
    value && name !== "trash" && (many ? (values[name] as string[]).includes("") : values[name] === "")
  );
  return row === undefined ? null : `--${row.name} needs a value: --${row.name} <${row.value}>`;
}

/** The options that have to do neither with the folders nor with time, or a text that says what is wrong with one. */
function othersOf(
  values: Values,
): Omit<Options, "source" | "replica" | "when" | "log" | "isLogWord" | "choice"> | string {
  const maxDelete = values["max-delete"] === undefined ? null : readBound(String(values["max-delete"]));
  if (maxDelete === undefined) {
    return `--max-delete takes a number of entries or a percentage up to 100%, not "${values["max-delete"]}"`;
  }
  const threads = values.threads === undefined ? null : readCount(String(values.threads), 64);
  if (threads === undefined) return `--threads takes a whole number from 1 to 64, not "${values.threads}"`;
  const owner = values.owner ?? "auto";
  if (owner !== "auto" && owner !== "never") return `--owner takes auto or never, not "${owner}"`;
  const edge = values.edge ?? null;
  if (edge !== null && edge !== "native" && edge !== "portable") {
    return `--edge takes native or portable, not "${edge}"`;
  }
  const rotation = rotationOf(values);
  if (typeof rotation === "string") return rotation;
  if (values.quiet && values.verbose) return "--quiet and --verbose exclude each other: leave one out";
  const lines = values.lines ?? "all";
  if (lines !== "all" && lines !== "none") return `--lines takes all or none, not "${lines}"`;
  if (values.progress && !values.json) return "--progress goes with --json: on a terminal it is shown anyway";
  if (values.ask && values.json) return "--ask asks at a terminal, --json is for programs: leave one out";
  if (values.ask && values["dry-run"]) {
    return "--dry-run does nothing that --ask could ask about: leave one out";
  }
  const undo = undoOf(values);
  if (typeof undo === "string") return undo;
  const observe = observeOf(values);
  if (typeof observe === "string") return observe;
  const pace = paceOf(values);
  if (typeof pace === "string") return pace;
  return {
    ...rotation,
    undo,
    observe,
    pace,
    check: checkOf(values),
    part: null,
    ask: Boolean(values.ask),
    checksum: Boolean(values.checksum),
    dryRun: Boolean(values["dry-run"]),
    // asked for where they cannot be had, it is said of the replica
    owners: owner === "auto" && (SYSTEM.hasOwners || values.owner !== undefined),
    xattrs: Boolean(values.xattrs),
    devices: Boolean(values.devices),
    oneFileSystem: Boolean(values["one-file-system"]),
    allowEmptySource: Boolean(values["allow-empty-source"]),
    ignoreFreeSpace: Boolean(values["ignore-free-space"]),
    durable: Boolean(values.durable),
    acceptNewRoot: Boolean(values["accept-new-root"]),
    maxDelete,
    threads,
    edge,
    loudness: values.quiet ? "quiet" : values.verbose ? "verbose" : "normal",
    lines: lines === "all",
    json: Boolean(values.json),
    progress: Boolean(values.progress),
  };
}

function rotationOf(values: Values): Pick<Options, "logMaxSize" | "logKeep"> | string {
  const size = values["log-max-size"] as string | undefined;
  const keep = values["log-keep"] as string | undefined;
  const logMaxSize = size === undefined ? null : readSize(size);
  if (logMaxSize === undefined) return `--log-max-size takes a size like 500KiB or 10MiB, not "${size}"`;
  const logKeep = keep === undefined ? LOG_KEEP : readCount(keep, 100);
  if (logKeep === undefined) return `--log-keep takes a whole number from 1 to 100, not "${keep}"`;
  if (keep !== undefined && logMaxSize === null) return "--log-keep goes with --log-max-size: add it";
  return { logMaxSize, logKeep };
}

function usage(text: string): Command {
  return { kind: "usage", text };
}
