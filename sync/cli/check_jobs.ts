/** The words of the command `check`, and what it says. Pure. */
import type { Options } from "./options.ts";
import { wholePath } from "../whole_path.ts";
import { shown } from "../engine/entry.ts";
import { whenText } from "./announce.ts";
import { nearest } from "./nearest.ts";
import type { Said } from "./plan.ts";
import { printable } from "./reason.ts";

/** The file of jobs where none is named. */
export const DEFAULT_CONFIG = "lockstep.jsonc";

const CHECK = "lockstep check [--config <file>] [job…]";

const HELP = `Read a file of jobs, say what each job would do, and all that is wrong. Writes nothing.

Usage: ${CHECK}

  -c, --config <file>  the file of jobs (default: ${DEFAULT_CONFIG})
  job                  only what these would do; all of the file is checked

Exit status: 0 nothing is wrong, 1 something is; what is not there now is a warning.`;

export interface Checking {
  readonly kind: "check";
  /** As it was typed. */
  readonly config: string;
  /** All where there is none. */
  readonly jobs: readonly string[];
}

/** Read the words after "check". */
export function parseCheck(words: readonly string[]): Checking | Said {
  const jobs: string[] = [];
  let config: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      jobs.push(...words.slice(i + 1));
      break;
    }
    if (word === "--help" || word === "-h" || (word === "help" && i === 0)) {
      return { kind: "help", text: HELP };
    }
    const joined = /^--config=(.*)$/s.exec(word)?.[1];
    if (joined === undefined && word !== "--config" && word !== "-c") {
      if (/^-./.test(word)) return usage(`There is no option "${word}" of check`);
      jobs.push(word);
      continue;
    }
    const given = joined ?? words[++i];
    if (given === undefined || given === "") return usage("--config needs a value: --config <file>");
    if (config !== undefined) return usage("--config is given twice: leave one out");
    config = given;
  }
  return { kind: "check", config: config ?? DEFAULT_CONFIG, jobs };
}

/** The jobs of these names, all where there is none, in the order of the file; or what is wrong with a name. */
export function chosenJobs<Job extends { readonly name: string }>(
  jobs: readonly Job[],
  names: readonly string[],
): readonly Job[] | string {
  const known = new Set(jobs.map(({ name }) => name));
  // typed in the other way of writing the same letters
  const same = new Map(jobs.map(({ name }) => [name.normalize("NFC"), name]));
  const wanted = new Set<string>();
  for (const typed of names) {
    const name = same.get(typed.normalize("NFC")) ?? typed;
    if (!known.has(name)) return unknownJob(typed, [...known]);
    wanted.add(name);
  }
  return names.length === 0 ? jobs : jobs.filter(({ name }) => wanted.has(name));
}

/** How many names are listed where none is near. */
const LISTED = 8;

function unknownJob(typed: string, names: readonly string[]): string {
  const near = nearest(typed, names);
  const listed = names.slice(0, LISTED).map(shown).join(", ") + (names.length > LISTED ? ", …" : "");
  const hint = near === null ? `, only ${listed}` : `: did you mean ${shown(near)}?`;
  return `There is no job ${shown(typed)}${hint}`;
}

/** What a job will do. */
export function jobText({ source, replica, when, dryRun }: Options): string {
  return `${plain(wholePath(source))} -> ${plain(wholePath(replica))}, ${whenText(when)}${
    dryRun ? ", as a dry run" : ""
  }`;
}

/** A path without quotes, unless something in it has to be escaped. */
function plain(path: string): string {
  return shown(path) === `"${path}"` ? path : shown(path);
}

function usage(text: string): Said {
  return { kind: "usage", text: `${printable(text)}; ${CHECK}` };
}
