/**
 * The folders that are watched, as a tree: the system tells of a number, and the path of a folder is where it lies by
 * now. A folder that is moved takes along what lies below it, without a look at it. Pure.
 */
import { below, type Path } from "../../engine/entry.ts";
import type { Excluding } from "../excluding.ts";

/** One folder. It is changed by `Folders` alone. */
export interface Node {
  name: string;
  /** null for the root, and for what has left the tree. */
  parent: Node | null;
  /** The number of its watch; -1 while it has none. */
  wd: number;
  /** Those in it, by name; null when there are none. */
  children: Map<string, Node> | null;
  /** Whether all folders in it are known, since it is watched. */
  isListed: boolean;
  /** What is excluded in it; null until it is watched. */
  excluding: Excluding | null;
  /** The text of its ignore file, by which that was made; null when it had none. */
  ignoreFile: string | null;
}

export interface Folders {
  readonly root: Node;
  /** The folders with a watch: one, or several when a folder is mounted in another place as well. */
  at(wd: number): readonly Node[];
  /** Where a folder is; null when it has left the tree. */
  path(node: Node): Path | null;
  /** The folder of a name in another one: that which is there, or a new one without a watch. */
  child(parent: Node, name: string): Node;
  /** Put a folder where it has been moved. What was there by that name has left before. */
  put(node: Node, parent: Node, name: string): void;
  /** It leaves the tree, with all below it. */
  leave(node: Node): void;
  /** A folder was not found where it was: those that it lay in are not known to be listed. */
  miss(node: Node): void;
  /** A folder has a watch. Returns the others that have the same. */
  assign(node: Node, wd: number): readonly Node[];
  /** A folder has no watch any more. Returns whether nobody has it. */
  unassign(node: Node): boolean;
}

/** The root alone, without a watch. */
export function folders(): Folders {
  const root = nodeOf("", null);
  const watched = new Map<number, readonly Node[]>();

  function path(node: Node): Path | null {
    if (node === root) return "";
    const upper = node.parent === null ? null : path(node.parent);
    return upper === null ? null : below(upper, node.name);
  }

  return {
    root,
    at: (wd) => watched.get(wd) ?? [],
    path,
    child(parent, name) {
      const found = parent.children?.get(name);
      if (found !== undefined) return found;
      const node = nodeOf(name, parent);
      (parent.children ??= new Map()).set(name, node);
      return node;
    },
    put(node, parent, name) {
      [node.parent, node.name] = [parent, name];
      (parent.children ??= new Map()).set(name, node);
    },
    leave(node) {
      if (node.parent?.children?.get(node.name) === node) node.parent.children.delete(node.name);
      node.parent = null;
    },
    miss(node) {
      for (let at = node.parent; at !== null; at = at.parent) at.isListed = false;
    },
    assign(node, wd) {
      const others = watched.get(wd) ?? [];
      node.wd = wd;
      watched.set(wd, [...others, node]);
      return others;
    },
    unassign(node) {
      const left = (watched.get(node.wd) ?? []).filter((other) => other !== node);
      if (left.length > 0) watched.set(node.wd, left);
      else watched.delete(node.wd);
      [node.wd, node.isListed] = [-1, false];
      return left.length === 0;
    },
  };
}

function nodeOf(name: string, parent: Node | null): Node {
  return { name, parent, wd: -1, children: null, isListed: false, excluding: null, ignoreFile: null };
}
