/**
 * Changing the case of a name in a replica that ignores it: what was compared, and nothing in its way. Some file systems
 * do nothing when a name is renamed to itself in another case; there it gets a name between, which no pass takes for its
 * own: when this is killed there, the next pass finds it like anything else that was moved.
 *
 * RACE: something else may get the name between the look and the rename. The worst outcome is that it is replaced, where
 * one rename does it and the replica tells the two names apart after all.
 */
import { Fault } from "../disk/fault.ts";
import { betweenName } from "../disk/temporary.ts";
import type { Name, WritableFolder } from "../disk/tree.ts";
import { type Change, spelledIn } from "../engine/change.ts";
import { type Entry, type Known, nameOf, parent } from "../engine/entry.ts";
import type { Context } from "./context.ts";
import { criteriaIn } from "./mounts.ts";
import { isStill } from "./move.ts";
import { withWritable } from "./writable.ts";

/** How many names are tried when others have them. */
const ATTEMPTS = 8;

/**
 * Give what the replica has the name that the source has, where only its case differs. Returns what went wrong: then it
 * has its old name, and everything else can be done all the same.
 */
export function respell(
  context: Context,
  number: number,
  change: Change,
  folder: WritableFolder,
): Fault | null {
  const [spelled, { path, was }] = [spelledIn(change), change];
  if (spelled === undefined || was === undefined) return null;
  try {
    const name = nameOf(path);
    const found = lookFor(folder, spelled, name, was);
    const { capabilities } = criteriaIn(context, parent(path));
    withWritable(folder, () => {
      if (capabilities.recase === "once") folder.rename(spelled, folder, name);
      else goBetween(folder, number, spelled, name, found);
    });
    return null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return new Fault("attributes", "replica", error.reason);
  }
}

/**
 * What has the old name. Throws a fault when it is something else than was compared, or when something else has the new
 * one.
 */
function lookFor(folder: WritableFolder, spelled: Name, name: Name, was: Known): Entry {
  const found = folder.look(spelled);
  // a file system of FUSE may give a folder another inode number with each name on the way to it
  const isFolder = was.kind === "folder" && found?.kind === "folder";
  if (found === null || was.kind === "socket" || !(isFolder || isStill(found, was))) {
    throw new Fault("attributes", "replica", { code: "CHANGED" });
  }
  const other = folder.look(name);
  if (other !== null && !isAlike(other, found)) throw new Fault("attributes", "replica", { code: "TAKEN" });
  return found;
}

/** Whether two names seem to lead to one entry. */
function isAlike(a: Entry, b: Entry): boolean {
  if (a.kind === "folder") return b.kind === "folder" && a.mtime === b.mtime && a.mode === b.mode;
  return a.kind !== "unknown" && a.kind !== "socket" && isStill(b, a);
}

function goBetween(folder: WritableFolder, number: number, spelled: Name, name: Name, found: Entry): void {
  const between = moveToFree(folder, number, spelled);
  try {
    moveFrom(folder, between, name, found);
  } catch (error) {
    moveFrom(folder, between, spelled, found);
    throw error;
  }
}

/** Linux may remember for a second that the other spelling leads to what was moved away, where FUSE is between. */
function moveFrom(folder: WritableFolder, between: Name, name: Name, found: Entry): void {
  try {
    folder.move(between, folder, name);
  } catch (error) {
    const isTaken = error instanceof Fault && error.reason.code === "EEXIST";
    const other = isTaken ? folder.look(name) : null;
    if (other === null || !isAlike(other, found)) throw error;
    folder.rename(between, folder, name);
  }
}

function moveToFree(folder: WritableFolder, number: number, spelled: Name): Name {
  for (let attempt = 0;; attempt++) {
    const between = betweenName(number, attempt);
    try {
      folder.move(spelled, folder, between);
      return between;
    } catch (error) {
      const isTaken = error instanceof Fault && error.reason.code === "EEXIST";
      if (!isTaken || attempt === ATTEMPTS) throw error;
    }
  }
}
