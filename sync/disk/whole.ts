/**
 * The way from the root of a whole tree to a part of it that a mirror has for itself. No link is followed on it: what lies
 * behind one is no part of the tree, and a mirror of the whole would keep the link.
 */
import { absolute, type Folder, foldersTo, parent, type Path, type Reason } from "../engine/entry.ts";
import type { RootFault } from "../engine/event.ts";
import { IGNORE_FILE, type IgnoreFile, MOST_BYTES } from "../engine/filter.ts";
import type { Part } from "../engine/part.ts";
import { decodeName } from "../names.ts";
import { reason } from "./fault.ts";
import { type Root, rootAt } from "./root.ts";
import { lookAt, readSmall } from "./small_file.ts";

/**
 * Why a part of a tree cannot be reached; null when it can, or when something on the way is not there yet.
 * `oneFileSystem`: what lies below a mount point is no part of it, either.
 *
 * RACE: a link that takes a folder's place after this look is followed. What lies behind it is then mirrored as the part;
 * the next pass refuses it.
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

/**
 * Make the folders on the way to a part of a replica that are not there, with the modes of the source's; another mirror sees
 * to their attributes.
 */
export async function makeWay({ source, replica, path }: Part): Promise<void> {
  for (const folder of foldersTo(parent(path))) {
    const { mode } = await lookAt(absolute(source, folder)) ?? { mode: 0 };
    try {
      await Deno.mkdir(absolute(replica, folder), { mode: 0o700 | ((mode ?? 0) & 0o777) });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
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
  return "code" in above ? above : { above, known: part.path === "" && await isNoted(part) };
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
