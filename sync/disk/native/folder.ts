/** A folder that is only looked at. It is opened when a call first needs it, and stays open until nobody uses it. */
import type { Entry, Path, Reason } from "../../engine/entry.ts";
import { ABSENT, Fault } from "../fault.ts";
import type { Action, Children, Folder, Name, Reader } from "../tree.ts";
import { close, openAt } from "./calls.ts";
import { checked, failed } from "./failed.ts";
import { DT_DIR, DT_UNKNOWN, namesIn } from "./list.ts";
import { entryAt, isSameFile } from "./look.ts";
import { codeOf, EBADF, ENOENT, O_DIRECTORY } from "./numbers.ts";
import { NativeReader } from "./reader.ts";
import type { Ways } from "./ways.ts";

export class NativeFolder implements Folder {
  /** How many use it, with the tree that keeps it. */
  users = 1;
  private file = -1;

  constructor(protected readonly ways: Ways, readonly path: Path) {}

  /** The open folder. Throws a fault. */
  open(action: Action): number {
    if (this.file < 0) this.file = this.ways.open(this.path, action);
    return this.file;
  }

  /** Open it from a folder that is open anyway, when it lies in that: the way is shorter. */
  openFrom({ file, path }: NativeFolder): void {
    if (file >= 0 && path !== "" && this.path.startsWith(`${path}/`)) {
      this.file = this.ways.openFrom(file, this.path.slice(path.length + 1));
    }
  }

  names(): Name[] {
    const names = this.listable("list", (open) => namesIn(open));
    if (typeof names === "number") throw failed(names, "list", this.ways.side);
    return names;
  }

  children(): Children {
    const kinds: number[] = [];
    const names = this.listable("list", (open) => namesIn(open, kinds));
    if (typeof names === "number") throw failed(names, "list", this.ways.side);
    const [folders, others]: [Name[], Name[]] = [[], []];
    for (const [i, name] of names.entries()) {
      const kind = kinds[i];
      const isFolder = kind === DT_DIR || (kind === DT_UNKNOWN && this.look(name)?.kind === "folder");
      (isFolder ? folders : others).push(name);
    }
    return { folders, others };
  }

  /** Do what takes a folder that can be listed. Where that was not allowed it is tried again, for the reason. */
  protected listable<T>(action: Action, act: (open: number) => T): T | number {
    const open = this.open(action);
    const done = act(open);
    if (done !== -EBADF) return done;
    const listed = openAt(open, ".", O_DIRECTORY);
    if (listed < 0) return listed;
    try {
      return act(listed);
    } finally {
      close(listed);
    }
  }

  look(name: Name): Entry | null {
    try {
      const entry = entryAt(this.open("list"), name, this.ways.view);
      return typeof entry === "number" ? nothingOr({ code: codeOf(-entry) }) : entry;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return nothingOr(error.reason);
    }
  }

  lookAll(names: readonly Name[]): Map<Name, Entry> {
    const open = this.open("list");
    const entries = new Map<Name, Entry>();
    for (const name of names) {
      const entry = entryAt(open, name, this.ways.view);
      if (typeof entry !== "number") entries.set(name, entry);
      else if (entry !== -ENOENT || this.ways.side === "source") {
        entries.set(name, { kind: "unknown", reason: { code: codeOf(-entry) } });
      }
    }
    return entries;
  }

  differing(other: Folder, names: readonly Name[]): readonly Name[] {
    if (!(other instanceof NativeFolder) || this.ways.view.xattrs) return names;
    const [open, others] = [this.open("list"), other.open("list")];
    return names.filter((name) => !isSameFile(open, others, name));
  }

  read(name: Name): Reader {
    return new NativeReader(this.ways.view, this.open("read"), name);
  }

  /** One user less. */
  [Symbol.dispose](): void {
    if (--this.users > 0 || this.file < 0) return;
    close(this.file);
    this.file = -1;
  }

  /** What a call returned. Throws a fault when it failed. */
  protected checked(returned: number, action: Action): number {
    return checked(returned, action, this.ways.side);
  }
}

/** A name that the file system cannot have is not there. */
function nothingOr(reason: Reason): Entry | null {
  return ABSENT.has(reason.code) || reason.code === "EILSEQ" ? null : { kind: "unknown", reason };
}
