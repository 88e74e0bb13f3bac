/**
 * Two listings of one folder in, the changes that make the replica's like the source's out. Pure: what can be known
 * without reading contents is decided here, and the rest is handed back as doubts.
 */
import {
  below,
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
} from "./entry.ts";
import type { Failure, Unmirrored } from "./event.ts";
import { align, type Holds, sameTime } from "./holds.ts";

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
    readonly twin?: Path;
  }
  /** The content differs, or the file must have an inode of its own, or share its twin's. */
  | {
    readonly kind: "update";
    readonly path: Path;
    readonly entry: File | Link;
    readonly was: File | Link;
    readonly twin?: Path;
  }
  /** The content is the same; mode, time or owner differs. */
  | { readonly kind: "touch"; readonly path: Path; readonly entry: Mirrored; readonly was: Mirrored }
  | { readonly kind: "remove"; readonly path: Path; readonly was: Known };

/** A pair of files of which only the contents can tell whether they are the same. */
export interface Doubt {
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
}

/** A file of which one side or both have more than one name, so that other paths may share its inode. */
export interface Named {
  readonly path: Path;
  readonly entry: File | null;
  readonly was: File | null;
}

export interface Plan {
  readonly changes: Change[];
  readonly named: Named[];
  readonly doubts: Doubt[];
  readonly pairs: Pair[];
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
}

/** How files are compared. */
export interface Judgement {
  /** Compare contents even where size and time agree. */
  readonly checksum: boolean;
  /** Mirror owners and groups. */
  readonly owners: boolean;
  /** FIFOs can be made. */
  readonly fifos: boolean;
  /** Leave alone what lies below mount points of the source. */
  readonly oneFileSystem: boolean;
  readonly holds: Holds;
}

/** The changes that bring `folder` in step, not counting what its subfolders need: those are handed back as pairs. */
export function plan(folder: Path, given: Listing, there: Listing, judgement: Judgement): Plan {
  const made: Plan = { changes: [], named: [], doubts: [], pairs: [], failures: [], unmirrored: [] };
  const { source, replica, collisions, tooLong } = align(given, there, judgement.holds);
  const fail = (action: Failure["action"], side: Failure["side"], path: Path, reason: Reason) =>
    made.failures.push({ kind: "failure", action, side, path, reason });
  for (const [name, entry] of source) {
    const path = below(folder, name);
    const was = replica.get(name);
    if (entry.kind === "unknown") fail("read", "source", path, entry.reason);
    else if (was?.kind === "unknown") fail("read", "replica", path, was.reason);
    else if (isSpecial(entry) || (entry.kind === "fifo" && !judgement.fifos)) {
      made.unmirrored.push({ path, what: entry.kind });
    } else if (entry.kind === "link" && !judgement.holds.links) made.unmirrored.push({ path, what: "link" });
    else if (was?.kind === entry.kind) planSame(path, entry, was as typeof entry, judgement, made);
    else planNew(path, entry, was, judgement, made);
  }
  for (const [name, was] of replica) {
    if (given.has(name)) continue;
    const path = below(folder, name);
    if (was.kind === "unknown") fail("remove", "replica", path, was.reason);
    else if (was.kind === "folder" && was.mount) fail("remove", "replica", path, MOUNTED);
    else {
      made.changes.push({ kind: "remove", path, was });
      if (was.kind === "file" && was.names > 1) made.named.push({ path, entry: null, was });
      if (was.kind === "folder") made.pairs.push({ path, sides: "replica" });
    }
  }
  for (const [name, other] of collisions) {
    const text = `the replica cannot tell its name from ${shown(other)} beside it`;
    fail("create", "replica", below(folder, name), { code: "COLLISION", text });
  }
  for (const name of tooLong) fail("create", "replica", below(folder, name), TOO_LONG);
  return made;
}

const MOUNTED: Reason = { code: "MOUNTED", text: "something is mounted there" };
const TOO_LONG: Reason = { code: "ENAMETOOLONG", text: "the name is too long for the replica" };

/** What a doubt comes to once the contents are compared; null when nothing is left to do. */
export function resolve(doubt: Doubt, sameContent: boolean, judgement: Judgement): Change | null {
  if (!sameContent) return { kind: "update", ...doubt };
  return sameAttributes(doubt.entry, doubt.was, judgement) ? null : { kind: "touch", ...doubt };
}

/** How many entries of the replica a change takes away. */
export function removals(change: Change): number {
  return change.kind === "remove" || (change.kind === "create" && change.was) ? 1 : 0;
}

/** How many bytes a change copies. */
export function bytes(change: Change): number {
  return (change.kind === "create" || change.kind === "update") && change.twin === undefined
    ? (change.entry.kind === "file" ? change.entry.size : 0)
    : 0;
}

/** The replica has nothing at the path, or something of another kind. */
function planNew(
  path: Path,
  entry: Mirrored,
  was: Known | undefined,
  judgement: Judgement,
  made: Plan,
): void {
  if (was?.kind === "folder" && was.mount) {
    made.failures.push({ kind: "failure", action: "remove", side: "replica", path, reason: MOUNTED });
    return;
  }
  made.changes.push({ kind: "create", path, entry, ...(was && { was }) });
  if (entry.kind === "file" && entry.names > 1) made.named.push({ path, entry, was: null });
  if (entry.kind === "folder" && !(entry.mount && judgement.oneFileSystem)) {
    made.pairs.push({ path, sides: "source", entry });
  }
  if (was?.kind === "folder") made.pairs.push({ path, sides: "replica" });
}

/** Both are of one kind. */
function planSame(path: Path, entry: Mirrored, was: Mirrored, judgement: Judgement, made: Plan): void {
  const same = sameAttributes(entry, was, judgement);
  switch (entry.kind) {
    case "file": {
      const other = was as File;
      if (entry.size !== other.size) made.changes.push({ kind: "update", path, entry, was: other });
      else if (judgement.checksum || !sameTime(entry.mtime, other.mtime, judgement.holds)) {
        made.doubts.push({ path, entry, was: other });
      } else if (!same) made.changes.push({ kind: "touch", path, entry, was });
      if (entry.names > 1 || other.names > 1) made.named.push({ path, entry, was: other });
      return;
    }
    case "folder":
      if (!same) made.changes.push({ kind: "touch", path, entry, was });
      if (!(entry.mount && judgement.oneFileSystem)) made.pairs.push({ path, sides: "both", entry });
      return;
    case "link": {
      const other = was as Link;
      // an inode with other names is not written in place: what else is called by them would change with it
      if (entry.target !== other.target || (!same && other.names > 1)) {
        made.changes.push({ kind: "update", path, entry, was: other });
      } else if (!same) made.changes.push({ kind: "touch", path, entry, was });
      return;
    }
    case "fifo":
      if (!same) made.changes.push({ kind: "touch", path, entry, was });
      return;
  }
}

/** Whether mode, time and owner are the same, as far as they are mirrored; a link has no mode of its own. */
export function sameAttributes(a: Mirrored, b: Mirrored, { holds, owners }: Judgement): boolean {
  return sameTime(a.mtime, b.mtime, holds) &&
    (!holds.modes || a.kind === "link" || a.mode === b.mode) &&
    (!owners || (a.uid === b.uid && a.gid === b.gid));
}
