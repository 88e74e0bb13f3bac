/** A command that was meant: its name has a slip in it, or does not come first. Pure. */
import { COMMAND_TABLE } from "./command_table.ts";
import { nearest } from "./nearest.ts";
import { plainWords } from "./option_table.ts";
import { printable } from "./reason.ts";

const NAMES = COMMAND_TABLE.map(({ name }) => name);

/** The words in which others say that they mirror. */
const MIRRORING = ["sync", "mirror", "copy", "backup", "clone"];

/** That there is no such command, with the one that was probably meant. */
export function noCommand(name: string): string {
  const near = nearest(name, NAMES);
  return `There is no command "${printable(name)}"${near === null ? "" : `: did you mean ${near}?`}`;
}

/** The words in the place of "help plan", which asks for "plan --help"; others as they are; or what is wrong. */
export function withHelp(words: readonly string[]): readonly string[] | string {
  const [first, name, ...others] = words;
  if (first !== "help") return words;
  if (name === undefined || name === "help") return ["--help", ...others];
  if (name.startsWith("-")) return ["--help", name, ...others];
  return NAMES.includes(name) ? [name, "--help"] : `${noCommand(name)}; lockstep help`;
}

/** That there is no such command, and how a folder of that name is written. */
export function noCommandNorFolder(name: string): string {
  return `${noCommand(name)} A folder of that name is "./${printable(name)}"`;
}

/**
 * What to say of words that the mirror cannot use for the reason in `complaint`, where a command was probably meant. A name
 * with a "/" or a point in it is a folder's.
 */
export function withCommand(words: readonly string[], complaint: string): string {
  const [first, ...others] = plainWords(words).map((i) => words[i]!);
  if (first === undefined) return complaint;
  if (isSlip(first)) {
    if (others.length === 0) return noCommandNorFolder(first);
    return `${complaint}; or did you mean the command ${nearest(first, NAMES)}?`;
  }
  const late = others.find((word) => NAMES.includes(word));
  if (late !== undefined) return `${complaint}; a command comes first: lockstep ${late} …`;
  if (others.length > 1 && MIRRORING.includes(first)) return `Lockstep always mirrors: leave "${first}" out`;
  return complaint;
}

/** Whether a word is the name of a command with a slip in it. */
export function isSlip(word: string): boolean {
  return /^[a-z-]+$/.test(word) && !NAMES.includes(word) && nearest(word, NAMES) !== null;
}
