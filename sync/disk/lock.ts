/**
 * The lock that keeps other runs off a replica: advisory, and on the folders themselves, so a crash leaves no file. The
 * replica is locked for this run alone, and each folder above it is shared with the runs whose replicas are there, too:
 * so no run can lock a folder above another one's replica, nor one inside it. That holds for a replica inside a bind mount
 * of another's folder, too, where the system's list of mounts may be read. Where a system cannot lock folders, a file in
 * the replica is locked (`lock_file.ts`).
 *
 * A part of a tree that many machines mount has a file beside its status that is locked as well: over NFS and in Lustre a
 * lock on a folder is known to its own machine alone, one on a file to all. That file stays where it is. Several may have
 * slices of one folder: they share the lock on it, and the file keeps each slice to one run.
 */
import { dirname } from "node:path";
import type { Reason } from "../engine/entry.ts";
import { identityOf } from "../identity.ts";
import { SYSTEM, type System } from "../system.ts";
import { reason } from "./fault.ts";
import { type Lock, type Locking, removeIfEmpty } from "./locking.ts";
import { otherPaths } from "./mounts.ts";

/** By what else than itself a folder is locked. */
export interface Beside {
  /** A file that other machines lock, too, when they work on the same part. */
  readonly file: string;
  /** Whether others work on other names in that folder at the same time. */
  readonly isShared: boolean;
}

/** Lock a folder (an absolute path, links resolved). Throws what the system throws when it cannot be opened. */
export async function lockOn(
  folder: string,
  { locksFolders }: Pick<System, "locksFolders"> = SYSTEM,
  beside: Beside | null = null,
): Promise<Locking> {
  const here = locksFolders
    ? await lockFolder(folder, beside?.isShared === true)
    : await (await import("./lock_file.ts")).lockByFile(folder);
  if (beside === null || here.kind === "taken") return here;
  const file = await lockBeside(beside.file);
  if (file === "taken") {
    if (here.kind === "locked") await here.lock.close();
    return { kind: "taken", folder };
  }
  if (here.kind !== "locked") {
    return "code" in file ? here : { kind: "locked", lock: await byFile(folder, file) };
  }
  if ("code" in file) return { ...here, alone: file };
  const close = async (isUnused?: boolean) => {
    await here.lock.close(isUnused);
    file.close();
  };
  return { kind: "locked", lock: { isAt: here.lock.isAt, close } };
}

/** Whether several runs can share the lock on a replica: a file in it is locked for one alone. */
export function canShareLocks({ locksFolders }: Pick<System, "locksFolders"> = SYSTEM): boolean {
  return locksFolders;
}

/** The lock on a folder that cannot be locked itself, by a file elsewhere. */
async function byFile(folder: string, file: Deno.FsFile): Promise<Lock> {
  const id = identityOf(await Deno.stat(folder));
  return lockOfFolder(folder, () => Promise.resolve(id), () => file.close());
}

/** Lock a file for this run alone, which is made where it is not there; or why that cannot be. */
async function lockBeside(path: string): Promise<Deno.FsFile | "taken" | Reason> {
  try {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    try {
      if (await file.tryLock(true)) return file;
      file.close();
      return "taken";
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why;
  }
}

/** Lock a folder itself, for this run alone unless it is shared, and share those above it. */
async function lockFolder(folder: string, isShared: boolean): Promise<Locking> {
  const files: Deno.FsFile[] = [];
  const close = () => files.forEach((file) => file.close());
  const own = await tryLock(folder, !isShared, files);
  if (own !== "locked") {
    close();
    return own === "taken" ? { kind: "taken", folder } : { kind: "none" };
  }
  for (const above of await foldersAbove(folder)) {
    if (await shareIfAllowed(above, files) !== "taken") continue;
    close();
    return { kind: "taken", folder: above };
  }
  return {
    kind: "locked",
    lock: lockOfFolder(folder, async () => identityOf(await files[0]!.stat()), close),
  };
}

/** `id`: which folder it is now. */
function lockOfFolder(folder: string, id: () => Promise<string>, close: () => void): Lock {
  return {
    async isAt(path) {
      try {
        return identityOf(await Deno.stat(path)) === await id();
      } catch (error) {
        if (reason(error) === null) throw error;
        return false;
      }
    },
    async close(isUnused = false) {
      if (isUnused) await removeIfEmpty(folder);
      close();
    },
  };
}

/** All folders above one, also where a bind mount shows it in another place, as far as the system tells. */
async function foldersAbove(folder: string): Promise<string[]> {
  const above = new Set<string>();
  for (const path of [folder, ...await otherPaths(folder)]) {
    // a mount over a mount hides what the list still has
    if (path !== folder && !await isOneFolder(path, folder)) continue;
    for (let at = dirname(path), last = path; at !== last; last = at, at = dirname(at)) above.add(at);
  }
  // the folder itself may be seen in itself
  above.delete(folder);
  return [...above];
}

async function isOneFolder(one: string, other: string): Promise<boolean> {
  try {
    return identityOf(await Deno.stat(one)) === identityOf(await Deno.stat(other));
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}

/** Where a folder above cannot be opened, nothing keeps a run off it. */
async function shareIfAllowed(
  folder: string,
  files: Deno.FsFile[],
): Promise<"locked" | "taken" | "no locks"> {
  const permission = await Deno.permissions.query({ name: "read", path: folder });
  if (permission.state !== "granted") return "no locks";
  try {
    return await tryLock(folder, false, files);
  } catch (error) {
    if (reason(error) === null) throw error;
    return "no locks";
  }
}

/** Lock one folder, for this run alone or shared. The open file is added to `files` when it is locked. */
async function tryLock(
  folder: string,
  exclusive: boolean,
  files: Deno.FsFile[],
): Promise<"locked" | "taken" | "no locks"> {
  const file = await Deno.open(folder);
  try {
    if (await file.tryLock(exclusive)) {
      files.push(file);
      return "locked";
    }
  } catch (error) {
    file.close();
    if (reason(error) === null) throw error;
    return "no locks";
  }
  file.close();
  return "taken";
}
