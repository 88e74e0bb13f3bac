/**
 * The tasks that only look: finding, listing, comparing two folders, comparing two files by content, and trying out
 * what the replica can hold. They add to what a turn comes to.
 */
import { add } from "../engine/changes.ts";
import { type Crypto, digest, tryToRead } from "../disk/portable/content.ts";
import {
  absolute,
  type Entry,
  type File,
  foldersTo,
  type Listing,
  nameOf,
  NOTHING,
  parent,
  type Path,
  type Side,
} from "../engine/entry.ts";
import { Fault } from "../disk/fault.ts";
import { align, tellsApart } from "../engine/capabilities.ts";
import * as listing from "../disk/portable/look.ts";
import {
  isNested,
  leadsOn,
  type Names,
  NESTED,
  type Pair,
  parts,
  plan,
  resolve,
  type Undecided,
} from "../engine/plan.ts";
import { probe } from "../disk/probe.ts";
import { failure, type FoundPair, type Job, type Turn } from "./task.ts";

/** From so many names on a folder is compared in parts, which several threads can share. */
const LARGE = 4096;
/** About so many names of the source, and those of the replica that lie between them, make a part. */
const PART = 1024;

/** List a folder on both sides and plan it. Throws a fault when one of them cannot be listed to its end. */
export async function compareFolders(job: Job, pair: Pair, result: Turn): Promise<void> {
  if (pair.names) return comparePart(job, pair, pair.names, result);
  const nothing: string[] = [];
  const [source, replica] = await Promise.all([
    pair.sides === "replica" ? nothing : listing.names("source", job.source, pair.path),
    pair.sides === "source" ? nothing : listing.names("replica", job.replica, pair.path),
  ]);
  if (pair.sides === "both") {
    for (const name of listing.missed(job.source, pair.path, source, replica)) source.push(name);
  }
  if (source.length + replica.length < LARGE || !tellsApart(job.criteria.capabilities)) {
    return comparePart(job, pair, { source, replica }, result);
  }
  for (const names of parts(source, replica, PART)) {
    result.tasks.push({ kind: "compare", pair: { ...pair, names } });
  }
}

/** Compare what is known to be in a folder, or a part of it that can be planned by itself. */
function comparePart(job: Job, pair: Pair, names: Names, result: Turn): void {
  const source = look(job, "source", pair.path, names.source);
  const replica = look(job, "replica", pair.path, names.replica);
  result.listed.source += source.size;
  result.listed.replica += replica.size;
  const made = plan(pair.path, source, replica, job.criteria);
  for (const change of made.changes) {
    // a folder gives way only to something that can be read
    if (change.kind === "create" && change.was?.kind === "folder" && change.entry.kind === "file") {
      try {
        tryToRead(absolute(job.source, change.path));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        result.failures.push(failure(error, change.path));
      }
    }
    add(result.changes, change);
  }
  const disturbs = made.undecided.length + made.linked.length > 0 ||
    made.changes.some((change) => change.kind !== "attributes");
  if (disturbs && pair.entry) result.disturbed.push({ path: pair.path, entry: pair.entry });
  for (const next of made.pairs) {
    if (!pair.shallow || next.sides !== "both") result.tasks.push({ kind: "compare", pair: next });
  }
  for (const undecided of made.undecided) result.tasks.push({ kind: "compareContents", undecided });
  for (const one of made.linked) result.linked.push(one);
  for (const one of made.failures) result.failures.push(one);
  for (const one of made.unmirrored) result.unmirrored.push(one);
}

/** Find out what the replica can hold. */
export function tryOut(job: Job, result: Turn): void {
  const capabilities = probe(job.replica, job.passId);
  if (capabilities) result.capabilities.push(capabilities);
}

/**
 * From the root down, so that no link on the way is followed, and nothing is made a pair that would be none if all was
 * compared: a folder that leads into the other tree, lies beyond a mount point to stop at, or has a name that the
 * replica cannot tell from another one.
 */
export async function find(job: Job, path: Path, result: Turn): Promise<void> {
  let found: FoundPair | null = null;
  for (const folder of foldersTo(path)) {
    const entry = listing.lookIfThere("source", absolute(job.source, folder));
    const was = listing.lookIfThere("replica", absolute(job.replica, folder));
    if (entry?.kind !== "folder" || was?.kind !== "folder") break;
    if (folder !== "") {
      if (isNested(entry, was, job.criteria)) {
        result.failures.push({
          kind: "failure",
          action: "list",
          side: "source",
          path: folder,
          reason: NESTED,
        });
        return;
      }
      if (!leadsOn(entry, job.criteria) || !await isMirrored(job, folder)) break;
    }
    found = { path: folder, entry, was };
  }
  if (found) result.pairs.push(found);
}

/** Whether a name of the source is the one that is mirrored of those that the replica takes for one. */
async function isMirrored({ source, criteria: { capabilities } }: Job, path: Path): Promise<boolean> {
  if (tellsApart(capabilities)) return true;
  const names = await listing.names("source", source, parent(path));
  const there = new Map(names.map((name): [string, Entry] => [name, TAKEN]));
  return align(there, NOTHING, capabilities).source.has(nameOf(path));
}

function look(job: Job, side: Side, path: Path, names: readonly string[]): Listing {
  if (names.length === 0) return NOTHING;
  const found = listing.lookAll(side, job[side], path, names);
  for (const hidden of job.hidden[side]) {
    if (parent(hidden) === path) found.delete(nameOf(hidden));
  }
  if (side === "replica") return found;
  for (const hidden of job.hidden.replica) {
    const name = nameOf(hidden);
    if (parent(hidden) === path && found.has(name)) found.set(name, TAKEN);
  }
  return found;
}

/** What the source has at the path at which the replica holds our own log. */
const TAKEN: Entry = {
  kind: "unknown",
  reason: { code: "LOGFILE", text: "our own log file stands in its place in the replica" },
};

/** Throws a fault when a file of the source is another one by now than the one that was compared. */
function throwIfOther(path: string, entry: File): void {
  const now = listing.lookIfThere("source", path);
  if (now?.kind === "file" && now.size === entry.size && now.mtime === entry.mtime) return;
  throw new Fault("read", "source", { code: "CHANGING", text: "it changed while it was read" });
}

/** Compare two files by their contents. */
export function compareContents(job: Job, undecided: Undecided, crypto: Crypto, result: Turn): void {
  const { path, entry, was } = undecided;
  const comparedAt = Date.now();
  const source = digest("source", absolute(job.source, path), entry.size, job.shared, crypto);
  let replica: string | null = null;
  try {
    replica = digest("replica", absolute(job.replica, path), was.size, job.shared, crypto);
  } catch (error) {
    // what cannot be read in the replica is not the same, and is copied anew
    if (!(error instanceof Fault)) throw error;
  }
  if (source !== replica) throwIfOther(absolute(job.source, path), entry);
  const change = resolve(undecided, source === replica, comparedAt, job.criteria);
  if (change) add(result.changes, change);
}
