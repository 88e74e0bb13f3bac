/**
 * The edge: this module looks at entries and changes them, `content.ts` reads and copies what is in files, and no
 * other module of the engine touches a disk. Plain synchronous calls, but for the listing, because only the
 * asynchronous one reports its errors. Nothing that is looked at is ever followed, and the source is only ever read.
 *
 * RACE: paths are resolved by name at every call, since Deno has no calls relative to an open folder. Someone who can
 * write into the source or the replica while a pass runs can put a link in the place of a folder on the way between
 * two calls; the worst outcome is that a file outside is read into the replica, or written, removed or given another
 * mode outside it, with the rights of the program.
 */
import { lutimesSync } from "node:fs";
import type { Entry, File, Folder, Link, Path, Side } from "./entry.ts";
import { Fault, fault, reason } from "./fault.ts";

/** The least that a file system leaves out of a file as a hole. */
export const PAGE_BYTES = 4096;

/** Where a path below a root is. */
export function at(root: string, path: Path): string {
  if (path === "") return root;
  return root.endsWith("/") ? root + path : `${root}/${path}`;
}

/**
 * All entries of a folder. Throws a fault when the folder cannot be read to its end: there is no such thing as half a
 * listing. An entry that cannot be looked at is in it as unknown, so that it is left alone.
 */
export async function list(side: Side, root: string, folder: Path): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const here = at(root, folder);
  try {
    for await (const { name } of Deno.readDir(here)) {
      const entry = lookListed(side, here === "/" ? here + name : `${here}/${name}`, name);
      if (entry !== null) entries.set(name, entry);
    }
  } catch (error) {
    throw fault("list", side, error);
  }
  return entries;
}

/** What is at a path now. Throws what the system throws. */
export function look(path: string): Entry {
  const found = Deno.lstatSync(path);
  const mtime = found.mtime?.getTime() ?? 0;
  const mode = (found.mode ?? 0) & 0o7777;
  const names = found.nlink ?? 1;
  if (found.isFile) {
    const { size, blocks } = found;
    // a file of one page may be kept in the inode and occupy nothing
    const holes = blocks !== null && size > PAGE_BYTES && blocks * 512 < size;
    return { kind: "file", size, mtime, mode, names, holes };
  }
  if (found.isDirectory) return { kind: "folder", mtime, mode };
  if (found.isSymlink) return { kind: "link", target: Deno.readLinkSync(path), mtime, names };
  return { kind: found.isFifo ? "fifo" : found.isSocket ? "socket" : "device" };
}

/** What is at a path now; null when nothing is. Throws a fault. */
export function lookIfThere(side: Side, path: string): Entry | null {
  try {
    return look(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(reason(error)?.code ?? "")) return null;
    throw fault("read", side, error);
  }
}

/** Like `look`, for a name that a listing just gave: null when it is gone from the replica since. */
function lookListed(side: Side, path: string, name: string): Entry | null {
  try {
    return look(path);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    if (why.code === "ENOENT") {
      // Deno gives a name that is not UTF-8 with U+FFFD in it, which then leads nowhere
      if (name.includes("\uFFFD")) {
        return { kind: "unknown", reason: { code: "EILSEQ", text: "the name is not UTF-8" } };
      }
      if (side === "replica") return null;
    }
    return { kind: "unknown", reason: why };
  }
}

/** Make a link at `temporary`, with its time. Throws a fault; then nothing is left there. */
export function copyLink(temporary: string, entry: Link): void {
  try {
    Deno.symlinkSync(entry.target, temporary);
    lutimesSync(temporary, entry.mtime / 1000, entry.mtime / 1000);
  } catch (error) {
    const cause = fault("create", "replica", error);
    discard(temporary);
    throw cause;
  }
}

/** Put what was made at `temporary` in its place at once. Throws a fault; then what stood there is as it was. */
export function land(temporary: string, place: string): void {
  try {
    Deno.renameSync(temporary, place);
  } catch (error) {
    const cause = fault("create", "replica", error);
    discard(temporary);
    throw cause;
  }
}

/** Make a folder that can be written into; its own mode and time come when it is settled. Throws a fault. */
export function makeFolder(place: string, entry: Folder): void {
  try {
    Deno.mkdirSync(place, { mode: (entry.mode & 0o777) | 0o700 });
  } catch (error) {
    throw fault("create", "replica", error);
  }
}

/** Set mode and time of what stands at `place` in the replica. Throws a fault. */
export function touch(place: string, entry: File | Folder | Link): void {
  try {
    const found = Deno.lstatSync(place);
    if (entry.kind !== "link") {
      // RACE: chmod follows a link put here since the look; its worst outcome is another mode on a file outside
      if (found.isSymlink) {
        throw new Fault("touch", "replica", { code: "CHANGING", text: "a link has taken its place" });
      }
      if (((found.mode ?? 0) & 0o7777) !== entry.mode) Deno.chmodSync(place, entry.mode);
    }
    if (found.mtime?.getTime() !== entry.mtime) lutimesSync(place, entry.mtime / 1000, entry.mtime / 1000);
  } catch (error) {
    throw fault("touch", "replica", error);
  }
}

/** Let the owner write into a folder of the replica; its mode is put right when it is settled. */
export function open(folder: string): void {
  Deno.chmodSync(folder, ((Deno.lstatSync(folder).mode ?? 0) & 0o7777) | 0o700);
}

/** Take away a file, a link or an empty folder. Whatever is gone already is fine. Throws a fault. */
export function remove(place: string): void {
  try {
    Deno.removeSync(place);
  } catch (error) {
    if (reason(error)?.code === "ENOENT") return;
    throw fault("remove", "replica", error);
  }
}

/** Take away what was begun. It is not in the source, so the next pass removes it if this fails. */
export function discard(temporary: string): void {
  try {
    Deno.removeSync(temporary);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}
