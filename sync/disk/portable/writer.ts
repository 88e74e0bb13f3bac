/** A new file of the replica, which nobody knows by its name yet. */
import type { File } from "../../engine/entry.ts";
import { type Fault, fault } from "../fault.ts";
import type { Which, Writer } from "../tree.ts";
import { refusal, type Rights, setRights } from "./attributes.ts";
import { CALLS } from "./calls.ts";
import { isInterrupted } from "./reader.ts";

/** With which attributes the last new file was born, and in which folder: others there are born alike. */
export interface Birth extends Rights {
  readonly folder: string;
  /** The mode that was asked for; files of another mode are born differently. */
  readonly asked: number;
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

  /** Never, and neither below: Deno has no call for it. */
  revise(): boolean {
    return false;
  }

  share(): null {
    return null;
  }

  /** Never: `Deno.copyFile` works by name, cannot be interrupted, and what it has read cannot be checked. */
  copy(): null {
    return null;
  }

  finish(entry: File, which: Which): Fault | null {
    try {
      // a hole at the end was never written
      if (entry.holes) this.file.truncateSync(entry.size);
      const unset = setRights(this.folder + this.name, entry, this.born(), which);
      const time = new Date(entry.mtime);
      const untimed = refusal(() => this.file.utimeSync(time, time));
      if (which.durable) this.file.syncSync();
      return unset ?? untimed;
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
      mode: CALLS.modeOf(made),
      uid: made.uid ?? 0,
      gid: made.gid ?? 0,
    };
    return this.birth.last;
  }
}
