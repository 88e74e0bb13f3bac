/** The command `schedule` carried out: the entry of the system's scheduler is shown, written, removed or listed. */
import {
  FOLDERS,
  install,
  list,
  nameOf,
  PROGRAMS,
  type Removal,
  remove,
  type Scheduler,
  schedulersOf,
  show,
} from "../timing/scheduler/scheduler.ts";
import { STATUS } from "./exit_status.ts";
import type { Relate } from "./relate.ts";
import { parseSchedule, programOf, type Scheduling } from "./schedule.ts";
import { objection } from "./schedule_check.ts";
import { isSystemError } from "../system_error.ts";

/**
 * What there is to say: for standard output with status 0, else for standard error; "" when all was said. `note` is for
 * standard error.
 */
export interface Answer {
  readonly text: string;
  readonly status: number;
  readonly note?: string;
  /** What was done, for standard output whatever the status. */
  readonly isReport?: boolean;
}

/**
 * Do what the words after "schedule" ask for. `main` is the address of the program's main module; `relation` is asked
 * about the two folders where Deno may look.
 */
export async function schedule(
  words: readonly string[],
  main: string,
  relation: Relate = () => Promise.resolve("apart"),
): Promise<Answer> {
  const asked = parseSchedule(words, programOf(main));
  switch (asked.kind) {
    case "usage":
      return { text: asked.text, status: STATUS.usage };
    case "help":
      return { text: asked.text, status: STATUS.inSync };
    case "list":
    case "remove":
      return await askAll(asked);
    case "show":
    case "install": {
      const wrong = await objection(asked.options, relation);
      if (wrong !== null) return { text: wrong, status: STATUS.usage };
      const note = asked.task.places?.source.includes(",") && !Deno.build.standalone ? { note: COMMA } : {};
      return { ...await (asked.kind === "show" ? shown(asked) : installed(asked)), ...note };
    }
  }
}

const COMMA = "The source has a comma in its name, which Deno takes for the end of a path: " +
  "the entry runs without --deny-write=<source>";

type Asked<Kind> = Extract<Scheduling, { kind: Kind }>;

function shown({ scheduler, task }: Asked<"install" | "show">): Answer {
  return { text: show(scheduler, task), status: STATUS.inSync };
}

/** Install with one scheduler, and remove what another one has for the same folders. */
async function installed({ scheduler, task }: Asked<"install" | "show">): Promise<Answer> {
  const lack = lacking(scheduler, true);
  if (lack !== null) return { text: lack, status: STATUS.usage };
  const lines: string[] = [];
  try {
    await install(scheduler, task, homeFor(scheduler));
    lines.push(`Installed with ${nameOf(scheduler)}: ${task.title}`);
  } catch (error) {
    return failed("install", scheduler, error);
  }
  for (const other of schedulersOf(Deno.build.os).filter((one) => one !== scheduler)) {
    if (lacking(other) !== null) {
      lines.push(unasked(other));
      continue;
    }
    try {
      lines.push(...removedText(other, await remove(other, task.id, homeFor(other))));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) lines.push(failed("remove", other, error).text);
    }
  }
  return { text: lines.join("\n"), status: STATUS.inSync };
}

/** Remove from, or list, the scheduler that was named, or all that are there. */
async function askAll(asked: Asked<"remove" | "list">): Promise<Answer> {
  const { kind, named } = asked;
  const all = named === null ? schedulersOf(Deno.build.os) : [named];
  const allowed = all.filter((one) => lacking(one) === null);
  if (allowed.length === 0) return { text: lacking(all[0]!)!, status: STATUS.usage };
  const lines: string[] = [];
  let missing = 0;
  for (const scheduler of allowed) {
    try {
      if (kind === "list") {
        const mark = named === null ? `${nameOf(scheduler)}: ` : "";
        lines.push(...(await list(scheduler, homeFor(scheduler))).map((line) => `${mark}${line}`));
      } else {
        lines.push(...removedText(scheduler, await remove(scheduler, asked.id, homeFor(scheduler))));
      }
    } catch (error) {
      // one that is not on this system has no entry
      if (!(error instanceof Deno.errors.NotFound) || ++missing === all.length) {
        return failed(kind, scheduler, error, lines);
      }
    }
  }
  if (lines.length === 0) {
    const where = allowed.map(nameOf).join(" or ");
    const what = kind === "list" ? "entry of Lockstep" : "entry for these folders";
    lines.push(`There is no ${what} with ${where}`);
  }
  lines.push(...all.filter((one) => !allowed.includes(one)).map(unasked));
  return { text: lines.join("\n"), status: STATUS.inSync };
}

/** What became of an entry, in no line where there was none. */
function removedText(scheduler: Scheduler, removal: Removal): string[] {
  switch (removal.kind) {
    case "none":
      return [];
    case "removed":
      return [`Removed from ${nameOf(scheduler)}`];
    case "unheard":
      return [
        `Removed the files of ${nameOf(scheduler)}, which was not told: ${removal.refusal}; ` +
        "a run that it started goes on until it ends",
      ];
  }
}

function unasked(scheduler: Scheduler): string {
  return `Not asked: ${nameOf(scheduler)} (it needs ${flagsFor(scheduler).join(" ")})`;
}

/** What the system or the scheduler said, behind what was done before. Throws what is neither's. */
function failed(action: string, scheduler: Scheduler, error: unknown, done: readonly string[] = []): Answer {
  const text = `Cannot ${action} with ${nameOf(scheduler)}: ${failureText(error)}`;
  return { text: [...done, text].join("; "), status: STATUS.unusable };
}

function failureText(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it is not on this system";
  if (isSystemError(error)) return error.message;
  throw error;
}

/** What Deno does not allow, as one line; null when nothing is missing. */
export function lacking(scheduler: Scheduler, isInstalled = false): string | null {
  const flags = flagsFor(scheduler, isInstalled);
  if (flags.length === 0) return null;
  return `Deno may not speak to ${nameOf(scheduler)}: run with ${flags.join(" ")}, as in ` +
    `"deno run ${flags.join(" ")} main.ts schedule …", or put in by hand what "schedule show" prints`;
}

/** The flags that Deno needs, and was not given. */
function flagsFor(scheduler: Scheduler, isInstalled = false): string[] {
  const program = PROGRAMS[scheduler];
  const flags: string[] = [];
  const granted = (what: Deno.PermissionDescriptor) => Deno.permissions.querySync(what).state === "granted";
  if (!granted({ name: "run", command: program })) flags.push(`--allow-run=${program}`);
  if (scheduler in FOLDERS) {
    if (isAtHome(scheduler) && !granted({ name: "env", variable: "HOME" })) flags.push("--allow-env=HOME");
    for (const name of ["read", "write"] as const) if (!granted({ name })) flags.push(`--allow-${name}`);
  }
  // a task is handed over in a file
  if (scheduler === "schtasks" && isInstalled && !granted({ name: "write" })) flags.push("--allow-write");
  return flags;
}

/** Whether a scheduler's entries are files below the home folder. */
function isAtHome(scheduler: Scheduler): boolean {
  return scheduler === "systemd" || scheduler === "launchd";
}

export function homeFor(scheduler: Scheduler): string {
  return isAtHome(scheduler) ? Deno.env.get("HOME") ?? "" : "";
}
