/** What `--help` prints, made from the table of options. */
import { OPTIONS, type Row } from "./options.ts";

export const VERSION = "0.1.0";

/** Exit statuses with their meaning, in the order of their numbers. */
export const STATUSES: readonly (readonly [number, string])[] = [
  [0, "in step, or a loop that was stopped by a signal or --for"],
  [1, "wrong usage, or a permission is missing"],
  [3, "the source or the replica cannot be used"],
  [11, "the replica stopped taking writes: full, read-only or gone"],
  [20, "interrupted before the one pass was complete, or stopped at once"],
  [23, "some entries failed"],
  [24, "some entries of the source vanished or changed while they were read"],
  [25, "a guard refused the plan; nothing was touched"],
  [40, "another run holds the replica"],
  [70, "a bug in Lockstep"],
];

const GROUPS: readonly (readonly [Row["group"], string])[] = [
  ["When", "When passes are made"],
  ["What", "What a pass does"],
  ["Log", "What is said about it"],
  ["Other", "Other"],
];

export function help(): string {
  const width = Math.max(...OPTIONS.map((row) => signature(row).length));
  return [
    "Lockstep keeps a replica folder an exact, one-way copy of a source folder.",
    "",
    "Usage: lockstep [options] <source> <replica> [interval] [log]",
    "",
    "  source    the folder to copy; it is never written to",
    "  replica   the folder to keep in step; what is not in the source is removed from it",
    "  interval  seconds between two passes, or a time like 5m; one pass when left out",
    "  log       a file to which every operation is appended",
    "",
    ...GROUPS.flatMap(([group, heading]) => [
      `${heading}:`,
      ...OPTIONS.filter((row) => row.group === group).map((row) =>
        `  ${signature(row).padEnd(width)}  ${row.help}`
      ),
      "",
    ]),
    "By the system's own scheduler:",
    "  lockstep schedule install|remove|list|show <source> <replica> <interval or cron> <log>",
    "      [--with=cron|systemd|launchd|schtasks] [options]",
    "",
    "Exit status:",
    ...STATUSES.map(([number, meaning]) => `  ${String(number).padStart(2)}  ${meaning}`),
    "",
    "Examples:",
    "  lockstep ./photos /mnt/backup/photos             one pass",
    "  lockstep ./photos /mnt/backup/photos 30 sync.log a pass every 30 seconds, with a log",
    "  lockstep --dry-run ./photos /mnt/backup/photos   what a pass would do",
  ].join("\n");
}

/** "-n, --dry-run" or "    --interval <time>". */
export function signature(row: Row): string {
  return `${row.letter ? `-${row.letter},` : "   "} --${row.name}${row.value ? ` <${row.value}>` : ""}`;
}
