/**
 * A root of a mirror: which folder it is, and whether it is still that folder. All calls are asynchronous: a file
 * system that hangs must not block the thread that listens for signals.
 */
import type { Config, Edge } from "../engine/config.ts";
import { type Folder, isOfAnyFolder, type Side } from "../engine/entry.ts";
import { isOwnLog } from "../engine/own_log.ts";
import { identityOf } from "../identity.ts";
import { SYSTEM, type System } from "../system.ts";
import { isSamePath } from "../whole_path.ts";
import { reason } from "./fault.ts";
import { CALLS } from "./portable/calls.ts";
import { LOCK_NAME } from "./temporary.ts";
import type { Lock } from "./locking.ts";
import { exactInode } from "./portable/look.ts";
import { timeOf } from "./time.ts";

export interface Root {
  /** Absolute, links resolved. */
  readonly path: string;
  /** Which folder it is, whatever its name (`identity.ts`). */
  readonly id: string;
  readonly entry: Folder;
  /** When it was made and modified last; left out where it has no number at all. */
  readonly times?: string;
}

/** The edge by which a root is looked at, and whether its extended attributes are, too. */
export type Through = Pick<Config, "edge" | "xattrs">;

/**
 * The folder at a path, as the root of a side; null when there is no folder. Throws when that cannot be told.
 * `through`: left out where only its identity counts.
 */
export async function rootAt(path: string, side: Side = "source", through?: Through): Promise<Root | null> {
  try {
    const found = await Deno.stat(path);
    if (!found.isDirectory) return null;
    const real = await Deno.realPath(path);
    const seen = through?.edge === "native"
      ? (await import("./native/look.ts")).folderAt(real, { side, xattrs: through.xattrs })
      : null;
    return {
      path: real,
      id: identityOf(found),
      ...(found.ino && { times: `${found.birthtime?.getTime()}:${found.mtime?.getTime()}` }),
      entry: seen ?? {
        kind: "folder",
        mode: CALLS.modeOf(found),
        mtime: timeOf(found),
        uid: found.uid ?? 0,
        gid: found.gid ?? 0,
        device: found.dev,
        inode: exactInode(found),
      },
    };
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(reason(error)?.code ?? "")) return null;
    throw error;
  }
}

/**
 * Whether two roots are known to be one folder, whatever their names: on Windows `\\localhost\c$\x` is `C:\x`. Where
 * numbers are rounded, folders that were made one after the other may have one; then no time of theirs is the same, unless
 * both were made in the same ms and are empty.
 */
export function isSameRoot(
  a: Root,
  b: Root | null,
  { reusesFileNumbers }: Pick<System, "reusesFileNumbers"> = SYSTEM,
): boolean {
  if (b === null) return false;
  if (isSamePath(a.path, b.path)) return true;
  if (a.id !== b.id) return false;
  return a.entry.inode !== null || (!reusesFileNumbers && a.times !== undefined && a.times === b.times);
}

/** Like `rootAt`, but null also when Deno may not look, or when it cannot be told what is there. */
export async function rootIfAllowed(path: string): Promise<Root | null> {
  const permission = await Deno.permissions.query({ name: "read", path });
  if (permission.state !== "granted") return null;
  try {
    return await rootAt(path);
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

/**
 * Whether `root` still leads to the folder that it led to. `lock`: that on the folder. It tells even when the folder's
 * identity has changed: overlayfs gives a folder another time of birth with the first change in it, macOS with a time of
 * change before that.
 */
export async function isStill(root: Root, lock: Pick<Lock, "isAt"> | null = null): Promise<boolean> {
  try {
    const now = (await rootAt(root.path))?.id;
    const isSame = now === root.id || (now !== undefined && lock !== null && await lock.isAt(root.path));
    return isSame && await isAlive(root.path);
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}

/** Codes of a file system that does not answer any more. */
const DEAD = new Set(["ENOTCONN", "ECONNABORTED", "ESTALE", "EIO", "ENODEV", "ENXIO", "ETIMEDOUT"]);

/** Whether the file system of a folder answers. For some time a system remembers what folders were there on a dead one. */
async function isAlive(folder: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(folder)) break;
    return true;
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return !DEAD.has(why.code);
  }
}

/** Folders that a system makes by itself at the top of a disk, whatever its user keeps there. */
const OF_THE_SYSTEM = [
  /^lost\+found$/,
  /^found\.\d{3}$/i,
  /^(System Volume Information|\$Recycle\.Bin|RECYCLER|RECYCLED)$/i,
  /^\.(Trashes|Trash-\d+|Spotlight-V100|fseventsd|TemporaryItems|DocumentRevisions-V100)$/,
  /^\.(PKInstallSandboxManager(-SystemSoftware)?|MobileBackups|HFS\+ Private Directory Data\r?)$/,
];

/**
 * Whether a root holds nothing, but for folders that a system makes by itself, files that it puts into any, our own logs
 * (`except`) and a lock. Throws when that cannot be told.
 */
export async function isEmpty(root: Root, except: readonly string[] = []): Promise<boolean> {
  for await (const { name, isDirectory } of Deno.readDir(root.path)) {
    if (name === LOCK_NAME || (!isDirectory && (isOwnLog(name, except) || isOfAnyFolder(name)))) continue;
    if (!isDirectory || !OF_THE_SYSTEM.some((form) => form.test(name))) return false;
  }
  return true;
}

/** Which folder an absolute path leads to, and on which device; null when there is none to be seen. No link is followed. */
export async function folderAt(
  path: string,
): Promise<{ readonly device: number; readonly id: string } | null> {
  try {
    const found = await Deno.lstat(path);
    return found.isDirectory ? { device: found.dev, id: identityOf(found) } : null;
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}

/** The bytes that we may still write to a folder's file system; null if that cannot be told (`spaceOf`). */
export async function freeBytes(folder: string, edge: Edge): Promise<number | null> {
  return (await (await import("./space.ts")).spaceOf(folder, edge))?.free ?? null;
}
