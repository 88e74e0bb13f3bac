/** What was typed behind a command with verbs: its words, and the options that are its own. Pure. */
import { parseArgs } from "@std/cli/parse-args";
import type { Own } from "./command_table.ts";

export interface Typed {
  readonly words: readonly string[];
  readonly help: boolean;
  /** Options that take no value. */
  readonly on: ReadonlySet<string>;
  /** All values of each option that takes one, in their order; empty where it was not given. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** The first option that the command does not have, as it was typed; null where there is none. */
  readonly unknown: string | null;
}

export function typed(words: readonly string[], options: readonly Own[]): Typed {
  const switches = options.filter(({ value }) => !value).map(({ name }) => name);
  const valued = options.filter(({ value }) => value).map(({ name }) => name);
  let unknown: string | null = null;
  const found: Record<string, unknown> & { _: string[] } = parseArgs([...words], {
    boolean: [...switches, "help"],
    string: ["_", ...valued],
    collect: valued,
    alias: {
      h: "help",
      ...Object.fromEntries(options.flatMap(({ letter, name }) => letter ? [[letter, name]] : [])),
    },
    unknown: (word: string, key?: string) => {
      if (key === undefined) return true;
      unknown ??= word;
      return false;
    },
  });
  return {
    words: found._,
    help: Boolean(found.help),
    on: new Set(switches.filter((name) => found[name] === true)),
    values: new Map(valued.map((name) => [name, found[name] as string[]])),
    unknown,
  };
}
