/**
 * The command that `lockstep doctor` says to run instead: all words of the run that is in question, and the permissions that
 * these need and no more. Starts nothing.
 */
import { fileURLToPath } from "node:url";
import { isOnNetwork, isWithinFolder, wholePath } from "../whole_path.ts";
import { commandsOf } from "./observe.ts";
import { plainWords, takesNext } from "./option_table.ts";
import type { Options } from "./options.ts";
import { quoted } from "./paths.ts";
import { needs } from "./permissions.ts";
import { ALL_RIGHTS } from "./schedule_task.ts";

/** A run: its options, and the words that mean them, as they were typed. */
export interface Meant {
  readonly options: Options;
  readonly words: readonly string[];
}

/** What of Deno's permissions was given beyond those to read and to write. */
export interface Given {
  readonly ffi: boolean;
  readonly statfs: boolean;
  readonly uid: boolean;
  readonly mkfifo: boolean;
}

/** The command, as a line for a shell. `main`: the address of the main module. `masks`: it names nothing of anybody. */
export function commandFor({ options, words }: Meant, main: string, given: Given, masks: boolean): string {
  const { edge, xattrs, devices } = options;
  const isNative = given.ffi || edge === "native" || xattrs || devices;
  const needsAll = [options.source, options.replica].some((path) => isOnNetwork(wholePath(path)));
  const flags = needsAll ? ["-q", "--no-prompt", ALL_RIGHTS] : [
    "-q",
    "--no-prompt",
    "--allow-read",
    ...writes(options) ? ["--allow-write"] : [],
    ...isNative ? ["--allow-ffi"] : [],
    ...otherFlags(options, given, isNative),
  ];
  const source = wholePath(options.source);
  // Deno ends a path at a comma
  const isDenied = !needsAll && !writesInto(options) && !source.includes(",");
  if (masks) {
    const denied = isDenied ? ["--deny-write=<source>"] : [];
    return ["deno", "run", ...flags, ...denied, "<program>/main.ts", ...maskedWords(words)].join(" ");
  }
  const denied = isDenied ? [`--deny-write=${source}`] : [];
  return [Deno.execPath(), "run", ...flags, ...denied, fileURLToPath(main), ...words]
    .map((word) => quoted(word)).join(" ");
}

/** Whether a run writes into its source: edits that it brings back, or its log. */
export function writesInto(options: Options): boolean {
  const source = wholePath(options.source);
  return writes(options, (path) => path === source || isWithinFolder(path, source));
}

/** Whether a run writes to one of such paths. */
function writes(options: Options, isMeant = (_path: string) => true): boolean {
  return needs(options, wholePath(options.source), wholePath(options.replica))
    .some(({ name, path }) => name === "write" && isMeant(path));
}

/** What few runs need. With --allow-ffi the C library does what the flags of the system are for. */
function otherFlags({ observe, pace }: Options, given: Given, isNative: boolean): string[] {
  const programs = new Set(
    commandsOf(observe).flatMap(([, command]) => command === null ? [] : [command[0]]),
  );
  if (given.mkfifo && !isNative) programs.add("mkfifo");
  const kinds = (["statfs", "uid"] as const).filter((kind) => given[kind] && !isNative);
  const system = [...kinds, ...pace.nice !== null && !isNative ? ["setPriority"] : []];
  const named = [...programs].some((program) => program.includes(",")) ? "" : `=${[...programs].join(",")}`;
  return [
    ...programs.size === 0 ? [] : [`--allow-run${named}`],
    ...system.length === 0 ? [] : [`--allow-sys=${system.join(",")}`],
  ];
}

/** The same words without a name: those of options stay, and numbers with a unit. */
export function maskedWords(words: readonly string[]): string[] {
  if (words[0] === "run") return ["run", "--config", "<file>", "<job>"];
  const plain = plainWords(words);
  return words.map((word, i) => {
    const index = plain.indexOf(i);
    if (index >= 0) return ["<source>", "<replica>"][index] ?? maskedValue(word);
    if (takesNext(words[i - 1] ?? "", word)) return maskedValue(word);
    const [, name, value] = /^(--[a-z-]+=)(.*)$/s.exec(word) ?? [];
    if (name !== undefined) return name + maskedValue(value!);
    return /^(--[a-z-]+|-[a-zA-Z]+|--)$/.test(word) ? word : "-<value>";
  });
}

function maskedValue(value: string): string {
  return isPublic(value) ? value : "<value>";
}

/** A number with a unit, or the name of an edge. */
function isPublic(value: string): boolean {
  return /^\d+(\.\d+)?[a-zA-Z]{0,3}%?$|^(native|portable)$/.test(value);
}

/** What in the words is somebody's, the longest first: the names of folders and files, and patterns. */
export function privateWords(words: readonly string[]): string[] {
  const values = words.map((word) => /^--[a-z-]+=(.*)$/s.exec(word)?.[1] ?? word);
  return values.filter((value) => !value.startsWith("-") && value !== "run" && !isPublic(value))
    .sort((a, b) => b.length - a.length);
}
