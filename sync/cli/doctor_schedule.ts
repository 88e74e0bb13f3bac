/** Whether a scheduler of the system has an entry for two folders, for `lockstep doctor`: it is asked, and nothing else. */
import { type Told, untold } from "../engine/doctor/told.ts";
import { isSystemError } from "../system_error.ts";
import { list, nameOf, PROGRAMS, schedulersOf } from "../timing/scheduler/scheduler.ts";
import { idOf } from "../timing/scheduler/task.ts";
import { pathKey } from "../whole_path.ts";
import { homeFor, lacking } from "./carry_out.ts";

/** The schedulers that have an entry for two absolute paths; untold where none of them may be asked. */
export async function scheduledWith(source: string, replica: string): Promise<Told<readonly string[]>> {
  const all = schedulersOf(Deno.build.os);
  const allowed = all.filter((one) => lacking(one) === null);
  if (allowed.length === 0) return untold(`--allow-run=${PROGRAMS[all[0]!]}`);
  const id = idOf(pathKey(source), pathKey(replica));
  const found: string[] = [];
  for (const scheduler of allowed) {
    try {
      const entries = await list(scheduler, homeFor(scheduler));
      if (entries.some((line) => line.includes(id))) found.push(nameOf(scheduler));
    } catch (error) {
      // one that is not on this system has no entry, nor has one that does not answer
      if (!isSystemError(error)) throw error;
    }
  }
  return found;
}
