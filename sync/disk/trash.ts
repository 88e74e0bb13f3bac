/**
 * The folder of a trash: opened before a pass, made and marked where it is not there yet, and what is in it. The trees of
 * the passes in it are written by threads (`sync/trash/`); here is what the main thread does, by calls that do not block.
 */
import { MARK, partName, runOf, TRASH_VERSION, UNMARKED } from "../engine/trash.ts";
import { absolute, type Folder } from "../engine/entry.ts";
import { relation } from "./relation.ts";
import { codeOf, isUnderWay, removeIfPossible } from "./trash_runs.ts";
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
    const path = absolute(folder, MARK);
    // a FIFO would never let go
    if (!(await Deno.lstat(path)).isFile) return NOT_OURS;
    const mark = JSON.parse(await Deno.readTextFile(path));
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

/** What is not whole in passes that were killed: it is whole in the replica, or in the pass itself. */
async function removeParts(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const run = runOf(name);
    if (run === null || name !== partName(run) || await isUnderWay(folder, run)) continue;
    await removeIfPossible(absolute(folder, name));
  }
}
