/** What is in a folder, counted for a bounded time, for `lockstep doctor`. Opens no file but those at the top. */
import { absolute } from "../../engine/entry.ts";
import type { CountFacts, TopFacts } from "../../engine/doctor/facts.ts";
import { whyNoName } from "../../engine/windows_names.ts";
import { SYSTEM, type System } from "../../system.ts";
import { reason } from "../fault.ts";
import { isLockedByFile } from "../locking.ts";
import { isEmpty, type Root } from "../root.ts";
import { isTemporary, LOCK_NAME } from "../temporary.ts";

/** How long is counted, in ms. */
const PATIENCE_MS = 1500;
/** How many names of the top are looked at. */
const MOST = 500;

/** All that lies below a root on the same disk, or as much as can be counted in time. */
export async function countIn(root: Root, patience = PATIENCE_MS): Promise<CountFacts> {
  const end = performance.now() + patience;
  const { device } = root.entry;
  const found = { folders: 1, entries: 0, bytes: 0, largest: 0, complete: true };
  const left = [root.path];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    try {
      for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
        if (performance.now() > end) return { ...found, complete: false };
        found.entries++;
        if (!isFile && !isDirectory) continue;
        const { size, dev } = await Deno.lstat(absolute(folder, name));
        if (isDirectory && dev === device) {
          found.folders++;
          left.push(absolute(folder, name));
        } else if (isFile) {
          found.bytes += size;
          found.largest = Math.max(found.largest, size);
        }
      }
    } catch (error) {
      // what cannot be looked at is told of the top alone
      if (reason(error) === null) throw error;
      found.complete = false;
    }
  }
  return found;
}

/** What stands at the top of a root: whether each file and folder of it can be opened, and has a name that the system has. */
export async function topOf(
  root: Root,
  system: Pick<System, "hasWindowsNames"> = SYSTEM,
): Promise<{ readonly top: TopFacts; readonly names: readonly string[]; readonly leftOvers: number }> {
  const names: string[] = [];
  let [leftOvers, unreadable, complete] = [0, 0, true];
  let example: string | null = null;
  const misnamed: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(root.path)) {
    // the file by which a run holds the replica is no left-over while it does
    if (isTemporary(name) && !(name === LOCK_NAME && await isLockedByFile(root.path))) leftOvers++;
    if (names.length === MOST) {
      complete = false;
      break;
    }
    names.push(name);
    if (system.hasWindowsNames && whyNoName(name) !== null) {
      misnamed.push(name);
      continue;
    }
    if (!isFile && !isDirectory) continue;
    if (await canOpen(absolute(root.path, name), isDirectory)) continue;
    unreadable++;
    example ??= name;
  }
  const empty = await isEmpty(root);
  return { top: { names: names.length, complete, unreadable, example, misnamed, empty }, names, leftOvers };
}

async function canOpen(path: string, isFolder: boolean): Promise<boolean> {
  try {
    if (isFolder) {
      for await (const _ of Deno.readDir(path)) break;
    } else (await Deno.open(path)).close();
    return true;
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    // it went meanwhile
    return why.code === "ENOENT";
  }
}
