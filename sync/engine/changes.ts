/**
 * A list of changes that takes little room and crosses to another thread quickly: most changes of a large plan make
 * plain files, and those are kept as columns of numbers and names, a fifth of what they take as objects. Only this
 * module knows; what goes in and comes out are the values of `plan.ts`.
 */
import { below, type File, nameOf, parent, type Path } from "./entry.ts";
import type { Change } from "./plan.ts";

/** A cloneable value. Its parts belong to the functions below. */
export interface Changes {
  /** Folders in which plain files are made. */
  readonly folders: Path[];
  /** Modes and owners that they are made with. */
  readonly manners: Pick<File, "mode" | "uid" | "gid">[];
  /** By change: its folder and manner, by their places above, its name, size and time. */
  readonly inFolder: number[];
  readonly inManner: number[];
  readonly names: string[];
  readonly sizes: number[];
  readonly times: number[];
  /** All other changes, by place; the columns hold nothing of them. */
  readonly others: Map<number, Change>;
}

/** An empty list, to be added to. */
export function noChanges(): Changes {
  return {
    folders: [],
    manners: [],
    inFolder: [],
    inManner: [],
    names: [],
    sizes: [],
    times: [],
    others: new Map(),
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
    list.others.set(count(list), change);
    addRow(list, 0, 0, "", 0, 0);
    return;
  }
  const { path, entry } = change;
  addRow(list, folderOf(list, parent(path)), mannerOf(list, entry), nameOf(path), entry.size, entry.mtime);
}

/** Add all changes of another list. */
export function append(list: Changes, more: Changes): void {
  const first = count(list);
  const folders = more.folders.map((folder) => folderOf(list, folder));
  const manners = more.manners.map((manner) => mannerOf(list, manner));
  for (let place = 0; place < count(more); place++) {
    const change = more.others.get(place);
    if (change) list.others.set(first + place, change);
    addRow(
      list,
      folders[more.inFolder[place]!] ?? 0,
      manners[more.inManner[place]!] ?? 0,
      more.names[place]!,
      more.sizes[place]!,
      more.times[place]!,
    );
  }
}

/** The change at a place from 0. */
export function at(list: Changes, place: number): Change {
  const other = list.others.get(place);
  if (other) return other;
  const { mode, uid, gid } = list.manners[list.inManner[place]!]!;
  const entry: File = {
    kind: "file",
    size: list.sizes[place]!,
    mtime: list.times[place]!,
    mode,
    uid,
    gid,
    names: 1,
    node: null,
    holes: false,
  };
  return { kind: "create", path: below(list.folders[list.inFolder[place]!]!, list.names[place]!), entry };
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
    change.twin === undefined && change.entry.names === 1 && change.entry.node === null &&
    !change.entry.holes;
}

function addRow(
  list: Changes,
  folder: number,
  manner: number,
  name: string,
  size: number,
  time: number,
): void {
  list.inFolder.push(folder);
  list.inManner.push(manner);
  list.names.push(name);
  list.sizes.push(size);
  list.times.push(time);
}

/** Files of one folder come together: looking at the last one finds nearly all. */
function folderOf({ folders }: Changes, folder: Path): number {
  if (folders.at(-1) !== folder) folders.push(folder);
  return folders.length - 1;
}

/** How far back a manner is looked for: most trees have a few, and a new row for one that is there does no harm. */
const MANNERS_BACK = 16;

function mannerOf({ manners }: Changes, { mode, uid, gid }: Changes["manners"][number]): number {
  for (let place = manners.length - 1; place >= Math.max(manners.length - MANNERS_BACK, 0); place--) {
    const manner = manners[place]!;
    if (manner.mode === mode && manner.uid === uid && manner.gid === gid) return place;
  }
  manners.push({ mode, uid, gid });
  return manners.length - 1;
}
