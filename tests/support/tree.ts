/**
 * Folders as literals: planted on the disk, and harvested from it again by calls that have nothing to do with the
 * engine's, so that a test compares what really is there.
 */
import { assertEquals } from "@std/assert";
import { lstatSync, lutimesSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";

export const IS_WINDOWS = Deno.build.os === "windows";

/**
 * Whether links can be made here. Wine says that it made one, and there is none: what is planted is without them, and
 * what a test says of one is an exception (tests/wine/exceptions.ts).
 */
export const HAS_LINKS = canLink();

/** A folder with its entries; a text is a file with that content. */
export interface Tree {
  readonly [name: string]: string | Uint8Array | Planted | Tree;
}

/** An entry with what is particular about it. */
export class Planted {
  constructor(
    readonly what: {
      readonly link?: string;
      /** A name in the same folder, above this one in the literal. */
      readonly hardLink?: string;
      readonly content?: string | Uint8Array;
      /** The size of a hole before the content, in bytes. */
      readonly hole?: number;
      readonly tree?: Tree;
    },
    readonly mode?: number,
    /** ms since 1970 */
    readonly mtime?: number,
  ) {}

  /** Whether another name of it can be made. */
  get isFile(): boolean {
    return this.what.content !== undefined;
  }
}

export function link(target: string, mtime?: number): Planted {
  return new Planted({ link: target }, undefined, mtime);
}

/** Another name of the file with that name in the same folder. */
export function hardLink(other: string): Planted {
  return new Planted({ hardLink: other });
}

/** A file that begins with a hole. */
export function sparse(hole: number, content: string, mode?: number, mtime?: number): Planted {
  return new Planted({ hole, content }, mode, mtime);
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
    const { link, hardLink, content, hole, tree } = entry.what;
    if (link !== undefined && !HAS_LINKS) continue;
    if (link !== undefined) makeLink(link, path);
    else if (hardLink !== undefined) Deno.linkSync(`${root}/${hardLink}`, path);
    else if (content !== undefined) writeFile(path, content, hole);
    else plant(path, tree ?? {});
    if (entry.mode !== undefined) Deno.chmodSync(path, entry.mode);
    if (entry.mtime !== undefined) lutimesSync(path, entry.mtime / 1000, entry.mtime / 1000);
  }
}

/** Make a link, which need not lead anywhere; Windows has one kind for folders and another for all else. */
export function makeLink(target: string, path: string): void {
  const type = IS_WINDOWS && isFolder(resolve(dirname(path), target)) ? "dir" : "file";
  Deno.symlinkSync(target, path, { type });
}

function isFolder(path: string): boolean {
  return ifThere(() => Deno.statSync(path))?.isDirectory ?? false;
}

function canLink(): boolean {
  if (!IS_WINDOWS) return true;
  const at = Deno.makeTempDirSync({ prefix: "lockstep-test-" });
  try {
    makeLink("nowhere", `${at}/link`);
    return isThere(`${at}/link`);
  } catch {
    // for want of the right to make them
    return false;
  } finally {
    Deno.removeSync(at, { recursive: true });
  }
}

function writeFile(path: string, content: string | Uint8Array, hole = 0): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  if (hole > 0) {
    Deno.writeFileSync(path, new Uint8Array());
    Deno.truncateSync(path, hole);
  }
  Deno.writeFileSync(path, bytes, { append: hole > 0 });
}

/** What a replica may be unable to keep; what is false is not looked at. */
export interface Kept {
  readonly owners?: boolean;
  readonly hardLinks?: boolean;
  readonly holes?: boolean;
}

/** The least that a file system leaves out of a file; a smaller file may be kept in its inode and occupy nothing. */
const PAGE_BYTES = 4096;

/**
 * Everything below `root` (and `root` itself, as "."), a line each: kind, mode, owner, time, and content or target. A
 * file with holes says so, and a hard link names the first of its names in the tree, so that two trees with the same
 * lines have the same sets of hard links. What goes while it is read is left out: lockstep may be at work there, and
 * its temporary files come and go.
 */
export function harvest(
  root: string,
  { owners = true, hardLinks = true, holes = true }: Kept = {},
): string[] {
  const lines: { readonly name: string; readonly line: string; readonly node: string | null }[] = [];
  function visitIfThere(path: string, name: string): void {
    try {
      visit(path, name);
    } catch (error) {
      if (!isGone(error)) throw error;
      // bytes that are not UTF-8 lead nowhere, but are no less there
      if (name.includes("\ufffd")) lines.push({ name, line: `${name} not UTF-8`, node: null });
    }
  }
  function visit(path: string, name: string): void {
    const found = Deno.lstatSync(path);
    const mode = ((found.mode ?? 0) & 0o7777).toString(8);
    const time = found.mtime?.getTime();
    const owner = owners ? ` ${found.uid}:${found.gid}` : "";
    const add = (words: string, node: string | null = null) =>
      lines.push({ name, line: `${name} ${words}`, node });
    const node = hardLinks && !found.isDirectory && (found.nlink ?? 1) > 1 ? nodeOf(path) : null;
    if (found.isSymlink) add(`link${owner} ${time} -> ${Deno.readLinkSync(path)}`, node);
    else if (found.isFile) {
      const hasHoles = holes && found.size > PAGE_BYTES && (found.blocks ?? Infinity) * 512 < found.size;
      const content = `${found.size} ${fingerprint(Deno.readFileSync(path))}${hasHoles ? " with holes" : ""}`;
      add(`file ${mode}${owner} ${time} ${content}`, node);
    } else if (found.isDirectory) {
      add(`folder ${mode}${owner} ${time}`);
      for (const entry of Deno.readDirSync(path)) {
        // where a replica is locked by a file in it, that is none of its entries
        if (entry.name === LOCK_NAME) continue;
        visitIfThere(`${path}/${entry.name}`, `${name}/${entry.name}`);
      }
    } else add(found.isFifo ? `FIFO ${mode}${owner} ${time}` : "special", node);
  }
  visit(root, ".");
  const firsts = new Map<string, string>();
  for (const { name, node } of lines) {
    if (node !== null && !(firsts.get(node)! <= name)) firsts.set(node, name);
  }
  return lines.map(({ name, line, node }) => {
    const first = node === null ? name : firsts.get(node);
    return first === name ? line : `${line} = ${first}`;
  }).sort();
}

/** Whether nothing is there any more, in the words of Deno's calls and of Node's. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || (error as { code?: string }).code === "ENOENT";
}

/** Device and inode, to the last digit. */
function nodeOf(path: string): string {
  const { dev, ino } = lstatSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** FNV-1a over the bytes: enough to tell test files apart, and not the engine's digest. */
function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

/** The first law: after a pass the replica equals the source, in all that it can keep. */
export function assertInSync(source: string, replica: string, kept: Kept = {}): void {
  assertEquals(harvest(replica, kept), harvest(source, kept));
}

/** Whether the first law holds by now, while passes are made. */
export function isInSync(source: string, replica: string, kept: Kept = {}): boolean {
  return harvest(replica, kept).join("\n") === harvest(source, kept).join("\n");
}

/** Run a test in an empty folder of its own, which is removed afterwards whatever its modes. */
export async function inFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "lockstep-test-" }));
  const clear = () => {
    unlock(folder);
    if (IS_WINDOWS) removeWhatMayGo(folder);
    else Deno.removeSync(folder, { recursive: true });
  };
  try {
    await test(folder);
  } catch (error) {
    try {
      clear();
    } catch { /* a program that the failed test left behind still writes there: [error] is what matters */ }
    throw error;
  }
  clear();
}

/** Remove a folder but for what is still open, which Windows keeps: asked for the whole, Deno tries that for ever. */
function removeWhatMayGo(folder: string): void {
  for (const { isDirectory, name } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    try {
      if (isDirectory) removeWhatMayGo(path);
      else Deno.removeSync(path);
    } catch { /* it goes with the prefix of Wine, or with the machine's temporary files */ }
  }
  try {
    Deno.removeSync(folder);
  } catch { /* likewise */ }
}

/**
 * Like `inFolder`, in memory where we may mount that. For many files that prove nothing about a disk: where files were
 * just removed, ext4 takes ten times as long to make others.
 */
export async function inMemory(test: (folder: string) => void | Promise<void>): Promise<void> {
  await inFolder(async (at) => {
    const memory = `${at}/memory`;
    Deno.mkdirSync(memory);
    const isMounted = Deno.uid() === 0 && run("mount", "-t", "tmpfs", "tmpfs", memory);
    try {
      await test(memory);
    } finally {
      if (isMounted) run("umount", "-l", memory);
    }
  });
}

/** Whether there is a command, and it succeeds. */
function run(command: string, ...args: string[]): boolean {
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return ifThere(() => new Deno.Command(command, { args, ...quiet }).outputSync())?.success ?? false;
}

function unlock(folder: string): void {
  const found = Deno.lstatSync(folder);
  if (!IS_WINDOWS && ((found.mode ?? 0) & 0o700) !== 0o700) Deno.chmodSync(folder, 0o700);
  for (const { isDirectory, isFile, name } of Deno.readDirSync(folder)) {
    // there it is the file itself that cannot be removed when it may not be written to
    if (IS_WINDOWS && isFile) ifThere(() => Deno.chmodSync(`${folder}/${name}`, 0o666));
    // a name that is not UTF-8 leads nowhere
    if (isDirectory && !name.includes("\ufffd")) unlock(`${folder}/${name}`);
  }
}

/** Whether anything has that name, were it a link that leads nowhere. */
export function isThere(path: string): boolean {
  return ifThere(() => Deno.lstatSync(path)) !== null;
}

/** The content of a file, "" when it is not there. */
export function readIfThere(path: string): string {
  return ifThere(() => Deno.readTextFileSync(path)) ?? "";
}

/** Remove files and folders, whatever they are. */
export function removeIfThere(...paths: readonly string[]): void {
  for (const path of paths) ifThere(() => Deno.removeSync(path, { recursive: true }));
}

function ifThere<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

/** The names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** The names of the engine's temporary files and folders in a folder. */
export function temporaryNames(folder: string): string[] {
  return namesIn(folder).filter((name) => name.startsWith(".lockstep-"));
}

/** As many files with one content, "f0" and on or as `nameOf` says. */
export function files(
  count: number,
  content: string | Uint8Array = "1",
  nameOf = (i: number) => `f${i}`,
): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [nameOf(i), content]));
}
