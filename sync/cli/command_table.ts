/**
 * The commands beside the mirror: one row to a command, from which help, completions and the manual page are made, and from
 * which the commands' parsers take the options that are theirs alone.
 */
import { OPTIONS, type Row } from "./option_table.ts";

/** A word that belongs to no option. */
export interface Word {
  readonly name: string;
  /** What it names; "any" for what nobody can complete. */
  readonly is: "folder" | "file" | "any";
  readonly oneOf?: readonly string[];
  readonly optional?: true;
  /** It may be given several times. */
  readonly many?: true;
}

/** An option of a command alone. */
export interface Own extends Omit<Row, "group" | "more"> {
  /** The command does nothing without it. */
  readonly isNeeded?: true;
}

/** What a command, or a verb of one, is given. */
export interface Given {
  readonly name: string;
  /** What it does, short enough for a line of the help. */
  readonly help: string;
  readonly words: readonly Word[];
  readonly own: readonly Own[];
  /** Those of a mirror's options that it takes, too. */
  readonly mirror: "all" | readonly string[];
}

export interface CommandRow extends Given {
  /** What its first word may be, each with words and options of its own. */
  readonly verbs?: readonly Given[];
}

const SOURCE: Word = { name: "source", is: "folder" };
const REPLICA: Word = { name: "replica", is: "folder" };
const PLAN: Word = { name: "plan", is: "file" };
const PATH: Word = { name: "path", is: "any", optional: true };
const PASS: Word = { name: "pass", is: "any" };
const TRASH: Word = { name: "folder", is: "folder" };
const TIMES: Word = { name: "interval or times", is: "any" };
const LOG: Word = { name: "log", is: "file" };

/** What is decided when a plan is carried out, and not when it is made. */
export const OF_APPLY: readonly string[] = [
  "dry-run",
  "ask",
  "max-delete",
  "allow-empty-source",
  "ignore-free-space",
  "durable",
  "threads",
  "log-file",
  "log-max-size",
  "log-keep",
  "lines",
  "quiet",
  "verbose",
  "json",
  "progress",
];

const ONE_PASS =
  "The jobs of a split make one pass each, when the engine says: leave out the interval and its kin";
const OF_ONE_FILE = (name: string) =>
  `--${name} names one file, and each job would need its own: leave it out`;
const OF_A_RUN = (name: string) => `--${name} is of a run and not of a job: give it to lockstep run`;

/** The options of a mirror that a split does not take, and what to say of each. */
export const NOT_OF_SPLIT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["interval", "cron", "watch", "settle-time", "once", "delay", "for", "passes"].map((
      name,
    ) => [name, ONE_PASS]),
  ),
  ...Object.fromEntries(["state", "manifest", "metrics", "report"].map((name) => [name, OF_ONE_FILE(name)])),
  ...Object.fromEntries(["verbose", "lines", "progress", "nice"].map((name) => [name, OF_A_RUN(name)])),
  "ask": "A job has nobody to ask: leave out --ask",
  "dry-run": "A split writes to neither tree: leave out --dry-run, or give it to lockstep run",
  "bring-back": "--bring-back needs a state file, and each job would need its own: leave it out",
  "log-file": "Each job has a log of its own: give --logs <folder>",
  "version": "A split has no version: lockstep --version tells that of the program",
};

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = typeof SHELLS[number];

const JOBS: Word = { name: "job", is: "any", optional: true, many: true };
const CONFIG: Own = {
  name: "config",
  letter: "c",
  value: "file",
  help: "the file of jobs (default: lockstep.jsonc)",
};
const WITH: Own = {
  name: "with",
  value: "scheduler",
  oneOf: ["cron", "systemd", "launchd", "schtasks"],
  help: "the scheduler (default: the system's usual one)",
};
const SYSTEM: Own = { name: "system", help: "with systemd or schtasks: of the system, not your own" };

const schedule = (name: string, help: string, words: readonly Word[], mirror: Given["mirror"]): Given => {
  return { name, help, words, own: [WITH, SYSTEM], mirror };
};
const trash = (name: string, help: string, words: readonly Word[], own: readonly Own[] = []): Given => {
  return { name, help, words: [TRASH, ...words], own, mirror: ["help"] };
};

/** What a batch engine is told of a split (`sync/fleet`). */
export const ENGINES = ["slurm", "kubernetes", "parallel"] as const;
export type Engine = typeof ENGINES[number];

const FLEET: readonly Own[] = [
  {
    name: "engine",
    letter: "e",
    value: "engine",
    oneOf: ENGINES,
    isNeeded: true,
    help: "whose: slurm, kubernetes or parallel",
  },
  CONFIG,
  { name: "at-once", value: "n", help: "how many tasks work at the same time, at the most" },
  { name: "cpus", value: "n", help: "processors of a task, each for a thread (default: 2)" },
  {
    name: "lines",
    value: "all|none",
    oneOf: ["all", "none"],
    help: "a line of a task's output for each operation, or none",
  },
  { name: "nice", value: "n", help: "tasks stand back behind other programs: 1 to 19" },
  { name: "time", value: "time", help: "slurm: how long a task may take: 04:00:00, 1-12:00:00" },
  {
    name: "claim",
    value: "name=folder",
    many: true,
    help: "kubernetes: a claim of a volume, and where it is mounted",
  },
  { name: "image", value: "name", help: "kubernetes: the container image (default: lockstep:<version>)" },
];

/** The words and options of the mirror itself. */
export const MIRROR: Given = {
  name: "",
  help: "make the replica what the source is",
  words: [
    SOURCE,
    REPLICA,
    { name: "interval", is: "file", optional: true },
    { name: "log", is: "file", optional: true },
  ],
  own: [],
  mirror: "all",
};

/** In the order of the help. */
export const COMMAND_TABLE: readonly CommandRow[] = [
  {
    name: "run",
    help: "run the mirrors that a file of jobs names",
    words: [JOBS],
    own: [
      CONFIG,
      { name: "parallel", help: "work on one disk side by side, too" },
      { name: "job-index", value: "n", help: "the nth job, or the jobs of a split's nth task" },
      { name: "expect-split", value: "id", help: "only if the file is that split" },
    ],
    mirror: [
      "once",
      "dry-run",
      "status",
      "metrics",
      "report",
      "threads",
      "nice",
      "lines",
      "quiet",
      "verbose",
      "json",
      "progress",
      "help",
    ],
  },
  {
    name: "check",
    help: "say what is wrong with a file of jobs",
    words: [JOBS],
    own: [CONFIG],
    mirror: ["help"],
  },
  {
    name: "fleet",
    help: "what a batch engine is told of a split",
    words: [],
    own: [],
    mirror: ["help"],
    verbs: [{ name: "show", help: "print it, submit nothing", words: [], own: FLEET, mirror: ["help"] }],
  },
  {
    name: "status",
    help: "say how mirrors are, for people and for Nagios",
    words: [{ name: "file, folder or job", is: "file", optional: true, many: true }],
    own: [CONFIG, { name: "max-age", value: "time", help: "how old a replica may be: 26h" }],
    mirror: ["json", "help"],
  },
  {
    name: "explain",
    help: "say why a path is copied, changed, left or removed",
    words: [{ name: "path", is: "file" }, SOURCE, REPLICA],
    own: [],
    mirror: "all",
  },
  {
    name: "plan",
    help: "write what a pass would do to a file",
    words: [SOURCE, REPLICA],
    own: [{
      name: "output",
      letter: "o",
      value: "file",
      help: 'where the plan goes, "-" for standard output',
    }],
    mirror: "all",
  },
  {
    name: "show",
    help: "sum a plan up, or list its steps",
    words: [PLAN, PATH],
    own: [{ name: "by", value: "folder|kind", oneOf: ["folder", "kind"], help: "one view of the sums" }],
    mirror: ["json", "help"],
  },
  {
    name: "apply",
    help: "carry a plan out: just its steps, where they still hold",
    words: [PLAN, { ...SOURCE, optional: true }, { ...REPLICA, optional: true }],
    own: [],
    mirror: [...OF_APPLY, "help"],
  },
  {
    name: "trash",
    help: "what --trash has kept, and the way back",
    words: [],
    own: [],
    mirror: ["help"],
    verbs: [
      trash("list", "the passes in a trash", []),
      trash("show", "what went in one of them", [PASS, PATH]),
      trash("restore", "put it back into the replica", [PASS, PATH], [
        { name: "to", value: "folder", help: "put it there, as into the source, instead" },
        { name: "force", help: "replace what is newer or of another kind, too" },
        { name: "dry-run", letter: "n", help: "say what would be restored, write nothing" },
      ]),
      trash("empty", "delete it for good", [{ ...PASS, optional: true }], [
        { name: "older-than", value: "time", help: "only passes older than that: 30d" },
        { name: "yes", letter: "y", help: "do not ask" },
      ]),
    ],
  },
  {
    name: "bring-back",
    help: "carry edits of the replica to the source",
    words: [SOURCE, REPLICA, { name: "path", is: "file", optional: true, many: true }],
    own: [{ name: "yes", help: "do not ask" }],
    mirror: "all",
  },
  {
    name: "verify",
    help: "compare all files by SHA-256, change nothing",
    words: [{ ...SOURCE, optional: true }, REPLICA],
    own: [
      { name: "heal", help: "copy rotten files of the replica anew" },
      { name: "rate", value: "size", help: "read no more than this in a second: 50MiB" },
      { name: "for", value: "time", help: "begin no file after so long: 2h" },
      { name: "since", value: "file", help: "go on where the last run with this file ended" },
    ],
    mirror: "all",
  },
  {
    name: "split",
    help: "cut a tree into jobs for many machines",
    words: [SOURCE, REPLICA],
    own: [
      { name: "into", value: "n", help: "for how many tasks of an engine, 2 to 4096", isNeeded: true },
      { name: "output", letter: "o", value: "file", help: "where the jobs go", isNeeded: true },
      { name: "whole", help: "count all entries: else only as deep as it takes" },
      { name: "judge", help: "refuse a source that has lost half since the split before" },
      { name: "max-shrink", value: "n|n%", help: "with --judge, what it may lose (default: 50%)" },
      { name: "logs", value: "folder", help: "a log for each job, in that folder" },
      { name: "status", value: "folder", help: "where each job keeps its status" },
    ],
    mirror: OPTIONS.map(({ name }) => name).filter((name) => !Object.hasOwn(NOT_OF_SPLIT, name)),
  },
  {
    name: "doctor",
    help: "say what a mirror finds here, for a report of a bug",
    words: [
      { ...SOURCE, optional: true },
      { ...REPLICA, optional: true },
      { name: "interval", is: "file", optional: true },
      { name: "log", is: "file", optional: true },
    ],
    own: [
      { name: "config", value: "file", help: "both folders of each job in a file of jobs" },
      { name: "try", help: "write to the replica, too, to find out what it can hold" },
      { name: "redact", help: "leave out the names of folders, user and machine" },
    ],
    mirror: "all",
  },
  {
    name: "schedule",
    help: "let cron, systemd, launchd or Windows run it",
    words: [],
    own: [],
    mirror: ["help"],
    verbs: [
      schedule("install", "write an entry", [SOURCE, REPLICA, TIMES, LOG], "all"),
      schedule("remove", "remove the entry for two folders", [SOURCE, REPLICA], ["help"]),
      schedule("list", "list all entries of Lockstep", [], ["help"]),
      schedule("show", "print what install would write", [SOURCE, REPLICA, TIMES, LOG], "all"),
    ],
  },
  {
    name: "completions",
    help: "print what makes a shell complete these words",
    words: [{ name: "shell", is: "any", oneOf: SHELLS }],
    own: [],
    mirror: ["help"],
  },
  { name: "man", help: "print the manual page", words: [], own: [], mirror: ["help"] },
  {
    name: "help",
    help: "show the help, or that of a command",
    words: [{ name: "command", is: "any", optional: true }],
    own: [],
    mirror: [],
  },
];

/** The options that a command takes: its own stand before a mirror's of the same name. */
export function optionsOf({ own, mirror }: Given): Own[] {
  const rest = OPTIONS.filter(({ name }) => mirror === "all" || mirror.includes(name));
  return [...own, ...rest.filter(({ name }) => !own.some((one) => one.name === name))];
}

/** The options that are a command's alone, those of its verbs among them. */
export function ownOf(name: string): readonly Own[] {
  const row = COMMAND_TABLE.find((row) => row.name === name)!;
  return [row, ...row.verbs ?? []].flatMap(({ own }) => own);
}
