/**
 * The words of the command `schedule`, as what is asked of the system's scheduler. The entry runs the program as it was
 * started, with no more permissions than a mirror needs.
 */
import { resolve } from "node:path";
import { wrongWith } from "../timing/calendar.ts";
import { type Scheduler, SCHEDULERS, show } from "../timing/scheduler/scheduler.ts";
import { idOf, type Task, Unsayable } from "../timing/scheduler/task.ts";
import { OPTIONS } from "./option_table.ts";
import { parse } from "./options.ts";
import { printable } from "./reason.ts";
import { type Program, taskOf } from "./schedule_task.ts";

const USAGE =
  "lockstep schedule install|remove|list|show <source> <replica> <interval or cron> <log> [--with=cron|systemd|launchd|schtasks] [options]";

/** What is asked of a scheduler, or what is wrong with the words. */
export type Scheduling =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "list"; readonly scheduler: Scheduler }
  | { readonly kind: "remove"; readonly scheduler: Scheduler; readonly id: string }
  | { readonly kind: "install" | "show"; readonly scheduler: Scheduler; readonly task: Task };

/** This program's own, by the address of its main module. Files in the source are denied to it, where Deno can say so. */
export function programOf(main: string): Program {
  return (source) => {
    if (Deno.build.standalone) return [Deno.execPath()];
    const denied = source.includes(",") ? [] : [`--deny-write=${source}`];
    const flags = ["-q", "--no-prompt", "--allow-read", "--allow-write", ...denied];
    return [Deno.execPath(), "run", ...flags, decodeURIComponent(new URL(main).pathname)];
  };
}

/** Read the words after "schedule". */
export function parseSchedule(words: readonly string[], program: Program): Scheduling {
  const [action, ...others] = words;
  const { rest, named } = separate(others);
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
        const task = taskOf(command.options, rest, program);
        const chosen = scheduler ?? fitting(task);
        show(chosen, task); // throws when the scheduler cannot say it
        return { kind: action, scheduler: chosen, task };
      } catch (error) {
        if (error instanceof Unsayable) return usage(error.message);
        throw error;
      }
    }
    default:
      return usage(`"schedule" takes install, remove, list or show, not "${action ?? ""}"`);
  }
}

/** The words of the mirror, and the scheduler that --with names. Times of the calendar may stand where an interval may. */
function separate(words: readonly string[]): { rest: string[]; named: string | undefined } {
  const rest: string[] = [];
  let named: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === "--with") named = words[++index] ?? "";
    else if (word.startsWith("--with=")) named = word.slice("--with=".length);
    else if (takesNext(word) && index + 1 < words.length) rest.push(word, words[++index]!);
    else if (!word.startsWith("-") && /[ @*]/.test(word) && wrongWith(word) === null) {
      rest.push(`--cron=${word}`);
    } else rest.push(word);
  }
  return { rest, named };
}

/** Whether a word is an option whose value is the next word. */
function takesNext(word: string): boolean {
  return OPTIONS.some((row) => row.value && (word === `--${row.name}` || word === `-${row.letter}`));
}

function usage(text: string): Scheduling {
  return { kind: "usage", text: `${printable(text)}; ${USAGE}` };
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
