/**
 * Listing and comparing two folders, and probing what a file system of the replica can hold. What is found is added to
 * the turn's result; nothing that stays is changed.
 */
import { Fault } from "../disk/fault.ts";
import { probe } from "../disk/probe.ts";
import { relationSeen } from "../disk/relation.ts";
import { isLeftOver, isTemporary } from "../disk/temporary.ts";
import type { Folder, Name } from "../disk/tree.ts";
import { tellsApart } from "../engine/capabilities.ts";
import { type Change, touchesAround } from "../engine/change.ts";
import { add } from "../engine/changes.ts";
import {
  below,
  type Entry,
  isBlank,
  isOfAnyFolder,
  type Listing,
  nameOf,
  parent,
  type Path,
  type Side,
} from "../engine/entry.ts";
import { divide, type Divided, pack, parts, unpack } from "../engine/names.ts";
import { IGNORE_FILE, type IgnoreFile } from "../engine/filter.ts";
import { isOwnLog } from "../engine/own_log.ts";
import { aboveOf, type Pair, type Plan, plan, resolve } from "../engine/plan.ts";
import { type Criteria, isKnown } from "../engine/same.ts";
import { chooseEntries, chooseNames, choosingIn, type Chosen, ignoreFileIn } from "./choose.ts";
import type { PassConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { withoutSystems } from "./drive.ts";
import { orGone } from "./gone.ts";
import { criteriaOn, noteLinked, strangersIn } from "./mounts.ts";
import { withoutLock } from "./locked.ts";
import { noteLacks } from "./notices.ts";
import { type Own, withoutOthers } from "./others.ts";
import { isHiding, markUnmounted, UNMOUNTED, withMount } from "./source_mounts.ts";
import { type Shared, throwIfStopping } from "./shared.ts";
import { respelled } from "./spelling.ts";
import { failure, type Turn } from "./task.ts";

/** From this many names on, of both sides, a folder is compared in parts, which several threads can share. */
const LARGE = 4096;
/** How many names of the source make a part, with the replica's names that sort between them. */
const PART = 1024;

/** The two folders of a pair, open; null on a side that does not have the folder. */
export interface Both {
  readonly source: Folder | null;
  readonly replica: Folder | null;
}

/** List a folder on both sides and plan it. Throws a fault when a side cannot be listed to its end. */
export async function compareFolders(context: Context, given: Pair): Promise<void> {
  const { trees } = context;
  using source = given.sides === "replica" ? null : trees.source.open(given.path, "list");
  using replica = given.sides === "source" ? null : trees.replica.open(given.path, "list");
  const folders = { source, replica };
  if (given.names) {
    const part = unpack(given.names);
    return await comparePart(context, given, folders, divide(part.source, part.replica));
  }
  await compareListed(context, await listFolders(context, given, folders), folders);
}

/** Plan folders that were listed, at once or in parts. */
export async function compareListed(context: Context, listed: Listed, folders: Both): Promise<void> {
  const { pair, names, inSource, inReplica, others, there, kept } = listed;
  const { result } = context;
  result.listed.source += others.source;
  result.listed.replica += others.replica;
  result.others += others.replica;
  result.there.source += there.source;
  result.there.replica += there.replica;
  if (kept !== null && pair.sides === "replica") result.kept.push(below(pair.path, kept));
  if (pair.mounted && pair.entry) result.mounts.push({ path: pair.path, device: pair.entry.device });
  const { capabilities } = criteriaOn(pair.device, context.config.criteria);
  if (inSource.length + inReplica.length < LARGE || !tellsApart(capabilities)) {
    return await comparePart(context, pair, folders, names);
  }
  for (const part of parts(inSource, inReplica, PART)) {
    result.tasks.push({ kind: "compare", pair: { ...pair, names: pack(part) } });
  }
}

/** The names in the folders of a pair, and the pair with the ignore file that is in it. */
export interface Listed {
  readonly pair: Pair;
  readonly names: Divided;
  readonly inSource: readonly Name[];
  readonly inReplica: readonly Name[];
  /** What of the folder others have. */
  readonly others: Own["others"];
  readonly there: Own["there"];
  readonly kept: Name | null;
}

/** List the folders of a pair. Throws a fault when a side cannot be listed to its end, or must not be believed. */
export async function listFolders(
  { config }: Context,
  given: Pair,
  { source, replica }: Both,
): Promise<Listed> {
  const nothing: Name[] = [];
  const listed = await Promise.all([source?.names() ?? nothing, replica?.names() ?? nothing]);
  const all = {
    source: withoutSystems(config, given.path, listed[0]),
    replica: await withoutLock(config.replica, given.path, withoutSystems(config, given.path, listed[1])),
  };
  const { source: inSource, replica: inReplica, others, there, kept } = withoutOthers(
    config,
    given.path,
    all.source,
    all.replica,
  );
  let names = divide(inSource, inReplica);
  const more = source && replica ? missed(source, inSource, names.replica) : nothing;
  if (more.length > 0) names = divide([...inSource, ...more], inReplica);
  for (const name of more) inSource.push(name);
  // whoever has it, it says what is excluded for all
  const ignoreFile = config.checking?.alone
    ? replica && ignoreFileIn(replica, given.path, all.replica)
    : source && ignoreFileIn(source, given.path, all.source);
  const pair = ignoreFile ? withIgnoreFile(given, ignoreFile) : given;
  if (isHiding(pair, names, config.criteria)) throw new Fault("list", "source", UNMOUNTED);
  return { pair, names, inSource, inReplica, others, there, kept };
}

/** A pair with its own ignore file, which it has already when it was deferred. */
function withIgnoreFile(pair: Pair, file: IgnoreFile): Pair {
  const above = pair.ignoreFiles?.filter(({ folder }) => folder !== pair.path) ?? [];
  return { ...pair, ignoreFiles: [...above, file] };
}

/**
 * Names that only the replica lists although the source has them. On btrfs, a file that is renamed while its
 * folder is listed may be in the listing under neither name. When it cannot be told, a name counts as there.
 */
export function missed(source: Folder, listed: readonly Name[], extraneous: readonly Name[]): Name[] {
  const found = extraneous.filter((name) => source.look(name) !== null);
  if (found.length === 0) return found;
  // a source that ignores case finds each of them under a name that was listed
  const folded = new Set(listed.map(fold));
  return found.filter((name) => !folded.has(fold(name)));
}

function fold(name: Name): string {
  return name.normalize("NFC").toUpperCase();
}

/** Look at names of a folder and plan them: all its names, or a part that can be planned by itself. */
async function comparePart(context: Context, pair: Pair, folders: Both, given: Divided): Promise<void> {
  const { config, result } = context;
  const assumed = criteriaOn(pair.device, config.criteria);
  const choosing = choosingIn(config, pair, assumed);
  const chosen = choosing && chooseNames(choosing, given);
  const names = chosen?.names ?? given;
  const differing = config.listsAll
    ? names.both
    : differingOf(context, pair.path, folders, names.both, assumed, chosen);
  const source = look(context, "source", pair.path, folders.source, [...differing, ...names.source]);
  const replica = look(context, "replica", pair.path, folders.replica, [...differing, ...names.replica]);
  const kept = choosing && chosen ? chooseEntries(choosing, chosen.unsure, source, replica) : [];
  markUnmounted(pair.path, source, replica, assumed);
  const device = pair.device ?? assumed.roots.replica.device;
  const { replica: there, criteria } = isKnown(device, assumed)
    ? respelled(folders.replica, source, replica, assumed, config.shared)
    : { replica, criteria: assumed };
  if (config.checking) {
    const { filesIn } = await import("./files.ts");
    result.files.push(filesIn(pair.path, source, replica, criteria));
  }
  const planned = plan(pair.path, source, there, criteria, device);
  const made = config.choice.noDelete
    ? (await import("../engine/no_delete.ts")).withoutRemovals(planned, source, isLeftOver)
    : planned;
  const strangers = strangersIn(pair, made, criteria);
  if (chosen !== null && strangers.length > 0 && onlyRemovesFolders(made)) {
    // what is excluded may lie in all of them, so that there is nothing to do after all
    for (const one of strangers) result.doubtful.push(one);
  } else if (strangers.length > 0) {
    for (const one of strangers) result.strangers.push(one);
    result.deferred.push(pair);
    return;
  }
  for (const path of [...chosen?.kept ?? [], ...kept]) result.kept.push(path);
  const same = names.both.length - differing.length;
  countIn(result, source, replica, same);
  noteLacks(result.notices, source, criteria.capabilities);
  if (config.keepEdits) {
    (await import("./note_edits.ts")).noteEdits(context, pair, made, source, replica, criteria);
  }
  take(context, pair, made, folders.source);
}

function onlyRemovesFolders({ changes, undecided }: Plan): boolean {
  return undecided.length === 0 &&
    changes.every(({ kind, was }) => kind === "remove" && was.kind === "folder");
}

/** The names of both sides at which there may be something to do; none is left out that may count for more than itself. */
function differingOf(
  { config }: Context,
  path: Path,
  { source, replica }: Both,
  both: readonly Name[],
  { checksum, capabilities }: Criteria,
  chosen: Chosen | null,
): readonly Name[] {
  const logs = [...logsIn(config.ownLogs.source, path), ...logsIn(config.ownLogs.replica, path)];
  if (!source || !replica || checksum || logs.length > 0 || !tellsApart(capabilities)) return both;
  const unsure = chosen === null ? NO_NAMES : chosen.unsure;
  if (unsure === null) return both;
  const isOdd = (name: Name) => isTemporary(name) || isOfAnyFolder(name) || unsure.has(name);
  const odd = both.filter(isOdd);
  if (odd.length === 0) return source.differing(replica, both);
  return [...odd, ...source.differing(replica, both.filter((name) => !isOdd(name)))];
}

const NO_NAMES: ReadonlySet<Name> = new Set();

/** Add what was looked at to the numbers of a turn, and how many files are the same on both sides. */
function countIn(result: Turn, source: Listing, replica: Listing, same: number): void {
  result.listed.source += source.size + same;
  result.listed.replica += replica.size + same;
  for (const [name, entry] of replica) if (isBlank(name, entry)) result.blank++;
  result.inexactIds.source ||= hasInexactIds(source);
  result.inexactIds.replica ||= hasInexactIds(replica);
}

/** Add the plan of a folder to the result of a turn. */
function take(context: Context, pair: Pair, made: Plan, source: Folder | null): void {
  const { result } = context;
  for (const change of made.changes) {
    if (givesWayToFile(change)) tryToRead(context, source, change.path);
    add(result.changes, change);
  }
  const disturbs = made.undecided.length + made.linked.length > 0 ||
    made.changes.some(touchesAround);
  const device = pair.device === undefined ? {} : { device: pair.device };
  if (disturbs && pair.entry) result.disturbed.push({ path: pair.path, entry: pair.entry, ...device });
  const isShallow = pair.shallow && !changesIgnoreFile(made, pair.path);
  for (const next of made.pairs) {
    if (isShallow && next.sides === "both") continue;
    // a folder that is made is on the device of the one around it
    const on = next.sides === "source" ? device : {};
    const files = pair.ignoreFiles ? { ignoreFiles: pair.ignoreFiles } : {};
    const above = context.config.keepEdits && next.sides === "replica" ? aboveOf(pair) : {};
    result.tasks.push({
      kind: "compare",
      pair: withMount({ ...next, ...on, ...files, ...above }, pair.entry),
    });
  }
  for (const undecided of made.undecided) {
    if (context.config.checking) {
      const change = resolve(undecided, true, Date.now(), criteriaOn(pair.device, context.config.criteria));
      if (change !== null) add(result.changes, change);
      continue;
    }
    result.tasks.push({ kind: "compareContents", undecided, ...device });
    result.undecidedBytes += undecided.entry.size + undecided.was.size;
  }
  noteLinked(context, pair, made.linked);
  for (const one of made.failures) result.failures.push(orGone(context, one));
  for (const one of made.unmirrored) result.unmirrored.push(one);
}

/** Whether the ignore file of a folder is another one by now: what it excludes may lie anywhere below. */
function changesIgnoreFile({ changes, undecided }: Plan, folder: Path): boolean {
  const path = below(folder, IGNORE_FILE);
  return [...changes, ...undecided].some((one) => one.path === path);
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

/** Find out what the file system of a folder of the replica can hold. */
export async function probeAt({ config, trees, result }: Context, path: Path): Promise<void> {
  const { roots } = config.criteria;
  using above = path === "" ? null : trees.replica.open(parent(path), "list");
  const entry = above ? above.look(nameOf(path)) : roots.replica;
  if (entry?.kind !== "folder") throw new Fault("list", "replica", { code: "REPLACED" });
  const capabilities = await probe(trees.replica, path, entry, config.passId, config.criteria, (name) => {
    const how = path === "" ? relationSeen(config.source, config.replica, name) : "apart";
    if (how !== "apart") throw new Fault("create", "replica", { code: "RELATED", detail: how });
  });
  if (capabilities) result.capabilities.push(capabilities);
}

function look(
  { config }: Context,
  side: Side,
  path: Path,
  folder: Folder | null,
  names: readonly Name[],
): Map<Name, Entry> {
  if (folder === null || names.length === 0) return new Map();
  const lookAll = (names: readonly Name[]) => lookWhileAsked(folder, names, config.shared);
  if (side === "replica") return withoutLogs(lookAll(names), logsIn(config.ownLogs.replica, path));
  // a source that is a replica itself has what another mirror is about to put in place
  const found = withoutLogs(
    lookAll(names.filter((name) => !isTemporary(name))),
    logsIn(config.ownLogs.source, path),
  );
  const taken = logsIn(config.ownLogs.replica, path);
  if (taken.length > 0) {
    for (const [name, entry] of found) if (isLog(name, entry, taken)) found.set(name, TAKEN);
  }
  return found;
}

/** Look at names, piece by piece where they are many. Throws `Stopped` in between. */
function lookWhileAsked(folder: Folder, names: readonly Name[], shared: Shared): Map<Name, Entry> {
  if (names.length <= PART) return folder.lookAll(names);
  const found = new Map<Name, Entry>();
  for (let first = 0; first < names.length; first += PART) {
    throwIfStopping(shared);
    for (const [name, entry] of folder.lookAll(names.slice(first, first + PART))) found.set(name, entry);
  }
  return found;
}

/** Whether an entry of a side is one of our own logs. */
export function isOurLog({ ownLogs }: PassConfig, side: Side, path: Path, entry: Entry): boolean {
  return isLog(nameOf(path), entry, logsIn(ownLogs[side], parent(path)));
}

/** The names of our own logs in a folder. */
function logsIn(logs: readonly Path[], folder: Path): Name[] {
  return logs.filter((log) => parent(log) === folder).map(nameOf);
}

function withoutLogs(found: Map<Name, Entry>, logs: readonly Name[]): Map<Name, Entry> {
  if (logs.length > 0) {
    for (const [name, entry] of found) {
      if (isLog(name, entry, logs)) found.delete(name);
    }
  }
  return found;
}

/** Whether an entry is one of our logs, or an older one: a folder may well have such a name. */
function isLog(name: Name, { kind }: Entry, logs: readonly Name[]): boolean {
  return kind !== "folder" && isOwnLog(name, logs);
}

/** What the source has at the path at which the replica holds our own log. */
const TAKEN: Entry = { kind: "unknown", reason: { code: "OWN_LOG" } };
