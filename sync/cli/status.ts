/** The words of the command `status`, as which files are looked at, and how. Pure. */
import { parseAge, parseDuration } from "../timing/duration.ts";
import { DEFAULT_CONFIG } from "./check_jobs.ts";
import { nearest } from "./nearest.ts";
import { printable } from "./reason.ts";
import { hasFolders } from "../whole_path.ts";

const HELP = `How mirrors are, by the status files that they keep (--status). Writes nothing.

Usage: lockstep status [--config <file>] [job...]
       lockstep status <file.json>... [job...]
       lockstep status <folder> [job...]

  -c, --config <file>  the file of jobs that names the status file, or that
                       lockstep split made (default: ${DEFAULT_CONFIG})
  file.json            what a mirror's --status keeps; a word with "/" in it, or that
                       ends in .json. Other words are names of jobs
  folder               in which the jobs of a split keep their status files: one answer
  --max-age <time>     how long ago a replica may have been in sync: 26h, 2d. Left
                       out, it follows from how often passes are made
  --json               one object for programs

The first line and the exit status are those of a plug-in of Nagios or Icinga:
0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; docs/status.md says when it is which.`;

export type Asking =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  | {
    readonly kind: "status";
    /** As they were typed; one of them may be a folder. */
    readonly files: readonly string[];
    /** The file of jobs that names the status file; null where that is named itself. */
    readonly config: string | null;
    /** The jobs that are asked for; all when there is none. */
    readonly jobs: readonly string[];
    /** In ms; null for what follows from each job. */
    readonly maxAge: number | null;
    readonly json: boolean;
  };

const WITH_VALUE = ["--config", "--max-age"];
const OPTIONS = [...WITH_VALUE, "--json", "--help"];

/** Read the words after "status". `isFolder`: whether a word without "/" is a folder to look into, and no job. */
export function parseStatus(words: readonly string[], isFolder: (word: string) => boolean): Asking {
  if (words[0] === "help" || words.includes("--help") || words.includes("-h")) {
    return { kind: "help", text: HELP };
  }
  const values = new Map<string, string>();
  const plain: string[] = [];
  let json = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [long, joined] = word.startsWith("--") && word.includes("=")
      ? [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]
      : [word, undefined];
    const name = long === "-c" ? "--config" : long;
    if (word === "--") {
      plain.push(...words.slice(i + 1));
      break;
    }
    if (WITH_VALUE.includes(name)) {
      const value = joined ?? words[++i];
      if (value === undefined || value === "") return usage(`${name} needs a value`);
      if (values.has(name)) return usage(`${name} is given twice: leave one out`);
      values.set(name, value);
    } else if (word === "--json") json = true;
    else if (word.startsWith("-")) {
      const near = nearest(name.replace(/^-+/, ""), OPTIONS.map((one) => one.slice(2)));
      return usage(`status has no option "${word}"${near === null ? "" : `: did you mean --${near}?`}`);
    } else plain.push(word);
  }
  const typed = values.get("--max-age");
  const maxAge = typed === undefined ? null : parseAge(typed) ?? undefined;
  if (maxAge === undefined) {
    const hint = typed && parseDuration(typed) !== null ? `: give it a unit, and more than 0` : "";
    return usage(`--max-age takes a time like 26h or 2d, not "${typed}"${hint}`);
  }
  const named = values.get("--config");
  const isFile = (word: string) =>
    named === undefined && (hasFolders(word) || word.endsWith(".json") || isFolder(word));
  const files = plain.filter(isFile);
  const config = named ?? (files.length === 0 ? DEFAULT_CONFIG : null);
  return { kind: "status", files, config, jobs: plain.filter((word) => !isFile(word)), maxAge, json };
}

function usage(text: string): Asking {
  return { kind: "usage", text: `${printable(text)}; lockstep status --help shows how` };
}
