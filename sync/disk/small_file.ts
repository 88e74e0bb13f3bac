/**
 * Reads a small file of a tree at an absolute path where the edge does not: in the thread that listens for signals, which
 * a file system that hangs must not block. So all calls are asynchronous, and a FIFO is not waited for.
 *
 * RACE: a link on the way to the file is followed. With `--allow-read` Deno resolves links before it opens a file, so one
 * at its name is, too; what was opened is compared with the name afterwards. The worst outcome is that another file is read
 * in its place, by whose path nothing is written.
 */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Fault, reason } from "./fault.ts";

/** Windows has neither flag and needs neither. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** Leave its time of access as it is, where the system lets us. */
const UNSEEN = READ | (constants.O_NOATIME ?? 0);

/**
 * The bytes of a file; null where there is none. Throws what the system throws, and a fault where it has more than `most`
 * bytes, or is not the same from the first look to the last.
 */
export async function readSmall(path: string, most: number): Promise<Uint8Array | null> {
  const found = await lookAt(path);
  if (!found?.isFile) return null;
  if (found.size > most) throw fault("EFBIG");
  const file = await openUnseen(path);
  try {
    const opened = await file.stat();
    if (!opened.isFile()) throw fault("REPLACED");
    const bytes = await bytesOf(file, found.size + 1);
    const now = await lookAt(path);
    if (!now?.isFile || now.ino !== opened.ino) throw fault("REPLACED");
    const isSteady = bytes.length === found.size && now.mtime?.getTime() === found.mtime?.getTime();
    // half of it may mean something else
    if (!isSteady) throw fault("CHANGED");
    return bytes;
  } finally {
    await file.close();
  }
}

/** What is at an absolute path; null for nothing. */
export async function lookAt(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(reason(error)?.code ?? "")) return null;
    throw error;
  }
}

/** Up to so many bytes from the beginning. */
async function bytesOf(file: FileHandle, most: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  let length = 0;
  while (length < most) {
    const { bytesRead } = await file.read(bytes, length, most - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** Linux lets only root and a file's owner read it unseen. */
async function openUnseen(path: string): Promise<FileHandle> {
  try {
    return await open(path, UNSEEN);
  } catch (error) {
    if (reason(error)?.code !== "EPERM") throw error;
  }
  return await open(path, READ);
}

function fault(code: string): Fault {
  return new Fault("read", "source", { code });
}
