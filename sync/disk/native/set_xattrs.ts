/** Sets the extended attributes of an entry, and removes those that the source has not: what a folder handed on, too. */
import { ACCESS_LIST, kindOfXattr, unpackXattrs } from "../../engine/xattrs.ts";
import { setMode } from "./calls.ts";
import { EACCES, ENODATA } from "./numbers.ts";
import { removeXattr, writeXattr } from "./xattr_calls.ts";
import { xattrsAt } from "./xattrs.ts";

export interface XattrsSet {
  /** The number of the first error, less than 0; what else could be set is set all the same. */
  readonly failed: number;
  /** The mode may be another one now. */
  readonly changesMode: boolean;
}

/** Set what is not right already of a name in an open folder, or with null of what is open itself. */
export function setXattrs(
  open: number,
  name: string | null,
  wanted: { readonly xattrs?: string },
  now: { readonly mode: number; readonly xattrs?: string },
): XattrsSet {
  const there = now.xattrs ?? xattrsAt(open, name, "replica");
  if (typeof there === "number") return { failed: there, changesMode: false };
  if (there === (wanted.xattrs ?? "")) return { failed: 0, changesMode: false };
  const [before, after] = [unpackXattrs(there), unpackXattrs(wanted.xattrs)];
  let failed = 0;
  let changesMode = false;
  function attempt(xattr: string, set: () => number): void {
    let done = set();
    // the attributes of users take the right to write, which the owner can give himself
    if (done === -EACCES && kindOfXattr(xattr) === "user") {
      changesMode = true;
      done = Math.min(setMode(open, name, now.mode | 0o600), 0) || set();
    }
    if (xattr === ACCESS_LIST) changesMode = true;
    if (done < 0 && done !== -ENODATA && failed === 0) failed = done;
  }
  for (const xattr of before.keys()) {
    if (!after.has(xattr)) attempt(xattr, () => removeXattr(open, name, xattr));
  }
  for (const [xattr, value] of after) {
    if (value !== null && before.get(xattr) !== value) {
      attempt(xattr, () => writeXattr(open, name, xattr, bytesOf(value)));
    }
  }
  return { failed, changesMode };
}

/** A byte for each character. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
