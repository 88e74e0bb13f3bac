/** What the events of inotify mean: to the tree of watched folders, and to those who listen. */
import { below, type Path } from "../../engine/entry.ts";
import { IGNORE_FILE } from "../../engine/filter.ts";
import { IN, type InotifyEvent } from "./events.ts";
import type { Folders, Node } from "./folders.ts";
import type { Notes } from "./notes.ts";
import type { Walk } from "./walk.ts";

/** So long after it has left a folder, in ms, one that was moved has not gone elsewhere in the tree. */
export const MOVE_MS = 100;

/** A folder on the way from one place to another, or out of the tree. */
interface Moving {
  /** What the two events of its move have in common. */
  readonly cookie: number;
  readonly node: Node;
  /** When it left, as `performance.now()` counts. */
  readonly since: number;
}

/** What an event changes. */
export interface Heeding {
  readonly folders: Folders;
  readonly walk: Walk;
  readonly notes: Notes;
  readonly moving: Set<Moving>;
}

const APPEARED = IN.CREATE | IN.MOVED_TO;
const DISAPPEARED = IN.DELETE | IN.MOVED_FROM;
const ROOT_GONE = IN.DELETE_SELF | IN.MOVE_SELF | IN.UNMOUNT | IN.IGNORED;

/** Heed an event at a moment by `performance.now()`. */
export function hear(heeding: Heeding, event: InotifyEvent, now: number): void {
  const { folders, walk, notes } = heeding;
  const { wd, mask, name } = event;
  for (const node of folders.at(wd)) {
    const path = folders.path(node);
    if (node === folders.root && (mask & ROOT_GONE) !== 0) notes.tell({ kind: "root" });
    else if ((mask & IN.IGNORED) !== 0) {
      folders.unassign(node);
      // unless it was removed: what it was mounted on is there again
      if (path !== null) walk.add(node);
    } else if (path !== null && name !== "") hearIn(heeding, node, path, event, now);
    else if (path !== null && (mask & IN.ATTRIB) !== 0) notes.note(path, "changed");
  }
}

/** Give up folders that were moved away some time ago. */
export function settle({ walk, moving }: Heeding, now: number): void {
  for (const one of moving) {
    if (now - one.since <= MOVE_MS) continue;
    moving.delete(one);
    walk.leave(one.node);
  }
}

/** An event of a name in a folder. */
function hearIn(heeding: Heeding, folder: Node, path: Path, event: InotifyEvent, now: number): void {
  const { walk, notes } = heeding;
  const { mask, name } = event;
  const entry = below(path, name);
  const isFolder = (mask & IN.ISDIR) !== 0;
  if (name === IGNORE_FILE && walk.hasOtherRules(folder, path)) return notes.tell({ kind: "rules" });
  if (walk.hasRules && walk.excludes(folder, entry, isFolder)) return;
  if ((mask & DISAPPEARED) !== 0) {
    if (isFolder) leaves(heeding, folder, event, now);
    notes.note(entry, "disappeared");
  } else if ((mask & APPEARED) !== 0) {
    // a folder that is not watched is told when it is: what came before is found then
    if (!isFolder || comes(heeding, folder, event) || walk.isResting) notes.note(entry, "appeared");
  } else {
    // it may be readable by now
    const node = isFolder ? folder.children?.get(name) : undefined;
    if (node !== undefined && !node.isListed) walk.add(node);
    notes.note(entry, "changed");
  }
}

/** A folder leaves another one. */
function leaves(
  { folders, walk, moving }: Heeding,
  parent: Node,
  { mask, cookie, name }: InotifyEvent,
  now: number,
): void {
  const node = folders.child(parent, name);
  const isMoved = (mask & IN.MOVED_FROM) !== 0;
  if (!isMoved || node.wd < 0) walk.leave(node);
  else {
    folders.leave(node);
    moving.add({ cookie, node, since: now });
  }
  // the other one of two that change places may be here
  if (isMoved) walk.add(folders.child(parent, name));
}

/** A folder comes into another one. Returns whether it is watched, with all below it. */
function comes(
  { folders, walk, moving }: Heeding,
  parent: Node,
  { mask, cookie, name }: InotifyEvent,
): boolean {
  const isMoved = (mask & IN.MOVED_TO) !== 0;
  const moved = isMoved ? [...moving].find((one) => one.cookie === cookie) : undefined;
  if (moved !== undefined) {
    walk.leave(folders.child(parent, name));
    moving.delete(moved);
    // elsewhere other folders in it may be excluded
    if (walk.hasRules) walk.leave(moved.node);
    else folders.put(moved.node, parent, name);
  }
  const node = folders.child(parent, name);
  // also of one that is known: it is certain only when it was looked at
  walk.add(node);
  return node.isListed;
}
