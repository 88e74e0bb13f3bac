/** The ways back: where removals go, what was edited in the replica, and what is moved instead of copied. Pure. */
import { wholePath } from "../whole_path.ts";
import { parseAge, parseDuration } from "../timing/duration.ts";
import { printable } from "./reason.ts";
import { readSizeWithUnit, type Values } from "./value.ts";

/** As it was asked for. */
export interface Undo {
  /** null for none. */
  readonly trash: Trash | null;
  readonly moves: boolean;
  /** What becomes of edits in the replica: they are overwritten, left alone, or carried to the source. */
  readonly edits: "overwrite" | "keep" | "bring-back";
  /** The file with what the last pass left; null for none. */
  readonly state: string | null;
}

export interface Trash {
  /** As it was typed; null for the default, beside the replica. */
  readonly folder: string | null;
  /** How long it is kept, in ms; null for ever. */
  readonly keep: number | null;
  /** How many bytes it may hold; null for any number. */
  readonly max: number | null;
}

/** The trash where none was asked for and one is needed. */
const STANDARD: Trash = { folder: null, keep: null, max: null };

/** Read it from the values of options; or a text that says what is wrong. */
export function undoOf(values: Values): Undo | string {
  const trash = trashOf(values);
  if (typeof trash === "string") return trash;
  const [keeps, brings] = [Boolean(values["keep-edits"]), Boolean(values["bring-back"])];
  if (keeps && brings) return "--bring-back keeps edits, too: leave out --keep-edits";
  const state = values.state as string | undefined ?? null;
  if (brings && state === null) {
    return "--bring-back needs --state <file>: without it nobody knows what was changed on both sides";
  }
  if (state !== null && !keeps && !brings) return "--state goes with --keep-edits or --bring-back: add one";
  return {
    trash: brings ? trash ?? STANDARD : trash,
    moves: !values["no-moves"],
    edits: brings ? "bring-back" : keeps ? "keep" : "overwrite",
    state,
  };
}

function trashOf(values: Values): Trash | null | string {
  const [folder, keepFor, max] = [
    values.trash,
    values["trash-keep"],
    values["trash-max"],
  ] as (string | undefined)[];
  if (folder === undefined) {
    const other = keepFor !== undefined ? "--trash-keep" : max !== undefined ? "--trash-max" : null;
    return other === null ? null : `${other} goes with --trash: add it`;
  }
  const keep = keepFor === undefined ? null : parseAge(keepFor);
  if (keepFor !== undefined && keep === null) {
    return `--trash-keep takes a time with its unit, like 30d or 12h, not "${keepFor}"`;
  }
  const most = max === undefined ? null : readSizeWithUnit(max);
  if (most === undefined) return `--trash-max takes a size with its unit, like 500MiB or 20GiB, not "${max}"`;
  return { folder: folder === "" ? null : folder, keep, max: most };
}

/** What is wrong when --trash, which may stand alone, takes the interval or the log for its folder; else null. */
export function timeOrLogForTrash(word: string, next: string | undefined): string | null {
  if (word !== "--trash" || next === undefined || next.startsWith("-")) return null;
  const what = parseDuration(next) !== null ? "time" : /\.log$/i.test(next) ? "log" : null;
  if (what === null) return null;
  return `--trash takes the next word for its folder, and "${
    printable(next)
  }" is a ${what}: put --trash last, or write ` +
    `--trash=${printable(next)} for a folder of that name`;
}

/** What is wrong when --trash took the source or the replica for its folder; else null. */
export function folderForTrash(words: readonly string[]): string | null {
  const next = words[words.indexOf("--trash") + 1];
  if (!words.includes("--trash") || next === undefined || next.startsWith("-")) return null;
  return `--trash takes the next word, "${
    printable(next)
  }", for its folder: put --trash last, or write --trash=<folder>`;
}

/** The folder of a trash, as an absolute path: beside the replica (an absolute path) unless another was named. */
export function trashFolder({ folder }: Trash, replica: string): string {
  return wholePath(folder ?? `${replica}.trash`);
}
