/**
 * The folder of a trash: opened before a pass, made and marked where it is not there yet, and what is in it. The trees of
 * the passes in it are written by threads (`sync/trash/`); here is what the main thread does, by calls that do not block.
 */
import {
  byAge,
  isSameRun,
  journalName,
  MARK,
  partName,
  runOf,
  TRASH_VERSION,
  UNMARKED,
} from "../engine/trash.ts";
import { absolute, type Folder } from "../engine/entry.ts";
import { reason } from "./fault.ts";
import { relation } from "./relation.ts";
import { isSameRoot, rootAt, type Through } from "./root.ts";

/** A trash that can be used. */
export interface TrashRoot {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly id: string;
  readonly entry: Folder;
  /** The replica that its mark names: an absolute path. */
  readonly replica: string;
  /** Take it away again when this run made it and nothing came into it. */
  close(): Promise<void>;
}

/** Why a trash cannot be used: a code for `cli/reason.ts`. */
export interface NoTrash {
  readonly code: string;
}

/** Where the trash and the two trees are: absolute paths. */
export interface TrashAsked {
  readonly folder: string;
  readonly source: string;
  readonly replica: string;
}

/**
 * Open the trash, and make it where it is not there. `before`: as the last pass had it. A folder that is not empty and
 * has no mark of ours is not used: something else may be kept there.
 */
export async function openTrash(
  { folder, source, replica }: TrashAsked,
  before: TrashRoot | NoTrash | null,
  through?: Through,
): Promise<TrashRoot | NoTrash> {
  try {
    const isMade = await makeFolder(folder);
    const root = await rootAt(folder, "replica", through);
    if (root === null) return { code: "ENOTDIR" };
    if (before !== null && "id" in before && before.id === root.id) return before;
    for (const side of [source, replica]) {
      if (await relation(side, root.path) === "apart") continue;
      if (isMade) await Deno.remove(root.path);
      return { code: "IN_TREE" };
    }
    const marked = await markFor(root.path, replica);
    if (typeof marked !== "string") return marked;
    await removeParts(root.path);
    return { ...root, replica: marked, close: () => isMade ? removeUnused(root.path) : Promise.resolve() };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

/** The replica that the mark in a folder names; null when there is none, and why when it is not for us. */
export async function markOf(folder: string): Promise<string | NoTrash | null> {
  try {
    const mark = JSON.parse(await Deno.readTextFile(absolute(folder, MARK)));
    if (mark?.lockstep !== "trash" || typeof mark.replica !== "string") return NOT_OURS;
    return mark.version === TRASH_VERSION ? mark.replica : { code: "NEWER_TRASH" };
  } catch (error) {
    if (error instanceof SyntaxError) return NOT_OURS;
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

const NOT_OURS: NoTrash = { code: "NOT_A_TRASH" };

/**
 * The replica that the mark names, made where there is none: it is this one, by whatever path. A replica that has gone was
 * renamed: then it is marked anew.
 */
async function markFor(folder: string, replica: string): Promise<string | NoTrash> {
  const marked = await markOf(folder);
  if (marked === null) return await mark(folder, replica);
  if (marked === replica || typeof marked !== "string") return marked;
  const other = await rootAt(marked);
  if (other === null) return await writeMark(folder, replica);
  return isSameRoot(other, await rootAt(replica)) ? marked : { code: "OTHERS_TRASH" };
}

/** Mark an empty folder as the trash of a replica. */
async function mark(folder: string, replica: string): Promise<string | NoTrash> {
  for await (const { name } of Deno.readDir(folder)) if (name !== UNMARKED) return NOT_OURS;
  return await writeMark(folder, replica);
}

async function writeMark(folder: string, replica: string): Promise<string> {
  const text = JSON.stringify({ lockstep: "trash", version: TRASH_VERSION, replica });
  const beside = absolute(folder, UNMARKED);
  await Deno.writeTextFile(beside, `${text}\n`, { mode: 0o600 });
  await Deno.rename(beside, absolute(folder, MARK));
  return replica;
}

/** Make a folder that nobody else may look into. False when it is there. */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await Deno.mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

async function removeUnused(folder: string): Promise<void> {
  try {
    for await (const { name } of Deno.readDir(folder)) if (name !== MARK) return;
    await Deno.remove(absolute(folder, MARK));
    await Deno.remove(folder);
  } catch (error) {
    // whatever came into it keeps it
    codeOf(error);
  }
}

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
    if (codeOf(error) !== "ENOENT") throw error;
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

async function makeWritable(folder: string): Promise<void> {
  await Deno.chmod(folder, 0o700);
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await makeWritable(absolute(folder, name));
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

/** What is not whole in passes that were killed: it is whole in the replica, or in the pass itself. */
async function removeParts(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const run = runOf(name);
    if (run === null || name !== partName(run) || await isUnderWay(folder, run)) continue;
    await removeIfPossible(absolute(folder, name));
  }
}

async function removeIfPossible(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    codeOf(error);
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

/** The code of what the system says. Throws what is none of it. */
function codeOf(error: unknown): string {
  const why = reason(error);
  if (why === null) throw error;
  return why.code;
}

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

function makeWritableNow(folder: string): void {
  Deno.chmodSync(folder, 0o700);
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) makeWritableNow(absolute(folder, name));
  }
}
