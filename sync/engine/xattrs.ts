/**
 * Extended attributes and access lists as one string: sorted, so that two entries have the same ones when their strings
 * are equal. An entry without any has no string at all. Names and values are bytes, a character each. Pure.
 */

/** What kinds there are: `acls` are the access lists, and `trusted` is what only root sees. */
export type XattrKind = "user" | "acls" | "security" | "trusted";

export const XATTR_KINDS: readonly XattrKind[] = ["user", "acls", "security", "trusted"];

/** Access lists of what an entry is, and of what will be made in a folder. */
export const ACCESS_LIST = "system.posix_acl_access";
export const DEFAULT_LIST = "system.posix_acl_default";

/** By name. `null`: the value cannot be read. */
export type Xattrs = Map<string, string | null>;

/** How XFS shows root the access lists a second time. */
const SHOWN_TWICE = ["trusted.SGI_ACL_FILE", "trusted.SGI_ACL_DEFAULT"];

/** The kind of an attribute; null for one that belongs to its file system, and is not mirrored. */
export function kindOfXattr(name: string): XattrKind | null {
  if (name === ACCESS_LIST || name === DEFAULT_LIST) return "acls";
  if (SHOWN_TWICE.includes(name)) return null;
  const [space] = name.split(".", 1);
  return space === "user" || space === "security" || space === "trusted" ? space : null;
}

/** Each attribute as its name, the length of its value, and its value, with a zero after the first two. */
export function packXattrs(xattrs: Xattrs): string {
  const sorted = [...xattrs].sort(([a], [b]) => a < b ? -1 : 1);
  return sorted.map(([name, value]) => `${name}\0${value?.length ?? "?"}\0${value ?? ""}`).join("");
}

export function unpackXattrs(packed = ""): Xattrs {
  const xattrs: Xattrs = new Map();
  for (let at = 0; at < packed.length;) {
    const name = packed.indexOf("\0", at);
    const start = packed.indexOf("\0", name + 1) + 1;
    const length = packed.slice(name + 1, start - 1);
    const end = start + (length === "?" ? 0 : Number(length));
    xattrs.set(packed.slice(at, name), length === "?" ? null : packed.slice(start, end));
    at = end;
  }
  return xattrs;
}

/** Those that a file system can hold that lacks some kinds; undefined when none are left. */
export function heldXattrs(packed: string | undefined, lacked: readonly XattrKind[]): string | undefined {
  if (packed === undefined || lacked.length === 0) return packed;
  const held = [...unpackXattrs(packed)].filter(([name]) => !lacked.includes(kindOfXattr(name)!));
  return held.length === 0 ? undefined : packXattrs(new Map(held));
}

/**
 * The mode for a new file. With an access list, the bits of the group say what the list may give at most: the group
 * itself may have less.
 */
export function bornMode(mode: number, xattrs: string | undefined): number {
  return xattrs?.includes(ACCESS_LIST) ? mode & ~0o070 : mode;
}
