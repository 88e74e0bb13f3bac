/**
 * What `--help` prints, made from the tables of options and of exit statuses: 80 columns wide, and soon read. What few need
 * is shown with `--verbose` only, so that the rest fits a screen.
 */
import { COMMAND_TABLE } from "./command_table.ts";
import { EXIT_STATUSES } from "./exit_status.ts";
import { OPTIONS, type Row, signature } from "./option_table.ts";

/** How wide a line may be. */
const WIDTH = 80;
/** How wide the column of options may be; a longer one pushes its help to the right. */
const WIDEST = 28;

/** By what one wants to do. */
export const GROUPS: readonly (readonly [Row["group"], string])[] = [
  ["Repeat", "Keep it in sync"],
  ["Care", "Look first, and be careful"],
  ["Choose", "Choose what is mirrored"],
  ["Undo", "Keep a way back, and make sure"],
  ["How", "How it is compared and copied"],
  ["See", "See what happens"],
];

/** The options that most people need, or all of them. */
export function help(which: "usual" | "all" = "usual"): string {
  const rows = OPTIONS.filter(({ more }) => which === "all" || !more);
  const left = OPTIONS.length - rows.length;
  return [
    "Lockstep keeps a replica folder an exact, one-way copy of a source folder.",
    "",
    "  lockstep --dry-run ./photos /mnt/nas/photos       show what a pass would do",
    "  lockstep ./photos /mnt/nas/photos                 make one pass",
    "  lockstep ./photos /mnt/nas/photos 30 sync.log     one every 30 s, with a log",
    "  lockstep ./photos /mnt/nas/photos -w sync.log     follow every change",
    "  lockstep schedule install ./photos /mnt/nas/photos 1h sync.log",
    "",
    "Usage: lockstep [options] <source> <replica> [interval] [log]",
    "       lockstep <command> …, of which lockstep help <command> tells more",
    "",
    "  source    the folder to copy; nothing but bring-back writes to it",
    "  replica   the folder to keep in sync; what is not in the source is deleted",
    "  interval  seconds between two passes, or a time like 5m; else one pass",
    "  log       a file like sync.log to which every operation is appended",
    "",
    ...commandLines(which),
    "",
    ...GROUPS.flatMap(([group, heading]) => [`${heading}:`, ...optionLines(rows, group), ""]),
    ...folded(`Exit status: ${EXIT_STATUSES.map(({ number, brief }) => `${number} ${brief}`).join(", ")}`),
    ...left === 0 ? [] : ["", `There are ${left} more options: --help --verbose shows all of them.`],
  ].join("\n");
}

/** The commands with what they do, or their names alone. */
function commandLines(which: "usual" | "all"): string[] {
  if (which === "all") {
    return ["Commands:", ...COMMAND_TABLE.map(({ name, help }) => `  ${name.padEnd(11)}  ${help}`)];
  }
  return folded(`Commands: ${COMMAND_TABLE.map(({ name }) => name).join(", ")}`);
}

function optionLines(rows: readonly Row[], group: Row["group"]): string[] {
  const width = Math.max(...OPTIONS.map((row) => signature(row).length).filter((length) => length <= WIDEST));
  return rows.filter((row) => row.group === group)
    .map((row) => `  ${signature(row).padEnd(width)}  ${row.help}`);
}

/** A sentence in lines, cut at its commas; all but the first are indented. */
function folded(sentence: string): string[] {
  const lines: string[] = [];
  for (const part of sentence.split(/(?<=,) /)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= WIDTH) {
      lines[lines.length - 1] = `${last} ${part}`;
    } else lines.push(last === undefined ? part : `  ${part}`);
  }
  return lines;
}
