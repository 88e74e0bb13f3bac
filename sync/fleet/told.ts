/** What all engines are told of a split: which tasks there are, how one is started, and what a reader of the text must know. Pure. */
import { shown } from "../engine/entry.ts";
import { TOP_JOB } from "../engine/part.ts";
import type { Split } from "../jobs/split.ts";
import { quoted } from "../cli/paths.ts";
import type { Program } from "./program.ts";

export interface Fleet {
  readonly split: Split;
  /** The file of jobs: an absolute path. */
  readonly config: string;
  readonly program: Program;
  /** Processors of a task, each for a thread. */
  readonly cpus: number;
  /** Whether each operation is a line of a task's output. */
  readonly lines: boolean;
  /** From 1 to 19; null to leave it as it is. */
  readonly nice: number | null;
}

/** The text for an engine; or a line that says why there can be none. */
export type Told = { readonly kind: "text" | "wrong"; readonly text: string };

/** What stands behind the program for each task, without its number. */
export function wordsOfTask({ split, config, cpus, lines, nice }: Omit<Fleet, "program">): readonly string[] {
  return [
    "run",
    `--config=${config}`,
    `--expect-split=${split.id}`,
    `--threads=${cpus}`,
    ...lines ? [] : ["--lines=none"],
    ...nice === null ? [] : [`--nice=${nice}`],
  ];
}

/** The command of a task for a POSIX shell. `number`: the shell's text for its number. */
export function shellOfTask(fleet: Fleet, number: string): string {
  return `${shellOf([...fleet.program, ...wordsOfTask(fleet)])} --job-index=${number}`;
}

/** The command of the last task, which has what all others leave. */
export function shellOfTop(fleet: Fleet): string {
  return shellOf([...fleet.program, ...wordsOfTask(fleet), TOP_JOB]);
}

/** A word for a POSIX shell. */
export function forShell(word: string): string {
  return quoted(word, { separator: "/" });
}

function shellOf(words: readonly string[]): string {
  return words.map(forShell).join(" ");
}

/** What the output of tasks is kept in: it lies beside the folder of their status, whose files are read by their names. */
export function outputIn({ status }: Pick<Split, "status">): string {
  return `${status}.out`;
}

/** Lines of a comment: what this is a text of, what to do with it (`how`), and how long it is good. */
export function preface({ split, config }: Omit<Fleet, "program">, how: readonly string[]): string {
  const { id, made, source, replica, shares } = split;
  return commented([
    `Lockstep: one pass of ${shown(source)}`,
    `to ${shown(replica)}`,
    `by the split ${id}, made ${moment(made)}, in ${shown(config)}:`,
    `${
      shares.length === 1 ? "1 task" : `${shares.length} tasks`
    }, and then "${TOP_JOB}", which has all that they leave.`,
    "",
    ...how,
    "",
    "This text is for this split: when another one has been made, its tasks end with status 1 and touch",
    "nothing, and lockstep fleet show gives the new text.",
  ]);
}

/** What machines must have in common that start the program themselves. */
export const SAME_PATHS =
  "The folders, the file of jobs and the program must be at the same paths on each machine.";

/** As it is read: a date may hold words in parentheses, and line breaks in them. */
function moment(made: string): string {
  return new Date(made).toISOString().replace(/\.\d+/, "");
}

/** Lines that a shell and YAML leave alone. */
export function commented(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}`.trimEnd()).join("\n");
}
