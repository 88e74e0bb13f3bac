/** Deletes the oldest pass from a trash in a thread that may block, when the disk is full. */
import { byAge, isSameRun, journalName, partName, runOf } from "../engine/trash.ts";
import { absolute } from "../engine/entry.ts";
import { SYSTEM } from "../system.ts";
import { codeOf } from "./trash_runs.ts";

/**
 * Delete the oldest pass that is not under way, but `current`, in a thread that may block. Returns which; null when
 * there is none.
 *
 * RACE: several threads that meet a full disk at once may delete one pass each, where one would have been enough.
 */
export function deleteOldest(folder: string, current: string): string | null {
  const runs = new Set<string>();
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      const run = runOf(name);
      if (run !== null && !isSameRun(run, current)) runs.add(run);
    }
    for (const run of [...runs].sort(byAge)) {
      if (isLocked(absolute(folder, journalName(run)))) continue;
      for (const name of [partName(run), run, journalName(run)]) removeAll(absolute(folder, name));
      return run;
    }
  } catch (error) {
    codeOf(error);
  }
  return null;
}

function isLocked(journal: string): boolean {
  try {
    using file = Deno.openSync(journal);
    return !file.tryLockSync(true);
  } catch (error) {
    codeOf(error);
    return false;
  }
}

function removeAll(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return;
    if (code !== "EACCES") throw error;
    makeWritableNow(path);
    Deno.removeSync(path, { recursive: true });
  }
}

/** Folders that their owner may not write into; where a file can be read-only to a removal, such files, too. */
function makeWritableNow(folder: string): void {
  Deno.chmodSync(folder, 0o700);
  for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
    if (isDirectory) makeWritableNow(absolute(folder, name));
    else if (isFile && !SYSTEM.hasModes) Deno.chmodSync(absolute(folder, name), 0o600);
  }
}
