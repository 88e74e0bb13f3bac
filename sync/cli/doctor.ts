/** The words of the command `doctor`, as what is looked at, and how. Pure. */
import { ownOf } from "./command_table.ts";
import { misuse } from "./misuse.ts";
import { plainWords } from "./option_table.ts";
import { type Options, parse } from "./options.ts";
import { printable } from "./reason.ts";

const USAGE = "lockstep doctor [<source> <replica> [interval] [log]] [options]";

const HELP = `Say what a mirror finds here: the system, versions, permissions, limits, both
folders, what the replica can hold; what would be slow or unsafe, and what to
do about it. Fit to be pasted into a report of a bug. Writes nothing.

Usage: ${USAGE}
       lockstep doctor --config <file> [job...]

  source, replica  as for a mirror; without them, the system alone is told of
  --config <file>  both folders of each job in a file of jobs, or of some
  --try            write to the replica, too, to find out what it can hold: in a
                   folder of its own that is gone afterwards
  --redact         without the names of folders, of the user and of the machine:
                   <source>, <replica>, <home>, <user>, <host>
  options          those of the run that is in question, which are looked at, too.
                   --json gives one object

Exit status: 0 nothing is unsafe, 42 something is, 3 a run would not begin.`;

export type Examining =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  | {
    readonly kind: "doctor";
    /** null where no folders are named. */
    readonly options: Options | null;
    /** The words of that run, as they were typed: without what is the doctor's own. */
    readonly words: readonly string[];
    /** The file of jobs, as it was typed, and those of its jobs that are meant; null for no file. */
    readonly config: { readonly file: string; readonly jobs: readonly string[] } | null;
    readonly tries: boolean;
    readonly redacts: boolean;
    readonly json: boolean;
  };

/** Its own options that are switches, and the one that takes a value. */
const SWITCHES = ownOf("doctor").filter(({ value }) => !value).map(({ name }) => name);
const [CONFIG] = ownOf("doctor").filter(({ value }) => value).map(({ name }) => `--${name}`);

/** Read the words after "doctor". */
export function parseDoctor(words: readonly string[]): Examining {
  if (words[0] === "help") return { kind: "help", text: HELP };
  const own = separated(words);
  if (typeof own === "string") return usage(own);
  const { rest, given, file } = own;
  const complaint = misuse(rest);
  if (complaint !== null) return usage(complaint);
  if (rest.includes("--help") || rest.includes("-h")) return { kind: "help", text: HELP };
  const how = { tries: given.has("try"), redacts: given.has("redact"), json: rest.includes("--json") };
  const plain = plainWords(rest);
  if (file !== null || plain.length === 0) {
    const strange = rest.find((word, i) => word !== "--json" && word !== "--" && !plain.includes(i));
    if (strange !== undefined) {
      return usage(`${file === null ? "Without folders" : CONFIG}, "${strange}" says nothing: leave it out`);
    }
    if (how.tries && file === null) {
      return usage("--try writes to a replica: name the source and the replica");
    }
    const config = file === null ? null : { file, jobs: plain.map((i) => rest[i]!) };
    return { kind: "doctor", options: null, config, words: [], ...how };
  }
  if (plain.length === 1) return usage("Give the source and the replica, or neither");
  const command = parse(rest);
  if (command.kind === "usage") return command;
  if (command.kind !== "mirror") return usage("Give the source and the replica");
  return {
    kind: "doctor",
    options: command.options,
    words: rest.filter((word) => word !== "--json"),
    config: null,
    ...how,
  };
}

interface Separated {
  readonly rest: readonly string[];
  readonly given: ReadonlySet<string>;
  readonly file: string | null;
}

/** The options of this command, and the other words; or what is wrong. */
function separated(words: readonly string[]): Separated | string {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const rest: string[] = [];
  const given = new Set<string>();
  let file: string | null = null;
  for (let i = 0; i < end; i++) {
    const word = words[i]!;
    const [name = "", joined] = /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word];
    if (name === CONFIG) {
      if (file !== null) return `${CONFIG} is given twice: leave one out`;
      file = joined ?? words[++i] ?? "";
      if (file === "") return `${CONFIG} needs a value: ${CONFIG} <file>`;
    } else if (SWITCHES.includes(word.replace(/^--/, "")) && word.startsWith("--")) {
      given.add(word.slice(2));
    } else rest.push(word);
  }
  return { rest: [...rest, ...words.slice(end)], given, file };
}

function usage(text: string): Examining {
  return { kind: "usage", text: `${printable(text)}; lockstep doctor --help shows how` };
}
