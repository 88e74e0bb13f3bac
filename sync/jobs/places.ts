/** Whether the files of all jobs can be where they are asked for: written anew again and again, they must take nobody's place. */
import { fileConflict, isOurs, type KeptFile, treeConflict } from "../cli/kept_conflict.ts";
import { observedFiles, STATUS_START } from "../cli/observe.ts";
import { ambiguous, kindAt, namesOf } from "../cli/paths.ts";
import { keptNeeds, missing } from "../cli/permissions.ts";
import { shown } from "../engine/entry.ts";
import { pathKey } from "../whole_path.ts";
import type { JobFile, NamedJob } from "./file.ts";
import { type Split, statusFileOf } from "./split.ts";

/**
 * What is wrong with one of them, as a line for a person; null when nothing is. The disk is looked at, in steps of a file or
 * a job each: there may be thousands.
 */
export function* placeFault({ path, observe, jobs, split }: JobFile): Generator<void, string | null> {
  const others: Others = new Map();
  take(others, { what: "file of jobs", path });
  const known = new Set<string>();
  for (const { options: { log, undo: { state }, check: { manifest } } } of jobs) {
    for (const [what, path] of [["log", log], ["state file", state], ["manifest", manifest]] as const) {
      // jobs may have one log together
      if (path === null || known.has(path)) continue;
      known.add(path);
      take(others, { what, path });
      yield;
    }
  }
  for (const file of observedFiles(observe)) {
    const unclear = ambiguous(file.path) ?? missing(keptNeeds(file.path, false));
    if (unclear !== null) return unclear;
    const conflict = (yield* treesConflict(file, split, jobs)) ?? sameName(others, file) ??
      fileConflict(file, []);
    if (conflict !== null) return conflict;
    take(others, file);
  }
  return split === null ? null : yield* jobFilesFault(split, jobs, others);
}

/** What our other files are, by each of their names. */
type Others = Map<string, string>;

function take(others: Others, { what, path }: KeptFile): void {
  for (const name of namesOf(path)) others.set(pathKey(name), what);
}

/** That a file has the name of another one, as a line for a person. */
function sameName(others: Others, { what, path }: KeptFile): string | null {
  const other = namesOf(path).map((name) => others.get(pathKey(name))).find((what) => what !== undefined);
  return other === undefined ? null : `The ${what} and the ${other} have the same name, ${shown(path)}`;
}

/** That a file would lie in a tree of a job, as a line for a person. The parts of a split lie in its trees. */
function* treesConflict(
  file: KeptFile,
  split: Split | null,
  jobs: readonly NamedJob[],
): Generator<void, string | null> {
  if (split !== null) return treeConflict(file, split);
  for (const { name, options } of jobs) {
    const conflict = treeConflict(file, options);
    if (conflict !== null) return `[${name}] ${conflict}`;
    yield;
  }
  return null;
}

/** The same of the files that the jobs of a split keep in a folder. */
function* jobFilesFault(
  split: Split,
  jobs: readonly Pick<NamedJob, "name">[],
  others: Others,
): Generator<void, string | null> {
  const { status: folder } = split;
  const needs = (["read", "write"] as const).map((name) => ({ name, path: folder }));
  const unclear = ambiguous(folder) ?? missing(needs) ??
    treeConflict({ what: "folder of status files", path: folder }, split);
  // one that is missing is told by the run, which goes on without
  if (unclear !== null || kindAt(folder) !== "folder") return unclear;
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
    yield;
  }
  return null;
}
