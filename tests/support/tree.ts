/**
 * Folders as literals: planted on the disk, and harvested from it again by calls that have nothing to do with the
 * engine's, so that a test compares what really is there.
 */
import { assertEquals } from "@std/assert";
import { lutimesSync } from "node:fs";

/** A folder with its entries; a text is a file with that content. */
export interface Tree {
  readonly [name: string]: string | Uint8Array | Planted | Tree;
}

/** An entry with what is particular about it. */
export class Planted {
  constructor(
    readonly what: { readonly link?: string; readonly content?: string | Uint8Array; readonly tree?: Tree },
    readonly mode?: number,
    /** ms since 1970 */
    readonly mtime?: number,
  ) {}
}

export function link(target: string, mtime?: number): Planted {
  return new Planted({ link: target }, undefined, mtime);
}

export function file(content: string | Uint8Array, mode?: number, mtime?: number): Planted {
  return new Planted({ content }, mode, mtime);
}

export function folder(tree: Tree, mode?: number, mtime?: number): Planted {
  return new Planted({ tree }, mode, mtime);
}

/** Make the entries of `tree` in the folder `root`, which is made if it is not there. */
export function plant(root: string, tree: Tree): void {
  Deno.mkdirSync(root, { recursive: true });
  for (const [name, given] of Object.entries(tree)) {
    const path = `${root}/${name}`;
    const entry = given instanceof Planted
      ? given
      : typeof given === "string" || given instanceof Uint8Array
      ? new Planted({ content: given })
      : new Planted({ tree: given as Tree });
    const { link, content, tree } = entry.what;
    if (link !== undefined) Deno.symlinkSync(link, path);
    else if (content !== undefined) writeFile(path, content);
    else plant(path, tree ?? {});
    if (entry.mode !== undefined) Deno.chmodSync(path, entry.mode);
    if (entry.mtime !== undefined) lutimesSync(path, entry.mtime / 1000, entry.mtime / 1000);
  }
}

function writeFile(path: string, content: string | Uint8Array): void {
  if (typeof content === "string") Deno.writeTextFileSync(path, content);
  else Deno.writeFileSync(path, content);
}

/**
 * Everything below `root` (and `root` itself, as "."), a line each: kind, mode, time, and content or target.
 * What goes while it is read is left out: lockstep may be at work there, and its temporary files come and go.
 */
export function harvest(root: string): string[] {
  const lines: string[] = [];
  function visitIfThere(path: string, name: string): void {
    try {
      visit(path, name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  function visit(path: string, name: string): void {
    const found = Deno.lstatSync(path);
    const mode = ((found.mode ?? 0) & 0o7777).toString(8);
    const time = found.mtime?.getTime();
    if (found.isSymlink) lines.push(`${name} link ${time} -> ${Deno.readLinkSync(path)}`);
    else if (found.isFile) {
      lines.push(`${name} file ${mode} ${time} ${found.size} ${fingerprint(Deno.readFileSync(path))}`);
    } else if (!found.isDirectory) lines.push(`${name} special`);
    else {
      lines.push(`${name} folder ${mode} ${time}`);
      for (const entry of Deno.readDirSync(path)) {
        visitIfThere(`${path}/${entry.name}`, `${name}/${entry.name}`);
      }
    }
  }
  visit(root, ".");
  return lines.sort();
}

/** FNV-1a over the bytes: enough to tell test files apart, and not the engine's digest. */
function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

/** The first law: after a pass the replica equals the source. */
export function assertInStep(source: string, replica: string): void {
  assertEquals(harvest(replica), harvest(source));
}

/** Run a test in an empty folder of its own, which is removed afterwards whatever its modes. */
export async function inFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "lockstep-test-" }));
  try {
    await test(folder);
  } finally {
    unlock(folder);
    Deno.removeSync(folder, { recursive: true });
  }
}

function unlock(folder: string): void {
  const found = Deno.lstatSync(folder);
  if (((found.mode ?? 0) & 0o700) !== 0o700) Deno.chmodSync(folder, 0o700);
  for (const { isDirectory, name } of Deno.readDirSync(folder)) {
    // a name that is not UTF-8 leads nowhere
    if (isDirectory && !name.includes("\ufffd")) unlock(`${folder}/${name}`);
  }
}

/** Whether anything has that name, were it a link that leads nowhere. */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
