/**
 * What a name in a folder can be, as plain values: the engine compares these and never file handles. Every value
 * is `readonly` and cloneable, so that it crosses to a worker thread unchanged.
 */

/** A path below a root, "/" between names; the root itself is "". Roots are fixed for a pass. */
export type Path = string;

/** The side of the mirror that a path is looked at on. */
export type Side = "source" | "replica";

interface Attributes {
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  /** Time of last modification, in whole ms since 1970; negative before. */
  readonly mtime: number;
  /** Numbers of owner and group. */
  readonly uid: number;
  readonly gid: number;
}

export interface File extends Attributes {
  readonly kind: "file";
  /** In bytes. */
  readonly size: number;
  /** How many names lead to this inode, in the tree or outside. */
  readonly nlink: number;
  /** Device and inode, where there is more than one name; else null. */
  readonly node: string | null;
  /** Whether it occupies less room than its size: it has holes that a copy should keep. */
  readonly holes: boolean;
}

export interface Folder extends Attributes {
  readonly kind: "folder";
  /** Who it is, whatever it is called. */
  readonly device: number;
  readonly inode: number;
}

/** A symbolic link, which is copied as one and never followed. Its mode means nothing. */
export interface Link extends Attributes {
  readonly kind: "link";
  readonly target: string;
  /** How many names lead to this inode. */
  readonly nlink: number;
}

/** A named pipe. */
export interface Fifo extends Attributes {
  readonly kind: "fifo";
  /** How many names lead to this inode. */
  readonly nlink: number;
}

/** A thing that is no data: it is not mirrored, but it may be removed from a replica. */
export interface Special {
  readonly kind: "socket" | "device";
}

/** A name of which nothing is known but that it exists: it is left alone, on both sides. */
export interface Unknown {
  readonly kind: "unknown";
  readonly reason: Reason;
}

/** Why something could not be done: a system's error code ("EACCES"), or one of our own words. */
export interface Reason {
  readonly code: string;
  /** For a person: lower case, no full stop. */
  readonly text: string;
}

/** What a replica can be made to hold. */
export type Mirrored = File | Folder | Link | Fifo;
/** What is known well enough to be removed. */
export type Known = Mirrored | Special;
export type Entry = Known | Unknown;
export type Kind = Entry["kind"];

export function isSpecial(entry: Entry): entry is Special {
  return entry.kind === "socket" || entry.kind === "device";
}

/** All entries of one folder by name. A folder that could not be listed to its end has no listing at all. */
export type Listing = ReadonlyMap<string, Entry>;

/** The listing of a folder that does not exist. */
export const NOTHING: Listing = new Map();

/** The path of `name` in `folder`. */
export function below(folder: Path, name: string): Path {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Where a path below a root is. */
export function absolute(root: string, path: Path): string {
  if (path === "") return root;
  return root.endsWith("/") ? root + path : `${root}/${path}`;
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

/** How many folders lie between the root and `path`: 0 for the root, 1 for a name in it. */
export function depth(path: Path): number {
  if (path === "") return 0;
  let names = 1;
  for (let i = path.indexOf("/"); i >= 0; i = path.indexOf("/", i + 1)) names++;
  return names;
}

/** Whether `path` or a folder that it lies in is one of `paths`. */
export function within(path: Path, paths: ReadonlySet<Path>): boolean {
  if (paths.size === 0) return false;
  for (let at = path;; at = parent(at)) {
    if (paths.has(at)) return true;
    if (at === "") return false;
  }
}

/** A path in a line for a person: quoted, with everything escaped that a terminal or a log could take for its own. */
export function shown(path: Path): string {
  return `"${(path === "" ? "." : path).replace(UNSAFE, escaped)}"`;
}

// C0 and C1 controls, quote and backslash, line and paragraph separators, and what turns the direction of writing
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u001f"\\\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

function escaped(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    case '"':
    case "\\":
      return `\\${character}`;
    default:
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  }
}
