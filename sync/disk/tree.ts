/**
 * The edge: every call that the program makes on the two trees. A source is a `Tree`, which has no writing call, so the
 * compiler keeps the source safe. Types only; `open.ts` chooses the edge, and no caller asks which it is.
 */
import type {
  Device,
  Entry,
  File,
  Folder as FolderEntry,
  LinkType,
  Mirrored,
  Path,
  Reason,
  Side,
} from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import type { XattrKind } from "../engine/xattrs.ts";
import type { Fault } from "./fault.ts";

/** A name as the edge gives it. Names from `names()` are passed back unchanged, to the same edge. */
export type Name = string;

/** What a folder is opened for; failures report it. */
export type Action = Failure["action"];

/** Which attributes of an entry are set. Times always are. */
export interface Which {
  /** Permission bits. */
  readonly modes: boolean;
  readonly owners: boolean;
  /** Extended attributes and access lists: those of the entry are set, all others removed. */
  readonly xattrs: boolean;
  /** Force files to the disk before they count as done. */
  readonly durable: boolean;
}

/** One of the two trees, for one thread and one pass. */
export interface Tree<F extends Folder = Folder> {
  readonly side: Side;
  /**
   * Open the folder at a path, without following a link on the way, as far as the edge can tell. Close it (`using`)
   * within the turn. When it fails it throws a `Fault`, and so does every call below.
   */
  open(path: Path, action: Action): F;
  /** Let go of what is kept open from call to call. The tree can be used again. */
  release(): void;
}

/** The names in a folder, by what they are. */
export interface Children {
  readonly folders: readonly Name[];
  /** All others: links to folders, too. */
  readonly others: readonly Name[];
}

export interface Folder extends Disposable {
  /** All names, in any order. Throws when they could not be read to the end. */
  names(): Name[] | Promise<Name[]>;
  /**
   * The same, told apart without a look at each, where the file system tells a kind with a name. A folder that cannot be
   * opened by its name is among the others.
   */
  children(): Children | Promise<Children>;
  /** What is at a name; null when nothing is there, `unknown` when that cannot be told. */
  look(name: Name): Entry | null;
  /** What is at each name of a listing, without names that the replica has lost since. An entry may be `unknown`. */
  lookAll(names: readonly Name[]): Map<Name, Entry>;
  /**
   * The names, of those that both folders have, at which there may be something to do. A name that is left out leads to a
   * file on both sides, the only one of its name, not empty, with the same size, time, mode and owner. An edge that cannot
   * tell more quickly than by looking at each leaves none out.
   */
  differing(other: Folder, names: readonly Name[]): readonly Name[];
  /** Open a file. Follows no link, waits for no FIFO, and leaves its time of access alone where the system can. */
  read(name: Name): Reader;
}

/** An open file. */
export interface Reader extends Disposable {
  /** Read on into a buffer. Returns the number of bytes, which may be less than fits; 0 at the end. */
  read(into: Uint8Array): number;
  /** Skip the hole ahead. Returns its bytes; 0 when there is no hole, or when the edge cannot tell. */
  skipHole(): number;
  /**
   * Let go of what the system keeps of it in memory, so that it is read from the disk itself; what is not on the disk yet
   * stays. Does nothing where the edge cannot.
   */
  forget(): void;
  /** The file as it is now; null when its name leads to something else. */
  now(): File | null;
}

/** The replica: the only tree that is written to. */
export interface Replica extends Tree<WritableFolder> {
  /** What forces many files to the disk at once; null where an edge can force only one after another. */
  together(): Together | null;
}

/** Forces all that is written to the file systems of some folders to the disk, at once. */
export interface Together extends Disposable {
  /** Ask before anything is written in a folder. False: files there must be forced one after another. */
  add(folder: Path): boolean;
  /** Force it to the disk. Returns the folders where that failed, and why. */
  sync(): ReadonlyMap<Path, Reason>;
}

export interface WritableFolder extends Folder {
  /** The kinds of extended attributes that the edge looks at and sets; none where they were not asked for. */
  readonly xattrKinds: readonly XattrKind[];
  /**
   * Make a file that nobody can read who may not with `mode`. Fails when the name is taken, as do the next five. When a
   * call on the file fails after that, the file may be left behind.
   */
  createFile(name: Name, mode: number): Writer;
  /** Make a folder that we can write into. Its attributes are set when it is settled. */
  createFolder(name: Name, mode: number): void;
  createLink(name: Name, target: string, type?: LinkType): void;
  createFifo(name: Name): void;
  createDevice(name: Name, device: Device): void;
  createHardLink(name: Name, of: Folder, other: Name): void;
  /**
   * Owner, extended attributes, mode and time, in this order, never of what a link leads to. What is right already is left alone. What the
   * system will not set is a fault, and the rest is set all the same.
   */
  setAttributes(name: Name, entry: Mirrored, which: Which): void;
  /** Set the folder's own attributes: the last thing that is done to it. */
  settle(entry: FolderEntry, which: Which): void;
  /** Give an entry another name in one step, replacing what has that name. */
  rename(name: Name, to: WritableFolder, as: Name): void;
  /**
   * The same, but where something stands there nothing is done, and EEXIST is thrown: for certain where the system can,
   * else by a look before.
   */
  move(name: Name, to: WritableFolder, as: Name): void;
  /** Remove anything but a folder with something in it. Does nothing when it is gone already. */
  remove(name: Name): void;
  /** Let the owner write into the folder; its mode is put right when it is settled. */
  makeWritable(): void;
  /** Force the folder's names to the disk. */
  sync(): void;
}

/** A new file. */
export interface Writer extends Disposable {
  /** Write all of these bytes. */
  write(bytes: Uint8Array): void;
  /** Leave a hole of this many bytes. */
  skip(bytes: number): void;
  /**
   * Begin as another file of the replica is, sharing its blocks; of what is written after that, only what differs takes
   * space. False where the file system cannot: then it is empty still.
   */
  revise(of: Reader): boolean;
  /**
   * Have up to `most` bytes, with their holes, by sharing the blocks of another file, which is read to the same place.
   * Returns how many; null when the file system cannot, or it is not worth it.
   */
  share(from: Reader, most: number): number | null;
  /** Let the system copy up to `most` bytes. Returns how many: 0 at the end, null when it cannot copy. */
  copy(from: Reader, most: number): number | null;
  /**
   * Set the length and the attributes, while nobody knows the file by its name. Returns why the system will not set an
   * attribute; the file is whole all the same.
   */
  finish(entry: File, which: Which): Fault | null;
}
