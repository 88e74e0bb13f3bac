/**
 * The way from the root of a whole tree to a part of it that a mirror has for itself. No link is followed on it: what lies
 * behind one is no part of the tree, and a mirror of the whole would keep the link.
 */
import { absolute, type Folder, foldersTo, parent, type Path, type Reason } from "../engine/entry.ts";
import type { RootFault } from "../engine/event.ts";
import { IGNORE_FILE, type IgnoreFile, MOST_BYTES } from "../engine/filter.ts";
import { isRest, type Part } from "../engine/part.ts";
import { decodeName } from "../names.ts";
import { Fault, reason } from "./fault.ts";
import { removeIfEmpty } from "./locking.ts";
import { type Root, rootAt } from "./root.ts";
import { lookAt, readSmall } from "./small_file.ts";

/**
 * Why a part of a tree cannot be reached; null when it can, or when something on the way is not there yet.
 * `oneFileSystem`: what lies below a mount point is no part of it, either.
 *
 * A link that takes a folder's place after this look shows in the path of the root (`isReached`).
 *
 * RACE: but not on systems other than Linux. What lies behind it is then mirrored as the part; the next pass refuses it.
 */
export async function wayFault(
  whole: string,
  path: Path,
  oneFileSystem: boolean,
): Promise<RootFault | null> {
  const root = oneFileSystem ? await rootAt(whole) : null;
  for (const folder of foldersTo(path)) {
    if (folder === "") continue;
    const found = await lookAt(absolute(whole, folder));
    if (found === null) return null;
    if (root !== null && found.dev !== root.entry.device) {
      return { code: "blocked", path: folder, by: "mount" };
    }
    if (!found.isDirectory) return { code: "blocked", path: folder, by: found.isSymlink ? "link" : "other" };
  }
  return null;
}

/** The nearest folder above a part of a replica that is there, or would hold the whole of it. */
export async function nearestAbove({ replica, path }: Part, above: string): Promise<string> {
  for (const folder of foldersTo(parent(path)).reverse()) {
    if (await lookAt(absolute(replica, folder)) !== null) return absolute(replica, folder);
  }
  return above;
}

/** What was made of a part's folder and of those on the way to it. */
export interface Made {
  /** Absolute, from the top. */
  readonly way: readonly string[];
  readonly part: boolean;
}

/** How often to begin anew when a folder goes that was there. */
const TRIES = 8;

/**
 * Make the folder of a part of a replica, and those on the way to it that are not there, with the modes of the source's;
 * another mirror sees to the attributes of those on the way. What was made is taken away again when not all could be.
 *
 * RACE: a link that takes a folder's place between the look at it and the call that makes the next one is followed. The
 * worst outcome is that empty folders are made behind it; the part is then refused (`isReached`).
 */
export async function makeWay({ source, replica, path }: Part): Promise<Made> {
  const made = new Set<Path>();
  const at = (folder: Path) => absolute(replica, folder);
  const way = () => foldersTo(parent(path)).filter((folder) => made.has(folder)).map(at);
  for (let tries = 1;; tries++) {
    try {
      for (const folder of foldersTo(path)) {
        const { mode } = await lookAt(absolute(source, folder)) ?? { mode: 0 };
        if (await makeFolder(at(folder), mode ?? 0)) made.add(folder);
        const found = folder === "" ? null : await lookAt(at(folder));
        if (found?.isSymlink) throw new Fault("create", "replica", { code: "LINKED", detail: folder });
      }
      return { way: way(), part: made.has(path) };
    } catch (error) {
      // another run takes those away again that it has made and not used
      if (error instanceof Deno.errors.NotFound && tries < TRIES) continue;
      await removeWay(way());
      throw error;
    }
  }
}

/** Take away folders that were made on the way to a part (absolute paths, from the top), as far as they are empty. */
export async function removeWay(way: readonly string[]): Promise<void> {
  for (const folder of way.toReversed()) await removeIfEmpty(folder);
}

/** False when it is there already. */
async function makeFolder(path: string, mode: number): Promise<boolean> {
  try {
    await Deno.mkdir(path, { mode: 0o700 | (mode & 0o777) });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

/** Whether a root lies where a part of a whole tree does, by the path that the system gives: no link has led to it. */
export async function isReached(root: Root, whole: string, path: Path): Promise<boolean> {
  // other systems give the path in the spelling of the disk
  return Deno.build.os !== "linux" || root.path === absolute(await Deno.realPath(whole), path);
}

/** The ignore files in the folders above a part of a source; or why one cannot be read: then nothing may be touched. */
export async function ignoreFilesAbove({ source, path }: Part): Promise<IgnoreFile[] | Reason> {
  const files: IgnoreFile[] = [];
  try {
    for (const folder of path === "" ? [] : foldersTo(parent(path))) {
      const bytes = await readSmall(absolute(absolute(source, folder), IGNORE_FILE), MOST_BYTES);
      if (bytes !== null) files.push({ folder, text: decodeName(bytes) });
    }
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return { code: "IGNORE_FILE", detail: why.code };
  }
  return files;
}

/** What a mirror of a part must know of the whole trees. */
export interface OfWhole {
  readonly above: readonly IgnoreFile[];
  /** The replica was once found to be what the whole source is, but for what others have of it. */
  readonly known: boolean;
}

/** Look at the whole trees before a pass of a part; or why nothing may be done. */
export async function ofWhole(part: Part): Promise<OfWhole | Reason> {
  const above = await ignoreFilesAbove(part);
  return "code" in above ? above : { above, known: isRest(part) && await isNoted(part) };
}

const NOTE_START = '{"lockstep":"whole"';
/** No note is longer: two paths, escaped. */
const MOST_OF_NOTE = 64 * 1024;

/**
 * Note that the replica has become what the whole source is: in the file by which machines keep each other off `top`. The
 * folder is known by its inode, since each machine numbers the devices of its own mounts. A file of somebody else's in its
 * place stays as it is.
 */
export async function noteWhole(part: Part, { entry }: Root): Promise<void> {
  try {
    using file = await Deno.open(part.lock, { read: true, write: true, create: true });
    if (!(await file.stat()).isFile) return;
    const bytes = new Uint8Array(NOTE_START.length);
    const start = decodeName(bytes.subarray(0, await file.read(bytes) ?? 0));
    // a power failure leaves zeros for what was not forced to the disk
    if (start !== NOTE_START && !/^\0*$/.test(start)) return;
    await file.truncate();
    await file.seek(0, Deno.SeekMode.Start);
    await file.write(new TextEncoder().encode(noteOf(part, entry.inode)));
  } catch (error) {
    // without the note the next pass is more careful
    if (reason(error) === null) throw error;
  }
}

async function isNoted(part: Part): Promise<boolean> {
  try {
    const root = await rootAt(part.replica);
    if (root === null) return false;
    const note = await readSmall(part.lock, MOST_OF_NOTE);
    return note !== null && decodeName(note) === noteOf(part, root.entry.inode);
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}

function noteOf({ source, replica }: Part, inode: Folder["inode"]): string {
  return `${JSON.stringify({ lockstep: "whole", source, replica, inode: String(inode) })}\n`;
}
