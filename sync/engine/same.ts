/**
 * When two entries count as the same: the one place for this rule. Size and time decide for files, and a digest where
 * only the contents can tell. Pure.
 */
import type { Capabilities } from "./capabilities.ts";
import type { File, Identity, Kind, Link, Mirrored, Path, Side } from "./entry.ts";

/** How entries are compared. */
export interface Criteria {
  /** Compare contents even where size and time agree. */
  readonly checksum: boolean;
  /** Mirror owners and groups. */
  readonly owners: boolean;
  /** FIFOs can be made. */
  readonly fifos: boolean;
  /** Leave alone everything below mount points of the source. */
  readonly oneFileSystem: boolean;
  readonly capabilities: Capabilities;
  /** The two roots, to recognize a mount point by its device, and a root that is met again inside a tree. */
  readonly roots: Readonly<Record<Side, Identity>>;
  /** Where something is mounted in a tree, as far as the system tells: a bind mount may be of the same device. */
  readonly mounts: Readonly<Record<Side, ReadonlySet<Path>>>;
}

/** How far two entries of the same kind agree. `undecided`: only the contents can tell. */
export type Sameness = "same" | "other attributes" | "other content" | "undecided";

/** Compare an entry of the source with the replica's at the same path, of the same kind. */
export function compareEntries(entry: Mirrored, was: Mirrored, criteria: Criteria): Sameness {
  const rest = sameAttributes(entry, was, criteria) ? "same" : "other attributes";
  if (entry.kind === "file") {
    const { size, mtime } = was as File;
    if (entry.size !== size) return "other content";
    return criteria.checksum || !sameTime(entry.mtime, mtime, criteria.capabilities) ? "undecided" : rest;
  }
  return entry.kind === "link" && entry.target !== (was as Link).target ? "other content" : rest;
}

/** Whether mode, time and owner are the same, as far as they are mirrored; a link has no mode of its own. */
export function sameAttributes(a: Mirrored, b: Mirrored, { capabilities, owners }: Criteria): boolean {
  return sameTime(a.mtime, b.mtime, capabilities, a.kind) &&
    (!capabilities.modes || a.kind === "link" || a.mode === b.mode) &&
    (!owners || (a.uid === b.uid && a.gid === b.gid));
}

/**
 * Whether a replica that was given the time `wanted` may show `found`, both in ms since 1970. FAT rounds down, others
 * to the nearest step. Before 1970 a link's time can be set only to the second, for want of a call.
 */
export function sameTime(wanted: number, found: number, { step }: Capabilities, kind?: Kind): boolean {
  if (wanted === found) return true;
  const coarsest = kind === "link" && wanted < 0 ? Math.max(step, 1000) : step;
  return coarsest > 1 && Math.abs(wanted - found) < coarsest;
}

/**
 * Whether a file of the source is still the version that was compared. Both times are the source's, so they must be
 * equal. The mode may change under a reader without harm: the next pass sees it.
 */
export function sameVersion(now: File, before: File): boolean {
  return now.size === before.size && now.mtime === before.mtime;
}

/** Whether two folders are known to be one and the same. */
export function sameFolder(a: Identity, b: Identity): boolean {
  return a.inode !== null && a.inode === b.inode && a.device === b.device;
}
