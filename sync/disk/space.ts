/** How much a file system may still take. */
import type { Edge } from "../engine/config.ts";
import type { TypedSpace } from "../engine/doctor/facts.ts";
import { reason } from "./fault.ts";

/**
 * What the file system of a folder (an absolute path) says; null if that fails. The portable edge needs --allow-sys=statfs
 * for it.
 */
export async function spaceOf(folder: string, edge: Edge): Promise<TypedSpace | null> {
  if (edge === "native") return (await import("./native/free.ts")).spaceAt(folder);
  const permission = await Deno.permissions.query({ name: "sys", kind: "statfs" });
  if (permission.state !== "granted") return null;
  const { statfs } = await import("node:fs/promises");
  try {
    const { type, bavail, bsize, blocks, files, ffree } = await statfs(folder);
    return { type, free: bavail * bsize, total: blocks * bsize, freeInodes: files === 0 ? null : ffree };
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}
