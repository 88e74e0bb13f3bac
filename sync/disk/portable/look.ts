/**
 * What is in folders: their names, and what stands at a name. The part of the edge (see `disk.ts`) that looks. Nothing
 * is ever followed. Plain synchronous calls, but for the names, because only the asynchronous call reports its errors.
 */
import { absolute, below, type Entry, type Path, shown, type Side } from "../../engine/entry.ts";
import { Fault, fault, reason } from "../fault.ts";

/** The least that a file system leaves out of a file as a hole. */
export const PAGE_BYTES = 4096;

/**
 * What Deno puts into a name in the place of bytes that are not UTF-8. Such a name leads nowhere; or, what is worse, to
 * a file that is really called so, in which case the listing has the name twice.
 */
const REPLACEMENT = "\uFFFD";
/** Marks the second of two equal names, and can be in none. */
const TWICE = "\0";
const NOT_UTF8: Entry = { kind: "unknown", reason: { code: "EILSEQ", text: "the name is not UTF-8" } };

/**
 * The names in a folder. Throws a fault when it cannot be read to its end (there is no such thing as half a listing),
 * and when a link has taken its place. The second of two equal names bears the mark `TWICE`.
 */
export async function names(side: Side, root: string, folder: Path): Promise<string[]> {
  const found: string[] = [];
  const strange = new Set<string>();
  try {
    for await (const { name } of Deno.readDir(absolute(root, folder))) {
      const twice = name.includes(REPLACEMENT) && strange.has(name);
      if (name.includes(REPLACEMENT)) strange.add(name);
      found.push(twice ? name + TWICE : name);
    }
  } catch (error) {
    throw fault("list", side, error);
  }
  confirmListed(side, root, folder);
  return found;
}

/** Codes that say of a name that it is not there, or could not be. */
const ABSENT = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "EINVAL"]);

/**
 * Names of the replica that the source has although its listing (`listed`) does not: a name that a file is given while
 * a folder is listed may be in none of it, nor the one that it had (btrfs). What cannot be told is taken to be there.
 */
export function missed(
  source: string,
  folder: Path,
  listed: readonly string[],
  replica: readonly string[],
): string[] {
  const known = new Set(listed);
  const found = replica.filter((name) => {
    if (known.has(name) || name.includes(REPLACEMENT) || name.endsWith(TWICE)) return false;
    try {
      Deno.lstatSync(absolute(source, below(folder, name)));
      return true;
    } catch (error) {
      const why = reason(error);
      if (why === null) throw error;
      return !ABSENT.has(why.code);
    }
  });
  if (found.length === 0) return found;
  // a source without capitals has them all under a name that was listed
  const folded = new Set(listed.map(fold));
  return found.filter((name) => !folded.has(fold(name)));
}

function fold(name: string): string {
  return name.normalize("NFC").toUpperCase();
}

/**
 * What is at each of the names that a folder was found to have. An entry that cannot be looked at is in it as unknown,
 * so that it is left alone. Throws a fault when a link has taken the place of the folder.
 */
export function lookAll(
  side: Side,
  root: string,
  folder: Path,
  listed: readonly string[],
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const here = absolute(root, folder);
  const start = here.endsWith("/") ? here : `${here}/`;
  for (const name of listed) {
    if (name.endsWith(TWICE)) entries.set(name.replace(TWICE, REPLACEMENT), NOT_UTF8);
    else {
      const entry = lookListed(side, start + name, name);
      if (entry !== null) entries.set(name, entry);
    }
  }
  confirmListed(side, root, folder);
  return entries;
}

/** A link that took the folder's place before it was read was followed. An empty folder elsewhere says nothing of this one. */
function confirmListed(side: Side, root: string, folder: Path): void {
  if (folder !== "") confirm("list", side, root, folder);
}

/** What is at a path now. Throws what the system throws. */
export function look(path: string): Entry {
  const found = Deno.lstatSync(path);
  const { size, blocks, dev } = found;
  const inode = found.ino ?? 0;
  const mtime = found.mtime?.getTime() ?? 0;
  const mode = (found.mode ?? 0) & 0o7777;
  const nlink = found.nlink ?? 1;
  const uid = found.uid ?? 0;
  const gid = found.gid ?? 0;
  if (found.isFile) {
    // a file of one page may be kept in the inode and occupy nothing
    const holes = blocks !== null && size > PAGE_BYTES && blocks * 512 < size;
    const node = nlink > 1 ? `${dev}:${inode}` : null;
    return { kind: "file", size, mtime, mode, uid, gid, nlink, node, holes };
  }
  if (found.isDirectory) {
    return { kind: "folder", mtime, mode, uid, gid, device: dev, inode };
  }
  if (found.isSymlink) return { kind: "link", target: Deno.readLinkSync(path), mtime, mode, uid, gid, nlink };
  if (found.isFifo) return { kind: "fifo", mtime, mode, uid, gid, nlink };
  return { kind: found.isSocket ? "socket" : "device" };
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
      if (name.includes(REPLACEMENT)) return NOT_UTF8;
      if (side === "replica") return null;
    }
    return { kind: "unknown", reason: why };
  }
}

/**
 * Throws a fault when a link stands in the place of a folder, as far as can be seen. What cannot be looked at is left
 * to the call that follows.
 *
 * RACE: a link that comes between this look and that call is followed; there are some µs between them.
 */
export function confirm(action: Fault["action"], side: Side, root: string, folder: Path): void {
  try {
    if (!Deno.lstatSync(absolute(root, folder)).isSymlink) return;
  } catch {
    return;
  }
  const text = `a link has taken the place of the folder ${shown(folder)}`;
  throw new Fault(action, side, { code: "CHANGING", text });
}
