/**
 * The words of the command `schedule`, as what is asked of the system's scheduler. The entry runs the program as it was
 * started, with no more permissions than a mirror needs.
 */
import { fileURLToPath } from "node:url";
import { pathKey, wholePath } from "../whole_path.ts";
import { wrongWith } from "../timing/calendar.ts";
import { type Scheduler, SCHEDULERS, schedulersOf, show } from "../timing/scheduler/scheduler.ts";
import { idOf, type Task, Unsayable } from "../timing/scheduler/task.ts";
import { SYSTEM } from "../system.ts";
import { COMMAND_TABLE } from "./command_table.ts";
import { nearest } from "./nearest.ts";
import { takesNext } from "./option_table.ts";
import { type Options, parse } from "./options.ts";
import { printable } from "./reason.ts";
import { ALL_RIGHTS, type Program, taskOf } from "./schedule_task.ts";

const USAGE =
  "lockstep schedule install|remove|list|show <source> <replica> <interval or cron> <log> [--with=cron|systemd|launchd|schtasks] [--system] [options]";

const HELP = `Entries of the system's own scheduler, which run a mirror.

Usage: ${USAGE}

  install   write an entry, in the place of one for the same two folders
  remove    remove the entry for two folders, whichever scheduler has it
  list      all entries of Lockstep
  show      print what install would write, and write nothing

  interval or cron  5m, 1h, 1d, "0 2 * * mon-fri", or one word: hourly, daily, weekly, monthly, yearly
  log               a file to which every operation is appended
  --with            the scheduler; when left out the usual one of the system (to remove and list: all of them)
  --system          with systemd: units of the system instead of your own, which can write nowhere else;
                    with schtasks: runs as the system, whether you are logged on or not, and shows no window

The other options are those of a mirror: see lockstep --help.`;

/** What is asked of a scheduler, or what is wrong with the words. */
export type Scheduling =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  /** `named` is the scheduler to ask; null for all that are there. */
  | { readonly kind: "list"; readonly named: Scheduler | null }
  | { readonly kind: "remove"; readonly named: Scheduler | null; readonly id: string }
  | {
    readonly kind: "install" | "show";
    readonly scheduler: Scheduler;
    readonly task: Task;
    readonly options: Options;
  };

/**
 * This program's own, by the address of its main module. It gets what this run has for libraries of the system (`mayFfi`). Files in the source are denied to it, where Deno can say so: an
 * executable has the grants that were baked in, and is called as it is.
 */
export function programOf(
  main: string,
  isStandalone = Deno.build.standalone,
  mayAll = hasAllRights(),
  mayFfi = usesFfi(),
): Program {
  return (source, isNative = mayFfi, grants = []) => {
    const needsAll = grants.includes(ALL_RIGHTS);
    if (isStandalone && needsAll && !mayAll) {
      throw new Unsayable(
        `The executable may not look at paths like \\\\server\\share, for which Deno asks for ${ALL_RIGHTS}: ` +
          `compile it with that, or schedule from a clone, with "deno run -A main.ts schedule …"`,
      );
    }
    if (isStandalone) return [Deno.execPath()];
    // beside it Deno takes no --deny-write
    if (needsAll) return [Deno.execPath(), "run", "-q", "--no-prompt", ALL_RIGHTS, fileURLToPath(main)];
    const denied = source.includes(",") ? [] : [`--deny-write=${source}`];
    const ffi = isNative || (mayFfi && losesEvents()) ? ["--allow-ffi"] : [];
    const flags = ["-q", "--no-prompt", "--allow-read", "--allow-write", ...ffi, ...grants, ...denied];
    return [Deno.execPath(), "run", ...flags, fileURLToPath(main)];
  };
}

/** Whether all was granted with one word: nothing of ours asks for the network. */
function hasAllRights(): boolean {
  return Deno.permissions.querySync({ name: "net" }).state === "granted";
}

/** Whether the program has a use for libraries of the system here, and may use them. */
function usesFfi(): boolean {
  return SYSTEM.ownWatch !== null && Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/** Whether the watch of Deno would lose events without a word: the program's own is better, by whatever edge. */
function losesEvents(): boolean {
  return SYSTEM.silentQueue !== null;
}

/** Read the words after "schedule". */
export function parseSchedule(words: readonly string[], program: Program): Scheduling {
  const [action, ...others] = words;
  if (["help", "--help", "-h"].includes(action ?? "") || asksForHelp(others)) {
    return { kind: "help", text: HELP };
  }
  const { rest, named, isSystem } = separate(others);
  const known = SCHEDULERS.find((one) => one === named);
  if (named !== undefined && known === undefined) {
    return usage(`--with takes ${SCHEDULERS.join(", ")}, not "${named}"`);
  }
  if (isSystem && known !== undefined && known !== "systemd" && known !== "schtasks") {
    return usage(`--system goes with systemd and schtasks, not ${known}`);
  }
  const scheduler = isSystem && (known ?? usual()) !== "schtasks" ? "systemd-system" : known ?? null;
  switch (action) {
    case "list":
      if (rest.length > 0) return usage(`"schedule list" takes no more words, as "${rest[0]}"`);
      return { kind: "list", named: scheduler };
    case "remove": {
      const command = parse(rest);
      if (command.kind !== "mirror") return usage("Give the source and the replica");
      const { source, replica } = command.options;
      return {
        kind: "remove",
        named: scheduler,
        id: idOf(pathKey(wholePath(source)), pathKey(wholePath(replica))),
      };
    }
    case "install":
    case "show": {
      const command = parse(rest);
      if (command.kind === "usage") return command;
      if (command.kind !== "mirror") return usage("Give a source and a replica");
      try {
        const task = { ...taskOf(command.options, rest, program), isSystem };
        const chosen = scheduler ?? fitting(task);
        show(chosen, task); // throws when the scheduler cannot say it
        return { kind: action, scheduler: chosen, task, options: command.options };
      } catch (error) {
        if (error instanceof Unsayable) return usage(error.message);
        throw error;
      }
    }
    default:
      return usage(`"schedule" takes install, remove, list or show${guessed(action)}`);
  }
}

/** What to say of another word, with the one that was probably meant. */
function guessed(action = ""): string {
  const near = nearest(action, VERBS);
  return action === "" ? "" : `, not "${action}"${near === null ? "" : `: did you mean ${near}?`}`;
}

const VERBS = COMMAND_TABLE.find(({ name }) => name === "schedule")!.verbs!.map(({ name }) => name);

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

/** What the words of a schedule are: those of the mirror, the scheduler that --with names, and whether it is the system's. */
interface Separated {
  readonly rest: string[];
  readonly named: string | undefined;
  readonly isSystem: boolean;
}

/** Tell the words apart. Times of the calendar may stand where an interval may. */
function separate(words: readonly string[]): Separated {
  const rest: string[] = [];
  let named: string | undefined;
  let [isSystem, plain] = [false, 0];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === "--with") named = words[++index] ?? "";
    else if (word.startsWith("--with=")) named = word.slice("--with=".length);
    else if (word === "--system") isSystem = true;
    else if (takesNext(word, words[index + 1])) rest.push(word, words[++index]!);
    else if (word.startsWith("-")) rest.push(word);
    else {
      // the first two are the folders
      const time = plain++ < 2 ? null : calendarIn(word);
      rest.push(time === null ? word : `--cron=${time}`);
    }
  }
  return { rest, named, isSystem };
}

/** The times of the calendar that a word means, right or wrong; null when it means something else. */
function calendarIn(word: string): string | null {
  if (wrongWith(`@${word}`) === null) return `@${word}`;
  if (word.startsWith("@") && !word.includes("/")) return word;
  const fields = word.split(" ").filter((field) => field !== "");
  const areFields = fields.every((field) => /^[\w*?,/#-]+$/.test(field));
  return areFields && (fields.length >= 4 || /^[\d*?]\S* |^\*/.test(word)) ? word : null;
}

function usage(text: string): Scheduling {
  return { kind: "usage", text: `${printable(text)}; ${USAGE}` };
}

function usual(): Scheduler {
  return schedulersOf(Deno.build.os)[0]!;
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
