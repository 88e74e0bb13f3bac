/** The words of the command `verify`, as what is checked, and how. Pure. */
import { parseDuration } from "../timing/duration.ts";
import { ownOf as ownOptions } from "./command_table.ts";
import { misuse } from "./misuse.ts";
import { plainWords, takesNext } from "./option_table.ts";
import { type Options, parse } from "./options.ts";
import { printable } from "./reason.ts";
import { readSizeWithUnit } from "./value.ts";

const USAGE = "lockstep verify <source> <replica> [options]";

const HELP = `Compare all files by SHA-256. Changes nothing; status 41 when anything differs.

Usage: ${USAGE}
       lockstep verify --manifest <file> <replica>
       lockstep verify --heal --manifest <file> <source> <replica>

      --manifest <file>  check the replica by the digests that a mirror's --manifest
                         keeps, which tell rot from edits, with no source at hand
      --heal             copy rotten files of the replica anew, where the source has
                         what the manifest says; rot of the source is told, never copied
      --rate <size>      read no more than this in a second: 50MiB
      --for <time>       begin no file after so long: 2h
      --since <file>     go on where the last run with this file ended, and keep there
                         how far this one came
  options                those of the mirror that say what is mirrored, and how it is
                         reached: see lockstep --help. --json gives one object per line`;

export type Verifying =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  | {
    readonly kind: "verify";
    readonly options: Options;
    /** Whether there is a source; if not, `options` has the replica in its place. */
    readonly hasSource: boolean;
    readonly heal: boolean;
    /** As it was typed. */
    readonly since: string | null;
    /** In ms. */
    readonly time: number | null;
    /** In bytes a second. */
    readonly rate: number | null;
  };

/** Options of this command alone that take a value; `for` means another thing to a mirror. */
const OWN = ownOptions("verify").filter(({ value }) => value).map(({ name }) => name);

/** Read the words after "verify". */
export function parseVerify(words: readonly string[]): Verifying {
  if (words[0] === "help") return { kind: "help", text: HELP };
  const own = ownOf(words);
  if (typeof own === "string") return usage(own);
  const complaint = misuse(own.rest);
  if (complaint !== null) return usage(complaint);
  const plain = plainWords(own.rest);
  if (plain.length > 2) return usage("Give a source and a replica, and no more");
  const isAlone = plain.length === 1;
  // for the parser a replica alone is its own source
  const command = parse(isAlone ? [...own.rest, own.rest[plain[0]!]!] : own.rest);
  if (command.kind === "help") return { kind: "help", text: HELP };
  if (plain.length === 0) return usage(ALONE);
  if (command.kind === "usage") return command;
  if (command.kind !== "mirror") return usage("Give a source and a replica");
  const { options } = command;
  const wrong = wrongWith(options, own.heal, isAlone);
  if (wrong !== null) return usage(wrong);
  const { since = null } = own.values;
  const time = own.values.for === undefined ? null : parseDuration(own.values.for);
  if (time === null && own.values.for !== undefined) {
    return usage(`--for takes a time like 30m or 2h, not "${own.values.for}"`);
  }
  const rate = own.values.rate === undefined ? null : readSizeWithUnit(own.values.rate.replace(/\/s$/, ""));
  if (rate === undefined) {
    return usage(`--rate takes the bytes of a second with their unit, like 50MiB, not "${own.values.rate}"`);
  }
  return { kind: "verify", options, hasSource: !isAlone, heal: own.heal, since, time, rate };
}

const ALONE = "Give a source and a replica, or the replica alone with --manifest <file>";

/** What makes no sense in a check; null when all does. */
function wrongWith(options: Options, heal: boolean, isAlone: boolean): string | null {
  const { when, check, undo } = options;
  if (when.rhythm.kind !== "once") return "A check is made once: leave out what has it repeated";
  if (isAlone && check.manifest === null) {
    return ALONE;
  }
  if (heal && isAlone) return "--heal copies from the source: give it, before the replica";
  if (heal && check.manifest === null) {
    return "--heal goes with --manifest, which tells which side is rotten: add it";
  }
  if (!isAlone && !heal && check.manifest !== null) {
    return "--manifest checks the replica alone: leave out the source, or add --heal";
  }
  if (options.dryRun) return "A check changes nothing: leave out --dry-run";
  if (check.verify || undo.trash !== null || undo.edits !== "overwrite" || options.ask) {
    return "A check makes no pass: leave out --verify, --trash, --keep-edits, --bring-back and --ask";
  }
  return null;
}

interface Own {
  readonly rest: string[];
  readonly values: Readonly<Partial<Record<string, string>>>;
  readonly heal: boolean;
}

/** The options of this command, and the other words. */
function ownOf(words: readonly string[]): Own | string {
  const rest: string[] = [];
  const values: Partial<Record<string, string>> = {};
  let heal = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      rest.push(...words.slice(i));
      break;
    }
    const [, name = "", joined] = /^--([a-z]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === "heal" && joined === undefined) heal = true;
    else if (OWN.includes(name)) {
      const value = joined ?? words[++i];
      if (value === undefined || value === "") return `--${name} needs a value`;
      if (values[name] !== undefined) return `--${name} is given twice: leave one out`;
      values[name] = value;
    } else {
      rest.push(word);
      if (takesNext(word, words[i + 1])) rest.push(words[++i]!);
    }
  }
  return { rest, values, heal };
}

function usage(text: string): Verifying {
  return { kind: "usage", text: `${printable(text)}; lockstep verify --help shows how` };
}
