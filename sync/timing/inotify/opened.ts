/** Folders that are opened by their paths, over no link, and what an open one tells. */
import { bytesOfName, decodeName } from "../../names.ts";
import { close } from "./calls.ts";
import { ERROR, type Result, result } from "./library.ts";

const isArm = Deno.build.arch === "aarch64";
const CALL = { openat2: 437n, getdents64: isArm ? 61n : 217n, statx: isArm ? 291n : 332n };
const READ_FOLDER = 0o2000000 | (isArm ? 0o40000 | 0o100000 : 0o200000 | 0o400000); // CLOEXEC, DIRECTORY, NOFOLLOW
const BENEATH_NO_SYMLINKS = 0x08 | 0x04;
const [AT_FDCWD, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW] = [-100, 0x1000, 0x100];
/** CLOEXEC, NONBLOCK and NOFOLLOW; a FIFO that takes a file's place does not keep us waiting. */
const READ_FILE = 0o2000000 | 0o4000 | (isArm ? 0o100000 : 0o400000);
const NOATIME = 0o1000000;
/** Of `struct statx`: the mode and the size are asked for; a mode's bits for the kind, and a file's. */
const [STATX_TYPE, STATX_SIZE, KIND, IS_FILE] = [0x1, 0x200, 0o170000, 0o100000];
/** The longest path in one call, in bytes, with room for the zero. */
const LONGEST = 4095;
const SLASH = 0x2f;
/** Of an entry of a listing: not told what it is, and a folder. */
const [DT_UNKNOWN, DT_DIR] = [0, 4];

/** What `openat2` is asked: flags, mode, and how to resolve the path. */
const how = new BigUint64Array([BigInt(READ_FOLDER), 0n, BigInt(BENEATH_NO_SYMLINKS)]);
/** One `struct statx`. */
const about = new DataView(new ArrayBuffer(256));
const nothing = new Uint8Array(1);
/** A piece of a listing. */
const listing = new DataView(new ArrayBuffer(65_536));

/** Whether the system has `openat2`: Linux 5.6 and later. */
let hasOpenat2 = true;

/** Open the folder at an absolute path. */
export function openRoot(path: string): Result {
  return result((c) => c.openat(AT_FDCWD, bytesOfName(path), READ_FOLDER));
}

/** Open a folder by its path below an open one, "" for itself. */
export function openFolder(root: number, path: string): Result {
  let left = bytesOfName(path === "" ? "." : path);
  for (let fd = root;;) {
    const end = left.length <= LONGEST ? left.length - 1 : left.lastIndexOf(SLASH, LONGEST - 1);
    const piece = left.slice(0, end + 1);
    piece[end] = 0;
    const next = openBelow(fd, piece);
    if (fd !== root) close(fd);
    if (next < 0 || end === left.length - 1) return next;
    [fd, left] = [next, left.slice(end + 1)];
  }
}

/** By a path that is not too long for one call. */
function openBelow(fd: number, path: Uint8Array<ArrayBuffer>): Result {
  if (hasOpenat2) {
    const opened = result((c) => c.openat2(CALL.openat2, fd, path, how, BigInt(how.byteLength)));
    if (opened !== -ERROR.NOSYS) return opened;
    hasOpenat2 = false;
  }
  // RACE: before Linux 5.6, a link on the way is followed; what is heard from there is compared for nothing
  return result((c) => c.openat(fd, path, READ_FOLDER));
}

/** What tells the disk of an open folder from others; null when the system does not say. */
export function deviceOf(fd: number): bigint | null {
  const told = result((c) => c.statx(CALL.statx, fd, nothing, AT_EMPTY_PATH, 0, about));
  return told < 0 ? null : about.getBigUint64(136, true);
}

/**
 * The size of a file by its name in an open folder, or of an open file. "none": nothing has that name; "other": it is no
 * file, or nobody knows.
 */
export function fileSize(fd: number, name: Uint8Array<ArrayBuffer> = nothing): number | "none" | "other" {
  const flags = name === nothing ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
  const told = result((c) => c.statx(CALL.statx, fd, name, flags, STATX_TYPE | STATX_SIZE, about));
  if (told < 0) return told === -ERROR.NOENT || told === -ERROR.NOTDIR ? "none" : "other";
  const isFile = (about.getUint16(28, true) & KIND) === IS_FILE;
  return isFile ? Number(about.getBigUint64(40, true)) : "other";
}

/** Open a file by its name in an open folder, to read it. */
export function openFile(fd: number, name: Uint8Array<ArrayBuffer>): Result {
  const opened = result((c) => c.openat(fd, name, READ_FILE | NOATIME));
  // only its owner may leave no trace
  return opened === -ERROR.PERM ? result((c) => c.openat(fd, name, READ_FILE)) : opened;
}

/**
 * Hand over the names of the folders in an open folder, and those of which the system does not tell what they are. Gives
 * 0 when it is listed to its end.
 */
export function foldersIn(fd: number, take: (name: string) => void): Result {
  for (;;) {
    const length = result((c) => c.getdents64(CALL.getdents64, fd, listing, BigInt(listing.byteLength)));
    if (length <= 0) return length;
    for (let at = 0; at < length; at += listing.getUint16(at + 16, true)) {
      const type = listing.getUint8(at + 18);
      if (type !== DT_DIR && type !== DT_UNKNOWN) continue;
      const name = nameIn(listing, at + 19);
      if (name !== "." && name !== "..") take(name);
    }
  }
}

/** The name that begins at an offset and ends before a zero. */
function nameIn(bytes: DataView<ArrayBuffer>, at: number): string {
  let end = at;
  while (bytes.getUint8(end) !== 0) end++;
  return decodeName(new Uint8Array(bytes.buffer, at, end - at));
}
