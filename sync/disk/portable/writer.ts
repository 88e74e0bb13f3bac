/** A new file of the replica, which still has its temporary name. */
import { lchownSync } from "node:fs";
import type { File } from "../../engine/entry.ts";
import { fault } from "../fault.ts";
import type { Writer } from "../tree.ts";
import type { Which } from "../tree.ts";
import { setMode } from "./attributes.ts";
import { isInterrupted } from "./reader.ts";

/** The attributes that the last new file was born with, and its folder: the next file there is born with the same. */
export interface Birth {
  readonly folder: string;
  /** The mode that was asked for; files of another mode are born differently. */
  readonly asked: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export const UNBORN: Birth = { folder: "", asked: -1, mode: 0, uid: 0, gid: 0 };

export class PortableWriter implements Writer {
  private readonly file: Deno.FsFile;

  /** Make a file in a folder (a path ending in a slash). Its group is ours, or the folder's, until it is finished. */
  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly asked: number,
    private readonly birth: { last: Birth },
  ) {
    try {
      this.file = Deno.openSync(folder + name, { write: true, createNew: true, mode: asked & 0o777 });
    } catch (error) {
      throw fault("create", "replica", error);
    }
  }

  /** A single write may take less than it was given. */
  write(bytes: Uint8Array): void {
    for (let sent = 0; sent < bytes.length;) {
      try {
        sent += this.file.writeSync(sent === 0 ? bytes : bytes.subarray(sent));
      } catch (error) {
        if (!isInterrupted(error)) throw fault("copy", "replica", error);
      }
    }
  }

  skip(bytes: number): void {
    try {
      this.file.seekSync(bytes, Deno.SeekMode.Current);
    } catch (error) {
      throw fault("copy", "replica", error);
    }
  }

  /** Never: `Deno.copyFile` works by name, cannot be interrupted, and what it has read cannot be checked. */
  copy(): null {
    return null;
  }

  finish(entry: File, which: Which): void {
    const path = this.folder + this.name;
    try {
      // a hole at the end was never written
      if (entry.holes) this.file.truncateSync(entry.size);
      const made = this.born();
      const owned = !which.owners || (made.uid === entry.uid && made.gid === entry.gid);
      // owner first, since that takes setuid bits away
      if (!owned) lchownSync(path, entry.uid, entry.gid);
      if (which.modes && (made.mode !== entry.mode || !owned)) setMode(path, entry.mode);
      const time = new Date(entry.mtime);
      this.file.utimeSync(time, time);
      if (which.durable) this.file.syncSync();
    } catch (error) {
      throw fault("copy", "replica", error);
    }
  }

  [Symbol.dispose](): void {
    this.file.close();
  }

  /** The attributes that the file got: they depend on the umask, and on the folder's access list and setgid bit. */
  private born(): Birth {
    const { last } = this.birth;
    if (last.folder === this.folder && last.asked === this.asked) return last;
    const made = this.file.statSync();
    this.birth.last = {
      folder: this.folder,
      asked: this.asked,
      mode: (made.mode ?? 0) & 0o7777,
      uid: made.uid ?? 0,
      gid: made.gid ?? 0,
    };
    return this.birth.last;
  }
}
