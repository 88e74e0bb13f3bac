/**
 * When two entries count as the same: the one place for this rule. Size and time decide for files, and a digest where
 * only the contents can tell. Pure.
 */
import { type Capabilities, EVERYTHING, EXACT_STEP } from "./capabilities.ts";
import type { Device, File, Identity, Kind, Link, Mirrored, Owner, Path, Side, Timed } from "./entry.ts";
import { heldXattrs } from "./xattrs.ts";

/** A disk that is mounted in the source. */
export interface Mounted {
  readonly device: number;
  /** Which folder it shows, whatever the disk is called: another disk in the same drive has the same device. */
  readonly id: string;
}

/** How entries are compared. */
export interface Criteria {
  /** Compare contents even where size and time agree. */
  readonly checksum: boolean;
  /** Mirror owners and groups, where the replica can hold them. */
  readonly owners: boolean;
  /** FIFOs can be made. */
  readonly fifos: boolean;
  /** Mirror devices, where they can be made. */
  readonly devices: boolean;
  /** Mirror extended attributes and access lists, as far as the replica can hold them. */
  readonly xattrs: boolean;
  /** Leave alone everything below mount points of the source. */
  readonly oneFileSystem: boolean;
  /** What the file system of the replica's root can hold, or everything as long as that is not known. */
  readonly capabilities: Capabilities;
  /**
   * What the file systems in the replica can hold, that of its root included, by device, as far as that is known. Left
   * out when they are not told apart.
   */
  readonly mounted?: ReadonlyMap<number, Capabilities>;
  /** The two roots: they tell a mount point by its device, and a root that is met again inside a tree. */
  readonly roots: Readonly<Record<Side, Identity>>;
  /** Where something is mounted in a tree, as far as the system tells: a bind mount may be of the same device. */
  readonly mounts: Readonly<Record<Side, ReadonlySet<Path>>>;
  /** What was mounted in the source at the passes before. Left out in a first pass, which has nothing to go by. */
  readonly sourceMounts?: ReadonlyMap<Path, Mounted>;
}

/** How far two entries of the same kind agree. `undecided`: only the contents can tell. */
export type Sameness = "same" | "other attributes" | "other content" | "undecided";

/** Compare an entry of the source with the replica's at the same path, of the same kind. */
export function compareEntries(entry: Mirrored, was: Mirrored, criteria: Criteria): Sameness {
  const rest = sameAttributes(entry, was, criteria) ? "same" : "other attributes";
  if (entry.kind === "file") {
    if (entry.size !== (was as File).size) return "other content";
    return criteria.checksum || !(sameTime(entry, was, criteria.capabilities) || isCutToMs(entry, was))
      ? "undecided"
      : rest;
  }
  if (entry.kind === "device") return sameDevice(entry, was as Device) ? rest : "other content";
  return entry.kind === "link" && entry.target !== (was as Link).target ? "other content" : rest;
}

/** Whether two devices are names for the same driver. */
export function sameDevice(a: Device, b: Device): boolean {
  return a.type === b.type && a.major === b.major && a.minor === b.minor;
}

/** Whether extended attributes are the same, as far as the replica can hold them. */
export function sameXattrs(a: Mirrored, b: Mirrored, { lackedXattrs }: Capabilities): boolean {
  return a.xattrs === b.xattrs || heldXattrs(a.xattrs, lackedXattrs) === b.xattrs;
}

/** Whether mode, time, owner and extended attributes are the same, as far as they are mirrored; a link has no mode. */
export function sameAttributes(a: Mirrored, b: Mirrored, criteria: Criteria): boolean {
  const capabilities = b.kind === "folder" ? capabilitiesOn(b.device, criteria) : criteria.capabilities;
  return sameTime(a, b, capabilities, a.kind) &&
    (!capabilities.modes || a.kind === "link" || modeFor(a, b) === b.mode) &&
    (!mirrorsOwners(criteria, capabilities) || (a.uid === b.uid && a.gid === b.gid)) &&
    sameXattrs(a, b, capabilities);
}

/** Whether owners are mirrored to a file system. */
export function mirrorsOwners({ owners }: Pick<Criteria, "owners">, capabilities: Capabilities): boolean {
  return owners && capabilities.owners;
}

/** What the file system of a device can hold in the replica: everything, as long as that is not known. */
export function capabilitiesOn(device: number, { capabilities, mounted }: Criteria): Capabilities {
  return mounted === undefined ? capabilities : mounted.get(device) ?? EVERYTHING;
}

/** The step, in ms, of the coarsest of the replica's clocks. */
export function coarsestStep({ capabilities, mounted }: Criteria): number {
  return Math.max(capabilities.step, ...[...mounted?.values() ?? []].map(({ step }) => step));
}

/** Whether it is known what the file system of a device can hold. */
export function isKnown(device: number, { mounted }: Criteria): boolean {
  return mounted === undefined || mounted.has(device);
}

/**
 * The mode of an entry for what belongs to `owner` in the replica. The setuid and setgid bits of a file lend the rights
 * of its owner and group, and must not lend those of others.
 */
export function modeFor({ kind, mode, uid, gid }: Mirrored, owner: Owner): number {
  if (kind !== "file") return mode;
  return mode & ~((uid === owner.uid ? 0 : 0o4000) | (gid === owner.gid ? 0 : 0o2000));
}

/**
 * Whether a replica that was given the time `wanted` may show `found`. FAT rounds down, others to the nearest; a time
 * that the replica has not is cut off. An edge that counts in ms says nothing of what lies between, and has no call for
 * the time of a link before 1970: that can be set to the second only.
 */
export function sameTime(
  wanted: Timed,
  found: Timed,
  { step, earliest, latest }: Capabilities,
  kind?: Kind,
): boolean {
  const knowsNanos = wanted.nanos !== undefined && found.nanos !== undefined;
  if (wanted.mtime === found.mtime && (!knowsNanos || wanted.nanos === found.nanos)) return true;
  const held = Math.min(Math.max(wanted.mtime, earliest), latest);
  const between = knowsNanos && held === wanted.mtime ? (wanted.nanos - found.nanos) / 1e6 : 0;
  const apart = Math.abs(held - found.mtime + between);
  const coarsest = kind === "link" && wanted.mtime < 0 && !knowsNanos ? Math.max(step, 1000) : step;
  return apart === 0 || (coarsest > EXACT_STEP && apart < coarsest);
}

/** Whether the replica has the ms of a time, without what lies between: an edge wrote it that counts in ms. */
function isCutToMs(wanted: Timed, found: Timed): boolean {
  return found.nanos === 0 && found.mtime === wanted.mtime;
}

/**
 * Whether a file of the source is still the version that was compared. Both times are the source's, so they must be
 * equal. The mode may change under a reader without harm: the next pass sees it.
 */
export function sameVersion(now: File, before: File): boolean {
  return now.size === before.size && now.mtime === before.mtime && now.nanos === before.nanos;
}

/** Whether two folders are known to be one and the same. */
export function sameFolder(a: Identity, b: Identity): boolean {
  return a.inode !== null && a.inode === b.inode && a.device === b.device;
}
