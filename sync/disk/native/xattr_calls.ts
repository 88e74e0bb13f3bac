/**
 * The system's calls on extended attributes. They take paths: a name in an open folder is reached through
 * `/proc/self/fd`, which leads to that folder, wherever it is by now. Only the one that every entry needs is made by
 * folder and name, where the kernel can (Linux 6.13): it takes a third of the time. Bound when they are first asked for.
 */
import { libc } from "../../libc.ts";
import { result } from "./bind.ts";
import { encodeName } from "../../names.ts";
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, CALL, ENOSYS, EPERM } from "./numbers.ts";

const SYMBOLS = {
  /** A path, a name, a value, its length, flags. */
  xattr: { name: "syscall", parameters: ["i32", "buffer", "buffer", "buffer", "i32", "i32"], result: "i32" },
  /** A folder, a name, flags, a buffer, its length. */
  listAt: { name: "syscall", parameters: ["i32", "i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
  /** A path, a buffer, its length. */
  list: { name: "syscall", parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
} as const;

type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
let bound: Symbols | null = null;

const PATH_MAX = 4096;
const path = new Uint8Array(PATH_MAX);
const other = new Uint8Array(PATH_MAX);
/** Of the longest name, and a zero. */
const attribute = new Uint8Array(256);
let hasListAt = true;
/** The open folder whose path is in the buffer, and what follows that there. */
let within = -1;
let rest = path;

/** The names of all attributes, each with a zero at its end, into a buffer. Returns their length. */
export function listXattrs(open: number, name: string | null, into: Uint8Array): number {
  if (hasListAt && name !== null) {
    const length = encodeName(name, other);
    if (length < 0) return length;
    const call = CALL.listxattrat;
    const listed = result(symbols().listAt(call, open, other, AT_SYMLINK_NOFOLLOW, into, into.length));
    // a container may refuse what it does not know
    if (listed !== -ENOSYS && listed !== -EPERM) return listed;
    hasListAt = false;
  }
  const failed = reach(open, name);
  if (failed < 0) return failed;
  const call = name === null ? CALL.listxattr : CALL.llistxattr;
  return result(symbols().list(call, path, into, into.length));
}

/** The value of an attribute, into a buffer. Returns its length. */
export function readXattr(open: number, name: string | null, xattr: string, into: Uint8Array): number {
  const call = name === null ? CALL.getxattr : CALL.lgetxattr;
  return onXattr(call, open, name, xattr, into);
}

export function writeXattr(open: number, name: string | null, xattr: string, value: Uint8Array): number {
  return onXattr(name === null ? CALL.setxattr : CALL.lsetxattr, open, name, xattr, value);
}

export function removeXattr(open: number, name: string | null, xattr: string): number {
  return onXattr(name === null ? CALL.removexattr : CALL.lremovexattr, open, name, xattr, null);
}

/** Whether we are root, as far as files are concerned. */
export function isRoot(): boolean {
  return symbols().list(CALL.geteuid, null, null, 0) === 0;
}

function onXattr(
  call: number,
  open: number,
  name: string | null,
  xattr: string,
  value: Uint8Array | null,
): number {
  const failed = reach(open, name);
  if (failed < 0) return failed;
  for (let i = 0; i < xattr.length; i++) attribute[i] = xattr.charCodeAt(i);
  attribute[xattr.length] = 0;
  return result(symbols().xattr(call, path, attribute, value, value?.length ?? 0, 0));
}

function symbols(): Symbols {
  if (bound === null) bound = libc(SYMBOLS);
  if (bound === null) throw new TypeError("The C library is not there");
  return bound;
}

/** Put the path of a name into the buffer, or with null that of what is open itself, through which it is followed. */
function reach(open: number, name: string | null): number {
  if (open === AT_FDCWD) {
    within = -1;
    return name === null ? -ENOSYS : encodeName(name, path);
  }
  if (name === null) {
    within = -1;
    return encodeName(`/proc/self/fd/${open}`, path);
  }
  if (within !== open) {
    rest = path.subarray(encodeName(`/proc/self/fd/${open}/`, path));
    within = open;
  }
  return encodeName(name, rest);
}
