/**
 * Opens both roots before a pass: checks that one can be mirrored into the other, makes the replica if it is missing,
 * and locks it. Looks at nothing below the roots.
 */
import { dirname } from "node:path";
import type { Capabilities } from "../engine/capabilities.ts";
import type { Config } from "../engine/config.ts";
import { absolute, type Path, type Reason, type Side } from "../engine/entry.ts";
import type { Refusal, RootFault, Unusable } from "../engine/event.ts";
import type { Part } from "../engine/part.ts";
import { wholePath } from "../whole_path.ts";
import { SYSTEM } from "../system.ts";
import { Fault, reason } from "./fault.ts";
import { type Beside, lockOn } from "./lock.ts";
import { type Lock, removeIfEmpty } from "./locking.ts";
import { relation } from "./relation.ts";
import { folderAt, isEmpty, isStill, type Root, rootIfAllowed, type Through } from "./root.ts";
import type { NoTrash, TrashRoot } from "./trash.ts";
import { rootByWay } from "./way.ts";
import type { Made } from "./whole.ts";

/** Both roots, with the replica locked. */
export interface Roots {
  readonly source: Root;
  /** null in a dry run when there is no replica yet. */
  readonly replica: Root | null;
  /** The folder that the replica would be made in, in a dry run when there is none yet. */
  readonly above?: string;
  /** The id of the folder that holds the replica; null when that cannot be told. */
  readonly parentId: string | null;
  /** null in a dry run, and where the file system has no locks. */
  readonly lock: Lock | null;
  /** Why no lock could be made; left out where there is one, or where none can be. */
  readonly unlocked?: Reason;
  /** Why other machines may not know of the lock, where they should; left out where they do, or none should. */
  readonly lockedAlone?: Reason;
  /** The replica was made by this run, or would be in a dry run, and no change was applied to it yet. */
  readonly made: boolean;
  /** Folders above a part that were made with it: absolute paths, from the top. Left out where there are none. */
  readonly way?: readonly string[];
  /** What the replica can hold; null until that is found out. */
  readonly capabilities: Capabilities | null;
  /** What other file systems inside the replica can hold, by device, as far as that was found out. */
  readonly mounted: ReadonlyMap<number, Tried>;
  /** Where what is removed goes, or why it cannot; left out when it is to be gone. */
  readonly trash?: TrashRoot | NoTrash;
}

/** What a file system inside the replica can hold, and the folder in which that was tried. */
export interface Tried {
  readonly path: Path;
  /** Which folder it is: another disk in the same drive has the same device. */
  readonly id: string;
  readonly capabilities: Capabilities;
}

const NONE: Roots["mounted"] = new Map();

/**
 * Look at both roots before a pass, make the replica if it is not there, and lock it. `before` is what the last pass
 * had; its lock is kept. Returns a refusal when a root cannot be used: `before` is then as it was, with its lock.
 */
export async function openRoots(config: Config, before: Roots | null): Promise<Roots | Refusal> {
  let side: Side = "source";
  try {
    const source = await rootByWay(config.source, "source", config);
    if (source !== null && "link" in source) return unusable("source", config.source, source);
    const blocked = await blockedOn("source", config);
    if (blocked !== null) return unusable("source", config.source, blocked);
    if (source === null) return unusable("source", config.source, await whatIsThere(config.source) ?? GONE);
    await confirmReached("source", source, config);
    await isEmpty(source); // a source that cannot be listed throws here, before the replica is made
    if (before !== null && before.source.id !== source.id && !config.acceptNewRoot) {
      return unusable("source", config.source, ANOTHER);
    }
    side = "replica";
    const how = await relation(config.source, config.replica);
    if (how !== "apart") return unusable("replica", config.replica, { code: how });
    return await openReplica(config, source, before);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return unusable(side, config[side], { code: "fault", reason: why });
  }
}

/** Look at the replica alone, which stands in the place of both roots. For what only looks: nothing is locked. */
export async function openAlone(
  config: Pick<Config, "replica" | keyof Through>,
): Promise<Roots | Unusable> {
  try {
    const root = await rootByWay(config.replica, "replica", config);
    if (root === null) return unusable("replica", config.replica, await whatIsThere(config.replica) ?? GONE);
    if ("link" in root) return unusable("replica", config.replica, root);
    const nothing = { parentId: null, lock: null, made: false, capabilities: null, mounted: NONE };
    return { source: root, replica: root, ...nothing };
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return unusable("replica", config.replica, { code: "fault", reason: why });
  }
}

/**
 * Give up the lock. A replica that was made and never used is taken away again, so that a first run that is refused
 * leaves nothing behind.
 */
export async function closeRoots(roots: Roots): Promise<void> {
  const { replica, lock, made, way, trash } = roots;
  if (trash !== undefined && "close" in trash) await trash.close();
  const isUnused = made && replica !== null && await isRootStill(roots, "replica");
  if (lock !== null) await lock.close(isUnused);
  else if (isUnused) await removeIfEmpty(replica.path);
  if (isUnused && way) await (await import("./whole.ts")).removeWay(way);
}

/** Why a root that is a part of a whole tree cannot be reached in it; null for any other. */
async function blockedOn(side: Side, { part, oneFileSystem }: Config): Promise<RootFault | null> {
  return part?.path
    ? await (await import("./whole.ts")).wayFault(part[side], part.path, oneFileSystem)
    : null;
}

/** Throws a fault when a link on the way to a part has led to the root of a side. */
async function confirmReached(side: Side, root: Root, { part }: Config): Promise<void> {
  if (!part?.path || await (await import("./whole.ts")).isReached(root, part[side], part.path)) return;
  throw new Fault("list", side, { code: "REPLACED" });
}

/** The refusal of a root (an absolute path) that cannot be used. */
export function unusable(side: Side, path: string, fault: RootFault): Unusable {
  return { kind: "unusable", side, path, fault };
}

const ANOTHER: RootFault = { code: "another-root" };
const GONE: RootFault = { code: "absent" };

/** Whether a replica is that of the last pass: by its identity, or by the lock on it, which outlives a change of that. */
async function isAsBefore(replica: Root, before: Roots): Promise<boolean> {
  if (before.replica?.id === replica.id) return true;
  return before.lock !== null && await before.lock.isAt(replica.path);
}

/** Whether the root of a side is still there; true for a replica that is yet to be made. */
export async function isRootStill({ source, replica, lock }: Roots, side: Side): Promise<boolean> {
  if (side === "source") return await isStill(source);
  return replica === null || await isStill(replica, lock);
}

async function openReplica(config: Config, source: Root, before: Roots | null): Promise<Roots | Refusal> {
  const { replica: path, dryRun, part } = config;
  const blocked = await blockedOn("replica", config);
  if (blocked !== null) return unusable("replica", path, blocked);
  const whole = part?.path ? { part, ...await import("./whole.ts") } : null;
  const above = whole === null
    ? dirname(wholePath(path))
    : await whole.nearestAbove(whole.part, dirname(whole.part.replica));
  const parentId = (await rootIfAllowed(above))?.id ?? null;
  let replica = await rootByWay(path, "replica", config);
  let { part: made, way }: Made = { part: false, way: [] };
  if (replica === null) {
    const fault = await whyNotMade(above, parentId, before);
    if (fault !== null) return unusable("replica", path, fault);
    const there = await whatIsThere(path);
    if (dryRun && there?.code === "absent") {
      return {
        source,
        replica: null,
        above,
        parentId,
        lock: null,
        made: true,
        capabilities: null,
        mounted: NONE,
      };
    }
    if (there?.code === "absent") {
      if (whole === null) made = await makeReplica(path, source);
      else ({ part: made, way } = await whole.makeWay(whole.part));
    }
    replica = await rootByWay(path, "replica", config);
    if (replica === null) return unusable("replica", path, await whatIsThere(path) ?? GONE);
  }
  if ("link" in replica) return unusable("replica", path, replica);
  await confirmReached("replica", replica, config);
  const isSame = before !== null && await isAsBefore(replica, before);
  if (before?.replica && !made && !isSame && !config.acceptNewRoot) return unusable("replica", path, ANOTHER);
  const mounted = isSame ? await stillMounted(before.mounted, replica) : NONE;
  if (before?.lock && isSame) {
    return { ...before, source, replica, parentId, made: made || before.made, mounted };
  }
  if (dryRun) return { source, replica, parentId, lock: null, made, capabilities: null, mounted: NONE };
  const locking = await lockOn(replica.path, SYSTEM, part ? besideOf(part) : null);
  if (locking.kind === "taken") {
    const isOwn = locking.folder === replica.path;
    if (made && !isOwn) {
      await removeIfEmpty(replica.path);
      await whole?.removeWay(way);
    }
    return { kind: "locked", path, ...(!isOwn && { by: locking.folder }) };
  }
  await before?.lock?.close();
  const lock = locking.kind === "locked" ? locking.lock : null;
  const capabilities = isSame ? before.capabilities : null;
  const unlocked = locking.kind === "refused" ? { unlocked: locking.reason } : {};
  const alone = locking.kind === "locked" && locking.alone ? { lockedAlone: locking.alone } : {};
  const onWay = way.length > 0 ? { way } : {};
  return { source, replica, parentId, lock, ...unlocked, ...alone, made, ...onWay, capabilities, mounted };
}

function besideOf({ lock, slice }: Part): Beside {
  return { file: lock, isShared: slice !== undefined };
}

/** Those of the file systems that are where they were. */
async function stillMounted(before: Roots["mounted"], replica: Root): Promise<Roots["mounted"]> {
  const mounted = new Map<number, Tried>();
  for (const [device, tried] of before) {
    const now = await folderAt(absolute(replica.path, tried.path));
    if (now?.device === device && now.id === tried.id) mounted.set(device, tried);
  }
  return mounted;
}

/** Why a missing replica must not be made; null when it may be. */
async function whyNotMade(
  above: string,
  parentId: string | null,
  before: Roots | null,
): Promise<RootFault | null> {
  // a replica that goes away with its parent folder was unmounted: a new one would be made on the disk below
  if (before !== null && parentId !== before.parentId) return { code: "disk-away" };
  if (before?.replica && parentId === null) return { code: "disk-unknown" };
  if (parentId === null && await whatIsThere(above) !== null) return { code: "no-parent", parent: above };
  return null;
}

/** Make the replica's folder. False when somebody else has just made it; throws what the system throws. */
async function makeReplica(path: string, source: Root): Promise<boolean> {
  try {
    await Deno.mkdir(path, { mode: 0o700 | (source.entry.mode & 0o777) });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

/** Why there is no folder at a path; null when there is one, or when Deno may not look. */
async function whatIsThere(path: string): Promise<RootFault | null> {
  const permission = await Deno.permissions.query({ name: "read", path });
  if (permission.state !== "granted") return null;
  try {
    const found = await Deno.lstat(path);
    if (found.isDirectory) return null;
    if (!found.isSymlink) return { code: "not-a-folder" };
    return { code: await leadsSomewhere(path) ? "link-to-no-folder" : "dangling-link" };
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return ["ENOENT", "ENOTDIR"].includes(why.code) ? GONE : { code: "fault", reason: why };
  }
}

async function leadsSomewhere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}
