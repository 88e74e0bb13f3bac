/**
 * The portable edge: Deno's own calls, by path.
 *
 * RACE: paths are resolved by name at every call, since Deno has no calls relative to an open folder. Someone who can
 * write into the source or the replica during a pass can replace a folder on the way by a link between two calls. The
 * worst outcome is that a file outside is read into the replica, or that a file outside the replica is written, removed
 * or given another mode, with the rights of the program.
 */
import { absolute, parent, type Path, type Side } from "../../engine/entry.ts";
import type { Action, Folder, Replica, Tree } from "../tree.ts";
import { confirm, PortableFolder } from "./folder.ts";
import { PortableWritableFolder } from "./writable_folder.ts";
import { type Birth, UNBORN } from "./writer.ts";

/** A tree that is only looked at. After a listing, its folder is confirmed not to have become a link. */
export function portableTree(side: Side, root: string): Tree<Folder> {
  return { side, open: lastKept((path) => new PortableFolder(side, root, path)), release() {} };
}

/** Folders are plain paths here, and those of one folder's files come together: the last one serves again. */
function lastKept<F>(make: (path: Path) => F): (path: Path) => F {
  let last: { readonly path: Path; readonly folder: F } | null = null;
  return (path) => {
    if (last?.path !== path) last = { path, folder: make(path) };
    return last.folder;
  };
}

/**
 * How long, in ms, a folder is assumed not to have become a link: looking at every folder on the way to every file took
 * longer than making the file. Removals always check.
 *
 * A way so deep that looking at it takes longer is trusted for as long as that took, and so it is for removals: in a
 * chain of 1,200 folders each look takes some 70 ms, and one for every change took minutes.
 */
const TRUST_MS = 1;
/** Folders remembered before all are forgotten: more than are met in that time. */
const TRUSTED = 1000;

/** The tree that is written to. A folder opened for writing is confirmed first, with every folder on the way. */
export function portableReplica(root: string): Replica {
  const confirmForWriting = confirmWay(root, (took) => Math.max(took, TRUST_MS));
  const confirmForRemoval = confirmWay(root, (took) => took > TRUST_MS ? took : 0);
  const birth: { last: Birth } = { last: UNBORN };
  const folderAt = lastKept((path) => new PortableWritableFolder(root, path, birth));
  return {
    side: "replica",
    open(path, action) {
      if (action === "remove") confirmForRemoval(path, action);
      else if (action !== "list" && action !== "read") confirmForWriting(path, action);
      return folderAt(path);
    },
    // Deno has no call for it
    together: () => null,
    release() {},
  };
}

/**
 * A function that throws a fault when a link has taken the place of a folder on the way to a path, as far as can be
 * seen. `trust`: for how long, in ms, a way is trusted when looking at it took so many ms.
 */
function confirmWay(root: string, trust: (took: number) => number): (path: Path, action: Action) => void {
  /** Until when each folder is trusted, as `performance.now()` counts. */
  const trusted = new Map<Path, number>();
  return (path, action) => {
    const began = performance.now();
    const unseen: Path[] = [];
    let until: number | null = null;
    for (let folder = path; folder !== ""; folder = parent(folder)) {
      const known = trusted.get(folder) ?? 0;
      if (known > began) {
        until = known;
        break;
      }
      confirm(action, "replica", absolute(root, folder), folder);
      unseen.push(folder);
    }
    if (unseen.length === 0) return;
    if (until === null) {
      // all the way was looked at, and nothing that was trusted before is needed
      if (trusted.size > TRUSTED) trusted.clear();
      const now = performance.now();
      until = now + trust(now - began);
    }
    for (const folder of unseen) trusted.set(folder, until);
  };
}
