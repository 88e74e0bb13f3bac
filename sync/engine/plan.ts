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
} from "./entry.ts";
import type { Failure, Unmirrored } from "./event.ts";

/** One thing to do to the replica. */
export type Change =
  /** `was` stands in the way, of another kind: it is removed first. What lies below a folder in the way has removals of its own. */
  | { readonly kind: "create"; readonly path: Path; readonly entry: Mirrored; readonly was?: Known }
  /** The content differs. */
  | { readonly kind: "update"; readonly path: Path; readonly entry: File | Link; readonly was: File | Link }
  /** The content is the same, and the mode or the time differs. */
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

export interface Plan {
  readonly changes: Change[];
  readonly doubts: Doubt[];
  readonly pairs: Pair[];
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
}

/** How files are compared. */
export interface Judgement {
  /** Compare contents even where size and time agree. */
  readonly checksum: boolean;
}

/** The changes that bring `folder` in step, not counting what its subfolders need: those are handed back as pairs. */
export function plan(folder: Path, source: Listing, replica: Listing, judgement: Judgement): Plan {
  const made: Plan = { changes: [], doubts: [], pairs: [], failures: [], unmirrored: [] };
  for (const [name, entry] of source) {
    const path = below(folder, name);
    const was = replica.get(name);
    if (entry.kind === "unknown") {
      made.failures.push({ kind: "failure", action: "read", side: "source", path, reason: entry.reason });
    } else if (was?.kind === "unknown") {
      made.failures.push({ kind: "failure", action: "read", side: "replica", path, reason: was.reason });
    } else if (isSpecial(entry)) {
      made.unmirrored.push({ path, what: entry.kind });
    } else if (was?.kind === entry.kind) {
      planSame(path, entry, was as typeof entry, judgement, made);
    } else {
      made.changes.push({ kind: "create", path, entry, ...(was && { was }) });
      if (entry.kind === "folder") made.pairs.push({ path, sides: "source", entry });
      if (was?.kind === "folder") made.pairs.push({ path, sides: "replica" });
    }
  }
  for (const [name, was] of replica) {
    if (source.has(name)) continue;
    const path = below(folder, name);
    if (was.kind === "unknown") {
      made.failures.push({ kind: "failure", action: "remove", side: "replica", path, reason: was.reason });
    } else {
      made.changes.push({ kind: "remove", path, was });
      if (was.kind === "folder") made.pairs.push({ path, sides: "replica" });
    }
  }
  return made;
}

/** What a doubt comes to once the contents are compared; null when nothing is left to do. */
export function resolve(doubt: Doubt, sameContent: boolean): Change | null {
  if (!sameContent) return { kind: "update", ...doubt };
  return sameAttributes(doubt.entry, doubt.was) ? null : retouch(doubt);
}

/** How many entries of the replica a change takes away. */
export function removals(change: Change): number {
  return change.kind === "remove" || (change.kind === "create" && change.was) ? 1 : 0;
}

/** How many bytes a change copies. */
export function bytes(change: Change): number {
  return change.kind === "create" || change.kind === "update"
    ? (change.entry.kind === "file" ? change.entry.size : 0)
    : 0;
}

/** Both are of one kind. */
function planSame(path: Path, entry: Mirrored, was: Mirrored, judgement: Judgement, made: Plan): void {
  switch (entry.kind) {
    case "file": {
      const other = was as File;
      if (entry.size !== other.size) made.changes.push({ kind: "update", path, entry, was: other });
      else if (judgement.checksum || entry.mtime !== other.mtime) {
        made.doubts.push({ path, entry, was: other });
      } else if (!sameAttributes(entry, other)) made.changes.push(retouch({ path, entry, was: other }));
      return;
    }
    case "folder":
      if (!sameAttributes(entry, was)) made.changes.push({ kind: "touch", path, entry, was });
      made.pairs.push({ path, sides: "both", entry });
      return;
    case "link": {
      const other = was as Link;
      if (entry.target !== other.target) made.changes.push({ kind: "update", path, entry, was: other });
      else if (!sameAttributes(entry, other)) made.changes.push(retouch({ path, entry, was: other }));
      return;
    }
  }
}

/**
 * An inode with other names is never written in place: those names (a snapshot made of hard links) would change with
 * it. It is copied anew instead.
 */
function retouch(pair: Doubt | { path: Path; entry: Link; was: Link }): Change {
  return { kind: pair.was.names > 1 ? "update" : "touch", ...pair };
}

/** Whether mode and time are the same; a link has no mode of its own. */
export function sameAttributes(a: Mirrored, b: Mirrored): boolean {
  if (a.mtime !== b.mtime) return false;
  return a.kind === "link" || b.kind === "link" || a.mode === b.mode;
}
