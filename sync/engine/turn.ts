/**
 * A slice of work on some tasks, in whichever thread: this one, or a worker's. A turn takes plain values and returns
 * plain values, so a worker is no more than a place where `turn` may be called.
 */
import { copy, digest, tryToRead } from "./content.ts";
import * as disk from "./disk.ts";
import {
  type Entry,
  type File,
  type Folder,
  foldersTo,
  type Listing,
  nameOf,
  NOTHING,
  parent,
  type Path,
} from "./entry.ts";
import type { Failure, Unmirrored } from "./event.ts";
import { Fault, Stopped } from "./fault.ts";
import type { Holds } from "./holds.ts";
import { type Change, type Doubt, type Judgement, type Named, type Pair, plan, resolve } from "./plan.ts";
import { probe } from "./probe.ts";
import { type Shared, stopping } from "./shared.ts";
import { takesFolder } from "./stages.ts";

/** What stays the same for all turns of a pass. */
export interface Job {
  /** Absolute paths of the two folders. */
  readonly source: string;
  readonly replica: string;
  readonly judgement: Judgement;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** Paths that are treated as if they did not exist, by side: our own log file. */
  readonly hidden: { readonly source: readonly Path[]; readonly replica: readonly Path[] };
  /** A random word of this pass, in the names of its temporary files. */
  readonly word: string;
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
  | { readonly kind: "weigh"; readonly doubt: Doubt }
  /** Make a change; `number` is its place in the pass's list. */
  | { readonly kind: "apply"; readonly number: number; readonly change: Change }
  /** Put what was copied beside a folder in the way into its place, now that the folder is gone. */
  | { readonly kind: "land"; readonly number: number; readonly change: Change }
  /** Give a folder its mode and time. */
  | { readonly kind: "settle"; readonly path: Path; readonly entry: Folder; readonly number?: number };

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
  readonly holds: Holds[];
  readonly changes: Change[];
  /** Files of which a side has several names. */
  readonly named: Named[];
  /** Folders of the source whose pair in the replica gets changes inside, so that they must be settled. */
  readonly disturbed: { readonly path: Path; readonly entry: Folder }[];
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
  /** The changes made, by number. */
  readonly done: number[];
  /** Those of them that copied another version of a file than was compared. */
  readonly revised: { readonly number: number; readonly entry: File }[];
  /** Those of them that could be edited again within the clock's grain. */
  readonly racy: number[];
}

/** How long a turn works before it reports, in ms: short enough for a smooth progress line and a fair share of work. */
const SLICE_MS = 20;
/** How many folders a turn lists at the same time: listings are asynchronous, and a few keep the thread busy. */
const AHEAD = 8;

/**
 * How long, in ms, a folder that was seen to be no link is trusted to be none, but for removals: looking for every file
 * made a first copy of small files 15 % slower.
 */
const TRUST_MS = 1;
let trusted = { folder: "", until: 0 };

/** Work on the tasks, the last one first, for a slice of time. Bugs throw; whatever the disk says is in the result. */
export async function turn(job: Job, given: readonly Task[]): Promise<Turn> {
  const result: Turn = {
    tasks: [...given],
    listed: { source: 0, replica: 0 },
    pairs: [],
    holds: [],
    changes: [],
    named: [],
    disturbed: [],
    failures: [],
    unmirrored: [],
    done: [],
    revised: [],
    racy: [],
  };
  const end = performance.now() + SLICE_MS;
  async function work(): Promise<void> {
    do {
      if (stopping(job.shared)) return;
      const task = result.tasks.pop();
      if (task === undefined) return;
      try {
        if (task.kind === "compare") await compare(job, task.pair, result);
        else if (task.kind === "weigh") await weigh(job, task.doubt, result);
        else if (task.kind === "find") find(job, task.path, result);
        else if (task.kind === "probe") tryOut(job, result);
        else change(job, task, result);
      } catch (error) {
        if (error instanceof Stopped) result.tasks.push(task);
        else if (error instanceof Fault) result.failures.push(failure(error, pathOf(task)));
        else throw error;
      }
    } while (performance.now() < end);
  }
  const crowd = Math.min(AHEAD, given.length);
  await Promise.all(Array.from({ length: Math.max(crowd, 1) }, work));
  if (job.durable) syncFolders(job, given, result);
  return result;
}

/** A name counts as done when its folder is on the disk: each folder once for all that a turn did in it. */
function syncFolders(job: Job, given: readonly Task[], result: Turn): void {
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

/** The name under which a change is prepared, beside its place: short, for the place's name may be 255 bytes long. */
export function temporary(job: Job, number: number, path: Path): string {
  const folder = disk.at(job.replica, parent(path));
  return disk.at(folder, `.lockstep-${job.word}-${number.toString(36)}`);
}

/** Whether a path is of the kind that `temporary` gives. */
export function isTemporary(path: Path): boolean {
  return /^\.lockstep-[0-9a-f]{8}-\w+$/.test(nameOf(path));
}

async function compare(job: Job, pair: Pair, result: Turn): Promise<void> {
  const [source, replica] = await Promise.all([
    pair.sides === "replica" ? NOTHING : list(job, "source", pair.path),
    pair.sides === "source" ? NOTHING : list(job, "replica", pair.path),
  ]);
  result.listed.source += source.size;
  result.listed.replica += replica.size;
  const made = plan(pair.path, source, replica, job.judgement);
  for (const change of made.changes) {
    // a folder gives way only to something that can be read
    if (change.kind === "create" && change.was?.kind === "folder" && change.entry.kind === "file") {
      try {
        tryToRead(disk.at(job.source, change.path));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        result.failures.push(failure(error, change.path));
      }
    }
    result.changes.push(change);
  }
  const disturbs = made.doubts.length + made.named.length > 0 ||
    made.changes.some((change) => change.kind !== "touch");
  if (disturbs && pair.entry) result.disturbed.push({ path: pair.path, entry: pair.entry });
  for (const next of made.pairs) {
    if (!pair.shallow || next.sides !== "both") result.tasks.push({ kind: "compare", pair: next });
  }
  for (const doubt of made.doubts) result.tasks.push({ kind: "weigh", doubt });
  for (const one of made.named) result.named.push(one);
  for (const one of made.failures) result.failures.push(one);
  for (const one of made.unmirrored) result.unmirrored.push(one);
}

function tryOut(job: Job, result: Turn): void {
  const holds = probe(job.replica, job.word);
  if (holds) result.holds.push(holds);
}

/** From the root down, so that no link on the way is followed. */
function find(job: Job, path: Path, result: Turn): void {
  let found: FoundPair | null = null;
  for (const folder of foldersTo(path)) {
    const entry = disk.lookIfThere("source", disk.at(job.source, folder));
    const was = disk.lookIfThere("replica", disk.at(job.replica, folder));
    if (entry?.kind !== "folder" || was?.kind !== "folder") break;
    found = { path: folder, entry, was };
  }
  if (found) result.pairs.push(found);
}

async function list(job: Job, side: "source" | "replica", path: Path): Promise<Listing> {
  const listing = await disk.list(side, job[side], path);
  for (const hidden of job.hidden[side]) {
    if (parent(hidden) === path) listing.delete(nameOf(hidden));
  }
  if (side === "replica") return listing;
  for (const hidden of job.hidden.replica) {
    const name = nameOf(hidden);
    if (parent(hidden) === path && listing.has(name)) listing.set(name, TAKEN);
  }
  return listing;
}

/** What the source has at the path at which the replica holds our own log. */
const TAKEN: Entry = {
  kind: "unknown",
  reason: { code: "LOGFILE", text: "our own log file stands in its place in the replica" },
};

async function weigh(job: Job, doubt: Doubt, result: Turn): Promise<void> {
  const { createHash } = await import("node:crypto");
  const { path, entry, was } = doubt;
  const source = digest("source", disk.at(job.source, path), entry, job.shared, createHash("sha256"));
  let replica: string | null = null;
  try {
    replica = digest("replica", disk.at(job.replica, path), was, job.shared, createHash("sha256"));
  } catch (error) {
    // what cannot be read in the replica is not the same, and is copied anew
    if (!(error instanceof Fault) || error.reason.code === "CHANGING") throw error;
  }
  const change = resolve(doubt, source === replica, job.judgement);
  if (change) result.changes.push(change);
}

/** Make one change, finish one, or settle a folder. */
function change(job: Job, task: Extract<Task, { kind: "apply" | "land" | "settle" }>, result: Turn): void {
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
function confirm(job: Job, task: Extract<Task, { kind: "apply" | "land" | "settle" }>, folder: Path): void {
  const place = disk.at(job.replica, folder);
  const action = actionOf(task);
  if (action !== "remove" && trusted.folder === place && performance.now() < trusted.until) return;
  disk.confirm(action, "replica", job.replica, folder);
  trusted = { folder: place, until: performance.now() + TRUST_MS };
}

function actionOf(task: Extract<Task, { kind: "apply" | "land" | "settle" }>): Failure["action"] {
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

function failure(fault: Fault, path: Path): Failure {
  return { kind: "failure", action: fault.action, side: fault.side, path, reason: fault.reason };
}

function pathOf(task: Task): Path {
  switch (task.kind) {
    case "compare":
      return task.pair.path;
    case "weigh":
      return task.doubt.path;
    case "apply":
    case "land":
      return task.change.path;
    case "find":
    case "settle":
      return task.path;
    case "probe":
      return "";
  }
}
