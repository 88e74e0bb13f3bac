/** What `--help` prints, made from the tables of options and of exit statuses. */
import { EXIT_STATUSES } from "./exit_status.ts";
import { OPTIONS, type Row, signature } from "./option_table.ts";

export const VERSION = "0.1.0";

const GROUPS: readonly (readonly [Row["group"], string])[] = [
  ["When", "When passes are made"],
  ["What", "What a pass does"],
  ["Log", "What is said about it"],
  ["Other", "Other"],
];

export function help(): string {
  return [
    "Lockstep keeps a replica folder an exact, one-way copy of a source folder.",
    "",
    "Usage: lockstep [options] <source> <replica> [interval] [log]",
    "",
    "  source    the folder to copy; it is never written to",
    "  replica   the folder to keep in sync; what is not in the source is removed from it",
    "  interval  seconds between two passes, or a time like 5m; one pass when left out",
    "  log       a file to which every operation is appended",
    "",
    ...GROUPS.flatMap(([group, heading]) => [`${heading}:`, ...optionLines(group), ""]),
    "By the system's own scheduler:",
    "  lockstep schedule install|remove|list|show <source> <replica> <interval or cron> <log>",
    "      [--with=cron|systemd|launchd|schtasks] [options]",
    "",
    "Exit status:",
    ...EXIT_STATUSES.map(({ number, meaning }) => `  ${String(number).padStart(2)}  ${meaning}`),
    "",
    "Examples:",
    "  lockstep ./photos /mnt/backup/photos             one pass",
    "  lockstep ./photos /mnt/backup/photos 30 sync.log a pass every 30 seconds, with a log",
    "  lockstep --dry-run ./photos /mnt/backup/photos   what a pass would do",
  ].join("\n");
}

function optionLines(group: Row["group"]): string[] {
  const width = Math.max(...OPTIONS.map((row) => signature(row).length));
  return OPTIONS.filter((row) => row.group === group)
    .map((row) => `  ${signature(row).padEnd(width)}  ${row.help}`);
}
