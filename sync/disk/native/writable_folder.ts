/** A folder of the replica that is written into: the calls of `WritableFolder`, by names in the open folder. */
import type { Device, Folder as FolderEntry, Mirrored } from "../../engine/entry.ts";
import type { XattrKind } from "../../engine/xattrs.ts";
import { Fault } from "../fault.ts";
import type { Action, Folder, Name, Which, WritableFolder, Writer } from "../tree.ts";
import { setAttributes } from "./attributes.ts";
import * as calls from "./calls.ts";
import { NativeFolder } from "./folder.ts";
import { foundRights, lookAt } from "./look.ts";
import {
  AT_REMOVEDIR,
  EACCES,
  EINVAL,
  EISDIR,
  ENOENT,
  ENOSYS,
  O_NONBLOCK,
  S_IFBLK,
  S_IFCHR,
  S_IFIFO,
} from "./numbers.ts";
import { type Births, NativeWriter } from "./writer.ts";
import { kindsHere } from "./xattrs.ts";

export class NativeWritableFolder extends NativeFolder implements WritableFolder {
  private readonly births: Births = { last: null };

  get xattrKinds(): readonly XattrKind[] {
    return this.ways.view.xattrs ? kindsHere() : [];
  }

  /**
   * Throws a fault when a link leads to the folder. What else is wrong is met, and told, by the call that follows.
   */
  confirm(action: Action): void {
    try {
      this.open(action);
    } catch (error) {
      if (!(error instanceof Fault) || error.reason.code === "LINKED") throw error;
    }
  }

  createFile(name: Name, mode: number): Writer {
    return new NativeWriter(this.open("create"), name, mode, this.births);
  }

  createFolder(name: Name, mode: number): void {
    this.checked(calls.makeFolder(this.open("create"), name, (mode & 0o777) | 0o700), "create");
  }

  createLink(name: Name, target: string): void {
    this.checked(calls.makeLink(this.open("create"), name, target), "create");
  }

  createFifo(name: Name): void {
    this.checked(calls.makeNode(this.open("create"), name, S_IFIFO | 0o600), "create");
  }

  createDevice(name: Name, { type, major, minor }: Device): void {
    const kind = type === "block" ? S_IFBLK : S_IFCHR;
    // as the system packs the two numbers
    const device = (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    this.checked(calls.makeNode(this.open("create"), name, kind | 0o600, device), "create");
  }

  createHardLink(name: Name, of: Folder, other: Name): void {
    const from = nativeOf(of).open("create");
    this.checked(calls.makeHardLink(this.open("create"), name, from, other), "create");
  }

  setAttributes(name: Name, entry: Mirrored, which: Which): void {
    const open = this.open("attributes");
    setAttributes(open, name, entry, which);
    if (!which.durable || entry.kind !== "file") return;
    const file = calls.openAt(open, name, O_NONBLOCK);
    // a file that we may not open with its new mode is as durable as its folder, which is synced later
    if (file === -EACCES) return;
    this.checked(file, "attributes");
    const synced = calls.sync(file);
    calls.close(file);
    this.checked(synced, "attributes");
  }

  settle(entry: FolderEntry, which: Which): void {
    setAttributes(this.open("attributes"), null, entry, which);
  }

  rename(name: Name, to: WritableFolder, as: Name): void {
    const there = nativeOf(to).open("create");
    this.checked(calls.rename(this.open("create"), name, there, as), "create");
  }

  move(name: Name, to: WritableFolder, as: Name): void {
    const there = nativeOf(to).open("create");
    const moved = calls.renameToNothing(this.open("create"), name, there, as);
    if (moved !== -EINVAL && moved !== -ENOSYS) return void this.checked(moved, "create");
    // old network file systems, and those of FUSE, may not know of it
    if (to.look(as) !== null) throw new Fault("create", "replica", { code: "EEXIST" });
    this.rename(name, to, as);
  }

  remove(name: Name): void {
    try {
      const open = this.open("remove");
      const removed = calls.remove(open, name, 0);
      const gone = removed === -EISDIR ? calls.remove(open, name, AT_REMOVEDIR) : removed;
      this.checked(gone === -ENOENT ? 0 : gone, "remove");
    } catch (error) {
      if (!(error instanceof Fault) || error.reason.code !== "ENOENT") throw error;
    }
  }

  makeWritable(): void {
    const open = this.open("attributes");
    this.checked(lookAt(open, null), "attributes");
    this.checked(calls.setMode(open, null, foundRights().mode | 0o700), "attributes");
  }

  sync(): void {
    this.checked(this.listable("attributes", calls.sync), "attributes");
  }
}

/** The other folder, for a call that takes two. Throws when that is of another edge: a bug. */
function nativeOf(folder: Folder): NativeFolder {
  if (!(folder instanceof NativeFolder)) throw new TypeError("A folder of another edge");
  return folder;
}
