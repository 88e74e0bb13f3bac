/**
 * The tasks that write: making one change, landing what had to wait, settling a folder. They add to what a turn comes
 * to, and throw a fault when it cannot be done.
 */
import { copy } from "./content.ts";
import * as disk from "./disk.ts";
import { parent, type Path } from "./entry.ts";
import type { Failure } from "./event.ts";
import { Fault } from "./fault.ts";
import type { Change } from "./plan.ts";
import { takesFolder } from "./stages.ts";
import { failure, type Job, pathOf, type Task, temporary, type Turn } from "./task.ts";

/** A task that writes. */
export type Writing = Extract<Task, { kind: "apply" | "land" | "settle" }>;

/**
 * How long, in ms, a folder that was seen to be no link is trusted to be none, but for removals: looking for every file
 * made a first copy of small files 15 % slower.
 */
const TRUST_MS = 1;
let trusted = { folder: "", until: 0 };

/** Make one change, finish one, or settle a folder. */
export function change(job: Job, task: Writing, result: Turn): void {
  const path = pathOf(task);
  const place = disk.at(job.replica, path);
  confirm(job, task, parent(path));
  if (task.kind === "settle") {
    disk.touch(place, task.entry, attributes(job));
  } else if (task.kind === "land") {
    disk.remove(place);
    disk.land(temporary(job, task.number, task.change.path), place);
  } else {
    inFolder(parent(path), job, () => apply(job, task.number, task.change, place, result));
  }
  if (task.number !== undefined) result.done.push(task.number);
}

/** Throws a fault when a link has taken the place of a folder on the way to a change. */
function confirm(job: Job, task: Writing, folder: Path): void {
  const place = disk.at(job.replica, folder);
  const action = actionOf(task);
  if (action !== "remove" && trusted.folder === place && performance.now() < trusted.until) return;
  disk.confirm(action, "replica", job.replica, folder);
  trusted = { folder: place, until: performance.now() + TRUST_MS };
}

function actionOf(task: Writing): Failure["action"] {
  if (task.kind === "settle") return "touch";
  return task.change.kind === "update" ? "copy" : task.change.kind;
}

function apply(job: Job, number: number, change: Change, place: string, result: Turn): void {
  switch (change.kind) {
    case "remove":
      return disk.remove(place);
    case "touch":
      disk.touch(place, change.entry, attributes(job));
      if (job.durable && change.entry.kind === "file") disk.sync(place);
      return;
    case "create":
    case "update": {
      const { entry } = change;
      if (entry.kind === "folder") {
        if (change.kind === "create" && change.was) disk.remove(place);
        return disk.makeFolder(place, entry);
      }
      const beside = temporary(job, number, change.path);
      if (change.twin !== undefined) disk.copyTwin(beside, disk.at(job.replica, change.twin));
      else if (entry.kind === "link") disk.copyLink(beside, entry, attributes(job));
      else if (entry.kind === "fifo") disk.copyFifo(beside, entry, attributes(job));
      else {
        const copied = copy(disk.at(job.source, change.path), beside, entry, attributes(job), job.shared);
        if (copied.racy) result.racy.push(number);
        if (copied.entry !== entry) result.revised.push({ number, entry: copied.entry });
      }
      if (takesFolder(change)) return;
      disk.land(beside, place);
      // a rename to another name of the same file does nothing at all
      if (change.twin !== undefined) disk.discard(beside);
      return;
    }
  }
}

/** Do something in a folder of the replica; one that its owner may not write into is opened for it, until it is settled. */
function inFolder(folder: Path, job: Job, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Fault) || error.side !== "replica" || error.reason.code !== "EACCES") throw error;
    try {
      disk.open(disk.at(job.replica, folder));
    } catch {
      throw error;
    }
    act();
  }
}

function attributes({ judgement, durable }: Job): disk.Attributes {
  return { modes: judgement.holds.modes, owners: judgement.owners, durable };
}

/** A name counts as done when its folder is on the disk: each folder once for all that a turn did in it. */
export function syncFolders(job: Job, given: readonly Task[], result: Turn): void {
  const done = new Set(result.done);
  const folders = new Set<Path>();
  for (const task of given) {
    if (task.kind === "settle") folders.add(task.path);
    else if ((task.kind === "apply" || task.kind === "land") && done.has(task.number)) {
      folders.add(parent(task.change.path));
    }
  }
  for (const path of folders) {
    try {
      disk.sync(disk.at(job.replica, path));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      result.failures.push(failure(error, path));
    }
  }
}
