/**
 * What goes into a turn and what comes out: tasks, and the result. Plain values, which cross to a worker and back
 * unchanged.
 */
import type { Fault } from "../disk/fault.ts";
import type { Name } from "../disk/tree.ts";
import type { Capabilities } from "../engine/capabilities.ts";
import type { Seen } from "../engine/checked.ts";
import { bytes, type Change } from "../engine/change.ts";
import { type Changes, count, each, noChanges } from "../engine/changes.ts";
import type { File, Folder, Path, Side } from "../engine/entry.ts";
import type { Reading } from "../engine/evidence.ts";
import type { Failure, Notice, Unmirrored } from "../engine/event.ts";
import type { IgnoreFile } from "../engine/filter.ts";
import type { Nested } from "../engine/order.ts";
import type { Linked, Pair, Undecided } from "../engine/plan.ts";
import type { Remembered } from "../engine/remembered.ts";

export type Task =
  /** Find out what the file system of a folder of the replica can hold. */
  | { readonly kind: "probe"; readonly path: Path }
  /** Find the folder that both sides have at a path or nearest above it. */
  | { readonly kind: "find"; readonly path: Path }
  /** List a folder on both sides and plan it. */
  | { readonly kind: "compare"; readonly pair: Pair }
  /** List a folder of the source by names and kinds alone. */
  | ({ readonly kind: "list" } & Listable)
  /** Compare two files by their contents. `device`: that of their folder in the replica, where it is not the root's. */
  | { readonly kind: "compareContents"; readonly undecided: Undecided; readonly device?: number }
  /** Find out which steps of a plan the replica has already: names in a folder, with the marks of the steps. */
  | { readonly kind: "lookFor"; readonly folder: Path; readonly steps: readonly (readonly [Name, string])[] }
  /** Read a file of one side, to tell whether it is the same as another. */
  | { readonly kind: "digest"; readonly reading: Reading }
  /** Digest files of a folder; of `bytes` in all. `unit`: which part of a check they are. */
  | ({ readonly kind: "check"; readonly bytes: number; readonly unit: number } & Checkable)
  /** Make changes, one after another. `numbers` are their indices in the pass's list. */
  | { readonly kind: "make"; readonly numbers: readonly number[]; readonly changes: Changes }
  /** Make a new folder, the first in the list, and then the folders in it. */
  | { readonly kind: "makeFolders"; readonly folders: readonly NewFolder[] }
  /** Remove a folder, empty by now, and put what was made beside it in its place. */
  | { readonly kind: "replaceFolder"; readonly number: number; readonly change: Change }
  /** Remove what was moved aside for a new folder. */
  | { readonly kind: "removeAside"; readonly number: number; readonly path: Path }
  /** Set the attributes of a folder, or of a file that was not certain. `number`: the change that is done by this. */
  | { readonly kind: "settle"; readonly path: Path; readonly entry: Folder | File; readonly number?: number }
  /** Find out whether something is mounted on a folder that is to go. `index`: that of its change. */
  | { readonly kind: "tryToMove"; readonly index: number; readonly path: Path }
  /** Remove what was made beside a folder that is still in the way. */
  | { readonly kind: "discard"; readonly number: number; readonly path: Path }
  /** Put back what was moved aside for a folder that is still empty. */
  | { readonly kind: "putBack"; readonly number: number; readonly path: Path };

/** A new folder, with its change. */
export interface NewFolder extends Nested {
  readonly change: Change;
}

/** A folder of the source that is to be listed. */
export interface Listable {
  /** By which whoever asks knows it. */
  readonly number: number;
  readonly path: Path;
  /** The ignore files above it. */
  readonly ignoreFiles: readonly IgnoreFile[];
}

/** A folder of the source that was listed, without what is excluded and what is of our own making. */
export interface ListedFolder {
  readonly number: number;
  /** How many there are in it. */
  readonly entries: number;
  /** How many of them are folders, and their names, sorted, with "/" between: a million strings take long to cross. */
  readonly folders: number;
  readonly names: string;
  /** Its own ignore file, behind those above it; left out where it has none. */
  readonly ignoreFiles?: readonly IgnoreFile[];
}

/** A folder of the replica on a device of which nothing is known, and the device of its pair in the source. */
export interface Stranger {
  readonly path: Path;
  readonly device: number;
  readonly sourceDevice: number;
}

/** The folder that both sides have at or nearest above `asked`, with what each says of it; null for the roots. */
export interface FoundPair {
  readonly asked: Path;
  readonly path: Path;
  readonly entry: Folder | null;
  readonly was: Folder | null;
  /** The ignore files above it. */
  readonly ignoreFiles: readonly IgnoreFile[];
}

/** Files of a folder, on both sides or in the replica alone. */
export interface Checkable {
  readonly folder: Path;
  readonly names: readonly string[];
  readonly sides: "both" | "replica";
}

/** What the sides have at a path; `source` is null where it was not looked at. */
export interface Checked {
  readonly unit: number;
  readonly path: Path;
  readonly source: Seen | null;
  readonly replica: Seen;
}

/** The files of a folder in the replica, or of a part of it, by name; each column has a row for each of them. */
export interface FilesOf {
  readonly folder: Path;
  readonly names: string[];
  /** In bytes. */
  readonly sizes: number[];
  /** In ms since 1970, and the ns after that; -1 where the edge cannot tell. */
  readonly times: number[];
  readonly nanos: number[];
  /** What the source has of that name: a file of the same size and time, one of the same size, or neither. */
  readonly twins: ("same" | "sized" | "other")[];
}

/** What a turn came to. */
export interface Turn {
  /** Tasks that are left, and new ones that were found. */
  readonly tasks: Task[];
  /** Entries listed, by side. */
  readonly listed: { source: number; replica: number };
  /** Whether a side has inode numbers that cannot be told exactly. */
  readonly inexactIds: Record<Side, boolean>;
  /** How many of those listed in the replica are parts that other mirrors have. */
  others: number;
  /** How many names there are, by side, that other mirrors have: those, and what slices have. */
  readonly there: { source: number; replica: number };
  /** How many of those listed in the replica are folders and empty files. */
  blank: number;
  /** The bytes, on both sides, of the files found whose contents must be compared. */
  undecidedBytes: number;
  readonly pairs: FoundPair[];
  readonly children: ListedFolder[];
  /** Pairs that wait until it is known what a file system of the replica can hold. */
  readonly deferred: Pair[];
  /** They make the turn end: it depends on them what there is to do. */
  readonly strangers: Stranger[];
  /** Those in which there is only something to do if the folders that are to go hold nothing that is excluded. */
  readonly doubtful: Stranger[];
  /** File systems of which nothing is known, on which names of one inode lie. */
  readonly linkedOn: Stranger[];
  readonly capabilities: Capabilities[];
  /** Of files that were read. */
  readonly digests: { readonly side: Side; readonly path: Path; readonly digest: string }[];
  readonly changes: Changes;
  /** Entries of which a side has several names, where the replica can have that. */
  readonly linked: Linked[];
  /** Folders that get changes inside, so that they must be settled, as the source has them. */
  readonly disturbed: { readonly path: Path; readonly entry: Folder; readonly device?: number }[];
  readonly failures: Failure[];
  /** Failures of entries that are in their place, and lack only an attribute. */
  readonly unset: Failure[];
  readonly unmirrored: Unmirrored[];
  /** Something excluded in each folder that only the replica has and that stays for it. */
  readonly kept: Path[];
  /** What only the replica has and is newer than the folder of the source around it, where edits are kept. */
  readonly newer: Path[];
  /** What both sides have, where all is to be remembered. */
  readonly listing: Remembered[];
  /** Mount points of the source, with the numbers of their devices. */
  readonly mounts: { readonly path: Path; readonly device: number }[];
  readonly notices: Notice[];
  /** Steps of a plan that the replica does not have: their paths. */
  readonly undone: Path[];
  /** In a check: the files of the replica that were listed, and those that were digested. */
  readonly files: FilesOf[];
  readonly checked: Checked[];
  /** The changes made, by number. */
  readonly done: number[];
  /** Moves that could not be made, by number, and why. What they stand for has to be removed and made anew. */
  readonly unmoved: { readonly number: number; readonly failure: Failure }[];
  /** Which of them copied another version of a file than was compared. */
  readonly revised: { readonly number: number; readonly entry: File }[];
  /** Which of them have a file that could be edited again in the same tick of its clock. */
  readonly racy: number[];
}

/** The result of a turn that has not done anything yet. */
export function newTurn(tasks: readonly Task[]): Turn {
  return {
    tasks: [...tasks],
    listed: { source: 0, replica: 0 },
    inexactIds: { source: false, replica: false },
    others: 0,
    there: { source: 0, replica: 0 },
    blank: 0,
    undecidedBytes: 0,
    pairs: [],
    children: [],
    deferred: [],
    strangers: [],
    doubtful: [],
    linkedOn: [],
    capabilities: [],
    digests: [],
    changes: noChanges(),
    linked: [],
    disturbed: [],
    failures: [],
    unset: [],
    unmirrored: [],
    kept: [],
    newer: [],
    listing: [],
    mounts: [],
    notices: [],
    undone: [],
    files: [],
    checked: [],
    done: [],
    unmoved: [],
    revised: [],
    racy: [],
  };
}

/** A fault as the failure of a path. */
export function failure(fault: Fault, path: Path): Failure {
  return { kind: "failure", action: fault.action, side: fault.side, path, reason: fault.reason };
}

/** How many entries a task is about, without those that it leads to. */
export function countOf(task: Task): number {
  switch (task.kind) {
    case "make":
      return count(task.changes);
    case "makeFolders":
      return task.folders.length;
    case "lookFor":
      return task.steps.length;
    case "check":
      return task.names.length;
    default:
      return 1;
  }
}

/** The bytes of content that a task is expected to read. */
export function weight(task: Task): number {
  if (task.kind === "digest") return task.reading.size;
  if (task.kind === "check") return task.bytes;
  if (task.kind === "compareContents") return task.undecided.entry.size * 2;
  let sum = 0;
  if (task.kind === "make") { for (const change of each(task.changes)) sum += bytes(change); }
  return sum;
}

/** The path that a task is about; "" for the whole replica. */
export function pathOf(task: Exclude<Task, { kind: "make" }>): Path {
  switch (task.kind) {
    case "compare":
      return task.pair.path;
    case "compareContents":
      return task.undecided.path;
    case "digest":
      return task.reading.path;
    case "check":
      return task.folder;
    case "makeFolders":
      return task.folders[0]!.change.path;
    case "lookFor":
      return task.folder;
    case "replaceFolder":
      return task.change.path;
    case "probe":
    case "find":
    case "list":
    case "removeAside":
    case "settle":
    case "tryToMove":
    case "discard":
    case "putBack":
      return task.path;
  }
}
