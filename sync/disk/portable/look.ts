/** Looks at an entry, and turns what Deno says into our values. Never follows a link. */
import { type Device, type Entry, PAGE_BYTES } from "../../engine/entry.ts";
import { CALLS } from "./calls.ts";
import { isExactNumber } from "../../identity.ts";
import { timeOf } from "../time.ts";

/** What is at an absolute path now. Throws what the system throws. */
export function look(path: string): Entry {
  return entryOf(Deno.lstatSync(path), path);
}

/**
 * What `lstat` said of an absolute path. Where a link leads is asked for unless it is given; throws what the system
 * throws when that cannot be told.
 */
export function entryOf(found: Deno.FileInfo, path: string, target?: string): Entry {
  const { size, blocks, dev } = found;
  const inode = exactInode(found);
  const mtime = timeOf(found);
  const mode = CALLS.modeOf(found);
  const nlink = found.nlink ?? 1;
  const uid = found.uid ?? 0;
  const gid = found.gid ?? 0;
  const id = nlink > 1 && inode !== null ? `${dev}:${inode}` : null;
  if (found.isFile) {
    // a file of up to one page may be kept in its inode, and take no blocks
    const holes = blocks !== null && size > PAGE_BYTES && blocks * 512 < size;
    return { kind: "file", size, mtime, mode, uid, gid, nlink, id, holes };
  }
  if (found.isDirectory) return { kind: "folder", mtime, mode, uid, gid, device: dev, inode };
  if (found.isSymlink) {
    const leads = target === undefined ? CALLS.targetOf(path, CALLS.readLink(path)) : { target };
    return { kind: "link", ...leads, mtime, mode, uid, gid, nlink, id };
  }
  if (found.isFifo) return { kind: "fifo", mtime, mode, uid, gid, nlink, id };
  return found.isSocket
    ? { kind: "socket" }
    : { kind: "device", ...deviceOf(found), mtime, mode, uid, gid, nlink, id };
}

/** Which driver a device is for. The two numbers are in one, by glibc's `makedev`. */
function deviceOf(found: Deno.FileInfo): Pick<Device, "type" | "major" | "minor"> {
  const both = BigInt(found.rdev ?? 0);
  const major = Number((both >> 8n) & 0xfffn | (both >> 32n) & 0xfffff000n);
  const minor = Number(both & 0xffn | (both >> 12n) & 0xffffff00n);
  return { type: found.isBlockDevice ? "block" : "character", major, minor };
}

/**
 * The inode number; null when it cannot be told. Deno gives it as a double, in which numbers from 2^53 on fall together
 * (overlayfs with xino=on and some FUSE and network file systems have them); `node:fs` rounds in the same way.
 */
export function exactInode({ ino, dev }: Deno.FileInfo): number | null {
  return isExactNumber({ dev, ino }) ? ino : null;
}
