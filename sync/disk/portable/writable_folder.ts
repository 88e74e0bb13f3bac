/** A folder of the replica that is written into: the calls of `WritableFolder`, by path. */
import {
  absolute,
  type Folder as FolderEntry,
  type LinkType,
  type Mirrored,
  type Path,
} from "../../engine/entry.ts";
import { Fault, fault, reason } from "../fault.ts";
import { makeFifo } from "../fifo.ts";
import type { Action, Folder, Name, Which, WritableFolder, Writer } from "../tree.ts";
import { setAttributes } from "./attributes.ts";
import { CALLS } from "./calls.ts";
import { PortableFolder } from "./folder.ts";
import { type Birth, PortableWriter } from "./writer.ts";

export class PortableWritableFolder extends PortableFolder implements WritableFolder {
  readonly xattrKinds = [];

  constructor(root: string, path: Path, private readonly birth: { last: Birth }) {
    super("replica", root, path);
  }

  createFile(name: Name, mode: number): Writer {
    allow("create", name);
    return new PortableWriter(this.start, name, mode, this.birth);
  }

  createFolder(name: Name, mode: number): void {
    this.attempt("create", name, (path) => Deno.mkdirSync(path, { mode: (mode & 0o777) | 0o700 }));
  }

  createLink(name: Name, target: string, type?: LinkType): void {
    this.attempt("create", name, (path) => CALLS.createLink(target, path, type));
  }

  /** Where the C library may not be called, this runs the system's own `mkfifo`: Deno has no call for it. */
  createFifo(name: Name): void {
    attempt("create", () => {
      if (makeFifo(this.start + name)) return;
      const made = new Deno.Command("mkfifo", {
        args: ["-m", "600", "--", this.start + name],
        stderr: "piped",
      })
        .outputSync();
      if (made.success) return;
      const detail = new TextDecoder().decode(made.stderr).trim().replace(/^.*: /s, "").toLowerCase();
      throw new Fault("create", "replica", { code: "MKFIFO", detail });
    });
  }

  /** Deno has no call for it. */
  createDevice(): void {
    throw new Fault("create", "replica", { code: "EOPNOTSUPP" });
  }

  createHardLink(name: Name, of: Folder, other: Name): void {
    allow("create", other);
    this.attempt("create", name, (path) => Deno.linkSync(startOf(of) + other, path));
  }

  setAttributes(name: Name, entry: Mirrored, which: Which): void {
    this.attempt("attributes", name, (path) => setAttributes(path, entry, which));
    if (!which.durable || entry.kind !== "file") return;
    try {
      this.attempt("attributes", name, CALLS.syncFile);
    } catch (error) {
      // a file that we may not open with its new mode is as durable as its folder, which is synced later
      if (reason(error)?.code !== "EACCES") throw error;
    }
  }

  settle(entry: FolderEntry, which: Which): void {
    attempt("attributes", () => setAttributes(absolute(this.root, this.path), entry, which));
  }

  rename(name: Name, to: WritableFolder, as: Name): void {
    allow("create", as);
    this.attempt("create", name, (path) => CALLS.rename(path, startOf(to) + as));
  }

  move(name: Name, to: WritableFolder, as: Name): void {
    allow("create", as);
    if (to.look(as) !== null) throw new Fault("create", "replica", { code: "EEXIST" });
    this.rename(name, to, as);
  }

  remove(name: Name): void {
    allow("remove", name);
    try {
      CALLS.remove(this.start + name);
    } catch (error) {
      if (reason(error)?.code === "ENOENT") return;
      throw fault("remove", "replica", error);
    }
  }

  makeWritable(): void {
    attempt("attributes", () => CALLS.makeWritable(absolute(this.root, this.path)));
  }

  sync(): void {
    attempt("attributes", () => CALLS.syncFolder(absolute(this.root, this.path)));
  }

  /** Do something with a name in this folder. */
  private attempt(action: Action, name: Name, act: (path: string) => void): void {
    allow(action, name);
    attempt(action, () => act(this.start + name));
  }
}

/** Throws a fault for a name that the system takes for another one: a call with it would reach something else. */
function allow(action: Action, name: Name): void {
  const why = CALLS.whyNoName(name);
  if (why !== null) throw new Fault(action, "replica", why);
}

/** The path of the other folder, for a call that takes two. Throws when that is of another edge: a bug. */
function startOf(folder: Folder): string {
  if (!(folder instanceof PortableFolder)) throw new TypeError("A folder of another edge");
  return folder.start;
}

function attempt(action: Action, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw fault(action, "replica", error);
  }
}
