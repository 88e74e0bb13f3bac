/**
 * Files that a run leaves to another: a trash's journal, a plan, digests, what a pass left. Each is read as a stream of
 * lines, and written whole or not at all. No file of the two trees is touched by this.
 */
import { dirname } from "node:path";
import { reason } from "../disk/fault.ts";
import { SYSTEM } from "../system.ts";

/** Characters written at once. */
const CHUNK = 1 << 16;

/** The lines of a text file, without their ends. `whole`: whether the last one had an end. Throws what the system throws. */
export async function* linesOf(
  path: string,
): AsyncGenerator<{ readonly line: string; readonly whole: boolean }> {
  using file = await Deno.open(path);
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(CHUNK);
  let rest = "";
  for (let count: number | null; (count = await file.read(buffer)) !== null;) {
    const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield { line, whole: true };
  }
  rest += decoder.decode();
  if (rest !== "") yield { line: rest, whole: false };
}

/** The bytes of a file, cut behind ends of lines, so that no line is in two; a last line without an end stands alone. */
export async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  let buffer = new Uint8Array(CHUNK);
  let kept = 0;
  for (let count: number | null; (count = await file.read(buffer.subarray(kept))) !== null;) {
    const filled = kept + count;
    const end = buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (end > 0) yield buffer.slice(0, end);
    kept = filled - end;
    // a line that is longer than the buffer
    const next = kept < buffer.length ? buffer : new Uint8Array(buffer.length * 2);
    next.set(buffer.subarray(end, filled));
    buffer = next;
  }
  if (kept > 0) yield buffer.slice(0, kept);
}

const NEWLINE = 10;

/** Permission bits of a new file that anybody may read whom the umask lets: what people make by other programs has them, too. */
export const PUBLIC = 0o666;
/** Those of a new file that is for nobody else. */
const PRIVATE = 0o600;

/**
 * Write a file of lines, or of bytes as they are, whole or not at all: beside its place, forced to the disk, then renamed.
 * Others may read it who might read the old one; `fresh` has the permission bits where there is none. Throws what the system
 * throws; then what is there is as it was.
 */
export async function writeWhole(
  path: string,
  lines: Iterable<string> | AsyncIterable<string | Uint8Array>,
  fresh = PRIVATE,
): Promise<void> {
  const mode = await modeOf(path, fresh);
  const beside = `${path}.lockstep-new`;
  await remove(beside);
  try {
    {
      using file = await Deno.open(beside, { write: true, createNew: true, mode });
      const writer = writerOf(file);
      const encoder = new TextEncoder();
      let text = "";
      for await (const line of lines) {
        if (typeof line !== "string") {
          await writer.write(line);
          continue;
        }
        text += `${line}\n`;
        if (text.length < CHUNK) continue;
        await writer.write(encoder.encode(text));
        text = "";
      }
      await writer.write(encoder.encode(text));
      await file.sync();
    }
    await Deno.rename(beside, path);
  } catch (error) {
    await remove(beside);
    throw error;
  }
  await syncFolderOf(path);
}

/** Force the name of a file to the disk, where folders can be. Throws what the system throws. */
export async function syncFolderOf(path: string): Promise<void> {
  if (!SYSTEM.syncsFolders) return;
  using folder = await Deno.open(dirname(path));
  await folder.sync();
}

/** Writes all of some bytes. Not by the file's stream: in Deno 2.9.6 what is written to that is lost. */
export function writerOf(file: Deno.FsFile): { write(bytes: Uint8Array): Promise<void> } {
  return {
    async write(bytes) {
      for (let sent = 0; sent < bytes.length;) sent += await file.write(bytes.subarray(sent));
    },
  };
}

/** Which version of a file is there, as a text; "" when none is, or when that cannot be told. */
export async function versionOf(path: string): Promise<string> {
  try {
    const { ino, size, mtime } = await Deno.stat(path);
    return `${ino}:${size}:${mtime?.getTime()}`;
  } catch (error) {
    if (reason(error) === null) throw error;
    return "";
  }
}

/** Permission bits of a file that is written anew: as they were; `fresh` where there is none. */
export async function modeOf(path: string, fresh = PRIVATE): Promise<number> {
  try {
    return ((await Deno.stat(path)).mode ?? fresh) & 0o777;
  } catch (error) {
    if (reason(error) === null) throw error;
    return fresh;
  }
}

async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}
