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
import { lchownSync, lutimesSync } from "node:fs";
import {
  type Entry,
  type Fifo,
  type Folder,
  type Link,
  type Mirrored,
  type Path,
  shown,
  type Side,
} from "./entry.ts";
import { Fault, fault, reason } from "./fault.ts";

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

/** Where a path below a root is. */
export function at(root: string, path: Path): string {
  if (path === "") return root;
  return root.endsWith("/") ? root + path : `${root}/${path}`;
}

/**
 * Throws a fault when a link stands in the place of a folder, as far as can be seen. What cannot be looked at is left
 * to the call that follows.
 *
 * RACE: a link that comes between this look and that call is followed; there are some µs between them.
 */
export function confirm(action: Fault["action"], side: Side, root: string, folder: Path): void {
  try {
    if (!Deno.lstatSync(at(root, folder)).isSymlink) return;
  } catch {
    return;
  }
  const text = `a link has taken the place of the folder ${shown(folder)}`;
  throw new Fault(action, side, { code: "CHANGING", text });
}

/**
 * The names in a folder. Throws a fault when it cannot be read to its end: there is no such thing as half a listing. A
 * name that is there `TWICE` is there with that mark, too.
 */
export async function names(side: Side, root: string, folder: Path): Promise<string[]> {
  const found: string[] = [];
  const strange = new Set<string>();
  try {
    for await (const { name } of Deno.readDir(at(root, folder))) {
      const twice = name.includes(REPLACEMENT) && strange.has(name);
      if (name.includes(REPLACEMENT)) strange.add(name);
      found.push(twice ? name + TWICE : name);
    }
  } catch (error) {
    throw fault("list", side, error);
  }
  return found;
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
  const here = at(root, folder);
  const start = here.endsWith("/") ? here : `${here}/`;
  for (const name of listed) {
    if (name.endsWith(TWICE)) entries.set(name.replace(TWICE, REPLACEMENT), NOT_UTF8);
    else {
      const entry = lookListed(side, start + name, name);
      if (entry !== null) entries.set(name, entry);
    }
  }
  // a link that took the folder's place before it was read was followed
  if (folder !== "") confirm("list", side, root, folder);
  return entries;
}

/** What is at a path now. Throws what the system throws. */
export function look(path: string): Entry {
  const found = Deno.lstatSync(path);
  const { size, blocks, dev } = found;
  const inode = found.ino ?? 0;
  const mtime = found.mtime?.getTime() ?? 0;
  const mode = (found.mode ?? 0) & 0o7777;
  const names = found.nlink ?? 1;
  const uid = found.uid ?? 0;
  const gid = found.gid ?? 0;
  if (found.isFile) {
    // a file of one page may be kept in the inode and occupy nothing
    const holes = blocks !== null && size > PAGE_BYTES && blocks * 512 < size;
    const node = names > 1 ? `${dev}:${inode}` : null;
    return { kind: "file", size, mtime, mode, uid, gid, names, node, holes };
  }
  if (found.isDirectory) {
    return { kind: "folder", mtime, mode, uid, gid, device: dev, inode };
  }
  if (found.isSymlink) return { kind: "link", target: Deno.readLinkSync(path), mtime, mode, uid, gid, names };
  if (found.isFifo) return { kind: "fifo", mtime, mode, uid, gid };
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

/** What of an entry's attributes is to be set. */
export interface Attributes {
  readonly modes: boolean;
  readonly owners: boolean;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
}

/** Make a link at `temporary`, with its attributes. Throws a fault; then nothing is left there. */
export function copyLink(temporary: string, entry: Link, set: Attributes): void {
  prepare(temporary, () => {
    Deno.symlinkSync(entry.target, temporary);
    dress(temporary, entry, set);
  });
}

/** Make a FIFO at `temporary`, by the system's `mkfifo`. Throws a fault; then nothing is left there. */
export function copyFifo(temporary: string, entry: Fifo, set: Attributes): void {
  prepare(temporary, () => {
    const made = new Deno.Command("mkfifo", { args: ["-m", "600", "--", temporary], stderr: "piped" })
      .outputSync();
    if (!made.success) {
      const text = new TextDecoder().decode(made.stderr).trim().replace(/^.*: /s, "").toLowerCase();
      throw new Fault("create", "replica", { code: "MKFIFO", text: `mkfifo: ${text}` });
    }
    dress(temporary, entry, set);
  });
}

/** Make `temporary` another name of the file at `twin`. Throws a fault; then nothing is left there. */
export function copyTwin(temporary: string, twin: string): void {
  prepare(temporary, () => Deno.linkSync(twin, temporary));
}

function prepare(temporary: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    const cause = fault("create", "replica", error);
    discard(temporary);
    throw cause;
  }
}

/** Put what was made at `temporary` in its place at once. Throws a fault; then what stood there is as it was. */
export function land(temporary: string, place: string): void {
  prepare(temporary, () => Deno.renameSync(temporary, place));
}

/** Make a folder that can be written into; its attributes come when it is settled. Throws a fault. */
export function makeFolder(place: string, entry: Folder): void {
  try {
    Deno.mkdirSync(place, { mode: (entry.mode & 0o777) | 0o700 });
  } catch (error) {
    throw fault("create", "replica", error);
  }
}

/** Give another name to what stands in the way of a new folder. Throws a fault; then it stands where it stood. */
export function moveAside(place: string, aside: string): void {
  try {
    Deno.renameSync(place, aside);
  } catch (error) {
    throw fault("create", "replica", error);
  }
}

/** Undo that, if the place is free or an empty folder. What stays aside is not in the source, and goes with the next pass. */
export function moveBack(aside: string, place: string): void {
  try {
    if (lookIfThere("replica", place)?.kind === "folder") Deno.removeSync(place);
    Deno.renameSync(aside, place);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}

/** Set the attributes of what stands at `place` in the replica. Throws a fault. */
export function touch(place: string, entry: Mirrored, set: Attributes): void {
  try {
    dress(place, entry, set);
  } catch (error) {
    throw fault("touch", "replica", error);
  }
}

/**
 * Owner first, for it takes setuid bits away; time last. What is right already is left alone.
 *
 * RACE: chmod and utime follow a link put here since the look; the worst outcome is another mode or time on a file
 * outside.
 */
function dress(place: string, entry: Mirrored, set: Attributes): void {
  const found = Deno.lstatSync(place);
  if (found.isSymlink !== (entry.kind === "link")) {
    throw new Fault("touch", "replica", { code: "CHANGING", text: "something else has taken its place" });
  }
  const owned = !set.owners || (found.uid === entry.uid && found.gid === entry.gid);
  if (!owned) lchownSync(place, entry.uid, entry.gid);
  const mode = (found.mode ?? 0) & 0o7777;
  if (set.modes && entry.kind !== "link" && (mode !== entry.mode || !owned)) setMode(place, entry.mode);
  if (found.mtime?.getTime() === entry.mtime) return;
  if (entry.kind === "link") {
    const time = linkTime(entry.mtime);
    lutimesSync(place, time, time);
  } else Deno.utimeSync(place, new Date(entry.mtime), new Date(entry.mtime));
}

/** Set permission bits. The system drops the setgid bit without a word for somebody who is not of the group. */
export function setMode(path: string, mode: number): void {
  Deno.chmodSync(path, mode);
  if (mode > 0o777 && ((Deno.lstatSync(path).mode ?? 0) & 0o7777) !== mode) {
    throw new Fault("touch", "replica", { code: "EPERM", text: "the system does not let us set its mode" });
  }
}

/**
 * A time in ms as what `lutimes` takes to mean just that. As a number it is cut off, and may come to 1 ms less: a
 * hundredth of a ms helps. A number below 0 means now, so the years before 1970 need a date, and have whole seconds.
 */
function linkTime(ms: number): number | Date {
  return ms < 0 ? new Date(Math.floor(ms / 1000) * 1000) : (ms + 0.01) / 1000;
}

/** Force what is known of a file or folder of the replica, its names included, to the disk. Throws a fault. */
export function sync(place: string): void {
  try {
    using file = Deno.openSync(place);
    file.syncSync();
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
