/**
 * The binding of `syscall` to the C library, made once in a thread, when it first calls the system. A symbol takes a
 * third of a ms to bind, so calls whose parameters are alike share one.
 */
import { libc } from "../../libc.ts";
import { EINTR } from "./numbers.ts";

const SYMBOLS = {
  errno: { name: "__errno_location", parameters: [], result: "pointer" },
  /** statx */
  look: { name: "syscall", parameters: ["i32", "i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  /** A file or folder, perhaps a name or buffer, and numbers. */
  at: { name: "syscall", parameters: ["i32", "i32", "buffer", "i32", "i32", "i32"], result: "i32" },
  /** A folder, a name, another buffer, a number. */
  twice: { name: "syscall", parameters: ["i32", "i32", "buffer", "buffer", "i32"], result: "i32" },
  /** Two folders or files with a name in each, and numbers. */
  two: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "i32", "buffer", "i32", "i32"],
    result: "i32",
  },
  /** A buffer, a folder, a name. */
  link: { name: "syscall", parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
  /** A file, and numbers of which the first has 64 bits. */
  seek: { name: "syscall", parameters: ["i32", "i32", "i64", "i32"], result: "i64" },
} as const;

/** For parts of large files. Bound when the first of those is met. */
const RANGE_SYMBOLS = {
  /** A file, a request, a buffer. */
  control: { name: "syscall", parameters: ["i32", "i32", "u32", "buffer"], result: "i32" },
  /** A file, a number, and a part: where it begins, and its bytes. */
  range: { name: "syscall", parameters: ["i32", "i32", "i32", "i64", "i64"], result: "i32" },
  /** Two buffers, and how much of them to compare. */
  compare: { name: "memcmp", parameters: ["buffer", "buffer", "usize"], result: "i32" },
} as const;

type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
type RangeSymbols = Deno.DynamicLibrary<typeof RANGE_SYMBOLS>["symbols"];

interface Bound {
  readonly symbols: Symbols;
  readonly errno: Deno.UnsafePointerView;
}

/** null where the library may not be used or is not there. */
let bound: Bound | null | undefined;
let boundRanges: RangeSymbols | null = null;

/** Whether this thread may call the system. */
export function canBind(): boolean {
  bound ??= bound === undefined ? bind() : null;
  return bound !== null;
}

export function symbols(): Symbols {
  if (!canBind()) throw new TypeError("The C library is not there");
  return bound!.symbols;
}

export function rangeSymbols(): RangeSymbols {
  // the number of an error is asked through the others
  symbols();
  boundRanges ??= libc(RANGE_SYMBOLS);
  if (boundRanges === null) throw new TypeError("The C library is not there");
  return boundRanges;
}

function bind(): Bound | null {
  const symbols = libc(SYMBOLS);
  const errno = symbols?.errno() ?? null;
  return symbols === null || errno === null ? null : { symbols, errno: new Deno.UnsafePointerView(errno) };
}

/** What a call returned, or less than 0, the number of its error. Asked right after the call, before any other. */
export function result(returned: number): number {
  return returned === -1 ? -bound!.errno.getInt32() : returned;
}

/** Make a call until no signal interrupts it. */
export function uninterrupted(call: () => number): number {
  for (;;) {
    const returned = result(call());
    if (returned !== -EINTR) return returned;
  }
}
