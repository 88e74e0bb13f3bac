/**
 * The functions of the C library that a watch by inotify needs, bound once in each thread that uses them. A failure is a
 * value, since most are expected.
 */
import { libc } from "../../libc.ts";

/** A file descriptor, a watch or a count; or the number of an error, below zero. */
export type Result = number;

/** Numbers of errors on Linux. */
export const ERROR = {
  PERM: 1,
  NOENT: 2,
  INTR: 4,
  AGAIN: 11,
  XDEV: 18,
  NOTDIR: 20,
  NOSPC: 28,
  NOSYS: 38,
  LOOP: 40,
};

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

type Library = Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];

/** null where the library may not be used or is not there. */
let bound: Library | null | undefined;

/** Whether this thread may call the library. */
export function canCall(): boolean {
  bound ??= bound === undefined ? libc(FUNCTIONS) : null;
  return bound !== null;
}

export function library(): Library {
  if (!canCall()) throw new TypeError("The C library is not there");
  return bound!;
}

/** What a call gives; made again when a signal cut it off. */
export function result(call: (c: Library) => number): Result {
  const c = library();
  for (;;) {
    const given = call(c);
    if (given >= 0) return given;
    const code = new Deno.UnsafePointerView(c.__errno_location()!).getInt32();
    if (code !== ERROR.INTR) return -code;
  }
}
