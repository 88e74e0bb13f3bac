/** The words of the command `bring-back`, as what is asked for. Pure. */
import { misuse } from "./misuse.ts";
import { plainWords } from "./option_table.ts";
import { type Options, parse } from "./options.ts";
import { printable } from "./reason.ts";

const USAGE = "lockstep bring-back <source> <replica> [path…] [options]";

const HELP =
  `Carry what was edited or made in the replica to the source. Shows it, and asks before it is done.
Nothing is removed from the source; its old versions go to a trash.

Usage: ${USAGE}

  path     only what is at or below these: "photos/lake.jpg"; an absolute path in either folder will do
  options  those of the mirror: see lockstep --help. These matter here:

    --state <file>     what the last pass left: without it, edits are known by a newer time
    --trash <folder>   where the source's old versions go (default: <source>.trash)
    --yes              do not ask
    -n, --dry-run      show it, and write nothing
    --json             one JSON object per event`;

export type BringingBack =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  /** `paths`: as they were typed. */
  | {
    readonly kind: "bring-back";
    readonly paths: readonly string[];
    readonly yes: boolean;
    readonly options: Options;
  };

/** Read the words after "bring-back". */
export function parseBringBack(words: readonly string[]): BringingBack {
  if (words[0] === "help") return { kind: "help", text: HELP };
  const yes = words.includes("--yes");
  const others = words.filter((word) => word !== "--yes" && word !== "--keep-edits");
  const complaint = misuse(others);
  if (complaint !== null) return usage(complaint);
  const paths = new Set(plainWords(others).slice(2));
  const command = parse(["--keep-edits", ...others.filter((_, i) => !paths.has(i))]);
  if (command.kind === "help") return { kind: "help", text: HELP };
  if (plainWords(others).length < 2) return usage("Give a source and a replica");
  if (command.kind === "usage") return command;
  if (command.kind !== "mirror") return usage("Give a source and a replica");
  const { options } = command;
  if (options.when.rhythm.kind !== "once" || options.when.settle !== null) {
    return usage(
      "bring-back is done once: leave out --interval, --cron and --watch; a loop has --bring-back",
    );
  }
  if (options.undo.edits !== "keep") return usage("bring-back is the command: leave out --bring-back");
  return { kind: "bring-back", paths: [...paths].map((i) => others[i]!), yes, options };
}

function usage(text: string): BringingBack {
  return { kind: "usage", text: `${printable(text)}; ${USAGE}` };
}
