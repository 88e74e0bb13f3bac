/**
 * What tells that two files under different paths are one file that was moved. A wrong answer would stay for ever, since
 * later passes compare size and time only. So a size and a time are enough only where the time is as good as a name: one
 * with a fraction of a second, as a clock gives it. Times of whole seconds are made up by tools, for thousands of files at
 * once (npm's 1985, SOURCE_DATE_EPOCH), or come from clocks that count no further: there, contents are compared. Pure.
 */
import { capabilitiesOn, compareEntries, type Criteria } from "./same.ts";
import { type File, parent, type Path, type Side, type Timed } from "./entry.ts";
import { isRacy } from "./racy.ts";

/**
 * Files of up to so many bytes are read where little else speaks for a move: that costs no more than to copy them. Programs
 * that write many files of one size do so within one tick of the clock.
 */
export const SMALL_BYTES = 1024 * 1024;

/** What moves are looked for with. */
export interface Seeking {
  readonly criteria: Criteria;
  /** Folders of the replica that are on another device than its root. */
  readonly devices: ReadonlyMap<Path, number>;
  /** Whether a path of the replica was left over by a killed run: that is never what somebody moved. */
  readonly isOurs: (path: Path) => boolean;
  /** When the pass began, in ms since 1970. */
  readonly began: number;
}

/** A file whose content must be known. `path`: where it is on its side now. */
export interface Reading {
  readonly side: Side;
  readonly path: Path;
  readonly size: number;
  /** Whether a digest is asked for that skips holes: the two to be compared must both have been. */
  readonly holes: boolean;
}

/** The digests of files that were read, by side and path; a file that could not be read has none. */
export interface Contents {
  readonly source: ReadonlyMap<Path, string>;
  readonly replica: ReadonlyMap<Path, string>;
  /** When reading began, in ms since 1970. */
  readonly readAt: number;
}

/** Whether two files have the same size and time. */
export function isAlike(entry: File, was: File, criteria: Criteria): boolean {
  const sameness = compareEntries(
    entry,
    was,
    criteria.checksum ? { ...criteria, checksum: false } : criteria,
  );
  return sameness === "same" || sameness === "other attributes";
}

/** Whether files that are alike need not be read: an empty one is like any other. */
export function isCertain(entry: File, was: File, { criteria, began }: Seeking): boolean {
  const { checksum, capabilities: { step } } = criteria;
  if (entry.size === 0) return true;
  return !checksum && step <= 1 && hasFraction(entry) && hasFraction(was) &&
    !isRacy(entry.mtime, began, step);
}

function hasFraction({ mtime, nanos = 0 }: Timed): boolean {
  return mtime % 1000 !== 0 || nanos !== 0;
}

/** Whether reading told that two files have the same content, which is not just being edited. */
export function isProven(
  { path, entry }: { readonly path: Path; readonly entry: File },
  from: Path,
  { source, replica, readAt }: Contents,
  { criteria }: Seeking,
): boolean {
  const digest = source.get(path);
  return digest !== undefined && digest === replica.get(from) &&
    !isRacy(entry.mtime, readAt, criteria.capabilities.step);
}

/** The same for all paths of the replica between which a rename is possible, as far as it is known. */
export function placeOf(path: Path, { devices, criteria: { mounts } }: Seeking): string {
  if (devices.size === 0 && mounts.replica.size === 0) return "";
  let [device, mount] = ["", ""];
  for (let at = path; at !== "" && (device === "" || mount === ""); at = parent(at)) {
    if (device === "") device = `${devices.get(at) ?? ""}`;
    if (mount === "" && mounts.replica.has(at)) mount = at;
  }
  return `${device}/${mount}`;
}

/** The same, with the criteria for what is on a device of the replica. */
export function seekingOn(device: number, seeking: Seeking): Seeking {
  const capabilities = capabilitiesOn(device, seeking.criteria);
  if (capabilities === seeking.criteria.capabilities) return seeking;
  return { ...seeking, criteria: { ...seeking.criteria, capabilities } };
}

/** The device of the folder around a path of the replica. */
export function deviceAt(path: Path, { devices, criteria: { roots } }: Seeking): number {
  for (let at = path; devices.size > 0 && at !== ""; at = parent(at)) {
    const device = devices.get(at);
    if (device !== undefined) return device;
  }
  return roots.replica.device;
}
