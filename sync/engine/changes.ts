/**
 * A list of changes that takes little memory and crosses to another thread quickly. Most changes of a large plan make
 * plain files. Those are kept as columns of numbers and names, in a fifth of the memory that objects take. Only this
 * module knows of the columns; the values of `change.ts` go in and come out.
 */
import { below, type File, nameOf, parent, type Path } from "./entry.ts";
import type { Change } from "./change.ts";

/** What many new files have in common. */
type Kind = Pick<File, "mode" | "uid" | "gid" | "xattrs"> & { readonly folder: Path };

/** A cloneable value. Only the functions below use its parts. */
export interface Changes {
  readonly kinds: Kind[];
  /** By change: the index of its kind, its name, its size in bytes and its time in ms since 1970. */
  readonly ofKind: number[];
  readonly names: string[];
  readonly sizes: number[];
  readonly times: number[];
  /** The ns after each time; -1 where the edge could not tell. */
  readonly nanos: number[];
  /**
   * All other changes, by index, null for plain files; their rows in the columns mean nothing. No `Map`: one of half a
   * million that grows holds up whoever adds to it.
   */
  readonly others: (Change | null)[];
  /** How many of those there are. */
  readonly counts: { others: number };
}

/** An empty list. */
export function noChanges(): Changes {
  return {
    kinds: [],
    ofKind: [],
    names: [],
    sizes: [],
    times: [],
    nanos: [],
    others: [],
    counts: { others: 0 },
  };
}

export function listOf(changes: Iterable<Change>): Changes {
  const list = noChanges();
  for (const change of changes) add(list, change);
  return list;
}

export function count(list: Changes): number {
  return list.names.length;
}

export function add(list: Changes, change: Change): void {
  if (!isPlain(change)) {
    addOther(list, change);
    return;
  }
  const { path, entry } = change;
  const { mode, uid, gid, xattrs } = entry;
  const kind = { folder: parent(path), mode, uid, gid, ...(xattrs !== undefined && { xattrs }) };
  addRow(list, indexOf(list, kind), nameOf(path), entry.size, entry.mtime, entry.nanos ?? -1);
}

/** Add all changes of another list. */
export function append(list: Changes, more: Changes): void {
  const kinds = more.kinds.map((kind) => indexOf(list, kind));
  for (let index = 0; index < count(more); index++) {
    const change = more.others[index];
    if (change) {
      addOther(list, change);
      continue;
    }
    const kind = kinds[more.ofKind[index]!] ?? 0;
    addRow(list, kind, more.names[index]!, more.sizes[index]!, more.times[index]!, more.nanos[index]!);
  }
}

/** The change at an index. */
export function at(list: Changes, index: number): Change {
  const other = list.others[index];
  if (other) return other;
  const { folder, mode, uid, gid, xattrs } = list.kinds[list.ofKind[index]!]!;
  const entry: File = {
    kind: "file",
    size: list.sizes[index]!,
    mtime: list.times[index]!,
    ...(list.nanos[index]! >= 0 && { nanos: list.nanos[index]! }),
    mode,
    uid,
    gid,
    ...(xattrs !== undefined && { xattrs }),
    nlink: 1,
    id: null,
    holes: false,
  };
  return { kind: "create", path: below(folder, list.names[index]!), entry };
}

/** Where the change at an index is: its name, and the folder that it is in; null for the root's. Quicker than the change. */
export function placeAt(
  list: Changes,
  index: number,
): { readonly folder: Path | null; readonly name: string } {
  const other = list.others[index];
  if (!other) return { folder: list.kinds[list.ofKind[index]!]!.folder, name: list.names[index]! };
  const { path } = other;
  return { folder: path === "" ? null : parent(path), name: nameOf(path) };
}

/** Put another change at an index. */
export function replace(list: Changes, index: number, change: Change): void {
  if (!list.others[index]) list.counts.others++;
  list.others[index] = change;
}

/** The changes from an index on, as a list. */
export function from(list: Changes, index: number): Changes {
  return listOf(each(list, index));
}

/** Whether something goes and something is new: else nothing was moved. */
export function mayMove(list: Changes): boolean {
  let [goes, comes] = [false, count(list) > list.counts.others];
  for (const { kind } of eachOther(list)) {
    goes ||= kind === "remove";
    comes ||= kind === "create";
    if (goes && comes) return true;
  }
  return false;
}

/** All changes but those that only make a plain file, which takes longer to tell. */
export function* eachOther(list: Changes): Generator<Change> {
  if (list.counts.others === 0) return;
  for (const change of list.others) if (change) yield change;
}

/** All changes in order, or those from an index on. */
export function* each(list: Changes, first = 0): Generator<Change> {
  for (let index = first; index < count(list); index++) yield at(list, index);
}

/** The changes at some indices, the last one first: as a pool makes them. */
export function* eachFromEnd(list: Changes, indices: readonly number[]): Generator<Change> {
  for (let i = indices.length - 1; i >= 0; i--) yield at(list, indices[i]!);
}

type Plain = Change & { kind: "create"; entry: File };

/** A new file with nothing special about it. */
function isPlain(change: Change): change is Plain {
  return change.kind === "create" && change.entry.kind === "file" && change.was === undefined &&
    change.hardLinkTo === undefined && change.entry.nlink === 1 && change.entry.id === null &&
    !change.entry.holes;
}

function addOther(list: Changes, change: Change): void {
  addRow(list, 0, "", 0, 0, -1);
  list.others[count(list) - 1] = change;
  list.counts.others++;
}

function addRow(
  list: Changes,
  kind: number,
  name: string,
  size: number,
  time: number,
  nanos: number,
): void {
  list.ofKind.push(kind);
  list.names.push(name);
  list.sizes.push(size);
  list.times.push(time);
  list.nanos.push(nanos);
  list.others.push(null);
}

/** How far back to look for a kind: files of one folder come together, and a kind that is there twice does no harm. */
const KINDS_BACK = 8;

function indexOf({ kinds }: Changes, kind: Kind): number {
  for (let index = kinds.length - 1; index >= Math.max(kinds.length - KINDS_BACK, 0); index--) {
    const known = kinds[index]!;
    if (
      known.folder === kind.folder && known.mode === kind.mode && known.uid === kind.uid &&
      known.gid === kind.gid && known.xattrs === kind.xattrs
    ) return index;
  }
  kinds.push(kind);
  return kinds.length - 1;
}
