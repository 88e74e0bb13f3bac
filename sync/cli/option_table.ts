/** The options of a mirror: one row to an option, from which parsing, help, completions and the manual's table are made. */

export interface Row {
  readonly name: string;
  readonly letter?: string;
  /** What its value is called in the help; none for a switch. */
  readonly value?: string;
  /** All that its value may be. */
  readonly oneOf?: readonly string[];
  /** It may be given several times. */
  readonly many?: true;
  /** Few need it: it stands in the whole help only. */
  readonly more?: true;
  /** What one wants to do with it: the heading of the help that it stands under. */
  readonly group: "Repeat" | "Care" | "Choose" | "Undo" | "How" | "See";
  /** Short enough for a line of the help: 80 columns. */
  readonly help: string;
}

type Rows = readonly Omit<Row, "group">[];

const REPEAT: Rows = [
  { name: "interval", value: "time", help: "time between two passes: 30 (seconds), 5m, 1h30m" },
  { name: "cron", value: "times", help: 'a pass at times of the calendar: "0 2 * * mon-fri"' },
  { name: "watch", letter: "w", help: "follow changes; compare all at the interval (10m)" },
  { name: "settle-time", value: "time", more: true, help: "with --watch, wait for quiet (default: 200ms)" },
  { name: "once", more: true, help: "make one pass and exit, even with an interval" },
  { name: "delay", value: "time", more: true, help: "wait so long before the first pass" },
  { name: "for", value: "time", more: true, help: "begin no pass after so long, and exit" },
  { name: "passes", value: "n", more: true, help: "exit after so many passes" },
];

const CARE: Rows = [
  { name: "dry-run", letter: "n", help: "say what would be done, write nothing" },
  { name: "ask", help: "show what would be done, and ask before it is done" },
  { name: "max-delete", value: "n|n%", help: "refuse a pass that deletes more (default: 50%)" },
  { name: "no-delete", help: "delete nothing (--max-delete 0 refuses the pass)" },
  { name: "allow-empty-source", more: true, help: "let an empty source empty the replica" },
  { name: "accept-new-root", more: true, help: "in a loop, go on with another folder as a root" },
  { name: "ignore-free-space", more: true, help: "begin even what will not fit" },
  { name: "durable", help: "force to the disk before it counts as done" },
];

const CHOOSE: Rows = [
  { name: "exclude", value: "pattern", many: true, help: "leave out, as in a .gitignore: node_modules/" },
  { name: "include", value: "pattern", many: true, help: "do not leave out after all" },
  {
    name: "exclude-from",
    value: "file",
    many: true,
    more: true,
    help: "patterns from a file, one to a line",
  },
  { name: "exclude-vcs", help: "leave out .git, .svn and the like" },
  { name: "exclude-junk", help: "leave out .DS_Store, Thumbs.db and the like" },
  { name: "min-size", value: "size", more: true, help: "leave out smaller files" },
  { name: "max-size", value: "size", more: true, help: "leave out larger files: 2GiB" },
  { name: "newer-than", value: "when", more: true, help: "leave out older files: 30d, 2026-01-31" },
  { name: "older-than", value: "when", more: true, help: "leave out newer files" },
  { name: "delete-excluded", more: true, help: "what is left out is deleted in the replica, too" },
];

const UNDO: Rows = [
  { name: "trash", value: "folder", help: "keep what goes; on its own: in <replica>.trash" },
  { name: "trash-keep", value: "time", more: true, help: "delete it from the trash after: 30d" },
  { name: "trash-max", value: "size", more: true, help: "delete the oldest when the trash is larger" },
  { name: "keep-edits", help: "leave alone what was edited in the replica" },
  { name: "bring-back", more: true, help: "carry such edits to the source, with the trash" },
  { name: "state", value: "file", more: true, help: "what the last pass left, to know edits by" },
  { name: "no-moves", more: true, help: "copy and delete what was moved or renamed" },
  { name: "verify", help: "read back, and compare, what was written" },
  { name: "manifest", value: "file", more: true, help: "digests of all files, for sha256sum -c" },
];

const HOW: Rows = [
  { name: "checksum", letter: "c", help: "compare contents even where size and time agree" },
  {
    name: "owner",
    value: "auto|never",
    oneOf: ["auto", "never"],
    more: true,
    help: "mirror owners and groups where allowed, or never",
  },
  { name: "xattrs", letter: "X", help: "mirror extended attributes and access lists" },
  { name: "devices", more: true, help: "mirror devices (as root)" },
  { name: "one-file-system", letter: "x", more: true, help: "leave alone what lies below mount points" },
  { name: "threads", value: "n", more: true, help: "worker threads (default: the number of cores)" },
  {
    name: "edge",
    value: "edge",
    oneOf: ["native", "portable"],
    more: true,
    help: "native (with --allow-ffi) or portable calls",
  },
  { name: "bwlimit", value: "rate", more: true, help: "copy at most so much a second: 10MiB" },
  { name: "max-files-per-second", value: "n", more: true, help: "make at most so many changes a second" },
  { name: "nice", value: "n", more: true, help: "stand back behind other programs: 1 to 19" },
];

const SEE: Rows = [
  { name: "log-file", value: "file", help: "append every operation to this file" },
  {
    name: "log-max-size",
    value: "size",
    more: true,
    help: "rename the log file before it grows beyond: 10MiB",
  },
  { name: "log-keep", value: "n", more: true, help: "how many renamed log files are kept (default: 5)" },
  {
    name: "lines",
    value: "all|none",
    oneOf: ["all", "none"],
    more: true,
    help: "a line on the console for each operation, or none",
  },
  { name: "quiet", letter: "q", help: "only warnings and errors on the console" },
  { name: "verbose", letter: "v", help: "more about each pass" },
  { name: "json", more: true, help: "one JSON object per event on standard output" },
  { name: "progress", more: true, help: "with --json, how far a pass is, too" },
  { name: "status", value: "file", more: true, help: "keep a file that says how things are, as JSON" },
  { name: "metrics", value: "file", more: true, help: "keep a file of metrics for Prometheus" },
  { name: "report", value: "file", more: true, help: "keep a page that shows how things are" },
  { name: "on-failure", value: "command", more: true, help: "run it when a pass failed" },
  { name: "on-success", value: "command", more: true, help: "run it when a pass did not fail" },
  { name: "on-change", value: "command", more: true, help: "run it when a pass changed something" },
  { name: "help", letter: "h", help: "show this help; with --verbose, all options" },
  { name: "version", letter: "V", help: "show the version" },
];

export const OPTIONS: readonly Row[] = [
  ...inGroup("Repeat", REPEAT),
  ...inGroup("Care", CARE),
  ...inGroup("Choose", CHOOSE),
  ...inGroup("Undo", UNDO),
  ...inGroup("How", HOW),
  ...inGroup("See", SEE),
];

function inGroup(group: Row["group"], rows: Rows): Row[] {
  return rows.map((row) => ({ group, ...row }));
}

/** "-n, --dry-run" or "    --interval <time>". */
export function signature({ letter, name, value }: Row): string {
  return `${letter ? `-${letter},` : "   "} --${name}${value ? ` <${value}>` : ""}`;
}

/** Whether a word is an option whose value is the next word. What begins with "-" is an option of its own. */
export function takesNext(word: string, next: string | undefined): boolean {
  if (next === undefined || next.startsWith("-")) return false;
  return OPTIONS.some((row) => row.value && (word === `--${row.name}` || word === `-${row.letter}`));
}

/** The indices of the words that are neither options nor their values. */
export function plainWords(words: readonly string[]): number[] {
  const found: number[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") return [...found, ...words.slice(i + 1).map((_, next) => i + 1 + next)];
    if (takesNext(word, words[i + 1])) i++;
    else if (!/^-./.test(word)) found.push(i);
  }
  return found;
}
