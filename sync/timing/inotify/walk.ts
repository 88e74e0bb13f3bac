/**
 * Adds watches, folder by folder, and takes back those of what has left the tree: a slice of it at a time, so that
 * events are read in between.
 */
import { below, type Path } from "../../engine/entry.ts";
import { type Excluding, excluding } from "../excluding.ts";
import { close, unwatch, watch } from "./calls.ts";
import { ASKED } from "./events.ts";
import type { Folders, Node } from "./folders.ts";
import { ignoreFileBelow } from "./ignore_file.ts";
import { ERROR, type Result } from "./library.ts";
import { openRoot } from "./opened.ts";
import { type Place, type Roots, visit, type Visited } from "./visit.ts";

/** What came of a slice. */
export type Found =
  /** A folder and all below it are watched by now, and were not before; or they cannot be for now. */
  | { readonly kind: "branch"; readonly path: Path }
  /** A folder cannot be watched, for the error of a result. */
  | { readonly kind: "unwatched"; readonly path: Path; readonly why: Result };

/** A folder that was added, with what is still to be done below it. */
interface Branch {
  readonly top: Node;
  readonly left: Node[];
  /** Whether a watch was added. */
  isNew: boolean;
}

/** Folders that give these errors have gone, or are none: events tell, or have told. */
const GONE: readonly number[] = [ERROR.NOENT, ERROR.NOTDIR, ERROR.LOOP, ERROR.XDEV];

export class Walk {
  /** Folders that were added, and not begun. */
  private readonly tops = new Set<Node>();
  /** Folders whose watches, and those below them, are to be taken back. */
  private readonly leaving: Node[] = [];
  private branch: Branch | null = null;
  private found: Found[] = [];
  /** The system has no more watches: the walk rests until it is told to try again. */
  isResting = false;
  /** Whether it depends on where a folder is what is excluded in it. */
  hasRules: boolean;
  /** What is excluded by the rules that were given. */
  private readonly given: Excluding;

  constructor(private readonly folders: Folders, private readonly place: Place) {
    const rules = place.exclusions?.rules ?? [];
    this.hasRules = rules.length > 0;
    this.given = excluding(rules);
  }

  /** Whether an entry in a folder is excluded, by its path. */
  excludes(folder: Node, path: Path, isFolder: boolean): boolean {
    return (folder.excluding ?? this.given).excludes(path, isFolder);
  }

  /** Whether the ignore file of a folder is another one than that which was read. */
  hasOtherRules({ ignoreFile }: Node, path: Path): boolean {
    const { exclusions } = this.place;
    return exclusions !== null && ignoreFileBelow(exclusions.source, path) !== ignoreFile;
  }

  /** A folder, and all below it that is not watched, is to be watched. */
  add(node: Node): void {
    this.tops.add(node);
  }

  /** A folder has left the tree: with all below it, it is to be watched no more. */
  leave(node: Node): void {
    this.folders.leave(node);
    this.tops.delete(node);
    this.leaving.push(node);
  }

  tryAgain(): void {
    this.isResting = false;
  }

  /** What is to be done is done, as far as there are watches to be had. */
  isDone(): boolean {
    return this.leaving.length === 0 && (this.isResting || !this.hasMore());
  }

  /** Work until a moment by `performance.now()`. Returns what came of it. */
  work(until: number): readonly Found[] {
    this.found = [];
    this.forgetAll(until);
    if (performance.now() < until && !this.isResting && this.hasMore()) this.watchSome(until);
    return this.found;
  }

  private hasMore(): boolean {
    return this.branch !== null || this.tops.size > 0;
  }

  /** Take back the watches of what has left. */
  private forgetAll(until: number): void {
    for (let gone = this.leaving.pop(); gone !== undefined; gone = this.leaving.pop()) {
      this.forget(gone);
      if (performance.now() >= until) return;
    }
  }

  /** Take a folder's watch back. Those below it follow. */
  private forget(node: Node): void {
    for (const child of node.children?.values() ?? []) this.leave(child);
    if (node.wd < 0) return;
    const { wd } = node;
    if (this.folders.unassign(node)) unwatch(this.place.inotify, wd);
  }

  /** The root is opened for each slice anew: while it is open, nobody can unmount it, and its removal is not told. */
  private watchSome(until: number): void {
    const { root, exclusions } = this.place;
    const fd = openRoot(root);
    if (fd < 0) return this.tellUnwatched("", fd);
    const source = exclusions === null || exclusions.source === root ? null : openRoot(exclusions.source);
    try {
      if (this.isAnother(fd)) return this.tellUnwatched("", -ERROR.NOENT);
      while (performance.now() < until && !this.isResting && this.goOn({ fd, source }));
    } finally {
      close(fd);
      if (source !== null && source >= 0) close(source);
    }
  }

  /** Whether another folder has taken the root's place. */
  private isAnother(rootFd: number): boolean {
    const { wd } = this.folders.root;
    return wd >= 0 && watch(this.place.inotify, rootFd, ASKED) !== wd;
  }

  /** Go on by one folder. Returns whether there may be more. */
  private goOn(roots: Roots): boolean {
    const branch = this.branch ??= this.next();
    if (branch === null) return false;
    const node = branch.left.pop();
    if (node === undefined) {
      if (branch.isNew) this.tellBranch(branch.top);
      this.branch = null;
      return true;
    }
    const path = this.folders.path(node);
    if (path === null) this.folders.miss(node);
    else this.visit(node, path, branch, roots);
    return true;
  }

  private next(): Branch | null {
    const [top] = this.tops;
    if (top === undefined) return null;
    this.tops.delete(top);
    return { top, left: [top], isNew: false };
  }

  private visit(node: Node, path: Path, branch: Branch, roots: Roots): void {
    const visited = visit(roots, path, node, this.place);
    switch (visited.kind) {
      case "known":
        return;
      case "elsewhere":
        return this.leave(node);
      case "refused":
        return this.refuse(node, path, visited.why);
      case "full":
        branch.left.push(node);
        this.tellUnwatched(path, -ERROR.NOSPC);
        return this.rest(branch);
      case "watched":
        if (node.wd !== visited.wd) this.assign(node, visited.wd);
        this.list(node, path, visited, branch);
        if (visited.listed < 0) this.tellUnwatched(path, visited.listed);
        branch.isNew = true;
    }
  }

  /** The folders in a folder that has a watch are to be watched, but for those that are excluded. */
  private list(
    node: Node,
    path: Path,
    { folders, listed, ignoreFile }: Extract<Visited, { kind: "watched" }>,
    { left }: Branch,
  ): void {
    const upper = node.parent?.excluding ?? this.given;
    this.hasRules ||= ignoreFile !== null;
    node.ignoreFile = ignoreFile;
    node.excluding = ignoreFile === null ? upper : upper.within({ folder: path, text: ignoreFile });
    for (const name of folders) {
      if (this.hasRules && this.excludes(node, below(path, name), true)) continue;
      left.push(this.folders.child(node, name));
    }
    node.isListed = listed === 0;
  }

  /** A folder has a watch. When it had another one, another folder has taken its place. */
  private assign(node: Node, wd: number): void {
    this.forget(node);
    // the others have been moved from where they were, or are the same by another mount
    for (const other of this.folders.assign(node, wd)) if (other.parent !== null) this.add(other);
  }

  private refuse(node: Node, path: Path, why: Result): void {
    if (node === this.folders.root || !GONE.includes(-why)) return this.tellUnwatched(path, why);
    this.folders.miss(node);
    this.leave(node);
  }

  /** There are no more watches. What was to be watched is told now, since nobody knows when its turn comes. */
  private rest(branch: Branch): void {
    this.isResting = true;
    for (const top of [branch.top, ...this.tops]) {
      if (top !== this.folders.root || branch.isNew) this.tellBranch(top);
    }
    branch.isNew = false;
  }

  private tellBranch(top: Node): void {
    const path = this.folders.path(top);
    if (path !== null) this.found.push({ kind: "branch", path });
  }

  private tellUnwatched(path: Path, why: Result): void {
    this.found.push({ kind: "unwatched", path, why });
  }
}
