/**
 * A folder that is only looked at. All calls are synchronous except the listing: only Deno's asynchronous listing
 * reports its errors.
 */
import { absolute, type Entry, type Path, type Side } from "../../engine/entry.ts";
import { ABSENT, Fault, fault, reason } from "../fault.ts";
import type { Action, Children, Folder, Name, Reader } from "../tree.ts";
import { CALLS } from "./calls.ts";
import { look } from "./look.ts";
import { PortableReader } from "./reader.ts";

/**
 * What Deno puts into a name in place of bytes that are not UTF-8. The name then leads nowhere or, which is worse, to a
 * file that really has this name, and the listing has it twice.
 */
const REPLACEMENT = "\uFFFD";
/** Marks the second of two equal names. No name contains it. */
const TWICE = "\0";
const NOT_UTF8: Entry = { kind: "unknown", reason: { code: "NOT_UTF8" } };

export class PortableFolder implements Folder {
  /** The folder's absolute path, with a slash at its end. */
  readonly start: string;

  constructor(protected readonly side: Side, protected readonly root: string, protected readonly path: Path) {
    const why = CALLS.whyNoPath(path);
    if (why !== null) throw new Fault("list", side, why);
    const here = absolute(root, path);
    this.start = here.endsWith("/") ? here : `${here}/`;
  }

  /** Marks the second of two equal names with `TWICE`. */
  async names(): Promise<Name[]> {
    const found: Name[] = [];
    const strange = new Set<Name>();
    try {
      for await (const { name } of Deno.readDir(absolute(this.root, this.path))) {
        const twice = name.includes(REPLACEMENT) && strange.has(name);
        if (name.includes(REPLACEMENT)) strange.add(name);
        found.push(twice ? name + TWICE : name);
      }
    } catch (error) {
      throw fault("list", this.side, error);
    }
    this.confirmLooked();
    return found;
  }

  async children(): Promise<Children> {
    const [folders, others]: [Name[], Name[]] = [[], []];
    try {
      for await (const { name, isDirectory } of Deno.readDir(absolute(this.root, this.path))) {
        (isDirectory && this.leadsTo(name) ? folders : others).push(name);
      }
    } catch (error) {
      throw fault("list", this.side, error);
    }
    this.confirmLooked();
    return { folders, others };
  }

  look(name: Name): Entry | null {
    if (name.endsWith(TWICE)) return null;
    const strange = CALLS.whyNoName(name);
    if (strange !== null) return { kind: "unknown", reason: strange };
    try {
      return look(this.start + name);
    } catch (error) {
      const why = reason(error);
      if (why === null) throw error;
      return ABSENT.has(why.code) ? null : { kind: "unknown", reason: why };
    }
  }

  lookAll(names: readonly Name[]): Map<Name, Entry> {
    const entries = new Map<Name, Entry>();
    for (const name of names) {
      if (name.endsWith(TWICE)) entries.set(name.replace(TWICE, REPLACEMENT), NOT_UTF8);
      else {
        const entry = this.lookListed(name);
        if (entry !== null) entries.set(name, entry);
      }
    }
    this.confirmLooked();
    return entries;
  }

  differing(_other: Folder, names: readonly Name[]): readonly Name[] {
    return names;
  }

  read(name: Name): Reader {
    const why = CALLS.whyNoName(name);
    if (why !== null) throw new Fault("read", this.side, why);
    return new PortableReader(this.side, this.start + name);
  }

  [Symbol.dispose](): void {}

  /** Whether the name of a folder leads to it, and not to nothing or to another. */
  private leadsTo(name: Name): boolean {
    if (CALLS.whyNoName(name) !== null) return false;
    return !name.includes(REPLACEMENT) || this.look(name)?.kind === "folder";
  }

  /** Like `look`, for a name that a listing just gave. */
  private lookListed(name: Name): Entry | null {
    const strange = CALLS.whyNoName(name);
    if (strange !== null) return { kind: "unknown", reason: strange };
    try {
      return look(this.start + name);
    } catch (error) {
      const why = reason(error);
      if (why === null) throw error;
      if (why.code === "ENOENT") {
        if (name.includes(REPLACEMENT)) return NOT_UTF8;
        if (this.side === "replica") return null;
      }
      return { kind: "unknown", reason: why };
    }
  }

  /** Throws a fault when a link has taken the folder's place: what was listed may be another folder. */
  private confirmLooked(): void {
    if (this.path !== "") confirm("list", this.side, absolute(this.root, this.path), this.path);
  }
}

/**
 * Throws a fault when a link is in the place of a folder (an absolute path), as far as can be seen. What cannot be
 * looked at is left to the call that follows.
 *
 * RACE: a link that comes between this look and a call is followed. Some µs lie between them, but a copy takes longer
 * before its rename, and the replica's folders are trusted for a while. The worst outcome is that the call reaches a
 * file outside; see `tree.ts`.
 */
export function confirm(action: Action, side: Side, path: string, folder: Path): void {
  try {
    if (!Deno.lstatSync(path).isSymlink) return;
  } catch (error) {
    if (reason(error) === null) throw error;
    return;
  }
  throw new Fault(action, side, { code: "LINKED", detail: folder });
}
