/** The command `schedule` carried out: the entry of the system's scheduler is shown, written, removed or listed. */
import {
  FOLDERS,
  install,
  list,
  PROGRAMS,
  remove,
  type Scheduler,
  show,
} from "../timing/scheduler/scheduler.ts";
import { STATUS } from "./exit_status.ts";
import { parseSchedule, programOf, type Scheduling } from "./schedule.ts";
import { isSystemError } from "../system_error.ts";

/**
 * Do what the words after "schedule" ask for. `main` is the address of the program's main module. Returns what there is
 * to say: for standard output with status 0, else for standard error.
 */
export async function schedule(
  words: readonly string[],
  main: string,
): Promise<{ readonly text: string; readonly status: number }> {
  const asked = parseSchedule(words, programOf(main));
  if (asked.kind === "usage") return { text: asked.text, status: STATUS.usage };
  const lack = asked.kind === "show" ? null : lacking(asked.scheduler);
  if (lack !== null) return { text: lack, status: STATUS.usage };
  try {
    return { text: await carryOut(asked), status: STATUS.inSync };
  } catch (error) {
    const why = failureText(error);
    return { text: `Cannot ${asked.kind} with ${asked.scheduler}: ${why}`, status: STATUS.unusable };
  }
}

/** What the system or the scheduler said. Throws what is neither's. */
function failureText(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it is not on this system";
  if (isSystemError(error)) return error.message;
  throw error;
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
