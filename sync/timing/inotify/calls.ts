/**
 * The calls of the system that a watch by inotify is made of, by FFI. A failure is a value, since most are expected:
 * the number of the error, below zero.
 */
import { libc } from "../../libc.ts";
import { bytesOfName, decodeName } from "../../names.ts";

/** A file descriptor, a watch or a count; or the number of an error, below zero. */
export type Result = number;

/** Numbers of errors on Linux. */
export const ERROR = { NOENT: 2, INTR: 4, AGAIN: 11, XDEV: 18, NOTDIR: 20, NOSPC: 28, NOSYS: 38, LOOP: 40 };

const isArm = Deno.build.arch === "aarch64";
const CALL = { openat2: 437n, getdents64: isArm ? 61n : 217n, statx: isArm ? 291n : 332n };
const READ_FOLDER = 0o2000000 | (isArm ? 0o40000 | 0o100000 : 0o200000 | 0o400000); // CLOEXEC, DIRECTORY, NOFOLLOW
const BENEATH_NO_SYMLINKS = 0x08 | 0x04;
const [AT_FDCWD, AT_EMPTY_PATH, NONBLOCK, CLOEXEC] = [-100, 0x1000, 0o4000, 0o2000000];
/** The longest path in one call, in bytes, with room for the zero. */
const LONGEST = 4095;
/** How much of a folder is listed at a time. */
const LISTING_BYTES = 65_536n;

const FUNCTIONS = {
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  openat2: { name: "syscall", parameters: ["isize", "i32", "buffer", "buffer", "usize"], result: "i32" },
  getdents64: { name: "syscall", parameters: ["isize", "i32", "buffer", "usize"], result: "i32" },
  statx: { name: "syscall", parameters: ["isize", "i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  strerror: { parameters: ["i32"], result: "pointer" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

export type Calls = NonNullable<ReturnType<typeof calls>>;

/** The calls, for the thread that uses them; null where the library may not be used. */
export function calls() {
  const c = libc(FUNCTIONS);
  if (c === null) return null;
  const how = new BigUint64Array([BigInt(READ_FOLDER), 0n, BigInt(BENEATH_NO_SYMLINKS)]);
  const about = new DataView(new ArrayBuffer(256));
  const nothing = new Uint8Array(1);
  const listing = new DataView(new ArrayBuffer(Number(LISTING_BYTES)));
  let hasOpenat2 = true;

  /** What a call gives; made again when a signal cut it off. */
  function result(call: () => number): Result {
    for (;;) {
      const given = call();
      if (given >= 0) return given;
      const code = new Deno.UnsafePointerView(c!.__errno_location()!).getInt32();
      if (code !== ERROR.INTR) return -code;
    }
  }

  /** A folder by a path below an open one, "" for itself; no link is followed. The path is not too long. */
  function openBelow(fd: number, path: Uint8Array<ArrayBuffer>): Result {
    if (hasOpenat2) {
      const opened = result(() => c!.openat2(CALL.openat2, fd, path, how, 24n));
      if (opened !== -ERROR.NOSYS) return opened;
      hasOpenat2 = false;
    }
    // RACE: before Linux 5.6, a link on the way is followed; what is heard from there is compared for nothing
    return result(() => c!.openat(fd, path, READ_FOLDER));
  }

  return {
    init: () => result(() => c.inotify_init1(NONBLOCK | CLOEXEC)),
    /** Watch an open folder: by the descriptor, so that it is the folder that is listed. */
    watch: (inotify: number, fd: number, mask: number) =>
      result(() => c.inotify_add_watch(inotify, bytesOfName(`/proc/self/fd/${fd}/.`), mask)),
    unwatch: (inotify: number, wd: number) => void c.inotify_rm_watch(inotify, wd),
    read: (fd: number, into: Uint8Array<ArrayBuffer>) => result(() => c.read(fd, into, BigInt(into.length))),
    close: (fd: number) => void c.close(fd),
    root: (path: string) => result(() => c.openat(AT_FDCWD, bytesOfName(path), READ_FOLDER)),
    /** Open a folder by its path below an open one. */
    open(root: number, path: string): Result {
      let left = bytesOfName(path === "" ? "." : path);
      for (let fd = root;;) {
        const end = left.length <= LONGEST ? left.length - 1 : left.lastIndexOf(0x2f, LONGEST - 1);
        const piece = left.slice(0, end + 1);
        piece[end] = 0;
        const next = openBelow(fd, piece);
        if (fd !== root) c.close(fd);
        if (next < 0 || end === left.length - 1) return next;
        [fd, left] = [next, left.slice(end + 1)];
      }
    },
    /** What tells its disk from others; null when the system does not say. */
    device(fd: number): bigint | null {
      const told = result(() => c.statx(CALL.statx, fd, nothing, AT_EMPTY_PATH, 0, about));
      return told < 0 ? null : about.getBigUint64(136, true);
    },
    /** Hand over the names of the folders in an open folder, and those of which the system does not tell what they are. */
    folders(fd: number, take: (name: string) => void): Result {
      for (;;) {
        const length = result(() => c.getdents64(CALL.getdents64, fd, listing, LISTING_BYTES));
        if (length <= 0) return length;
        for (let at = 0; at < length; at += listing.getUint16(at + 16, true)) {
          const type = listing.getUint8(at + 18);
          if (type !== 4 && type !== 0) continue;
          const name = nameIn(listing, at + 19);
          if (name !== "." && name !== "..") take(name);
        }
      }
    },
    /** A number in a file of the system; null when there is none. */
    number(path: string): number | null {
      const fd = result(() => c.open(bytesOfName(path), CLOEXEC));
      if (fd < 0) return null;
      const bytes = new Uint8Array(32);
      const length = result(() => c.read(fd, bytes, BigInt(bytes.length)));
      c.close(fd);
      return length <= 0 ? null : Number.parseInt(decodeName(bytes.subarray(0, length)), 10);
    },
    text: (result: Result) => Deno.UnsafePointerView.getCString(c.strerror(-result)!),
    /** Something that wakes `wait` from the same process. */
    bell: () => result(() => c.eventfd(0, NONBLOCK | CLOEXEC)),
    ring: (bell: number) => void c.write(bell, new BigUint64Array([1n]), 8n),
    /** Resolves when there is something to read from one of some descriptors, or after `ms`; -1 for never. */
    async wait(fds: readonly number[], ms: number): Promise<void> {
      await c.poll(new Int32Array(fds.flatMap((fd) => [fd, 1])), BigInt(fds.length), ms);
    },
  };
}

/** The name that begins at an offset and ends before a zero. */
function nameIn(bytes: DataView<ArrayBuffer>, at: number): string {
  let end = at;
  while (bytes.getUint8(end) !== 0) end++;
  return decodeName(new Uint8Array(bytes.buffer, at, end - at));
}
