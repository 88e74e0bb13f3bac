/**
 * What a name in a folder can be, as plain values: the engine compares these and never file handles. Every value is
 * `readonly` and cloneable, so that it crosses to a worker thread unchanged.
 */

import { SYSTEM } from "../system.ts";

/** A path below a root, "/" between names; the root itself is "". Roots are fixed for a pass. */
export type Path = string;

/** One of the two sides of a mirror. */
export type Side = "source" | "replica";

/** The furthest time from 1970 that JavaScript has, on both sides, in ms. */
export const FURTHEST_MS = 8.64e15;

/** Numbers of owner and group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** When something was modified last. */
export interface Timed {
  /** In whole ms since 1970; negative before. `FURTHEST_MS` stands for what lies further, too. */
  readonly mtime: number;
  /** In ns after that: 0 to 999,999. Left out where the edge cannot tell. */
  readonly nanos?: number;
}

interface Attributes extends Owner, Timed {
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  /** Extended attributes, as `xattrs.ts` packs them; left out where there are none, or where nobody asked. */
  readonly xattrs?: string;
}

/** What can have hard links. */
interface Linkable extends Attributes {
  /** How many names lead to this inode, in the tree or outside. */
  readonly nlink: number;
  /** Device and inode; null when the file has only one name, or when they cannot be told exactly. */
  readonly id: string | null;
}

export interface File extends Linkable {
  readonly kind: "file";
  /** In bytes. */
  readonly size: number;
  /** Whether it occupies less space than its size: it has holes that a copy should keep. */
  readonly holes: boolean;
}

/** Which folder it is, whatever its name. */
export interface Identity {
  readonly device: number;
  /** Its digits where a number would not be exact; null when it cannot be told exactly: then it says nothing. */
  readonly inode: number | string | null;
}

export interface Folder extends Attributes, Identity {
  readonly kind: "folder";
}

/** What a link leads to, where the system asks that of who makes one; a junction leads to a folder of this machine. */
export type LinkType = "file" | "folder" | "junction";

/** A symbolic link, which is copied as one and never followed. Its mode means nothing. */
export interface Link extends Linkable {
  readonly kind: "link";
  readonly target: string;
  /** Left out where links have none, and where nothing is there that it leads to. */
  readonly type?: LinkType;
}

/** A named pipe. */
export interface Fifo extends Linkable {
  readonly kind: "fifo";
}

/** A device: a name for a driver of the system, by two numbers. */
export interface Device extends Linkable {
  readonly kind: "device";
  readonly type: "block" | "character";
  readonly major: number;
  readonly minor: number;
}

/** A socket. It holds no data, so it is not mirrored, but it may be removed from a replica. */
export interface Special {
  readonly kind: "socket";
}

/** A name that exists, and nothing else is known about it. It is left alone, on both sides. */
export interface Unknown {
  readonly kind: "unknown";
  readonly reason: Reason;
}

/** Why something could not be done, as data: `cli/reason.ts` has the words. */
export interface Reason {
  /** A system's error code ("EACCES"), or one of our own. */
  readonly code: string;
  /** What belongs to the code: another name or path, or the system's own words. */
  readonly detail?: string;
}

/** What a replica can be made to hold. */
export type Mirrored = Leaf | Folder;
/** What can have several names. */
export type Leaf = File | Link | Fifo | Device;
/** What is known well enough to be removed. */
export type Known = Mirrored | Special;
export type Entry = Known | Unknown;
export type Kind = Entry["kind"];

export function isSpecial(entry: Entry): entry is Special {
  return entry.kind === "socket";
}

/** Files that systems put into any folder that somebody looks at. */
const OF_ANY_FOLDER = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/** Whether any folder may have a file of that name, whatever it is for. */
export function isOfAnyFolder(name: string): boolean {
  return OF_ANY_FOLDER.has(name);
}

/** Whether an entry says nothing of what the folder around it is for: many folders have one of that name. */
export function isBlank(name: string, entry: Entry): boolean {
  return entry.kind === "folder" || (entry.kind === "file" && entry.size === 0) || isOfAnyFolder(name);
}

/** All entries of one folder by name. A folder that could not be listed to its end has no listing at all. */
export type Listing = ReadonlyMap<string, Entry>;

/** The size, in bytes, of the smallest hole: file systems leave out whole pages. */
export const PAGE_BYTES = 4096;

/** The listing of a folder that does not exist. */
export const NOTHING: Listing = new Map();

/** The path of `name` in `folder`. */
export function below(folder: Path, name: string): Path {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The absolute path of a path below a root, which may be "/" or a drive of Windows. */
export function absolute(root: string, path: Path): string {
  if (path === "") return root;
  return root.endsWith("/") || isDrive(root) ? root + path : `${root}/${path}`;
}

/** Whether an absolute path ends with what separates names: "C:\\" does. On other systems such a path begins with "/". */
function isDrive(root: string): boolean {
  return root.endsWith("\\") && !root.startsWith("/");
}

/** The folder that holds `path`; the root for a name in the root, and for the root itself. */
export function parent(path: Path): Path {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The root, then each folder on the way to `path`, then `path` itself. */
export function foldersTo(path: Path): Path[] {
  const folders: Path[] = [];
  for (let at = path; at !== ""; at = parent(at)) folders.push(at);
  return ["", ...folders.reverse()];
}

/** The last name of a path. */
export function nameOf(path: Path): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** How many names a path is made of: 0 for the root, 1 for a name in it. */
export function depth(path: Path): number {
  if (path === "") return 0;
  let names = 1;
  for (let i = path.indexOf("/"); i >= 0; i = path.indexOf("/", i + 1)) names++;
  return names;
}

/** Whether `path` is one of `paths`, or lies in one of them. */
export function within(path: Path, paths: ReadonlySet<Path>): boolean {
  if (paths.size === 0) return false;
  for (let at = path;; at = parent(at)) {
    if (paths.has(at)) return true;
    if (at === "") return false;
  }
}

/** A path for a person to read: quoted, with everything escaped that could confuse a terminal or a log. */
export function shown(path: Path): string {
  return `"${(path === "" ? "." : path).replace(UNSAFE, escaped)}"`;
}

// C0 and C1 controls, quote and backslash, line and paragraph separators, marks that turn the writing direction, and
// bytes that are not UTF-8
const UNSAFE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f"\\\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\udc80-\udcff]/gu;

function escaped(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    case "\\":
      // what stands between two names is no part of one
      return SYSTEM.separator === "\\" ? "\\" : "\\\\";
    case '"':
      return '\\"';
  }
  const code = character.charCodeAt(0);
  const isByte = code >= 0xdc80 && code <= 0xdcff;
  return isByte ? `\\x${(code - 0xdc00).toString(16)}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
