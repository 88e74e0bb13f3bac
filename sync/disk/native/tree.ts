/**
 * The native edge: calls of the C library by FFI, each on a name in an open folder. A folder is reached from the open
 * root, so no link that somebody puts in its way leads a call out of the tree.
 *
 * RACE: a folder that is moved while it is open stays open. The worst outcome is that what is made in it, within a
 * turn, is made where it is by then.
 */
import type { Path, Side } from "../../engine/entry.ts";
import type { Replica, Tree } from "../tree.ts";
import { openBeneath } from "./calls.ts";
import { NativeFolder } from "./folder.ts";
import { NativeTogether } from "./together.ts";
import { type Beneath, Ways } from "./ways.ts";
import { NativeWritableFolder } from "./writable_folder.ts";

export interface NativeOptions {
  /** Look at extended attributes and access lists, too. */
  readonly xattrs?: boolean;
  /** How a path is opened; another way in tests. */
  readonly beneath?: Beneath;
}

/** A tree that is only looked at. */
export function nativeTree(
  side: Side,
  root: string,
  { xattrs = false, beneath = openBeneath }: NativeOptions = {},
): Tree {
  const ways = new Ways({ side, xattrs }, root, beneath);
  const kept = lastKept((path) => new NativeFolder(ways, path));
  return { side, open: kept.open, release: () => (kept.release(), ways.release()) };
}

/** The tree that is written to. */
export function nativeReplica(
  root: string,
  { xattrs = false, beneath = openBeneath }: NativeOptions = {},
): Replica {
  const ways = new Ways({ side: "replica", xattrs }, root, beneath);
  const kept = lastKept((path) => new NativeWritableFolder(ways, path));
  return {
    side: "replica",
    open(path, action) {
      const folder = kept.open(path);
      if (action !== "list" && action !== "read") {
        try {
          folder.confirm(action);
        } catch (error) {
          folder[Symbol.dispose]();
          throw error;
        }
      }
      return folder;
    },
    together: () => new NativeTogether(ways),
    release: () => (kept.release(), ways.release()),
  };
}

/** Keeps the last folder open, for those of one folder's files come together. */
function lastKept<F extends NativeFolder>(make: (path: Path) => F) {
  let last: F | null = null;
  function release(): void {
    last?.[Symbol.dispose]();
    last = null;
  }
  return {
    release,
    open(path: Path): F {
      if (last?.path !== path) {
        const next = make(path);
        if (last !== null) next.openFrom(last);
        release();
        last = next;
      }
      last.users++;
      return last;
    },
  };
}
