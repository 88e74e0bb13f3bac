/** From the options of a mirror to a task for the system's scheduler. Pure. */
import { trashFolder } from "./undo.ts";
import { dirname } from "node:path";
import { hasFolders, isOnNetwork, isSamePath, isWithinFolder, pathKey, wholePath } from "../whole_path.ts";
import { shown } from "../engine/entry.ts";
import { fieldsOf, idOf, type Task, type TaskTime, Unsayable } from "../timing/scheduler/task.ts";
import { commandsOf } from "./observe.ts";
import { OPTIONS } from "./option_table.ts";
import type { Options } from "./options.ts";
import type { When } from "./when.ts";

/**
 * How the program is started for a source: the words in front of its own. `isNative`: whether it needs the native edge, or
 * has no use for it; left out where it takes what this run has. `grants`: flags of Deno for what else it needs.
 */
export type Program = (source: string, isNative?: boolean, grants?: readonly string[]) => readonly string[];

/** What Deno asks for where a path is on the network. */
export const ALL_RIGHTS = "--allow-all";

/** Options that are written anew in each entry, or that are for the scheduler to say. */
const TIMING = ["interval", "cron", "once", "delay", "for", "passes", "watch", "settle-time", "log-file"];

/** The task for `options`, which were read from `words`. Throws `Unsayable` when there can be none. */
export function taskOf(options: Options, words: readonly string[], program: Program): Task {
  const { rhythm, settle, delay, life, passes } = options.when;
  if (rhythm.kind === "once") throw new Unsayable("Give an interval, times of the calendar or --watch");
  if (options.log === null) {
    throw new Unsayable("Give a log file: nobody looks at the console of a scheduled program");
  }
  if (delay > 0 || life !== null || passes !== null) {
    throw new Unsayable("--delay, --for and --passes are for a program that you start: leave them out");
  }
  const [source, replica, log] = [
    wholePath(options.source),
    wholePath(options.replica),
    wholePath(options.log),
  ];
  if (isWithinFolder(log, source)) {
    throw new Unsayable(
      "The log file lies in the source, into which the entry may not write: choose another place",
    );
  }
  for (const one of options.choice.chosen) {
    if (one.kind === "file" && isWithinFolder(wholePath(one.path), replica)) {
      throw new Unsayable(
        "The file of --exclude-from lies in the replica, where it may be removed: choose another place",
      );
    }
  }
  const others = optionWords(words).filter((word) => !isTiming(word)).map(withWholePath);
  const trash = options.undo.trash && trashFolder(options.undo.trash, replica);
  if (trash !== null) others.push(`--trash=${trash}`);
  const kept = [...new Set(keptIn(options).map((path) => dirname(wholePath(path))))];
  const isNeeded = options.edge === "native" || options.xattrs || options.devices;
  const isNative = options.edge === "portable" ? false : isNeeded || undefined;
  const patterns = options.choice.chosen.flatMap((one) => one.kind === "file" ? [wholePath(one.path)] : []);
  const needsAll = [source, replica, log, trash ?? log, ...kept, ...patterns].some((path) =>
    isOnNetwork(path)
  );
  const grants = grantsOf(options, isNeeded);
  const command = [
    ...program(source, isNative, needsAll ? [ALL_RIGHTS] : grants),
    source,
    replica,
    `--log-file=${log}`,
    ...others,
  ];
  const repeated = rhythm.kind === "cron" ? `--cron=${rhythm.text}` : `--interval=${rhythm.ms}ms`;
  const watched = settle === null ? [] : ["--watch", `--settle-time=${settle}ms`];
  const isLoudnessGiven = options.loudness !== "normal" || options.json;
  return {
    id: idOf(pathKey(source), pathKey(replica)),
    title: `${shown(source)} to ${shown(replica)}`,
    once: [...command, "--once", ...isLoudnessGiven ? [] : ["--quiet"]],
    always: [...command, repeated, ...watched],
    when: settle === null ? timeOf(rhythm) : { kind: "always", ms: null },
    places: { source, replica, log, ...(trash !== null && { trash }), ...(kept.length > 0 && { kept }) },
  };
}

/** The flags of Deno that few mirrors need. Throws `Unsayable`. */
export function grantsOf({ observe, pace }: Options, isNative: boolean): string[] {
  const programs = new Set<string>();
  for (const [why, command] of commandsOf(observe)) {
    if (command === null) continue;
    const [program] = command;
    if (program.includes(",") || (hasFolders(program) && !isSamePath(wholePath(program), program))) {
      throw new Unsayable(
        `The scheduler starts programs elsewhere: write the whole path, without a comma, of ${
          shown(program)
        }, which --on-${why} names`,
      );
    }
    programs.add(program);
  }
  return [
    ...programs.size > 0 ? [`--allow-run=${[...programs].join(",")}`] : [],
    ...pace.nice !== null && !isNative ? ["--allow-sys=setPriority"] : [],
  ];
}

function timeOf(rhythm: Exclude<When["rhythm"], { kind: "once" }>): TaskTime {
  return rhythm.kind === "cron"
    ? { kind: "calendar", fields: fieldsOf(rhythm.text) }
    : { kind: "always", ms: rhythm.ms };
}

/** The files, beside the log, that a mirror writes. */
function keptIn(
  { observe: { status, metrics, report }, check: { manifest }, undo: { state } }: Options,
): string[] {
  return [status, metrics, report, manifest, state].filter((path) => path !== null);
}

/** Options whose value is a file. */
const FILES = ["exclude-from", "status", "metrics", "report", "manifest", "state"];

/** The scheduler starts programs elsewhere. */
function withWholePath(word: string): string {
  const [, name = "", path] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
  return path !== undefined && FILES.includes(name) ? `--${name}=${wholePath(path)}` : word;
}

function isTiming(word: string): boolean {
  return TIMING.includes(word.replace(/^--?/, "").replace(/=.*$/s, "")) || word === "-w";
}

/** The options among words, each with its value in one word. */
function optionWords(words: readonly string[]): string[] {
  const options: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === "--") break;
    if (!word.startsWith("-")) continue;
    // it may stand alone, and its folder is told in full
    if (word === "--trash" && words[index + 1] !== undefined && !words[index + 1]!.startsWith("-")) index++;
    if (/^--trash(=|$)/.test(word)) continue;
    const row = OPTIONS.find(({ name }) => word === `--${name}`);
    options.push(row?.value ? `${word}=${words[++index]}` : word);
  }
  return options;
}
