/**
 * The system's calls on files and folders, by an open folder and a name in it. Each returns what the system does: less
 * than 0, the number of an error. None follows a link, but for `openRoot`.
 */
import { result, symbols, uninterrupted } from "./bind.ts";
import { encodeName } from "../../names.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  CALL,
  EBADF,
  ENOSYS,
  O_CLOEXEC,
  O_NOFOLLOW,
  O_PATH,
  POSIX_FADV_DONTNEED,
  RENAME_NOREPLACE,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
} from "./numbers.ts";

/** The longest path that the system takes, with the zero at its end. */
const PATH_MAX = 4096;
const path = new Uint8Array(PATH_MAX);
const other = new Uint8Array(PATH_MAX);
const EMPTY = new Uint8Array(1);

/** What `openat2` is asked: flags, mode and how to resolve, 64 bits each. */
const how = new Uint32Array(6);
const howBytes = new Uint8Array(how.buffer);
/** Two times, of access and of modification: seconds and ns, 64 bits each. */
const times = new Uint32Array(8);
const timesBytes = new Uint8Array(times.buffer);

/** Open what a path below an open folder leads to, over no link and not out of the folder. */
export function openBeneath(folder: number, name: string, flags: number): number {
  const length = encodeName(name, path);
  if (length < 0) return length;
  how[0] = flags;
  how[4] = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return uninterrupted(() => symbols().twice(CALL.openat2, folder, path, howBytes, howBytes.length));
}

/** Open a name in an open folder. */
export function openAt(folder: number, name: string, flags: number, mode = 0): number {
  const length = encodeName(name, path);
  if (length < 0) return length;
  return uninterrupted(() =>
    symbols().at(CALL.openat, folder, path, flags | O_NOFOLLOW | O_CLOEXEC, mode, 0)
  );
}

/** Open the folder at an absolute path. Links on the way are followed. */
export function openRoot(absolute: string, flags: number): number {
  return openAt(AT_FDCWD, absolute, flags);
}

export function close(file: number): void {
  symbols().at(CALL.close, file, null, 0, 0, 0);
}

/** Read into a buffer. */
export function read(file: number, into: Uint8Array): number {
  return uninterrupted(() => symbols().at(CALL.read, file, into, into.length, 0, 0));
}

/** Write a buffer, or its beginning. */
export function write(file: number, bytes: Uint8Array): number {
  return uninterrupted(() => symbols().at(CALL.write, file, bytes, bytes.length, 0, 0));
}

/** Read on in an open folder. */
export function list(folder: number, into: Uint8Array): number {
  return uninterrupted(() => symbols().at(CALL.getdents64, folder, into, into.length, 0, 0));
}

/** Where the position is then; less than 0, the number of an error. */
export function seek(file: number, offset: number, whence: number): number {
  const at = Number(symbols().seek(CALL.lseek, file, BigInt(offset), whence));
  return at === -1 ? result(-1) : at;
}

export function truncate(file: number, size: number): number {
  return result(Number(symbols().seek(CALL.ftruncate, file, BigInt(size), 0)));
}

/** Force a file, or a folder's names, to the disk. */
export function sync(file: number): number {
  return uninterrupted(() => symbols().at(CALL.fsync, file, null, 0, 0, 0));
}

/** Let go of the pages of a file that are on the disk already. */
export function forget(file: number): number {
  return result(symbols().at(CALL.fadvise64, file, null, 0, POSIX_FADV_DONTNEED, 0));
}

/** Force all that was written to an open folder's file system to the disk. */
export function syncFileSystem(folder: number): number {
  return uninterrupted(() => symbols().at(CALL.syncfs, folder, null, 0, 0, 0));
}

/** Whether `syncFileSystem` tells of what could not be written: Linux 5.8 and later, which has `faccessat2`, too. */
export function tellsErrorsOfSync(): boolean {
  return at(CALL.faccessat2, AT_FDCWD, "/", 0) !== -ENOSYS;
}

/** Whether we may do something, as bits, to what is at an absolute path. Linux 5.8. */
export function access(absolute: string, bits: number): number {
  return at(CALL.faccessat2, AT_FDCWD, absolute, bits);
}

/** Let the system copy from one open file to another, from where each is. */
export function copyRange(from: number, to: number, most: number): number {
  return result(symbols().two(CALL.copyFileRange, from, null, to, null, most, 0));
}

/** Where a link leads, into a buffer. */
export function readLink(folder: number, name: string, into: Uint8Array): number {
  const length = encodeName(name, path);
  if (length < 0) return length;
  return result(symbols().twice(CALL.readlinkat, folder, path, into, into.length));
}

export function makeFolder(folder: number, name: string, mode: number): number {
  return at(CALL.mkdirat, folder, name, mode);
}

/** Make a FIFO or a device. `mode` with the kind. */
export function makeNode(folder: number, name: string, mode: number, device = 0): number {
  return at(CALL.mknodat, folder, name, mode, device);
}

export function remove(folder: number, name: string, flags: number): number {
  return at(CALL.unlinkat, folder, name, flags);
}

export function makeLink(folder: number, name: string, target: string): number {
  const length = Math.min(encodeName(name, path), encodeName(target, other));
  if (length < 0) return length;
  return result(symbols().link(CALL.symlinkat, other, folder, path));
}

export function rename(folder: number, name: string, to: number, as: string): number {
  return two(CALL.renameat, folder, name, to, as);
}

/** Rename, and fail with EEXIST where something has the name. Linux 3.15, and not every file system. */
export function renameToNothing(folder: number, name: string, to: number, as: string): number {
  return two(CALL.renameat2, folder, name, to, as, RENAME_NOREPLACE);
}

export function makeHardLink(folder: number, name: string, of: number, as: string): number {
  return two(CALL.linkat, of, as, folder, name);
}

/** Give to another owner and group: a name in an open folder, or with null what is open itself. */
export function setOwner(open: number, name: string | null, uid: number, gid: number): number {
  const length = name === null ? 0 : encodeName(name, path);
  if (length < 0) return length;
  const flags = name === null ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
  // numbers from 2^31 on are the same 32 bits with a sign
  return result(symbols().at(CALL.fchownat, open, name === null ? EMPTY : path, uid | 0, gid | 0, flags));
}

/** Whether the system has `fchmodat2`: Linux 6.6 and later. */
let hasModeAt = true;

/** Set permission bits of a name in an open folder, or with null of what is open itself. */
export function setMode(open: number, name: string | null, mode: number): number {
  if (name === null) {
    const set = result(Number(symbols().seek(CALL.fchmod, open, BigInt(mode), 0)));
    return set === -EBADF ? setModeOfPath(open, mode) : set;
  }
  const length = encodeName(name, path);
  if (length < 0) return length;
  if (hasModeAt) {
    const set = result(symbols().at(CALL.fchmodat2, open, path, mode, AT_SYMLINK_NOFOLLOW, 0));
    if (set !== -ENOSYS) return set;
    hasModeAt = false;
  }
  const found = openAt(open, name, O_PATH);
  if (found < 0) return found;
  try {
    return setModeOfPath(found, mode);
  } finally {
    close(found);
  }
}

/** `fchmod` takes no file that was opened as a path. Of a link, the system refuses it: EOPNOTSUPP. */
function setModeOfPath(open: number, mode: number): number {
  encodeName(`/proc/self/fd/${open}`, path);
  return result(symbols().at(CALL.fchmodat, AT_FDCWD, path, mode, 0, 0));
}

/** Set both times, in s since 1970 and ns, of a name in an open folder, or with null of what is open itself. */
export function setTime(open: number, name: string | null, seconds: number, nanoseconds: number): number {
  for (const at of [0, 4]) {
    times[at] = seconds;
    times[at + 1] = Math.floor(seconds / 2 ** 32);
    times[at + 2] = nanoseconds;
  }
  if (name !== null) {
    const length = encodeName(name, path);
    if (length < 0) return length;
    return result(symbols().twice(CALL.utimensat, open, path, timesBytes, AT_SYMLINK_NOFOLLOW));
  }
  const set = result(symbols().twice(CALL.utimensat, open, null, timesBytes, 0));
  if (set !== -EBADF) return set;
  encodeName(`/proc/self/fd/${open}`, path);
  return result(symbols().twice(CALL.utimensat, AT_FDCWD, path, timesBytes, 0));
}

/** Look at a name in an open folder, or with null at what is open itself. `into` gets a `struct statx`. */
export function stat(
  open: number,
  name: string | null,
  flags: number,
  mask: number,
  into: Uint8Array,
): number {
  if (name === null) {
    return result(symbols().look(CALL.statx, open, EMPTY, flags | AT_EMPTY_PATH, mask, into));
  }
  const length = encodeName(name, path);
  if (length < 0) return length;
  return result(symbols().look(CALL.statx, open, path, flags | AT_SYMLINK_NOFOLLOW, mask, into));
}

/** Look at a name in two open folders. Returns less than 0, the number of an error, when either cannot be told. */
export function statBoth(
  open: number,
  other: number,
  name: string,
  flags: number,
  mask: number,
  into: Uint8Array,
  intoOther: Uint8Array,
): number {
  const length = encodeName(name, path);
  if (length < 0) return length;
  const { look } = symbols();
  const all = flags | AT_SYMLINK_NOFOLLOW;
  const looked = result(look(CALL.statx, open, path, all, mask, into));
  return looked < 0 ? looked : result(look(CALL.statx, other, path, all, mask, intoOther));
}

/** What an open file's file system is like: `into` gets a `struct statfs`. */
export function statFileSystem(file: number, into: Uint8Array): number {
  return result(symbols().at(CALL.fstatfs, file, into, 0, 0, 0));
}

function at(call: number, folder: number, name: string, mode: number, more = 0): number {
  const length = encodeName(name, path);
  if (length < 0) return length;
  return result(symbols().at(call, folder, path, mode, more, 0));
}

function two(call: number, folder: number, name: string, to: number, as: string, flags = 0): number {
  const length = Math.min(encodeName(name, path), encodeName(as, other));
  if (length < 0) return length;
  return result(symbols().two(call, folder, path, to, other, flags, 0));
}
