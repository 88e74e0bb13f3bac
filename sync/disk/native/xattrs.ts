/** Looks at the extended attributes of an entry: those that a run of this user mirrors. */
import type { Side } from "../../engine/entry.ts";
import { kindOfXattr, packXattrs, XATTR_KINDS, type XattrKind, type Xattrs } from "../../engine/xattrs.ts";
import { EACCES, ENODATA, ENOSYS, EOPNOTSUPP, EPERM } from "./numbers.ts";
import { isRoot, listXattrs, readXattr } from "./xattr_calls.ts";

/** The most that the system has of names, and of a value. */
const names = new Uint8Array(64 * 1024);
const value = new Uint8Array(64 * 1024);

/** What an ordinary user may set: as `rsync -X -A` has it. */
const OF_USERS: readonly XattrKind[] = ["user", "acls"];

let kinds: readonly XattrKind[] | null = null;

/** The kinds that are mirrored. */
export function kindsHere(): readonly XattrKind[] {
  return kinds ??= isRoot() ? XATTR_KINDS : OF_USERS;
}

/**
 * The attributes of a name in an open folder, packed, or with null of what is open itself; "" for none; less than 0, the
 * number of an error. In the replica, a value that we may not read is one that differs from all others.
 */
export function xattrsAt(open: number, name: string | null, side: Side): string | number {
  const length = listXattrs(open, name, names);
  if (length === 0 || length === -EOPNOTSUPP || length === -ENOSYS) return "";
  if (length < 0) return length;
  const found: Xattrs = new Map();
  for (const xattr of text(names.subarray(0, length - 1)).split("\0")) {
    const kind = kindOfXattr(xattr);
    if (kind === null || !kindsHere().includes(kind)) continue;
    const size = readXattr(open, name, xattr, value);
    if (size >= 0) found.set(xattr, text(value.subarray(0, size)));
    else if (side === "replica" && (size === -EACCES || size === -EPERM)) found.set(xattr, null);
    // it was removed just now
    else if (size !== -ENODATA) return size;
  }
  return found.size === 0 ? "" : packXattrs(found);
}

/** A character for each byte. */
function text(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}
