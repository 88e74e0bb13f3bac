/**
 * The tasks that write: making changes, landing and clearing away what had to wait, settling a folder. They add to what
 * a turn comes to.
 */
import { at, from } from "../engine/changes.ts";
import { copy } from "../disk/portable/content.ts";
import * as disk from "../disk/portable/write.ts";
import { absolute, parent, type Path } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { Fault, Stopped } from "../disk/fault.ts";
import { confirm as confirmOne } from "../disk/portable/look.ts";
import type { Change } from "../engine/plan.ts";
import { isRacy, marked } from "../engine/racy.ts";
import { stopping } from "./shared.ts";
import { leavesAside, takesFolder } from "../engine/order.ts";
import { failure, type Job, pathOf, type Task, temporary, type Turn } from "./task.ts";

/** A task that writes. */
export type Writing = Extract<
  Task,
  { kind: "make" | "makeFolders" | "replaceFolder" | "removeAside" | "settle" }
>;

/** A slice of work: what a turn has come to, and where it has written. */
export interface Slice {
  readonly job: Job;
  readonly result: Turn;
  /** Folders of the replica in which something was done. */
  readonly wrote: Set<Path>;
  /** When it is to end, as `performance.now()` counts. */
  readonly end: number;
}

/** Carry out a task that writes. Throws a fault when that cannot be, but for a task of many changes: each has its own. */
export function write(slice: Slice, task: Writing): void {
  const { job, result, wrote } = slice;
  if (task.kind === "make") return makeAll(slice, task);
  const path = pathOf(task);
  const index = absolute(job.replica, path);
  confirm(job, actionOf(task), parent(path));
  wrote.add(task.kind === "settle" && task.entry.kind === "folder" ? path : parent(path));
  switch (task.kind) {
    case "makeFolders": {
      const { folders } = task;
      const { number, change } = folders[0]!;
      inFolder(parent(path), job, () => make(slice, number, change));
      for (let first = 1, next; first < folders.length; first = next) {
        next = first + 1 + folders[first]!.inside;
        result.tasks.push({ kind: "makeFolders", folders: folders.slice(first, next) });
      }
      result.done.push(number);
      return;
    }
    case "replaceFolder":
      disk.remove(index);
      disk.rename(temporary(job, task.number, path), index);
      break;
    case "removeAside":
      disk.remove(temporary(job, task.number, path));
      break;
    case "settle":
      disk.setAttributes(index, task.entry, attributes(job));
      if (job.durable && task.entry.kind === "file") syncIfAllowed(index);
  }
  if (task.number !== undefined) result.done.push(task.number);
}

/** Make changes until the slice ends; those that are left are a task again. */
function makeAll(slice: Slice, { numbers, changes }: Extract<Writing, { kind: "make" }>): void {
  const { job, result, wrote, end } = slice;
  for (let index = 0; index < numbers.length; index++) {
    const change = at(changes, index);
    try {
      if (stopping(job.shared) || (index > 0 && performance.now() >= end)) throw new Stopped();
      const folder = parent(change.path);
      confirm(job, takesAway(change) ? "remove" : change.kind === "update" ? "copy" : change.kind, folder);
      wrote.add(folder);
      inFolder(folder, job, () => make(slice, numbers[index]!, change));
      result.done.push(numbers[index]!);
    } catch (error) {
      if (error instanceof Stopped) {
        result.tasks.push({ kind: "make", numbers: numbers.slice(index), changes: from(changes, index) });
        return;
      }
      if (!(error instanceof Fault)) throw error;
      result.failures.push(failure(error, change.path));
    }
  }
}

/**
 * How long, in ms, a folder that was seen to be no link is trusted to be none, but for removals: looking at every
 * folder on the way to every file took longer than making the file.
 */
const TRUST_MS = 1;
/** More folders than are met in that time. */
const TRUSTED = 1000;
/** Folders of the replica that were seen to be none, and until when they are trusted. */
const trusted = new Map<string, number>();

/** Throws a fault when a link has taken the place of a folder on the way to a change, as far as can be seen. */
function confirm(job: Job, action: Failure["action"], folder: Path): void {
  const now = performance.now();
  const unseen: string[] = [];
  let until: number | null = null;
  for (let path = folder; path !== ""; path = parent(path)) {
    const index = absolute(job.replica, path);
    const known = action === "remove" ? 0 : trusted.get(index) ?? 0;
    if (known > now) {
      until = known;
      break;
    }
    confirmOne(action, "replica", job.replica, path);
    unseen.push(index);
  }
  if (trusted.size > TRUSTED) trusted.clear();
  // from now on: looking at a long way takes longer than that itself
  until ??= performance.now() + TRUST_MS;
  for (const index of unseen) trusted.set(index, until);
}

function actionOf(task: Exclude<Writing, { kind: "make" }>): Failure["action"] {
  switch (task.kind) {
    case "settle":
      return "attributes";
    case "replaceFolder":
    case "removeAside":
      return "remove";
    case "makeFolders":
      return "create";
  }
}

/** Whether a change removes what stands at its place, before or instead of putting something there. */
function takesAway(change: Change): boolean {
  return change.kind === "remove" || isHardLinkForFolder(change);
}

/** Whether a file becomes another name of one that is there, in the place of a folder that is empty by then. */
function isHardLinkForFolder(change: Change): boolean {
  return change.kind === "create" && change.was?.kind === "folder" && change.hardLinkTo !== undefined;
}

/** Make one change, in a folder that was confirmed. */
function make({ job, result }: Slice, number: number, change: Change): void {
  const index = absolute(job.replica, change.path);
  switch (change.kind) {
    case "remove":
      return disk.remove(index);
    case "attributes": {
      const { entry, comparedAt } = change;
      const { step } = job.criteria.capabilities;
      const racy = comparedAt !== undefined && isRacy(entry.mtime, comparedAt, step);
      disk.setAttributes(
        index,
        racy ? { ...entry, mtime: marked(entry.mtime, step) } : entry,
        attributes(job),
      );
      if (racy) result.racy.push(number);
      if (job.durable && entry.kind === "file") syncIfAllowed(index);
      return;
    }
    case "create":
    case "update": {
      const { entry } = change;
      const beside = temporary(job, number, change.path);
      if (entry.kind === "folder") {
        if (leavesAside(change)) disk.moveAside(index, beside);
        try {
          return disk.makeFolder(index, entry);
        } catch (error) {
          if (leavesAside(change)) disk.moveBack(beside, index);
          throw error;
        }
      }
      if (change.hardLinkTo !== undefined) {
        disk.makeHardLink(beside, absolute(job.replica, change.hardLinkTo));
      } else if (entry.kind === "link") disk.copyLink(beside, entry, attributes(job));
      else if (entry.kind === "fifo") disk.copyFifo(beside, entry, attributes(job));
      else {
        const copied = copy(absolute(job.source, change.path), beside, entry, attributes(job), job.shared);
        if (copied.racy) result.racy.push(number);
        if (copied.entry !== entry) result.revised.push({ number, entry: copied.entry });
      }
      if (takesFolder(change)) return;
      if (isHardLinkForFolder(change)) {
        try {
          disk.remove(index);
        } catch (error) {
          disk.discard(beside);
          throw error;
        }
      }
      disk.rename(beside, index);
      // a rename to another name of the same file does nothing at all
      if (change.hardLinkTo !== undefined) disk.discard(beside);
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
      disk.makeWritable(absolute(job.replica, folder));
    } catch {
      throw error;
    }
    act();
  }
}

function attributes({ criteria, durable }: Job): disk.Attributes {
  const { modes, step } = criteria.capabilities;
  return { modes, owners: criteria.owners, durable, step };
}

/** A file that its new mode closes to us is as durable as its folder, which is synced after it. */
function syncIfAllowed(index: string): void {
  try {
    disk.sync(index);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code !== "EACCES") throw error;
  }
}

/** A name counts as done when its folder is on the disk: each folder once for all that a turn did in it. */
export function syncFolders({ job, result, wrote }: Slice): void {
  for (const path of wrote) {
    try {
      disk.sync(absolute(job.replica, path));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      result.failures.push(failure(error, path));
    }
  }
}
