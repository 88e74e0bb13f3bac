/** The options of a mirror: one row to an option, from which parsing, help and the README's table are made. */

export interface Row {
  readonly name: string;
  readonly letter?: string;
  /** What its value is called in the help; none for a switch. */
  readonly value?: string;
  /** Under which heading of the help it stands. */
  readonly group: "What" | "When" | "Log" | "Other";
  readonly help: string;
}

const WHEN: readonly Row[] = [
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
    help: "follow changes on both sides; compare all at the interval (default: 10m)",
  },
  {
    group: "When",
    name: "settle-time",
    value: "time",
    help: "with --watch, how long a folder is quiet before it is compared (default: 200ms)",
  },
  { group: "When", name: "once", help: "make one pass and exit, even with an interval" },
  { group: "When", name: "delay", value: "time", help: "wait so long before the first pass" },
  { group: "When", name: "for", value: "time", help: "begin no pass after so long, and exit" },
  { group: "When", name: "passes", value: "n", help: "exit after so many passes" },
];

const WHAT: readonly Row[] = [
  { group: "What", name: "dry-run", letter: "n", help: "say what would be done, write nothing" },
  { group: "What", name: "checksum", letter: "c", help: "compare contents even where size and time agree" },
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
    help: "refuse a pass that removes more (default: 50% of more than 50 entries)",
  },
  { group: "What", name: "allow-empty-source", help: "let an empty source empty the replica" },
  {
    group: "What",
    name: "accept-new-root",
    help: "in a loop, go on when another folder or disk takes the place of a root",
  },
  {
    group: "What",
    name: "ignore-free-space",
    help: "begin even what will not fit (free space is known with --allow-sys=statfs)",
  },
  { group: "What", name: "durable", help: "force files and folders to the disk before they count as done" },
  { group: "What", name: "threads", value: "n", help: "worker threads (default: the number of cores)" },
];

const LOG: readonly Row[] = [
  { group: "Log", name: "log-file", value: "file", help: "append every operation to this file" },
  {
    group: "Log",
    name: "log-max-size",
    value: "size",
    help: "rename the log file to <file>.1 and begin anew before it grows beyond, as in 10MiB",
  },
  { group: "Log", name: "log-keep", value: "n", help: "how many renamed log files are kept (default: 5)" },
  { group: "Log", name: "quiet", letter: "q", help: "only warnings and errors on the console" },
  { group: "Log", name: "verbose", letter: "v", help: "more about each pass" },
  { group: "Log", name: "json", help: "one JSON object per event on standard output" },
];

const OTHER: readonly Row[] = [
  { group: "Other", name: "help", letter: "h", help: "show this help" },
  { group: "Other", name: "version", letter: "V", help: "show the version" },
];

export const OPTIONS: readonly Row[] = [...WHEN, ...WHAT, ...LOG, ...OTHER];

/** "-n, --dry-run" or "    --interval <time>". */
export function signature({ letter, name, value }: Row): string {
  return `${letter ? `-${letter},` : "   "} --${name}${value ? ` <${value}>` : ""}`;
}
