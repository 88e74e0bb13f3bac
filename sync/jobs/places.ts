/** Whether the files of all jobs can be where they are asked for: written anew again and again, they must take nobody's place. */
import { isOurs, keptConflict, type KeptFile, treeConflict } from "../cli/kept_conflict.ts";
import { observedFiles, STATUS_START } from "../cli/observe.ts";
import { ambiguous, kindAt, namesOf } from "../cli/paths.ts";
import { keptNeeds, missing } from "../cli/permissions.ts";
import { shown } from "../engine/entry.ts";
import { pathKey } from "../whole_path.ts";
import type { JobFile, NamedJob } from "./file.ts";
import { type Split, statusFileOf } from "./split.ts";

/** What is wrong with one of them, as a line for a person; null when nothing is. The disk is looked at. */
export function placeFault({ path, observe, jobs, split }: JobFile): string | null {
  const beside: KeptFile[] = [{ what: "file of jobs", path }];
  for (const { options: { log, undo: { state }, check: { manifest } } } of jobs) {
    for (const [what, path] of [["log", log], ["state file", state], ["manifest", manifest]] as const) {
      if (path !== null) beside.push({ what, path });
    }
  }
  for (const file of observedFiles(observe)) {
    const unclear = ambiguous(file.path) ?? missing(keptNeeds(file.path, false));
    if (unclear !== null) return unclear;
    for (const [index, { name, options: { source, replica } }] of jobs.entries()) {
      // the others are the same for each job: thousands of jobs may have a log each
      const conflict = keptConflict(file, { source, replica }, index === 0 ? beside : []);
      if (conflict !== null) return `[${name}] ${conflict}`;
    }
    beside.push(file);
  }
  return split === null ? null : jobFilesFault(split, jobs, beside);
}

/** The same of the files that the jobs of a split keep in a folder. `beside`: all other files of ours. */
function jobFilesFault(
  split: Split,
  jobs: readonly Pick<NamedJob, "name">[],
  beside: readonly KeptFile[],
): string | null {
  const { status: folder } = split;
  const needs = (["read", "write"] as const).map((name) => ({ name, path: folder }));
  const unclear = ambiguous(folder) ?? missing(needs) ??
    treeConflict({ what: "folder of status files", path: folder }, split);
  // one that is missing is told by the run, which goes on without
  if (unclear !== null || kindAt(folder) !== "folder") return unclear;
  const others = new Map<string, string>();
  for (const [path, what] of new Map(beside.map(({ what, path }) => [path, what]))) {
    for (const name of namesOf(path)) others.set(pathKey(name), what);
  }
  const folders = namesOf(folder);
  for (const { name } of jobs) {
    const other = folders.map((status) => others.get(pathKey(statusFileOf({ status }, name))))
      .find((what) => what !== undefined);
    const path = statusFileOf(split, name);
    if (other !== undefined) {
      return `[${name}] The status file and the ${other} have the same name, ${shown(path)}`;
    }
    if (!isOurs({ path, start: STATUS_START, mayBeBlank: true })) {
      return `[${name}] ${shown(path)} is there already and is no status file of Lockstep: move it away`;
    }
  }
  return null;
}
