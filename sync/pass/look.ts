/**
 * The tasks that find out: finding, listing and comparing two folders, comparing two files by content, and probing what
 * the replica can hold. They add to the turn's result, and change nothing that stays.
 */
import { Fault } from "../disk/fault.ts";
import { probe } from "../disk/probe.ts";
import { isTemporary } from "../disk/temporary.ts";
import type { Folder, Name } from "../disk/tree.ts";
import { align, tellsApart } from "../engine/capabilities.ts";
import type { Change } from "../engine/change.ts";
import { add } from "../engine/changes.ts";
import {
  type Entry,
  type File,
  foldersTo,
  isBlank,
  type Listing,
  nameOf,
  NOTHING,
  parent,
  type Path,
  type Side,
} from "../engine/entry.ts";
import { isOwnLog } from "../engine/own_log.ts";
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
import { isKnown, sameVersion } from "../engine/same.ts";
import type { Context } from "./context.ts";
import { type Crypto, digest } from "./copy.ts";
import { orGone } from "./gone.ts";
import { criteriaIn, noteLinked, strangersIn } from "./mounts.ts";
import { noteCutOff } from "./notices.ts";
import { isHiding, isUnmounted, markUnmounted, UNMOUNTED, withMount } from "./source_mounts.ts";
import { respelled } from "./spelling.ts";
import { failure, type FoundPair, type Stranger } from "./task.ts";

/** From this many names on, of both sides, a folder is compared in parts, which several threads can share. */
const LARGE = 4096;
/** How many names of the source make a part, with the replica's names that sort between them. */
const PART = 1024;

/** The two folders of a pair; null on a side that does not have the folder. */
interface Both {
  readonly source: Folder | null;
  readonly replica: Folder | null;
}

/** List a folder on both sides and plan it. Throws a fault when a side cannot be listed to its end. */
export async function compareFolders(context: Context, pair: Pair): Promise<void> {
  const { trees, result } = context;
  using source = pair.sides === "replica" ? null : trees.source.open(pair.path, "list");
  using replica = pair.sides === "source" ? null : trees.replica.open(pair.path, "list");
  const folders = { source, replica };
  if (pair.names) return comparePart(context, pair, folders, pair.names);
  const nothing: Name[] = [];
  const [inSource, inReplica] = await Promise.all([source?.names() ?? nothing, replica?.names() ?? nothing]);
  const more = source && replica ? missed(source, inSource, inReplica) : nothing;
  for (const name of more) inSource.push(name);
  if (pair.mounted && pair.entry) {
    if (isHiding(pair, inSource, inReplica, context.config.criteria)) {
      throw new Fault("list", "source", UNMOUNTED);
    }
    result.mounts.push({ path: pair.path, device: pair.entry.device });
  }
  const names = { source: inSource, replica: inReplica };
  const { capabilities } = criteriaIn(context, pair.path);
  if (inSource.length + inReplica.length < LARGE || !tellsApart(capabilities)) {
    return comparePart(context, pair, folders, names);
  }
  for (const part of parts(inSource, inReplica, PART)) {
    result.tasks.push({ kind: "compare", pair: { ...pair, names: part } });
  }
}

/**
 * Names of the replica that the source has although its listing does not. On btrfs, a file that is renamed while its
 * folder is listed may be in the listing under neither name. When it cannot be told, a name counts as there.
 */
export function missed(source: Folder, listed: readonly Name[], replica: readonly Name[]): Name[] {
  const known = new Set(listed);
  const found = replica.filter((name) => !known.has(name) && source.look(name) !== null);
  if (found.length === 0) return found;
  // a source that ignores case finds each of them under a name that was listed
  const folded = new Set(listed.map(fold));
  return found.filter((name) => !folded.has(fold(name)));
}

function fold(name: Name): string {
  return name.normalize("NFC").toUpperCase();
}

/** Look at names of a folder and plan them: all its names, or a part that can be planned by itself. */
function comparePart(context: Context, pair: Pair, folders: Both, names: Names): void {
  const { result } = context;
  const criteria = criteriaIn(context, pair.path);
  const source = look(context, "source", pair.path, folders.source, names.source);
  const there = look(context, "replica", pair.path, folders.replica, names.replica);
  const replica = respelled(folders.replica, source, there, criteria);
  markUnmounted(pair.path, source, replica, criteria);
  const strangers = strangersIn(pair.path, source, replica, criteria);
  if (strangers.length > 0) {
    for (const one of strangers) result.strangers.push(one);
    result.deferred.push({ ...pair, names });
    return;
  }
  result.listed.source += source.size;
  result.listed.replica += there.size;
  for (const entry of there.values()) if (isBlank(entry)) result.blank++;
  result.inexactIds.source ||= hasInexactIds(source);
  result.inexactIds.replica ||= hasInexactIds(there);
  noteCutOff(result.notices, source, criteria.capabilities);
  const made = plan(pair.path, source, replica, criteria);
  for (const change of made.changes) {
    if (givesWayToFile(change)) tryToRead(context, folders.source, change.path);
    add(result.changes, change);
  }
  const disturbs = made.undecided.length + made.linked.length > 0 ||
    made.changes.some((change) => change.kind !== "attributes");
  if (disturbs && pair.entry) result.disturbed.push({ path: pair.path, entry: pair.entry });
  for (const next of made.pairs) {
    if (pair.shallow && next.sides === "both") continue;
    result.tasks.push({ kind: "compare", pair: withMount(next, pair.entry) });
  }
  for (const undecided of made.undecided) {
    result.tasks.push({ kind: "compareContents", undecided });
    result.undecidedBytes += undecided.entry.size + undecided.was.size;
  }
  noteLinked(context, pair.path, made.linked, criteria.capabilities);
  for (const one of made.failures) result.failures.push(orGone(context, one));
  for (const one of made.unmirrored) result.unmirrored.push(one);
}

/** Whether a listing has entries that are one or several only by inode numbers, which cannot be told exactly. */
function hasInexactIds(listing: Listing): boolean {
  for (const entry of listing.values()) {
    if (entry.kind === "folder" && entry.inode === null) return true;
    if (entry.kind === "file" && entry.nlink > 1 && entry.id === null) return true;
  }
  return false;
}

function givesWayToFile(change: Change): boolean {
  return change.kind === "create" && change.was?.kind === "folder" && change.entry.kind === "file";
}

/** A folder gives way only to something that can be read. */
function tryToRead(context: Context, folder: Folder | null, path: Path): void {
  try {
    folder?.read(nameOf(path))[Symbol.dispose]();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    context.result.failures.push(orGone(context, failure(error, path)));
  }
}

/** Find out what the replica can hold, or what is mounted in it. */
export function tryOut({ config, trees, result }: Context, mount?: Stranger): void {
  const { path, entry } = mount ?? { path: "", entry: config.criteria.roots.replica };
  const capabilities = probe(trees.replica, path, entry, config.passId, config.criteria);
  if (capabilities) result.capabilities.push(capabilities);
}

/**
 * Find the folder that both sides have at a path or nearest above it. Goes from the root down, so that no link on the
 * way is followed, and stops where a whole pass would: at a folder that leads into the other tree, at a mount point not
 * to cross, or at a name that the replica takes for another one.
 */
export async function find(context: Context, path: Path): Promise<void> {
  const { config: { criteria }, trees, result } = context;
  let found: FoundPair = { asked: path, path: "", entry: null, was: null };
  let { device } = criteria.roots.source;
  for (const folder of foldersTo(path)) {
    if (folder === "") continue;
    using source = trees.source.open(parent(folder), "list");
    using replica = trees.replica.open(parent(folder), "list");
    const entry = source.look(nameOf(folder));
    const was = replica.look(nameOf(folder));
    if (isUnmounted(folder, entry, criteria)) {
      result.failures.push(failure(new Fault("list", "source", UNMOUNTED), folder));
      return;
    }
    if (entry?.kind !== "folder" || was?.kind !== "folder") break;
    // a disk that was not there at the last pass is compared when all is
    if (criteria.sourceMounts && !criteria.sourceMounts.has(folder) && entry.device !== device) break;
    device = entry.device;
    if (isNested(entry, was, criteria)) {
      result.failures.push({ kind: "failure", action: "list", side: "source", path: folder, reason: NESTED });
      return;
    }
    if (!leadsOn(folder, entry, criteria)) break;
    if (!await isMirrored(context, parent(folder), source, nameOf(folder))) break;
    if (!isKnown(was.device, criteria)) {
      result.strangers.push({ path: folder, entry: was, sourceDevice: entry.device });
    }
    found = { asked: path, path: folder, entry, was };
  }
  result.pairs.push(found);
}

/** Whether a name of the source is the one that is mirrored of those that the replica takes for one. */
async function isMirrored(context: Context, folder: Path, source: Folder, name: Name): Promise<boolean> {
  const { capabilities } = criteriaIn(context, folder);
  if (tellsApart(capabilities)) return true;
  const there = new Map((await source.names()).map((name): [Name, Entry] => [name, TAKEN]));
  return align(there, NOTHING, capabilities).source.has(name);
}

function look(
  { config }: Context,
  side: Side,
  path: Path,
  folder: Folder | null,
  names: readonly Name[],
): Map<Name, Entry> {
  if (folder === null || names.length === 0) return new Map();
  if (side === "replica") return withoutLogs(folder.lookAll(names), logsIn(config.ownLogs.replica, path));
  // a source that is a replica itself has what another mirror is about to put in place
  const found = withoutLogs(
    folder.lookAll(names.filter((name) => !isTemporary(name))),
    logsIn(config.ownLogs.source, path),
  );
  const taken = logsIn(config.ownLogs.replica, path);
  if (taken.length > 0) {
    for (const name of found.keys()) if (isOwnLog(name, taken)) found.set(name, TAKEN);
  }
  return found;
}

/** The names of our own logs in a folder. */
function logsIn(logs: readonly Path[], folder: Path): Name[] {
  return logs.filter((log) => parent(log) === folder).map(nameOf);
}

function withoutLogs(found: Map<Name, Entry>, logs: readonly Name[]): Map<Name, Entry> {
  if (logs.length > 0) { for (const name of found.keys()) if (isOwnLog(name, logs)) found.delete(name); }
  return found;
}

/** What the source has at the path at which the replica holds our own log. */
const TAKEN: Entry = { kind: "unknown", reason: { code: "OWN_LOG" } };

/** Compare two files by their contents. */
export function compareContents(
  context: Context,
  undecided: Undecided,
  crypto: Crypto,
): void {
  const { config, trees, result } = context;
  const { path, entry, was } = undecided;
  const comparedAt = Date.now();
  const name = nameOf(path);
  using from = trees.source.open(parent(path), "read");
  using to = trees.replica.open(parent(path), "read");
  const source = digest(from, name, entry.size, config.shared, crypto);
  let replica: string | null = null;
  try {
    replica = digest(to, name, was.size, config.shared, crypto);
  } catch (error) {
    // a file of the replica that cannot be read counts as different, and is copied anew
    if (!(error instanceof Fault)) throw error;
  }
  if (source !== replica) throwIfOther(from, name, entry);
  const change = resolve(undecided, source === replica, comparedAt, criteriaIn(context, parent(path)));
  if (change) add(result.changes, change);
}

/** Throws a fault when a file of the source is no longer the version that was compared. */
function throwIfOther(folder: Folder, name: Name, entry: File): void {
  const now = folder.look(name);
  if (now?.kind === "file" && sameVersion(now, entry)) return;
  if (now?.kind === "unknown") throw new Fault("read", "source", now.reason);
  throw new Fault("read", "source", { code: "CHANGED" });
}
