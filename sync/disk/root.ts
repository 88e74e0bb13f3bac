/**
 * A root of a mirror: which folder it is, and whether it is still that folder. All calls are asynchronous: a file
 * system that hangs must not block the thread that listens for signals.
 */
import type { Folder } from "../engine/entry.ts";
import { reason } from "./fault.ts";

export interface Root {
  /** Absolute, links resolved. */
  readonly path: string;
  /**
   * Device, inode and time of birth: which folder it is, whatever its name. The time is needed since another disk in
   * the same drive can have the same two numbers, and a new folder may get the inode number of a removed one.
   */
  readonly id: string;
  readonly entry: Folder;
}

/** The folder at a path; null when there is no folder. Throws when that cannot be told. */
export async function rootAt(path: string): Promise<Root | null> {
  try {
    const found = await Deno.stat(path);
    if (!found.isDirectory) return null;
    return {
      path: await Deno.realPath(path),
      id: `${found.dev}:${found.ino}:${found.birthtime?.getTime()}`,
      entry: {
        kind: "folder",
        mode: (found.mode ?? 0) & 0o7777,
        mtime: found.mtime?.getTime() ?? 0,
        uid: found.uid ?? 0,
        gid: found.gid ?? 0,
        device: found.dev,
        inode: found.ino ?? 0,
      },
    };
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(reason(error)?.code ?? "")) return null;
    throw error;
  }
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

/** Whether the path of `root` still leads to the same folder; false when that cannot be told. */
export async function isStill(root: Root): Promise<boolean> {
  try {
    return (await rootAt(root.path))?.id === root.id;
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}

/** Whether a root is empty. Throws when that cannot be told. */
export async function isEmpty(root: Root): Promise<boolean> {
  for await (const _ of Deno.readDir(root.path)) return false;
  return true;
}

/** The bytes that we may still write to a root's file system; null without --allow-sys=statfs, or if that fails. */
export async function freeBytes(root: Root): Promise<number | null> {
  const permission = await Deno.permissions.query({ name: "sys", kind: "statfs" });
  if (permission.state !== "granted") return null;
  const { statfs } = await import("node:fs/promises");
  try {
    const { bavail, bsize } = await statfs(root.path);
    return bavail * bsize;
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}
