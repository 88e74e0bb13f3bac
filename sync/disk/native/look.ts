/** Looks at an entry by `statx`, and turns its numbers into our values. Never follows a link, nor mounts anything. */
import {
  type Entry,
  type Folder,
  FURTHEST_MS,
  PAGE_BYTES,
  type Side,
  type Timed,
} from "../../engine/entry.ts";
import { readLink, stat, statBoth } from "./calls.ts";
import { decodeName } from "../../names.ts";
import { failed } from "./failed.ts";
import { AT_FDCWD, AT_NO_AUTOMOUNT, ENAMETOOLONG } from "./numbers.ts";
import { xattrsAt } from "./xattrs.ts";

/** All that `stat` tells. */
const BASIC = 0x7ff;

/** One `struct statx`, which has the same layout everywhere. */
const struct = new Uint8Array(256);
const bits16 = new Uint16Array(struct.buffer);
const bits32 = new Uint32Array(struct.buffer);
const signed32 = new Int32Array(struct.buffer);

/** Another one, to be compared with the first. */
const others = new Uint8Array(256);
const others16 = new Uint16Array(others.buffer);
const others32 = new Uint32Array(others.buffer);

const target = new Uint8Array(4096);

/** How entries are looked at: in which tree, and whether their extended attributes are, too. */
export interface View {
  readonly side: Side;
  readonly xattrs: boolean;
}

/** What is at a name in an open folder, or with null what is open itself; less than 0, the number of an error. */
export function entryAt(open: number, name: string | null, view: View): Entry | number {
  const looked = lookAt(open, name);
  if (looked < 0) return looked;
  const entry = entryOf(open, name);
  if (!view.xattrs || typeof entry === "number" || !("mtime" in entry)) return entry;
  const xattrs = xattrsAt(open, name, view.side);
  if (typeof xattrs === "number") return xattrs;
  return xattrs === "" ? entry : { ...entry, xattrs };
}

/** Look, for the functions below to tell what was found. */
export function lookAt(open: number, name: string | null): number {
  return stat(open, name, AT_NO_AUTOMOUNT, BASIC, struct);
}

/**
 * Whether a name leads to a file in both of two open folders, the only one of its name, not empty, with the same size,
 * time, mode and owner. Makes no values of what it sees: that takes longer than to see it.
 */
export function isSameFile(open: number, other: number, name: string): boolean {
  return statBoth(open, other, name, AT_NO_AUTOMOUNT, BASIC, struct, others) >= 0 &&
    bits16[14]! >>> 12 === 0o10 && bits16[14] === others16[14] &&
    bits32[10] === others32[10] && bits32[11] === others32[11] && (bits32[10] !== 0 || bits32[11] !== 0) &&
    bits32[28] === others32[28] && bits32[29] === others32[29] && bits32[30] === others32[30] &&
    bits32[5] === others32[5] && bits32[6] === others32[6] &&
    bits32[4] === 1 && others32[4] === 1;
}

/** The folder at an absolute path, which is no link; null when there is none. Throws a fault when it cannot be told. */
export function folderAt(absolute: string, view: View): Folder | null {
  const entry = entryAt(AT_FDCWD, absolute, view);
  if (typeof entry !== "number") return entry.kind === "folder" ? entry : null;
  // without its attributes it would seem to have none
  if (view.xattrs) throw failed(entry, "list", view.side);
  return null;
}

/** Which file was found: two numbers that no other has while it is there. */
export function foundId(): string {
  return `${device()}:${inode()}`;
}

/** The device of what was found. */
export function foundDevice(): number {
  return device();
}

/** The bytes of what was found. */
export function foundSize(): number {
  return bytes();
}

export function foundLink(): boolean {
  return bits16[14]! >>> 12 === 0o12;
}

/** Owner, group and permission bits. */
export function foundRights(): { readonly uid: number; readonly gid: number; readonly mode: number } {
  return { uid: bits32[5]!, gid: bits32[6]!, mode: bits16[14]! & 0o7777 };
}

/** When it was modified last. */
export function foundTime(): Required<Timed> {
  return { mtime: time(), nanos: bits32[30]! % 1e6 };
}

/** All that was found, as it is. */
export function found() {
  return {
    ...foundRights(),
    mode: bits16[14]!,
    nlink: bits32[4]!,
    size: bytes(),
    blocks: blocks(),
    device: device(),
    inode: inode(),
    mtime: time(),
  };
}

function entryOf(open: number, name: string | null): Entry | number {
  const kind = bits16[14]! >>> 12;
  const mode = bits16[14]! & 0o7777;
  const uid = bits32[5]!;
  const gid = bits32[6]!;
  const mtime = time();
  const nanos = bits32[30]! % 1e6;
  switch (kind) {
    case 0o10: {
      const size = bytes();
      const nlink = bits32[4]!;
      // a file of up to one page may be kept in its inode, and take no blocks
      const holes = size > PAGE_BYTES && blocks() * 512 < size;
      return {
        kind: "file",
        size,
        mtime,
        nanos,
        mode,
        uid,
        gid,
        nlink,
        id: nlink > 1 ? foundId() : null,
        holes,
      };
    }
    case 0o04:
      return { kind: "folder", mtime, nanos, mode, uid, gid, device: device(), inode: inode() };
    case 0o12: {
      const nlink = bits32[4]!;
      const id = nlink > 1 ? foundId() : null;
      const to = name === null ? "" : linkAt(open, name);
      return typeof to === "number"
        ? to
        : { kind: "link", target: to, mtime, nanos, mode, uid, gid, nlink, id };
    }
    case 0o01: {
      const nlink = bits32[4]!;
      return { kind: "fifo", mtime, nanos, mode, uid, gid, nlink, id: nlink > 1 ? foundId() : null };
    }
    case 0o02:
    case 0o06: {
      const nlink = bits32[4]!;
      const id = nlink > 1 ? foundId() : null;
      const type = kind === 0o06 ? "block" : "character";
      const [major, minor] = [bits32[32]!, bits32[33]!];
      return { kind: "device", type, major, minor, mtime, nanos, mode, uid, gid, nlink, id };
    }
    default:
      return { kind: "socket" };
  }
}

function linkAt(open: number, name: string): string | number {
  const length = readLink(open, name, target);
  if (length < 0) return length;
  return length === target.length ? -ENAMETOOLONG : decodeName(target.subarray(0, length));
}

function bytes(): number {
  return bits32[11]! * 2 ** 32 + bits32[10]!;
}

/** Of 512 bytes. */
function blocks(): number {
  return bits32[13]! * 2 ** 32 + bits32[12]!;
}

/** In ms since 1970, as far as JavaScript counts. */
function time(): number {
  const seconds = signed32[29]! * 2 ** 32 + bits32[28]!;
  return Math.min(Math.max(seconds * 1000 + Math.floor(bits32[30]! / 1e6), -FURTHEST_MS), FURTHEST_MS);
}

/** As Deno has it: by glibc's `makedev`. */
function device(): number {
  const major = bits32[34]!;
  const minor = bits32[35]!;
  return (minor & 0xff) + (major & 0xfff) * 2 ** 8 + (minor >>> 8) * 2 ** 20 + (major >>> 12) * 2 ** 44;
}

/** As a number where that is exact, as Deno has it; else as its digits. */
function inode(): number | string {
  const high = bits32[9]!;
  return high < 2 ** 21 ? high * 2 ** 32 + bits32[8]! : String((BigInt(high) << 32n) + BigInt(bits32[8]!));
}
