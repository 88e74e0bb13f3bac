/**
 * The command `schedule`: words in, a task for the system's scheduler out, and its texts shown, written or removed. The
 * entry runs the program as it was started, with no more permissions than a mirror needs.
 */
import { resolve } from "node:path";
import { shown } from "../engine/entry.ts";
import { wrongWith } from "../timing/calendar.ts";
import {
  FOLDERS,
  install,
  list,
  PROGRAMS,
  remove,
  type Scheduler,
  SCHEDULERS,
  show,
} from "../timing/scheduler/scheduler.ts";
import { fieldsOf, idOf, type Task, Unsayable } from "../timing/scheduler/task.ts";
import { OPTIONS, type Options, parse } from "./options.ts";

export const SCHEDULE_USAGE =
  "lockstep schedule install|remove|list|show <source> <replica> <interval or cron> <log> [--with=cron|systemd|launchd|schtasks] [options]";

export type Scheduling =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "list"; readonly scheduler: Scheduler }
  | { readonly kind: "remove"; readonly scheduler: Scheduler; readonly id: string }
  | { readonly kind: "install" | "show"; readonly scheduler: Scheduler; readonly task: Task };

/** How the program was started: the words in front of its own. */
export type Program = readonly string[];

/** This program's own, by the address of its main module. Files in the source are denied to it, where Deno can say so. */
export function programOf(main: string): (source: string) => Program {
  return (source) => {
    if (Deno.build.standalone) return [Deno.execPath()];
    const denied = source.includes(",") ? [] : [`--deny-write=${source}`];
    const flags = ["-q", "--no-prompt", "--allow-read", "--allow-write", ...denied];
    return [Deno.execPath(), "run", ...flags, decodeURIComponent(new URL(main).pathname)];
  };
}

/** Read the words after "schedule". */
export function parseSchedule(words: readonly string[], program: (source: string) => Program): Scheduling {
  const [action, ...others] = words;
  const rest: string[] = [];
  let named: string | undefined;
  for (let index = 0; index < others.length; index++) {
    const word = others[index]!;
    if (word === "--with") named = others[++index] ?? "";
    else if (word.startsWith("--with=")) named = word.slice("--with=".length);
    else if (takesNext(word) && index + 1 < others.length) rest.push(word, others[++index]!);
    // times of the calendar may stand where an interval may
    else if (!word.startsWith("-") && /[ @*]/.test(word) && wrongWith(word) === null) {
      rest.push(`--cron=${word}`);
    } else rest.push(word);
  }
  const scheduler = SCHEDULERS.find((one) => one === named);
  if (named !== undefined && scheduler === undefined) {
    return usage(`--with takes ${SCHEDULERS.join(", ")}, not "${named}"`);
  }
  switch (action) {
    case "list":
      if (rest.length > 0) return usage(`"schedule list" takes no more words, as "${rest[0]}"`);
      return { kind: "list", scheduler: scheduler ?? usual() };
    case "remove": {
      const command = parse(rest);
      if (command.kind !== "mirror") return usage("Give the source and the replica");
      const { source, replica } = command.options;
      return { kind: "remove", scheduler: scheduler ?? usual(), id: idOf(resolve(source), resolve(replica)) };
    }
    case "install":
    case "show": {
      const command = parse(rest);
      if (command.kind === "usage") return command;
      if (command.kind !== "mirror") return usage("Give a source and a replica");
      try {
        const task = taskOf(command.options, optionWords(rest), program);
        const found = scheduler ?? fitting(task);
        show(found, task);
        return { kind: action, scheduler: found, task };
      } catch (error) {
        if (error instanceof Unsayable) return usage(error.message);
        throw error;
      }
    }
    default:
      return usage(`"schedule" takes install, remove, list or show, not "${action ?? ""}"`);
  }
}

/** Whether a word is an option whose value is the next word. */
function takesNext(word: string): boolean {
  return OPTIONS.some((row) => row.value && (word === `--${row.name}` || word === `-${row.letter}`));
}

function usage(text: string): Scheduling {
  return { kind: "usage", text: `${text}; ${SCHEDULE_USAGE}` };
}

/** Said anew in each entry, or for the system to say. */
const TIMING = ["interval", "cron", "once", "delay", "for", "passes", "watch", "settle-time", "log-file"];

function taskOf(options: Options, flags: readonly string[], program: (source: string) => Program): Task {
  const { rhythm, settle } = options.when;
  if (rhythm.kind === "once") throw new Unsayable("Give an interval, times of the calendar or --watch");
  if (options.log === null) {
    throw new Unsayable("Give a log file: nobody looks at the console of a scheduled program");
  }
  const { delay, life, passes } = options.when;
  if (delay > 0 || life !== null || passes !== null) {
    throw new Unsayable("--delay, --for and --passes are for a program that you start: leave them out");
  }
  const [source, replica] = [resolve(options.source), resolve(options.replica)];
  if (resolve(options.log).startsWith(source === "/" ? source : `${source}/`)) {
    throw new Unsayable(
      "The log file lies in the source, into which the entry may not write: choose another place",
    );
  }
  const isTiming = (word: string) =>
    TIMING.includes(word.replace(/^--?/, "").replace(/=.*$/s, "")) || word === "-w";
  const command = [
    ...program(source),
    source,
    replica,
    `--log-file=${resolve(options.log)}`,
    ...flags.filter((word) => !isTiming(word)),
  ];
  const repeated = rhythm.kind === "cron" ? [`--cron=${rhythm.text}`] : [`--interval=${rhythm.ms}ms`];
  const watched = settle === null ? [] : ["--watch", `--settle-time=${settle}ms`];
  return {
    id: idOf(source, replica),
    title: `${shown(source)} to ${shown(replica)}`,
    once: [
      ...command,
      "--once",
      ...options.loudness !== "normal" || options.json ? [] : ["--quiet"],
    ],
    always: [...command, ...repeated, ...watched],
    when: settle !== null
      ? { kind: "always", ms: null }
      : rhythm.kind === "cron"
      ? { kind: "calendar", fields: fieldsOf(rhythm.text) }
      : { kind: "always", ms: rhythm.ms },
  };
}

/** The options among words, each with its value in one word. */
function optionWords(words: readonly string[]): string[] {
  const found: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === "--") break;
    if (!word.startsWith("-")) continue;
    const row = OPTIONS.find(({ name }) => word === `--${name}`);
    found.push(row?.value ? `${word}=${words[++index]}` : word);
  }
  return found;
}

function usual(): Scheduler {
  return Deno.build.os === "windows" ? "schtasks" : Deno.build.os === "darwin" ? "launchd" : "cron";
}

/** The usual one, unless it cannot say what is asked for and systemd can. */
function fitting(task: Task): Scheduler {
  const first = usual();
  if (first !== "cron") return first;
  try {
    show(first, task);
    return first;
  } catch (error) {
    if (!(error instanceof Unsayable) || /[\n\r]/.test(task.once.join(""))) throw error;
    return "systemd";
  }
}

/** What Deno does not allow, as one line; null when nothing is missing. */
export function lacking(scheduler: Scheduler): string | null {
  const program = PROGRAMS[scheduler];
  const flags: string[] = [];
  const granted = (what: Deno.PermissionDescriptor) => Deno.permissions.querySync(what).state === "granted";
  if (!granted({ name: "run", command: program })) flags.push(`--allow-run=${program}`);
  if (scheduler in FOLDERS) {
    if (!granted({ name: "env", variable: "HOME" })) flags.push("--allow-env=HOME");
    for (const name of ["read", "write"] as const) if (!granted({ name })) flags.push(`--allow-${name}`);
  }
  if (flags.length === 0) return null;
  return `Deno may not speak to ${scheduler}: run with ${flags.join(" ")}, as in ` +
    `"deno run ${flags.join(" ")} main.ts schedule …", or put in by hand what "schedule show" prints`;
}

/** Do what is asked; returns what there is to say. Throws when the scheduler says no. */
export async function carryOut(asked: Exclude<Scheduling, { kind: "usage" }>): Promise<string> {
  const { scheduler } = asked;
  if (asked.kind === "show") return show(scheduler, asked.task);
  const home = scheduler in FOLDERS ? Deno.env.get("HOME") ?? "" : "";
  switch (asked.kind) {
    case "install":
      await install(scheduler, asked.task, home);
      return `Installed with ${scheduler}: ${asked.task.title}`;
    case "remove":
      return await remove(scheduler, asked.id, home)
        ? `Removed from ${scheduler}`
        : `There is no entry for these folders with ${scheduler}`;
    case "list": {
      const lines = await list(scheduler, home);
      return lines.length > 0 ? lines.join("\n") : `There is no entry of Lockstep with ${scheduler}`;
    }
  }
}
