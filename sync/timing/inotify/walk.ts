/**
 * Adds watches, folder by folder, and takes back those of what has left the tree: a slice of it at a time, so that
 * events are read in between. A folder is opened, watched and listed by one descriptor, and what is made in it later is
 * an event, so nothing comes between the two unseen.
 */
import type { Path } from "../../engine/entry.ts";
import type { Calls, Result } from "./calls.ts";
import { ERROR } from "./calls.ts";
import { ASKED } from "./events.ts";
import type { Folders, Node } from "./folders.ts";

export interface Walk {
  /** A folder, and all below it that is not watched, is to be watched. */
  add(node: Node): void;
  /** A folder has left the tree: with all below it, it is to be watched no more. */
  leave(node: Node): void;
  /** What is to be done is done, as far as there are watches to be had. */
  isDone(): boolean;
  /** Work until a moment by `performance.now()`. */
  work(until: number): void;
  /** The system has no more watches: the walk rests until it is told to try again. */
  isResting(): boolean;
  tryAgain(): void;
}

/** What comes of a walk. */
export interface Found {
  /** A folder and all below it are watched by now, and were not before; or they cannot be for now. */
  branch(node: Node): void;
  /** A folder cannot be watched, for the error of a result. */
  unwatched(path: Path, why: Result): void;
}

/** A folder that was added, with what is still to be done below it. */
interface Branch {
  readonly top: Node;
  readonly left: Node[];
  /** Whether a watch was added. */
  isNew: boolean;
}

/** Folders that give these errors have gone, or are none: events tell, or have told. */
const GONE: readonly number[] = [ERROR.NOENT, ERROR.NOTDIR, ERROR.LOOP, ERROR.XDEV];

/**
 * `root` is a path without links, `inotify` a descriptor; `device`: the only one that is watched, null for all. The root
 * is opened for each slice anew: while it is open, nobody can unmount it, and its removal is not told.
 */
export function walk(
  calls: Calls,
  folders: Folders,
  { root, inotify, device }: {
    readonly root: string;
    readonly inotify: number;
    readonly device: bigint | null;
  },
  found: Found,
): Walk {
  const tops = new Set<Node>();
  const leaving: Node[] = [];
  let branch: Branch | null = null;
  let isResting = false;

  function leave(node: Node): void {
    folders.leave(node);
    tops.delete(node);
    leaving.push(node);
  }

  /** Take a folder's watch back. Those below it follow. */
  function forget(node: Node): void {
    for (const child of node.children?.values() ?? []) leave(child);
    if (node.wd < 0) return;
    const { wd } = node;
    if (folders.unassign(node)) calls.unwatch(inotify, wd);
  }

  /** A folder has a watch. When it had another one, another folder has taken its place. */
  function assign(node: Node, wd: number): void {
    forget(node);
    // the others have been moved from where they were, or are the same by another mount
    for (const other of folders.assign(node, wd)) if (other.parent !== null) tops.add(other);
  }

  function visit(node: Node, path: Path, branch: Branch, rootFd: number): void {
    const fd = calls.open(rootFd, path);
    if (fd < 0) return refuse(node, path, fd);
    try {
      if (device !== null && calls.device(fd) !== device) return leave(node);
      const wd = calls.watch(inotify, fd, ASKED);
      if (wd < 0) {
        if (wd !== -ERROR.NOSPC) return refuse(node, path, wd);
        branch.left.push(node);
        found.unwatched(path, wd);
        return rest(branch);
      }
      if (node.wd !== wd) assign(node, wd);
      else if (node.isListed) return;
      const listed = calls.folders(fd, (name) => branch.left.push(folders.child(node, name)));
      node.isListed = listed === 0;
      if (listed < 0) found.unwatched(path, listed);
      branch.isNew = true;
    } finally {
      calls.close(fd);
    }
  }

  function refuse(node: Node, path: Path, why: Result): void {
    if (node === folders.root || !GONE.includes(-why)) return found.unwatched(path, why);
    folders.miss(node);
    leave(node);
  }

  /** There are no more watches. What was to be watched is told now, since nobody knows when its turn comes. */
  function rest(branch: Branch): void {
    isResting = true;
    for (const top of [branch.top, ...tops]) if (top !== folders.root || branch.isNew) found.branch(top);
    branch.isNew = false;
  }

  function next(): Branch | null {
    const [top] = tops;
    if (top === undefined) return null;
    tops.delete(top);
    return { top, left: [top], isNew: false };
  }

  /** Whether another folder has taken the root's place. */
  function isAnother(rootFd: number): boolean {
    const { wd } = folders.root;
    return wd >= 0 && calls.watch(inotify, rootFd, ASKED) !== wd;
  }

  /** Go on by one folder. Returns whether there may be more. */
  function goOn(rootFd: number): boolean {
    branch ??= next();
    if (branch === null) return false;
    const node = branch.left.pop();
    if (node === undefined) {
      if (branch.isNew) found.branch(branch.top);
      branch = null;
      return true;
    }
    const path = folders.path(node);
    if (path === null) folders.miss(node);
    else visit(node, path, branch, rootFd);
    return true;
  }

  return {
    add: (node) => void tops.add(node),
    leave,
    isDone: () => leaving.length === 0 && (isResting || (branch === null && tops.size === 0)),
    work(until) {
      for (let gone = leaving.pop(); gone !== undefined; gone = leaving.pop()) {
        forget(gone);
        if (performance.now() >= until) return;
      }
      if (isResting || (branch === null && tops.size === 0)) return;
      const rootFd = calls.root(root);
      if (rootFd < 0) return found.unwatched("", rootFd);
      try {
        if (isAnother(rootFd)) return found.unwatched("", -ERROR.NOENT);
        while (performance.now() < until && !isResting && goOn(rootFd));
      } finally {
        calls.close(rootFd);
      }
    },
    isResting: () => isResting,
    tryAgain: () => void (isResting = false),
  };
}
