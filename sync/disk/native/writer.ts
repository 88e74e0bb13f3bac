/** A new file of the replica, which nobody knows by its name yet. */
import type { File } from "../../engine/entry.ts";
import { type Fault } from "../fault.ts";
import type { Name, Reader, Which, Writer } from "../tree.ts";
import { type Rights, setRights } from "./attributes.ts";
import { close, copyRange, openAt, seek, sync, truncate, write } from "./calls.ts";
import { checked } from "./failed.ts";
import { foundRights, foundSize, lookAt } from "./look.ts";
import { O_CREAT, O_EXCL, O_RDWR, SEEK_CUR } from "./numbers.ts";
import { shareAll, shareRange } from "./range_calls.ts";
import { NativeReader } from "./reader.ts";
import { xattrsAt } from "./xattrs.ts";
import { rewrite, rewriteHole } from "./rewrite.ts";

/** With which rights the last new file of a folder was born: others there that were asked for alike are born alike. */
export interface Births {
  last: { readonly asked: number; readonly rights: Rights; readonly isWhole: boolean } | null;
}

/** Less than this is read and written sooner than the system copies it. */
const WORTH_A_CALL = 128 * 1024;
/** So much is shared at a time: a multiple of every size of blocks, and not too much for a stop to be heard. */
const SHARED_BYTES = 64 * 1024 * 1024;

export class NativeWriter implements Writer {
  private readonly file: number;
  /** Whether the system can copy here, as far as is known. */
  private copies = true;
  /** Whether it shares blocks with the file that it is a copy of; null until that was tried. */
  private shares: boolean | null = null;

  /** Whether it began as another file, so that only what differs is written. */
  private revises = false;

  constructor(folder: number, name: Name, private readonly mode: number, private readonly births: Births) {
    this.file = checked(openAt(folder, name, O_RDWR | O_CREAT | O_EXCL, mode & 0o777), "create", "replica");
  }

  /** A single write may take less than it was given. */
  write(bytes: Uint8Array): void {
    if (this.revises) return void this.checked(rewrite(this.file, bytes));
    for (let sent = 0; sent < bytes.length;) {
      sent += this.checked(write(this.file, sent === 0 ? bytes : bytes.subarray(sent)));
    }
  }

  skip(bytes: number): void {
    if (this.revises) this.checked(rewriteHole(this.file, bytes));
    else this.checked(seek(this.file, bytes, SEEK_CUR));
  }

  revise(of: Reader): boolean {
    this.revises = of instanceof NativeReader && shareAll(of.file, this.file) >= 0;
    if (this.revises) this.shares = this.copies = false;
    // what it may have of the other by now
    else this.checked(truncate(this.file, 0));
    return this.revises;
  }

  /** Where blocks cannot be shared, whatever the reason, the file is copied. Holes are shared as well. */
  share(from: Reader, most: number): number | null {
    if (!(this.shares ?? most >= WORTH_A_CALL) || !(from instanceof NativeReader)) return null;
    const length = Math.min(most, SHARED_BYTES);
    this.shares = shareRange(from.file, this.file, this.checked(seek(this.file, 0, SEEK_CUR)), length) >= 0;
    if (!this.shares) return null;
    this.checked(seek(this.file, length, SEEK_CUR));
    from.skip(length);
    return length;
  }

  /** Where the system cannot copy, whatever the reason, reading and writing tells which side it lies on. */
  copy(from: Reader, most: number): number | null {
    if (!this.copies || most < WORTH_A_CALL || !(from instanceof NativeReader)) return null;
    const count = copyRange(from.file, this.file, most);
    // some file systems say 0 where there is more to be read
    if (count <= 0) this.copies = false;
    return count > 0 ? count : null;
  }

  finish(entry: File, which: Which): Fault | null {
    // a hole at the end was never written, and what it began as may have been longer
    if (this.revises ? this.size() !== entry.size : entry.holes) {
      this.checked(truncate(this.file, entry.size));
    }
    const unset = setRights(this.file, null, entry, which, { now: this.born(which), action: "copy" });
    if (which.durable) this.checked(sync(this.file));
    return unset;
  }

  [Symbol.dispose](): void {
    close(this.file);
  }

  /** The rights that the file got: they depend on the umask, and on the folder's access list and setgid bit. */
  private born(which: Which): Rights {
    const { last } = this.births;
    if (last?.asked === this.mode && last.isWhole === which.xattrs) return last.rights;
    this.checked(lookAt(this.file, null));
    const seen = foundRights();
    const xattrs = which.xattrs ? xattrsAt(this.file, null, "replica") : undefined;
    const rights = typeof xattrs === "string" ? { ...seen, xattrs } : seen;
    this.births.last = { asked: this.mode, rights, isWhole: which.xattrs };
    return rights;
  }

  private size(): number {
    this.checked(lookAt(this.file, null));
    return foundSize();
  }

  private checked(returned: number): number {
    return checked(returned, "copy", "replica");
  }
}
