/**
 * A small file of ours that others read while a run writes it anew again and again: whole or as it was, readable to all.
 * The run holds a lock on it, which the system takes away with the process: so a reader knows, with no other right than to
 * read the file, whether the run that wrote it is still there. It is not forced to the disk, since it is written often.
 */
import { reason } from "../disk/fault.ts";
import { isFileLocked } from "../disk/locking.ts";
import type { Reason } from "../engine/entry.ts";
import { SYSTEM } from "../system.ts";
import { modeOf, writerOf } from "./lines.ts";

/** Why nothing was written: another run keeps the file. */
export const HELD = "held";

export interface KeptText {
  /**
   * Write the parts of a text, letting others in between. `held`: whether the file will bear our lock. Null, or why what is
   * there is as it was.
   */
  write(render: (held: boolean) => Iterable<string>): Promise<Reason | typeof HELD | null>;
  /** Give the lock back. */
  close(): void;
}

/** A text that is there, and whether the run that wrote it holds it. */
export interface Found {
  readonly text: string;
  readonly isHeld: boolean;
}

const MODE = 0o644;
/** Characters written at once, and how long parts are made before others are let in, in ms. */
const CHUNK = 1 << 16;
const TURN_MS = 20;
/** Bytes of the largest that is read: ten times what 1,000 jobs come to. */
const LARGEST = 64 << 20;

/**
 * Keep a file at a path. Nothing is touched before the first write. `isPrivate`: who may read it is as it was, and nobody
 * else at first.
 */
export function keptText(path: string, isPrivate = false): KeptText {
  const beside = `${path}.lockstep-new`;
  let mine: Deno.FsFile | null = null;
  return {
    async write(render) {
      try {
        if (mine === null && await isFileLocked(path)) return HELD;
        const mode = isPrivate ? await modeOf(path) : MODE;
        await removeIfThere(beside);
        const file = await Deno.open(beside, { write: true, createNew: true, mode });
        let isOpen = true;
        const shut = () => {
          if (isOpen) file.close();
          isOpen = false;
        };
        try {
          const held = await isLocked(file);
          await writeParts(file, render(held));
          // what the umask took away
          if (((await file.stat()).mode ?? mode) % 0o1000 !== mode) await Deno.chmod(beside, mode);
          // Windows renames nothing that is open
          if (!held) shut();
          await Deno.rename(beside, path);
        } catch (error) {
          shut();
          await removeIfThere(beside);
          throw error;
        }
        mine?.close();
        mine = isOpen ? file : null;
        return null;
      } catch (error) {
        const why = reason(error);
        if (why === null) throw error;
        return why;
      }
    },
    close() {
      mine?.close();
      mine = null;
    },
  };
}

/** What is there; null for nothing, an empty file, or one that a power failure left with no bytes of its own. */
export async function readKept(path: string): Promise<Found | null | Reason> {
  try {
    const { isFile, isDirectory, size } = await Deno.stat(path);
    // a pipe would be waited for
    if (!isFile && !isDirectory) return { code: "NO_FILE", detail: "it is no file" };
    if (size > LARGEST) return { code: "LARGE", detail: "it is too large to be one of Lockstep's" };
    const text = await Deno.readTextFile(path);
    return /^\0*$/.test(text) ? null : { text, isHeld: await isFileLocked(path) };
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why.code === "ENOENT" ? null : why;
  }
}

async function writeParts(file: Deno.FsFile, parts: Iterable<string>): Promise<void> {
  const [writer, encoder] = [writerOf(file), new TextEncoder()];
  let [text, begun] = ["", performance.now()];
  for (const part of parts) {
    text += part;
    if (text.length >= CHUNK) {
      await writer.write(encoder.encode(text));
      text = "";
    } else if (performance.now() - begun >= TURN_MS) await new Promise((resolve) => setTimeout(resolve));
    else continue;
    begun = performance.now();
  }
  await writer.write(encoder.encode(text));
}

/** Where a lock would keep readers away, there is none. */
async function isLocked(file: Deno.FsFile): Promise<boolean> {
  if (SYSTEM.locksBarReaders) return false;
  try {
    return await file.tryLock(true);
  } catch (error) {
    // a file system without locks
    if (reason(error) === null) throw error;
    return false;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}
