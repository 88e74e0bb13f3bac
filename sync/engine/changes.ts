/**
 * A list of changes that takes little room and crosses to another thread quickly: most changes of a large plan make
 * plain files, and those are kept as columns of numbers and names, a fifth of what they take as objects. Only this
 * module knows; what goes in and comes out are the values of `plan.ts`.
 */
import { below, type File, nameOf, parent, type Path } from "./entry.ts";
import type { Change } from "./plan.ts";

/** What many new files have in common. */
type Kind = Pick<File, "mode" | "uid" | "gid"> & { readonly folder: Path };

/** A cloneable value. Its parts belong to the functions below. */
export interface Changes {
  readonly kinds: Kind[];
  /** By change: the place of its kind, its name, size and time. */
  readonly ofKind: number[];
  readonly names: string[];
  readonly sizes: number[];
  readonly times: number[];
  /** All other changes, by place; the columns hold nothing of them. */
  readonly others: Map<number, Change>;
}

/** An empty list, to be added to. */
export function noChanges(): Changes {
  return { kinds: [], ofKind: [], names: [], sizes: [], times: [], others: new Map() };
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
    list.others.set(count(list), change);
    addRow(list, 0, "", 0, 0);
    return;
  }
  const { path, entry } = change;
  const kind = { folder: parent(path), mode: entry.mode, uid: entry.uid, gid: entry.gid };
  addRow(list, placeOf(list, kind), nameOf(path), entry.size, entry.mtime);
}

/** Add all changes of another list. */
export function append(list: Changes, more: Changes): void {
  const first = count(list);
  const kinds = more.kinds.map((kind) => placeOf(list, kind));
  for (let place = 0; place < count(more); place++) {
    const change = more.others.get(place);
    if (change) list.others.set(first + place, change);
    const kind = kinds[more.ofKind[place]!] ?? 0;
    addRow(list, kind, more.names[place]!, more.sizes[place]!, more.times[place]!);
  }
}

/** The change at a place from 0. */
export function at(list: Changes, place: number): Change {
  const other = list.others.get(place);
  if (other) return other;
  const { folder, mode, uid, gid } = list.kinds[list.ofKind[place]!]!;
  const entry: File = {
    kind: "file",
    size: list.sizes[place]!,
    mtime: list.times[place]!,
    mode,
    uid,
    gid,
    nlink: 1,
    node: null,
    holes: false,
  };
  return { kind: "create", path: below(folder, list.names[place]!), entry };
}

/** Put another change in the place of one. */
export function replace(list: Changes, place: number, change: Change): void {
  list.others.set(place, change);
}

/** The changes from a place on, as a list. */
export function from(list: Changes, place: number): Changes {
  const rest = noChanges();
  for (let i = place; i < count(list); i++) add(rest, at(list, i));
  return rest;
}

/** All changes, in order. */
export function* each(list: Changes): Generator<Change> {
  for (let place = 0; place < count(list); place++) yield at(list, place);
}

type Plain = Change & { kind: "create"; entry: File };

/** A new file with nothing special about it. */
function isPlain(change: Change): change is Plain {
  return change.kind === "create" && change.entry.kind === "file" && change.was === undefined &&
    change.hardLinkTo === undefined && change.entry.nlink === 1 && change.entry.node === null &&
    !change.entry.holes;
}

function addRow(list: Changes, kind: number, name: string, size: number, time: number): void {
  list.ofKind.push(kind);
  list.names.push(name);
  list.sizes.push(size);
  list.times.push(time);
}

/** How far back a kind is looked for: files of one folder come together, and a second row for one does no harm. */
const KINDS_BACK = 8;

function placeOf({ kinds }: Changes, kind: Kind): number {
  for (let place = kinds.length - 1; place >= Math.max(kinds.length - KINDS_BACK, 0); place--) {
    const known = kinds[place]!;
    if (
      known.folder === kind.folder && known.mode === kind.mode && known.uid === kind.uid &&
      known.gid === kind.gid
    ) return place;
  }
  kinds.push(kind);
  return kinds.length - 1;
}
