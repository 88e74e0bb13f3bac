/** The passes in a trash: which there are, how large they are, and how they are deleted. */
import { byAge, journalName, partName, runOf } from "../engine/trash.ts";
import { absolute } from "../engine/entry.ts";
import { SYSTEM } from "../system.ts";
import { reason } from "./fault.ts";

/** The passes in a trash (an absolute path), the oldest first. Throws what the system throws. */
export async function runsIn(folder: string): Promise<string[]> {
  const runs = new Set<string>();
  for await (const { name } of Deno.readDir(folder)) {
    const run = runOf(name);
    if (run !== null) runs.add(run);
  }
  return [...runs].sort(byAge);
}

/** Whether a pass is being made: its journal is locked as long as it is. */
export async function isUnderWay(folder: string, run: string): Promise<boolean> {
  try {
    using journal = await Deno.open(absolute(folder, journalName(run)));
    return !await journal.tryLock(true);
  } catch (error) {
    // it has none, or the file system has no locks
    codeOf(error);
    return false;
  }
}

/**
 * Delete a pass with all that it kept; the journal last, so that what a crash leaves of it is still a pass. Throws what
 * the system throws.
 */
export async function deleteRun(folder: string, run: string): Promise<void> {
  for (const name of [partName(run), run, journalName(run)]) {
    const path = absolute(folder, name);
    try {
      await Deno.remove(path, { recursive: true });
    } catch (error) {
      const code = codeOf(error);
      if (code === "ENOENT") continue;
      if (code !== "EACCES") throw error;
      // a folder that its owner may not write into
      await makeWritable(path);
      await Deno.remove(path, { recursive: true });
    }
  }
}

/** End a pass: what is not whole goes, and so does the journal of a pass that kept nothing. */
export async function endRun(folder: string, run: string): Promise<void> {
  await removeIfPossible(absolute(folder, partName(run)));
  try {
    await Deno.lstat(absolute(folder, run));
  } catch (error) {
    if (codeOf(error) === "ENOENT") await removeIfPossible(absolute(folder, journalName(run)));
  }
}

/** The bytes of the files in a pass, and how many entries it has; names of one inode count once. */
export async function sizeOfRun(folder: string, run: string): Promise<{ bytes: number; entries: number }> {
  const seen = new Set<string>();
  const size = { bytes: 0, entries: 0 };
  async function visit(path: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      const below = absolute(path, name);
      size.entries++;
      if (isDirectory) await visit(below);
      else size.bytes += await bytesAt(below, seen);
    }
  }
  try {
    await visit(absolute(folder, run));
  } catch (error) {
    // it was deleted meanwhile, or never had anything
    if (codeOf(error) !== "ENOENT") throw error;
  }
  return size;
}

async function bytesAt(path: string, seen: Set<string>): Promise<number> {
  try {
    const { size, isFile, nlink, dev, ino } = await Deno.lstat(path);
    if (!isFile || seen.has(`${dev}:${ino}`)) return 0;
    if ((nlink ?? 1) > 1) seen.add(`${dev}:${ino}`);
    return size;
  } catch (error) {
    codeOf(error);
    return 0;
  }
}

/** Remove something with all in it, if that is possible. */
export async function removeIfPossible(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    codeOf(error);
  }
}

/** Folders that their owner may not write into; where a file can be read-only to a removal, such files, too. */
async function makeWritable(folder: string): Promise<void> {
  await Deno.chmod(folder, 0o700);
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (isDirectory) await makeWritable(absolute(folder, name));
    else if (isFile && !SYSTEM.hasModes) await Deno.chmod(absolute(folder, name), 0o600);
  }
}

/** The code of what the system says. Throws what is none of it. */
export function codeOf(error: unknown): string {
  const why = reason(error);
  if (why === null) throw error;
  return why.code;
}
