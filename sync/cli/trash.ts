/** The words of the command `trash`: what is asked of which trash. Pure. */
import { parseAge } from "../timing/duration.ts";
import { COMMAND_TABLE, ownOf } from "./command_table.ts";
import { nearest } from "./nearest.ts";
import { printable } from "./reason.ts";
import { type Typed, typed } from "./typed.ts";

const USAGE = "lockstep trash list|show|restore|empty <folder> …";

const HELP = `What passes with --trash removed or replaced, and the way back.

  lockstep trash list <folder>                       the passes in a trash
  lockstep trash show <folder> <pass> [path]         what went in one of them
  lockstep trash restore <folder> <pass> [path]      put it back into the replica
  lockstep trash empty <folder> [pass]               delete it for good

  folder  the trash, or the replica that it lies beside
  pass    its name as listed, or the beginning of it, or "latest"
  path    as in the replica; all of the pass when left out

Options of restore:
  --to <folder>        put it there, as into the source, instead
  --force              replace what is newer or of another kind, too
  -n, --dry-run        say what would be restored, write nothing
Options of empty:
  --older-than <time>  only passes older than that: 30d
  --yes                do not ask

What is restored stays in the trash. What it replaces goes there, so that a restore
can be undone. Nothing that is newer is replaced without --force.`;

export type Trashing =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "list"; readonly folder: string }
  | { readonly kind: "show"; readonly folder: string; readonly pass: string; readonly path: string }
  | {
    readonly kind: "restore";
    readonly folder: string;
    readonly pass: string;
    readonly path: string;
    /** null for the replica. */
    readonly to: string | null;
    readonly force: boolean;
    readonly dryRun: boolean;
  }
  | {
    readonly kind: "empty";
    readonly folder: string;
    /** null for all. */
    readonly pass: string | null;
    /** In ms; null for any age. */
    readonly olderThan: number | null;
    readonly yes: boolean;
  };

const VERBS = COMMAND_TABLE.find(({ name }) => name === "trash")!.verbs!;
const OPTIONS = ownOf("trash");

/** Read the words after "trash". */
export function parseTrash(words: readonly string[]): Trashing {
  const given = typed(words, OPTIONS);
  const [verb, folder, pass, path = ""] = given.words;
  if (given.help || verb === "help" || verb === undefined) return { kind: "help", text: HELP };
  const row = VERBS.find(({ name }) => name === verb);
  if (row === undefined) {
    const near = nearest(verb, VERBS.map(({ name }) => name));
    return usage(
      `There is no command "trash ${verb}"${near === null ? "" : `: did you mean "trash ${near}"?`}`,
    );
  }
  if (given.unknown !== null) return usage(`There is no option "${given.unknown}" of trash ${verb}`);
  for (const { name } of OPTIONS) {
    const values = given.values.get(name) ?? [];
    const isGiven = given.on.has(name) || values.length > 0;
    if (isGiven && !row.own.some((one) => one.name === name)) {
      return usage(`--${name} is no option of trash ${verb}`);
    }
    if (values.includes("")) return usage(`--${name} needs a value`);
  }
  const [least, most] = [row.words.filter(({ optional }) => !optional).length, row.words.length];
  const count = given.words.length - 1;
  if (count > most) {
    return usage(`There is one word too many: "${given.words[most + 1]}". Quote names that hold spaces`);
  }
  if (folder === undefined || folder === "") return usage("Name a trash, or its replica");
  if (count < least) return usage(`Name a pass, as "latest": lockstep trash list shows them`);
  return asked(verb, folder, pass, path, given);
}

function asked(
  verb: string,
  folder: string,
  pass: string | undefined,
  path: string,
  { on, values }: Typed,
): Trashing {
  switch (verb) {
    case "show":
      return { kind: "show", folder, pass: pass!, path };
    case "restore":
      return {
        kind: "restore",
        folder,
        pass: pass!,
        path,
        to: values.get("to")!.at(-1) ?? null,
        force: on.has("force"),
        dryRun: on.has("dry-run"),
      };
    case "empty": {
      const age = values.get("older-than")!.at(-1);
      const olderThan = age === undefined ? null : parseAge(age);
      if (age !== undefined && olderThan === null) {
        return usage(`--older-than takes a time with its unit, like 30d or 12h, not "${age}"`);
      }
      return { kind: "empty", folder, pass: pass ?? null, olderThan, yes: on.has("yes") };
    }
    default:
      return { kind: "list", folder };
  }
}

function usage(text: string): Trashing {
  return { kind: "usage", text: `${printable(text)}; ${USAGE}, and --help` };
}
