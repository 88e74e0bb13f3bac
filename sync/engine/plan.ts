/**
 * Compares two listings of one folder, and gives the changes that make the replica's like the source's. Pure: whatever
 * can be known without reading contents is decided here, and the rest is handed back as undecided.
 */
import { align, holdsLink } from "./capabilities.ts";
import type { Change } from "./change.ts";
import {
  below,
  type Entry,
  type File,
  type Folder,
  type Identity,
  isSpecial,
  type Known,
  type Leaf,
  type Listing,
  type Mirrored,
  type Path,
  type Reason,
  type Side,
  type Timed,
} from "./entry.ts";
import type { Failure, Unmirrored } from "./event.ts";
import type { IgnoreFile } from "./filter.ts";
import type { PackedNames } from "./names.ts";
import { compareEntries, type Criteria, sameAttributes, sameFolder, type Sameness } from "./same.ts";

/** Two files that may be the same: only their contents can tell. */
export interface Undecided {
  readonly path: Path;
  readonly entry: File;
  readonly was: File;
  /** As in a change. */
  readonly spelled?: string;
}

/** A folder to compare, on the sides where it is one. `entry` is the source's, if it has one. */
export interface Pair {
  readonly path: Path;
  readonly sides: "both" | "source" | "replica";
  readonly entry?: Folder;
  /** Leave out the folders in it that both sides have: they are compared only when they are asked for. */
  readonly shallow?: true;
  /** Another disk than that of the folder around it is mounted there. */
  readonly mounted?: true;
  /** The device that it is on in the replica, or will be, where it is not the root's. */
  readonly device?: number;
  /** The time of the nearest folder that the source has, of one that only the replica has. */
  readonly above?: Timed;
  /** The ignore files in the folders above it, and its own where it is compared in parts, from the root on. */
  readonly ignoreFiles?: readonly IgnoreFile[];
  /** The names to compare, when the folder is compared in parts. */
  readonly names?: PackedNames;
}

/** The time of the nearest folder of the source at or above a pair, as a part of those below it. */
export function aboveOf({ entry, above }: Pair): Pick<Pair, "above"> {
  if (entry === undefined) return above === undefined ? {} : { above };
  const { mtime, nanos } = entry;
  return { above: { mtime, ...(nanos !== undefined && { nanos }) } };
}

/** A path of which one side or both have more than one name, so that other paths may share its inode. */
export interface Linked {
  readonly path: Path;
  readonly entry: Leaf | null;
  /** Of the same kind, where both are there. */
  readonly was: Leaf | null;
  /** The device that it is on in the replica, where it is not the root's. */
  readonly device?: number;
}

export interface Plan {
  readonly changes: Change[];
  readonly linked: Linked[];
  readonly undecided: Undecided[];
  readonly pairs: Pair[];
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
}

/**
 * The changes that bring `folder` in sync. The folders in it are handed back as pairs, to be compared in turn. `device`:
 * that of the folder in the replica.
 */
export function plan(
  folder: Path,
  given: Listing,
  there: Listing,
  criteria: Criteria,
  device = criteria.roots.replica.device,
): Plan {
  const made: Plan = { changes: [], linked: [], undecided: [], pairs: [], failures: [], unmirrored: [] };
  const planning = { criteria, device, made };
  const { source, replica, spelled, failing } = align(given, there, criteria.capabilities);
  const fail = (action: Failure["action"], side: Side, path: Path, reason: Reason) =>
    made.failures.push({ kind: "failure", action, side, path, reason });
  for (const [name, entry] of source) {
    const path = below(folder, name);
    const was = replica.get(name);
    const as = spelled.get(name);
    if (entry.kind === "unknown") fail("read", "source", path, entry.reason);
    else if (was?.kind === "unknown") fail("read", "replica", path, was.reason);
    else if (isNested(entry, was, criteria)) fail("list", "source", path, NESTED);
    else if (isSpecial(entry) || !canHold(entry, criteria)) {
      made.unmirrored.push({ path, what: entry.kind as Unmirrored["what"] });
      if (was && was.kind !== entry.kind) planRemoval(path, was, planning);
    } else if (was?.kind === entry.kind) planSame(path, entry, was as typeof entry, as, criteria, made);
    else planNew(path, entry, was, as, planning);
  }
  for (const [name, was] of replica) {
    if (given.has(name)) continue;
    const path = below(folder, name);
    if (was.kind === "unknown") fail("remove", "replica", path, was.reason);
    else if (isNested(null, was, criteria)) fail("list", "replica", path, NESTED);
    else planRemoval(path, was, planning);
  }
  for (const [name, reason] of failing) fail("create", "replica", below(folder, name), reason);
  return made;
}

/** One tree leads into the other: the folder must never be worked with. */
export const NESTED: Reason = { code: "NESTED" };
const MOUNTED: Reason = { code: "MOUNTED" };

/** The change for an undecided pair, its contents compared at `comparedAt` (ms since 1970); null for no change. */
export function resolve(
  undecided: Undecided,
  sameContent: boolean,
  comparedAt: number,
  criteria: Criteria,
): Change | null {
  if (!sameContent) return { kind: "update", ...undecided };
  return undecided.spelled === undefined && sameAttributes(undecided.entry, undecided.was, criteria)
    ? null
    : { kind: "attributes", ...undecided, comparedAt };
}

/** Whether a folder is one of the roots, or the same folder on both sides: a bind mount can make it so. */
export function isNested(entry: Entry | null, was: Entry | undefined, { roots }: Criteria): boolean {
  for (const folder of [entry, was]) {
    if (folder?.kind !== "folder") continue;
    if (sameFolder(folder, roots.source) || sameFolder(folder, roots.replica)) return true;
  }
  return entry?.kind === "folder" && was?.kind === "folder" && sameFolder(entry, was);
}

function canHold(entry: Mirrored, { fifos, devices, capabilities }: Criteria): boolean {
  if (entry.kind === "fifo") return fifos;
  if (entry.kind === "device") return devices && capabilities.devices;
  return entry.kind === "link" ? holdsLink(entry, capabilities) : true;
}

/** Whether what lies below a folder of the source is mirrored: not beyond a mount point with `oneFileSystem`. */
export function leadsOn(path: Path, entry: Folder, criteria: Criteria): boolean {
  const { roots, mounts, oneFileSystem } = criteria;
  return !oneFileSystem || (entry.device === roots.source.device && !mounts.source.has(path));
}

/** What the plan of a folder is made with. `device`: that of the folder in the replica. */
interface Planning {
  readonly criteria: Criteria;
  readonly device: number;
  readonly made: Plan;
}

/** Whether something is mounted on a folder of the replica. A subvolume counts, since it cannot be removed either. */
function isMount(path: Path, folder: Identity, { criteria, device }: Planning): boolean {
  return folder.device !== device || criteria.mounts.replica.has(path);
}

function planRemoval(path: Path, was: Known, planning: Planning): void {
  const { criteria, made } = planning;
  if (was.kind === "folder" && isMount(path, was, planning)) {
    made.failures.push({ kind: "failure", action: "remove", side: "replica", path, reason: MOUNTED });
    return;
  }
  made.changes.push({ kind: "remove", path, was });
  if ("nlink" in was && was.nlink > 1) made.linked.push({ path, entry: null, was });
  if (was.kind === "folder") made.pairs.push({ path, sides: "replica", ...deviceOf(was, criteria) });
}

/** The device of a pair, by the replica's folder. */
function deviceOf({ device }: Identity, { roots }: Criteria): Pick<Pair, "device"> {
  return device === roots.replica.device ? {} : { device };
}

/** The replica has nothing at the path, or an entry of another kind. */
function planNew(
  path: Path,
  entry: Mirrored,
  was: Known | undefined,
  spelled: string | undefined,
  planning: Planning,
): void {
  const { criteria, made } = planning;
  if (was?.kind === "folder" && isMount(path, was, planning)) {
    made.failures.push({ kind: "failure", action: "remove", side: "replica", path, reason: MOUNTED });
    return;
  }
  made.changes.push({
    kind: "create",
    path,
    entry,
    ...(was && { was, ...nameStaying(spelled, entry, was) }),
  });
  if (entry.kind !== "folder" && entry.nlink > 1) made.linked.push({ path, entry, was: null });
  if (entry.kind === "folder" && leadsOn(path, entry, criteria)) {
    made.pairs.push({ path, sides: "source", entry });
  }
  if (was?.kind === "folder") made.pairs.push({ path, sides: "replica", ...deviceOf(was, criteria) });
}

/**
 * Whether an entry is replaced by a new one. Where it cannot be told which other names it has, none of them may change
 * with it; where it can, `hard_links.ts` sees to that.
 */
function isReplaced(was: Leaf, sameness: Sameness): boolean {
  return sameness === "other content" ||
    (sameness === "other attributes" && was.nlink > 1 && was.id === null);
}

/** A folder goes before something takes its name, and what a folder replaces is moved aside: only else a name stays. */
export function nameStaying(
  spelled: string | undefined,
  entry: Mirrored,
  was: Known,
): Pick<Undecided, "spelled"> {
  return spelled === undefined || entry.kind === "folder" || was.kind === "folder" ? {} : { spelled };
}

/** Both sides have an entry of the same kind; `spelled`: as in a change. */
export function planSame(
  path: Path,
  entry: Mirrored,
  was: Mirrored,
  spelled: string | undefined,
  criteria: Criteria,
  made: Plan,
): void {
  const sameness = compareEntries(entry, was, criteria);
  const as = spelled === undefined ? {} : { spelled };
  if (sameness === "undecided") made.undecided.push({ path, entry: entry as File, was: was as File, ...as });
  else if (entry.kind !== "folder" && isReplaced(was as Leaf, sameness)) {
    made.changes.push({ kind: "update", path, entry, was: was as Leaf, ...as });
  } else if (sameness !== "same" || spelled !== undefined) {
    made.changes.push({ kind: "attributes", path, entry, was, ...as });
  }
  if (entry.kind !== "folder" && was.kind !== "folder" && (entry.nlink > 1 || was.nlink > 1)) {
    made.linked.push({ path, entry, was });
  }
  if (entry.kind === "folder" && leadsOn(path, entry, criteria)) {
    made.pairs.push({ path, sides: "both", entry, ...deviceOf(was as Folder, criteria) });
  }
}
