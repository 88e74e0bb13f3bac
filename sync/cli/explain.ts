/** The words of the command `explain`, as what is asked of which mirror; and the path, as the trees spell it. Pure. */
import type { Path } from "../engine/entry.ts";
import { misuse } from "./misuse.ts";
import { plainWords } from "./option_table.ts";
import { type Options, parse } from "./options.ts";
import { printable } from "./reason.ts";
import { isWhole, namesIn, pathWithin, wholePath } from "../whole_path.ts";

const USAGE = "lockstep explain <path> <source> <replica> [options]";

const HELP = `Why a path would be copied, changed, left or removed by a pass. Writes nothing.

Usage: ${USAGE}

  path     in the source, as "photos/lake.jpg"; an absolute path in either folder will do
  options  those of the mirror: see lockstep --help. --json gives one object`;

export type Explaining =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  /** `path`: as it was typed. */
  | { readonly kind: "explain"; readonly path: string; readonly options: Options };

/** Read the words after "explain". */
export function parseExplain(words: readonly string[]): Explaining {
  if (words[0] === "help") return { kind: "help", text: HELP };
  const complaint = misuse(words);
  if (complaint !== null) return usage(complaint);
  const index = plainWords(words)[0] ?? words.length;
  const path = words[index];
  const command = parse(words.filter((_, i) => i !== index));
  if (command.kind === "help") return { kind: "help", text: HELP };
  if (path === undefined) return usage("Give a path, a source and a replica");
  if (command.kind === "usage") return command;
  if (command.kind !== "mirror") return usage("Give a path, a source and a replica");
  return { kind: "explain", path, options: command.options };
}

function usage(text: string): Explaining {
  return { kind: "usage", text: `${printable(text)}; ${USAGE}` };
}

/** A path as it was typed as one below the roots (absolute paths); or a text that says what is wrong with it. */
export function pathIn(typed: string, roots: readonly string[]): { readonly path: Path } | string {
  const names = namesIn(typed);
  if (names.includes("..")) return `"${printable(typed)}" goes back up: write it without ".."`;
  if (!isWhole(typed)) return { path: names.join("/") };
  const whole = wholePath(typed);
  for (const root of roots) {
    const path = pathWithin(whole, root);
    if (path !== null) return { path };
  }
  return `"${printable(typed)}" lies neither in the source nor in the replica`;
}
