/** Whether the files of all jobs can be where they are asked for: written anew again and again, they must take nobody's place. */
import { keptConflict, type KeptFile } from "../cli/kept_conflict.ts";
import { observedFiles } from "../cli/observe.ts";
import { ambiguous } from "../cli/paths.ts";
import { keptNeeds, missing } from "../cli/permissions.ts";
import type { JobFile } from "./file.ts";

/** What is wrong with one of them, as a line for a person; null when nothing is. The disk is looked at. */
export function placeFault({ path, observe, jobs }: JobFile): string | null {
  const beside: KeptFile[] = [{ what: "file of jobs", path }];
  for (const { options: { log, undo: { state }, check: { manifest } } } of jobs) {
    for (const [what, path] of [["log", log], ["state file", state], ["manifest", manifest]] as const) {
      if (path !== null) beside.push({ what, path });
    }
  }
  for (const file of observedFiles(observe)) {
    const unclear = ambiguous(file.path) ?? missing(keptNeeds(file.path, false));
    if (unclear !== null) return unclear;
    for (const { name, options: { source, replica } } of jobs) {
      const conflict = keptConflict(file, { source, replica }, beside);
      if (conflict !== null) return `[${name}] ${conflict}`;
    }
    beside.push(file);
  }
  return null;
}
