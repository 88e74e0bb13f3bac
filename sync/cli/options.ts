/**
 * The command line: one row to an option, from which parsing, help and the README's table are made. Pure: words in,
 * values or one clear line out.
 */
import { parseArgs } from "@std/cli/parse-args";
import { closestString } from "@std/text/closest-string";
import type { Bound } from "../engine/guard.ts";
import { parseDuration } from "../timing/duration.ts";
import { readBound, readCount, readSize } from "./value.ts";
import { type Found, type When, whenOf } from "./when.ts";

/** What is asked for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "mirror"; readonly options: Options }
  /** One line that says what is wrong and what to do. */
  | { readonly kind: "usage"; readonly text: string };

/** A mirror as its user wishes it. */
export interface Options {
  /** As they were typed. */
  readonly source: string;
  readonly replica: string;
  readonly when: When;
  /** A file to append to; null for none. */
  readonly log: string | null;
  /** How large the log file grows, in bytes, before it is renamed and begun anew; null for any size. */
  readonly logMaxSize: number | null;
  /** How many renamed log files are kept. */
  readonly logKeep: number;
  readonly checksum: boolean;
  readonly dryRun: boolean;
  readonly owners: boolean;
  readonly oneFileSystem: boolean;
  readonly allowEmptySource: boolean;
  readonly acceptNewRoot: boolean;
  readonly ignoreRoom: boolean;
  readonly durable: boolean;
  readonly maxDelete: Bound | null;
  /** null for as many as there are cores. */
  readonly threads: number | null;
  readonly loudness: "quiet" | "normal" | "verbose";
  readonly json: boolean;
}

export interface Row {
  readonly name: string;
  readonly letter?: string;
  /** What its value is called in the help; none for a switch. */
  readonly value?: string;
  /** Under which heading of the help it stands. */
  readonly group: "What" | "When" | "Log" | "Other";
  readonly help: string;
}

/** How many renamed log files are kept when nothing is said about it. */
const LOG_KEEP = 5;

export const OPTIONS: readonly Row[] = [
  {
    group: "When",
    name: "interval",
    value: "time",
    help: "time between two passes: 30 (seconds), 500ms, 5m, 1h30m, 1d",
  },
  {
    group: "When",
    name: "cron",
    value: "times",
    help: 'a pass at times of the calendar, in local time: "0 2 * * mon-fri", @daily',
  },
  {
    group: "When",
    name: "watch",
    letter: "w",
    help: "follow changes on both sides; compare all at the interval (standard: 10m)",
  },
  {
    group: "When",
    name: "settle-time",
    value: "time",
    help: "with --watch, how long a folder is quiet before it is compared (standard: 200ms)",
  },
  { group: "When", name: "once", help: "make one pass and exit, even with an interval" },
  { group: "When", name: "delay", value: "time", help: "wait so long before the first pass" },
  { group: "When", name: "for", value: "time", help: "begin no pass after so long, and exit" },
  { group: "When", name: "passes", value: "n", help: "exit after so many passes" },
  {
    group: "What",
    name: "dry-run",
    letter: "n",
    help: "say what would be done, write nothing",
  },
  {
    group: "What",
    name: "checksum",
    letter: "c",
    help: "compare contents even where size and time agree",
  },
  {
    group: "What",
    name: "owner",
    value: "auto|never",
    help: "owners and groups: mirror them where the program may (auto), or never",
  },
  {
    group: "What",
    name: "one-file-system",
    letter: "x",
    help: "leave alone what lies below mount points of the source",
  },
  {
    group: "What",
    name: "max-delete",
    value: "n|n%",
    help: "refuse a pass that removes more (standard: 50% of more than 50 entries)",
  },
  { group: "What", name: "allow-empty-source", help: "let an empty source empty the replica" },
  {
    group: "What",
    name: "accept-new-root",
    help: "in a loop, go on when another folder or disk takes the place of a root",
  },
  {
    group: "What",
    name: "ignore-room",
    help: "begin even what will not fit (the room is known with --allow-sys=statfs)",
  },
  { group: "What", name: "durable", help: "force files and folders to the disk before they count as done" },
  { group: "What", name: "threads", value: "n", help: "worker threads (standard: the number of cores)" },
  { group: "Log", name: "log-file", value: "file", help: "append every operation to this file" },
  {
    group: "Log",
    name: "log-max-size",
    value: "size",
    help: "rename the log file to <file>.1 and begin anew before it grows beyond, as in 10MiB",
  },
  { group: "Log", name: "log-keep", value: "n", help: "how many renamed log files are kept (standard: 5)" },
  { group: "Log", name: "quiet", letter: "q", help: "only warnings and errors on the console" },
  { group: "Log", name: "verbose", letter: "v", help: "more about each pass" },
  { group: "Log", name: "json", help: "one JSON object per event on standard output" },
  { group: "Other", name: "help", letter: "h", help: "show this help" },
  { group: "Other", name: "version", letter: "V", help: "show the version" },
];

/** Read the words after the program's name. */
export function parse(words: readonly string[]): Command {
  let wrong = misused(words);
  if (wrong !== null) return usage(wrong);
  const switches = OPTIONS.filter((row) => !row.value).map((row) => row.name);
  const values = OPTIONS.filter((row) => row.value).map((row) => row.name);
  const found: Record<string, unknown> & { _: string[] } = parseArgs([...words], {
    boolean: switches,
    // "_": a folder called 007 is no number
    string: ["_", ...values],
    collect: values,
    alias: Object.fromEntries(OPTIONS.flatMap((row) => row.letter ? [[row.letter, row.name]] : [])),
    unknown: (word: string, key?: string) => {
      if (key === undefined) return true;
      wrong ??= unknownOption(word);
      return false;
    },
  });
  if (found.help) return { kind: "help" };
  if (found.version) return { kind: "version" };
  for (const name of values) {
    const given = found[name] as string[];
    if (given.length > 1) wrong ??= `--${name} is given twice: leave one out`;
    found[name] = given[0];
  }
  if (wrong !== null) return usage(wrong);
  return optionsOf(found._, found);
}

function optionsOf(places: readonly string[], found: Record<string, unknown>): Command {
  const [source, replica, ...rest] = places;
  if (source === undefined || replica === undefined) {
    return usage("Give a source and a replica: <source> <replica> [interval] [log]");
  }
  if (source === "" || replica === "") return usage("The source and the replica must not be empty names");
  if (rest.length > 2) return usage(`There is one word too many: "${rest[2]}". Quote names that hold spaces`);
  const scheduled = intervalAndLog(rest, found);
  if ("kind" in scheduled) return scheduled;
  const { interval, log } = scheduled;
  const when = whenOf(interval, found);
  if (typeof when === "string") return usage(when);
  if (log === "") return usage("The log file must not be an empty name");
  const maxDelete = found["max-delete"] === undefined ? null : readBound(String(found["max-delete"]));
  if (maxDelete === undefined) {
    return usage(
      `--max-delete takes a number of entries or a percentage up to 100%, not "${found["max-delete"]}"`,
    );
  }
  const threads = found.threads === undefined ? null : readCount(String(found.threads), 64);
  if (threads === undefined) {
    return usage(`--threads takes a whole number from 1 to 64, not "${found.threads}"`);
  }
  const owner = found.owner ?? "auto";
  if (owner !== "auto" && owner !== "never") return usage(`--owner takes auto or never, not "${owner}"`);
  const rotation = rotationOf(found);
  if (typeof rotation === "string") return usage(rotation);
  if (found.quiet && found.verbose) return usage("--quiet and --verbose exclude each other: leave one out");
  return {
    kind: "mirror",
    options: {
      source,
      replica,
      when,
      log: log ?? null,
      ...rotation,
      checksum: Boolean(found.checksum),
      dryRun: Boolean(found["dry-run"]),
      owners: owner === "auto",
      oneFileSystem: Boolean(found["one-file-system"]),
      allowEmptySource: Boolean(found["allow-empty-source"]),
      ignoreRoom: Boolean(found["ignore-room"]),
      durable: Boolean(found.durable),
      acceptNewRoot: Boolean(found["accept-new-root"]),
      maxDelete,
      threads,
      loudness: found.quiet ? "quiet" : found.verbose ? "verbose" : "normal",
      json: Boolean(found.json),
    },
  };
}

/**
 * The words after the folders, in either order when exactly one of two is a time, and the flags of the same meaning.
 * A single word is the interval, unless that is given by its flag or the word can only be a file.
 */
function intervalAndLog(rest: readonly string[], found: Record<string, unknown>): Scheduled | Command {
  const [first, second] = rest;
  const flagged = {
    interval: found.interval as string | undefined,
    log: found["log-file"] as string | undefined,
  };
  let placed: Scheduled = { interval: first, log: second };
  if (first !== undefined && second !== undefined) {
    if (parseDuration(first) === null && parseDuration(second) !== null) {
      placed = { interval: second, log: first };
    }
  } else if (first !== undefined) {
    const isTimed = flagged.interval !== undefined || found.cron !== undefined;
    const canBeFile = isTimed || (flagged.log === undefined && /[/\\]|\.[a-z]{2}|^\D*\./i.test(first));
    if (canBeFile && parseDuration(first) === null) placed = { interval: undefined, log: first };
  }
  for (const name of ["interval", "log"] as const) {
    if (flagged[name] !== undefined && placed[name] !== undefined) {
      return usage(
        `The ${name} is given twice, as "${placed[name]}" and as "${flagged[name]}": leave one out`,
      );
    }
  }
  return { interval: flagged.interval ?? placed.interval, log: flagged.log ?? placed.log };
}

interface Scheduled {
  readonly interval: string | undefined;
  readonly log: string | undefined;
}

function rotationOf(found: Found): Pick<Options, "logMaxSize" | "logKeep"> | string {
  const size = found["log-max-size"] as string | undefined;
  const keep = found["log-keep"] as string | undefined;
  const logMaxSize = size === undefined ? null : readSize(size);
  if (logMaxSize === undefined) return `--log-max-size takes a size like 500KiB or 10MiB, not "${size}"`;
  const logKeep = keep === undefined ? LOG_KEEP : readCount(keep, 100);
  if (logKeep === undefined) return `--log-keep takes a whole number from 1 to 100, not "${keep}"`;
  if (keep !== undefined && logMaxSize === null) return "--log-keep goes with --log-max-size: add it";
  return { logMaxSize, logKeep };
}

/** What is wrong with how an option is written, which the parser would swallow; null when nothing is. */
function misused(words: readonly string[]): string | null {
  // what Deno puts in the place of bytes that are not UTF-8 would lead to another file, or to none
  const unclear = words.find((word) => word.includes("\ufffd"));
  if (unclear !== undefined) return `"${unclear}" is not UTF-8, which Deno cannot open: give it another name`;
  const end = words.indexOf("--");
  const given = end < 0 ? words : words.slice(0, end);
  for (const [i, word] of given.entries()) {
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    const row = OPTIONS.find((row) => row.name === name);
    if (row && !row.value) return `--${name} takes no value: write it without "=${value}"`;
    const next = given[i + 1];
    if (isSwitch(word) && (next === "true" || next === "false")) {
      return `${word} takes no value: leave "${next}" out, or write "./${next}" for a folder of that name`;
    }
    if (word.startsWith("--_") || (/^-[^-]/.test(word) && !isLetters(word.slice(1)))) {
      return unknownOption(word);
    }
  }
  return null;
}

/** Whether a word is an option without a value, or letters of which the last is one. */
function isSwitch(word: string): boolean {
  const is = /^--./.test(word)
    ? (row: Row) => `--${row.name}` === word
    : (row: Row) => /^-[^-]/.test(word) && row.letter === word.at(-1);
  return OPTIONS.some((row) => is(row) && !row.value);
}

/** Whether all of these are letters of options. */
function isLetters(text: string): boolean {
  return [...text].every((letter) => OPTIONS.some((row) => row.letter === letter));
}

function unknownOption(word: string): string {
  const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
  if (!word.startsWith("--")) return `Unknown option "${word}": see --help for the letters there are`;
  return `Unknown option "--${name}": did you mean --${closestString(name, OPTIONS.map((row) => row.name))}?`;
}

function usage(text: string): Command {
  return { kind: "usage", text: `${text}; --help shows all options` };
}
