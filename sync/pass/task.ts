/**
 * What turns are made of: the job that they all share, the tasks that they are given, and what they come to. Plain
 * values, which cross to a worker and back as they are.
 */
import { type Changes, count, each } from "../engine/changes.ts";
import { absolute, type File, type Folder, nameOf, parent, type Path } from "../engine/entry.ts";
import type { Failure, Unmirrored } from "../engine/event.ts";
import type { Fault } from "../disk/fault.ts";
import type { Capabilities } from "../engine/capabilities.ts";
import { bytes, type Change, type Criteria, type Linked, type Pair, type Undecided } from "../engine/plan.ts";
import type { Shared } from "./shared.ts";
import type { Nested } from "../engine/order.ts";

/** What stays the same for all turns of a pass. */
export interface Job {
  /** Absolute paths of the two folders. */
  readonly source: string;
  readonly replica: string;
  readonly criteria: Criteria;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** Paths that are treated as if they did not exist, by side: our own log file. */
  readonly hidden: { readonly source: readonly Path[]; readonly replica: readonly Path[] };
  /** A random word of this pass, in the names of its temporary files. */
  readonly passId: string;
  readonly shared: Shared;
}

export type Task =
  /** Find out what the replica can hold. */
  | { readonly kind: "probe" }
  /** Find the folder that both sides have at or nearest above a path. */
  | { readonly kind: "find"; readonly path: Path }
  /** List a folder on both sides and plan it. */
  | { readonly kind: "compare"; readonly pair: Pair }
  /** Compare two files by their contents. */
  | { readonly kind: "compareContents"; readonly undecided: Undecided }
  /** Make changes, one after another; `numbers` are their places in the pass's list. */
  | { readonly kind: "make"; readonly numbers: readonly number[]; readonly changes: Changes }
  /** Make a new folder, the first, and then those in it. */
  | { readonly kind: "makeFolders"; readonly folders: readonly NewFolder[] }
  /** Put what was copied beside a folder in the way into its place, now that the folder is gone. */
  | { readonly kind: "replaceFolder"; readonly number: number; readonly change: Change }
  /** Take away what a new folder took the place of. */
  | { readonly kind: "removeAside"; readonly number: number; readonly path: Path }
  /** Give a folder, or a file that was not certain, its mode and time. */
  | { readonly kind: "settle"; readonly path: Path; readonly entry: Folder | File; readonly number?: number };

/** A new folder, with what is to be made. */
export interface NewFolder extends Nested {
  readonly change: Change;
}

/** A folder that both sides have, with what each says of it. */
export interface FoundPair {
  readonly path: Path;
  readonly entry: Folder;
  readonly was: Folder;
}

/** What a turn came to. */
export interface Turn {
  /** Tasks that are left, and new ones that were found. */
  readonly tasks: Task[];
  /** Entries listed, by side. */
  readonly listed: { source: number; replica: number };
  /** What was found for the paths to find, to be compared. */
  readonly pairs: FoundPair[];
  readonly capabilities: Capabilities[];
  readonly changes: Changes;
  /** Files of which a side has several names. */
  readonly linked: Linked[];
  /** Folders of the source whose pair in the replica gets changes inside, so that they must be settled. */
  readonly disturbed: { readonly path: Path; readonly entry: Folder }[];
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
  /** The changes made, by number. */
  readonly done: number[];
  /** Those of them that copied another version of a file than was compared. */
  readonly revised: { readonly number: number; readonly entry: File }[];
  /** Those of them that could be edited again within the clock's step. */
  readonly racy: number[];
}

/** The name under which a change is prepared, beside its place: short, for the place's name may be 255 bytes long. */
export function temporary(job: Job, number: number, path: Path): string {
  const folder = absolute(job.replica, parent(path));
  return absolute(folder, `.lockstep-${job.passId}-${number.toString(36)}`);
}

/** Whether a path is of the kind that `temporary` gives. */
export function isTemporary(path: Path): boolean {
  return /^\.lockstep-[0-9a-f]{8}-\w+$/.test(nameOf(path));
}

/** A fault as the failure of a path. */
export function failure(fault: Fault, path: Path): Failure {
  return { kind: "failure", action: fault.action, side: fault.side, path, reason: fault.reason };
}

/** How many entries a task is about, not counting those that it leads to. */
export function countOf(task: Task): number {
  return task.kind === "make" ? count(task.changes) : 1;
}

/** The bytes of content that a task reads. */
export function weight(task: Task): number {
  if (task.kind === "compareContents") return task.undecided.entry.size * 2;
  let sum = 0;
  if (task.kind === "make") { for (const change of each(task.changes)) sum += bytes(change); }
  return sum;
}

/** What a task is about, if it is one path. */
export function pathOf(task: Exclude<Task, { kind: "make" }>): Path {
  switch (task.kind) {
    case "compare":
      return task.pair.path;
    case "compareContents":
      return task.undecided.path;
    case "makeFolders":
      return task.folders[0]!.change.path;
    case "replaceFolder":
      return task.change.path;
    case "find":
    case "removeAside":
    case "settle":
      return task.path;
    case "probe":
      return "";
  }
}
