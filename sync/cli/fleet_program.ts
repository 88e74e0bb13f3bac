/** How the machines of a fleet start the program: as this run was started, with what its jobs need. */
import { Unsayable } from "../timing/scheduler/task.ts";
import type { Options } from "./options.ts";
import { programOf } from "./schedule.ts";
import { grantsOf } from "./schedule_task.ts";

/**
 * The words in front of its own; or what is wrong. `main`: the address of the main module. `mayLibc`: this run may use the
 * C library.
 */
export function programFor(
  main: string,
  source: string,
  jobs: readonly Options[],
  mayLibc: boolean,
): readonly [string, ...string[]] | string {
  const isNative = mayLibc ||
    jobs.some(({ edge, xattrs, devices }) => edge === "native" || xattrs || devices);
  try {
    const grants = new Set(jobs.flatMap((one) => grantsOf(one, isNative)));
    const [program, ...words] = programOf(main)(source, isNative, [...grants]);
    return [program!, ...words];
  } catch (error) {
    if (error instanceof Unsayable) return error.message;
    throw error;
  }
}
