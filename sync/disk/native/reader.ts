/** An open file of a tree. It is opened without blocking, since a FIFO may have taken its place. */
import type { File, Side } from "../../engine/entry.ts";
import type { Name, Reader } from "../tree.ts";
import { close, forget, openAt, read, seek } from "./calls.ts";
import { checked, failed } from "./failed.ts";
import { entryAt, foundId, lookAt, type View } from "./look.ts";
import { ENXIO, EPERM, O_NOATIME, O_NONBLOCK, SEEK_CUR, SEEK_DATA, SEEK_END } from "./numbers.ts";

export class NativeReader implements Reader {
  readonly file: number;

  private readonly side: Side;

  constructor(private readonly view: View, private readonly folder: number, private readonly name: Name) {
    this.side = view.side;
    // reading should leave no trace: root and a file's owner may leave its time of access as it is
    const opened = openAt(folder, name, O_NONBLOCK | O_NOATIME);
    this.file = checked(opened === -EPERM ? openAt(folder, name, O_NONBLOCK) : opened, "read", view.side);
  }

  read(into: Uint8Array): number {
    return this.checked(read(this.file, into));
  }

  /** A file system that knows no holes tells of none, or refuses the question. */
  skipHole(): number {
    const at = this.checked(seek(this.file, 0, SEEK_CUR));
    let data = seek(this.file, at, SEEK_DATA);
    if (data === -ENXIO) data = this.checked(seek(this.file, 0, SEEK_END));
    return Math.max(data - at, 0);
  }

  /** Go on by so many bytes. */
  skip(bytes: number): void {
    this.checked(seek(this.file, bytes, SEEK_CUR));
  }

  /** Only a hint: a file system that does not take it reads from memory. */
  forget(): void {
    forget(this.file);
  }

  now(): File | null {
    this.checked(lookAt(this.file, null));
    const opened = foundId();
    const entry = entryAt(this.folder, this.name, this.view);
    if (typeof entry === "number") throw failed(entry, "read", this.side);
    return entry.kind === "file" && foundId() === opened ? entry : null;
  }

  [Symbol.dispose](): void {
    close(this.file);
  }

  private checked(returned: number): number {
    return checked(returned, "read", this.side);
  }
}
