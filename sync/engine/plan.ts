/**
 * Two listings of one folder in, the changes that make the replica's like the source's out. Pure: what can be known
 * without reading contents is decided here, and the rest is handed back as doubts.
 */
import {
  below,
  type Entry,
  type Fifo,
  type File,
  type Folder,
  isSpecial,
  type Known,
  type Link,
  type Listing,
  type Mirrored,
  type Path,
  type Reason,
  shown,
  type Side,
} from "./entry.ts";
import type { Failure, Unmirrored } from "./event.ts";
import { align, type Capabilities, sameTime } from "./capabilities.ts";

/** One thing to do to the replica. */
export type Change =
  /**
   * `was` stands in the way, of another kind: it is removed first. What lies below a folder in the way has removals of
   * its own. With a `twin`, the file becomes another name of the one that the replica has at that path.
   */
  | {
    readonly kind: "create";
    readonly path: Path;
    readonly entry: Mirrored;
    readonly was?: Known;
    readonly hardLinkTo?: Path;
  }
  /** The content differs, or the file must have an inode of its own, or share its twin's. */
  | {
    readonly kind: "update";
    readonly path: Path;
    readonly entry: File | Link | Fifo;
    readonly was: File | Link | Fifo;
    readonly hardLinkTo?: Path;
  }
  /** The content is the same; mode, time or owner differs. `weighed` (ms) is when the contents were compared, if they were. */
  | {
    readonly kind: "attributes";
    readonly path: Path;
    readonly entry: Mirrored;
    readonly was: Mirrored;
    readonly comparedAt?: number;
  }
  | { readonly kind: "remove"; readonly path: Path; readonly was: Known };

/** A pair of files of which only the contents can tell whether they are the same. */
export interface Undecided {
  readonly path: Path;
  readonly entry: File;
  readonly was: File;
}

/** A folder that is to be compared, on the sides where it is one; `entry` is what the source says of it. */
export interface Pair {
  readonly path: Path;
  readonly sides: "both" | "source" | "replica";
  readonly entry?: Folder;
  /** Not the folders in it that both sides have: they are compared on an occasion of their own. */
  readonly shallow?: true;
  /** A part of the names in it, when it is compared in parts. */
  readonly names?: Names;
}

/** What a folder was found to hold, by side. */
export interface Names {
  readonly source: readonly string[];
  readonly replica: readonly string[];
}

/** A file of which one side or both have more than one name, so that other paths may share its inode. */
export interface Linked {
  readonly path: Path;
  readonly entry: File | null;
  readonly was: File | null;
}

export interface Plan {
  readonly changes: Change[];
  readonly linked: Linked[];
  readonly undecided: Undecided[];
  readonly pairs: Pair[];
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
}

/** How files are compared. */
export interface Criteria {
  /** Compare contents even where size and time agree. */
  readonly checksum: boolean;
  /** Mirror owners and groups. */
  readonly owners: boolean;
  /** FIFOs can be made. */
  readonly fifos: boolean;
  /** Leave alone what lies below mount points of the source. */
  readonly oneFileSystem: boolean;
  readonly capabilities: Capabilities;
  /** Who the roots are, to know a mount point by its device, and a root that is met again inside of a tree. */
  readonly roots: Readonly<Record<Side, Identity>>;
}

/** Who a folder is, whatever it is called. */
export interface Identity {
  readonly device: number;
  readonly inode: number;
}

/** Cut what a large folder holds into parts of about `size` names a side, so that a name's two sides are in one part. */
export function parts(source: readonly string[], replica: readonly string[], size: number): Names[] {
  const long = [...source].sort();
  const short = [...replica].sort();
  const found: Names[] = [];
  for (let from = 0, other = 0; from < long.length || other < short.length;) {
    const to = Math.min(from + size, long.length);
    let end = other;
    if (to === from) end = Math.min(other + size, short.length);
    else while (end < short.length && short[end]! <= long[to - 1]!) end++;
    found.push({ source: long.slice(from, to), replica: short.slice(other, end) });
    [from, other] = [to, end];
  }
  return found;
}

/** The changes that bring `folder` in step, not counting what its subfolders need: those are handed back as pairs. */
export function plan(folder: Path, given: Listing, there: Listing, criteria: Criteria): Plan {
  const made: Plan = { changes: [], linked: [], undecided: [], pairs: [], failures: [], unmirrored: [] };
  const { source, replica, collisions, tooLong } = align(given, there, criteria.capabilities);
  const fail = (action: Failure["action"], side: Failure["side"], path: Path, reason: Reason) =>
    made.failures.push({ kind: "failure", action, side, path, reason });
  for (const [name, entry] of source) {
    const path = below(folder, name);
    const was = replica.get(name);
    if (entry.kind === "unknown") fail("read", "source", path, entry.reason);
    else if (was?.kind === "unknown") fail("read", "replica", path, was.reason);
    else if (isNested(entry, was, criteria)) fail("list", "source", path, NESTED);
    else if (isSpecial(entry) || !canHold(entry, criteria)) {
      made.unmirrored.push({ path, what: entry.kind as Unmirrored["what"] });
      if (was && was.kind !== entry.kind) planRemoval(path, was, criteria, made);
    } else if (was?.kind === entry.kind) planSame(path, entry, was as typeof entry, criteria, made);
    else planNew(path, entry, was, criteria, made);
  }
  for (const [name, was] of replica) {
    if (given.has(name)) continue;
    const path = below(folder, name);
    if (was.kind === "unknown") fail("remove", "replica", path, was.reason);
    else if (isNested(null, was, criteria)) fail("list", "replica", path, NESTED);
    else planRemoval(path, was, criteria, made);
  }
  for (const [name, other] of collisions) {
    const text = `the replica cannot tell its name from ${shown(other)} beside it`;
    fail("create", "replica", below(folder, name), { code: "COLLISION", text });
  }
  for (const name of tooLong) fail("create", "replica", below(folder, name), TOO_LONG);
  return made;
}

/** The code of what must never go on: a tree leads into the other one. */
export const NESTED: Reason = {
  code: "NESTED",
  text: "it leads into the other tree: something is mounted there",
};
const MOUNTED: Reason = { code: "MOUNTED", text: "something is mounted there" };
const TOO_LONG: Reason = { code: "ENAMETOOLONG", text: "the name is too long for the replica" };

/** What a doubt comes to once the contents are compared, at `weighed` (ms); null when nothing is left to do. */
export function resolve(
  undecided: Undecided,
  sameContent: boolean,
  comparedAt: number,
  criteria: Criteria,
): Change | null {
  if (!sameContent) return { kind: "update", ...undecided };
  return sameAttributes(undecided.entry, undecided.was, criteria)
    ? null
    : { kind: "attributes", ...undecided, comparedAt };
}

/** How many entries of the replica a change takes away. */
export function removals(change: Change): number {
  return change.kind === "remove" || (change.kind === "create" && change.was) ? 1 : 0;
}

/** The bytes that the replica must have room for, at the least, to hold all changes before anything is removed. */
export function needed(changes: Iterable<Change>): number {
  let sum = 0;
  for (const change of changes) {
    if (
      bytes(change) === 0 || change.kind === "remove" || change.entry.kind !== "file" || change.entry.holes
    ) continue;
    const replaced = change.kind === "update" && change.was.kind === "file" && change.was.nlink === 1
      ? change.was.size
      : 0;
    sum += Math.max(change.entry.size - replaced, 0);
  }
  return sum;
}

/** How many bytes a change copies. */
export function bytes(change: Change): number {
  return (change.kind === "create" || change.kind === "update") && change.hardLinkTo === undefined
    ? (change.entry.kind === "file" ? change.entry.size : 0)
    : 0;
}

/** A bind mount can lead from inside of one tree to the other's root, or to the very folder that is to be its pair. */
export function isNested(entry: Entry | null, was: Entry | undefined, { roots }: Criteria): boolean {
  for (const folder of [entry, was]) {
    if (folder?.kind !== "folder") continue;
    if (isSame(folder, roots.source) || isSame(folder, roots.replica)) return true;
  }
  return entry?.kind === "folder" && was?.kind === "folder" && isSame(entry, was);
}

function isSame(a: Identity, b: Identity): boolean {
  return a.inode === b.inode && a.device === b.device;
}

function canHold(entry: Mirrored, { fifos, capabilities }: Criteria): boolean {
  return entry.kind === "fifo" ? fifos : entry.kind === "link" ? capabilities.links : true;
}

/** Whether what lies below a folder of the source is mirrored: not beyond a mount point where it is to stop there. */
export function leadsOn(entry: Folder, criteria: Criteria): boolean {
  return !criteria.oneFileSystem || !isMount(entry, "source", criteria);
}

function isMount(folder: Identity, side: Side, { roots }: Criteria): boolean {
  return folder.device !== roots[side].device;
}

function planRemoval(path: Path, was: Known, criteria: Criteria, made: Plan): void {
  if (was.kind === "folder" && isMount(was, "replica", criteria)) {
    made.failures.push({ kind: "failure", action: "remove", side: "replica", path, reason: MOUNTED });
    return;
  }
  made.changes.push({ kind: "remove", path, was });
  if (was.kind === "file" && was.nlink > 1) made.linked.push({ path, entry: null, was });
  if (was.kind === "folder") made.pairs.push({ path, sides: "replica" });
}

/** The replica has nothing at the path, or something of another kind. */
function planNew(
  path: Path,
  entry: Mirrored,
  was: Known | undefined,
  criteria: Criteria,
  made: Plan,
): void {
  if (was?.kind === "folder" && isMount(was, "replica", criteria)) {
    made.failures.push({ kind: "failure", action: "remove", side: "replica", path, reason: MOUNTED });
    return;
  }
  made.changes.push({ kind: "create", path, entry, ...(was && { was }) });
  if (entry.kind === "file" && entry.nlink > 1) made.linked.push({ path, entry, was: null });
  if (entry.kind === "folder" && leadsOn(entry, criteria)) {
    made.pairs.push({ path, sides: "source", entry });
  }
  if (was?.kind === "folder") made.pairs.push({ path, sides: "replica" });
}

/** Both are of one kind. */
function planSame(path: Path, entry: Mirrored, was: Mirrored, criteria: Criteria, made: Plan): void {
  const same = sameAttributes(entry, was, criteria);
  switch (entry.kind) {
    case "file": {
      const other = was as File;
      if (entry.size !== other.size) made.changes.push({ kind: "update", path, entry, was: other });
      else if (criteria.checksum || !sameTime(entry.mtime, other.mtime, criteria.capabilities)) {
        made.undecided.push({ path, entry, was: other });
      } else if (!same) made.changes.push({ kind: "attributes", path, entry, was });
      if (entry.nlink > 1 || other.nlink > 1) made.linked.push({ path, entry, was: other });
      return;
    }
    case "folder":
      if (!same) made.changes.push({ kind: "attributes", path, entry, was });
      if (leadsOn(entry, criteria)) made.pairs.push({ path, sides: "both", entry });
      return;
    case "link":
    case "fifo": {
      const other = was as Link | Fifo;
      const leadsElsewhere = entry.kind === "link" && entry.target !== (other as Link).target;
      // an inode with other names is not written in place: what else is called by them would change with it
      if (leadsElsewhere || (!same && other.nlink > 1)) {
        made.changes.push({ kind: "update", path, entry, was: other });
      } else if (!same) made.changes.push({ kind: "attributes", path, entry, was });
    }
  }
}

/** Whether mode, time and owner are the same, as far as they are mirrored; a link has no mode of its own. */
export function sameAttributes(a: Mirrored, b: Mirrored, { capabilities, owners }: Criteria): boolean {
  return sameTime(a.mtime, b.mtime, capabilities, a.kind) &&
    (!capabilities.modes || a.kind === "link" || a.mode === b.mode) &&
    (!owners || (a.uid === b.uid && a.gid === b.gid));
}
