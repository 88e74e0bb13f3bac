/** What can be done to the replica, and what each change costs it. Pure. */
import { below, type Known, type Leaf, type Mirrored, parent, type Path } from "./entry.ts";
import { forEach, type Steps } from "./steps.ts";

/**
 * One thing to do to the replica. `spelled`: the name by which the replica has what is there, where only its case differs
 * from that of the path: it gets that first.
 */
export type Change =
  /**
   * `was` is an entry of another kind in the way, which is removed. What lies below a folder in the way has removals of
   * its own. With `hardLinkTo`, the file becomes another name of the file that the replica has at that path.
   */
  | {
    readonly kind: "create";
    readonly path: Path;
    readonly entry: Mirrored;
    readonly was?: Known;
    readonly spelled?: string;
    readonly hardLinkTo?: Path;
  }
  /** The content differs, or the file must get its own inode, or share the inode of `hardLinkTo`. */
  | {
    readonly kind: "update";
    readonly path: Path;
    readonly entry: Leaf;
    readonly was: Leaf;
    readonly spelled?: string;
    readonly hardLinkTo?: Path;
    /** What it replaces is a copy that this pass has made. */
    readonly again?: true;
  }
  /** The content is the same; mode, time, owner or the name's case differs. `comparedAt`: when contents were compared, in ms. */
  | {
    readonly kind: "attributes";
    readonly path: Path;
    readonly entry: Mirrored;
    readonly was: Mirrored;
    readonly spelled?: string;
    readonly comparedAt?: number;
  }
  | { readonly kind: "remove"; readonly path: Path; readonly was: Known }
  /**
   * What the replica has at `from` gets the name `path`, with all that is in it, and the attributes of `entry`. Where a
   * folder around `from` is moved itself, `from` is the path that it has by then.
   */
  | {
    readonly kind: "move";
    readonly path: Path;
    readonly from: Path;
    readonly entry: Mirrored;
    readonly was: Mirrored;
  };

export type Move = Extract<Change, { readonly kind: "move" }>;

/** One thing that differs. `from` is the replica's, `to` the source's: permission bits, or numbers of owner and group. */
export type Difference =
  /** `target`: of a link. `hard-links`: which names share an inode. `edited`: the replica's file is the newer one. */
  | {
    readonly what: "size" | "content" | "target" | "device" | "hard-links" | "time" | "edited" | "xattrs";
  }
  /** The name's case: what the replica has. */
  | { readonly what: "name"; readonly from: string }
  | { readonly what: "mode"; readonly from: number; readonly to: number }
  | { readonly what: "owner"; readonly from: Owner; readonly to: Owner };

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** How many entries of the replica a change removes. */
export function removals(change: Change): number {
  return change.kind === "remove" || (change.kind === "create" && change.was) ? 1 : 0;
}

/** What of the replica a change removes, or gives another content; null when nothing is lost. */
export function lost(change: Change): Known | null {
  if (change.kind === "move") return null;
  return change.kind === "attributes" ? null : change.was ?? null;
}

/** By which other name the replica has what a change is about, which is to get that of the path; undefined for none. */
export function spelledIn(change: Change): string | undefined {
  return "spelled" in change ? change.spelled : undefined;
}

/** The path that the replica has for what a change gives another one, or another case of its name; null for none. */
export function formerPath(change: Change): Path | null {
  if (change.kind === "move") return change.from;
  const spelled = spelledIn(change);
  return spelled === undefined ? null : below(parent(change.path), spelled);
}

/** Whether a change is one of the folder around it, too, whose time is set after that. */
export function touchesAround(change: Change): boolean {
  return change.kind !== "attributes" || change.spelled !== undefined;
}

/** How many bytes a change copies. */
export function bytes(change: Change): number {
  return (change.kind === "create" || change.kind === "update") && change.hardLinkTo === undefined
    ? (change.entry.kind === "file" ? change.entry.size : 0)
    : 0;
}

/**
 * The least free space, in bytes, that these changes need when they are made one after another. What a file replaces is
 * there until the file is complete; `keepsLost`: and after that, in a trash on the same disk. Nothing else is removed
 * before all are made. A file with holes counts as 0.
 */
export function* bytesNeeded(changes: Iterable<Change>, keepsLost = false): Steps<number> {
  let [used, most] = [0, 0];
  yield* forEach(changes, (change) => {
    if (bytes(change) === 0 || ("entry" in change && change.entry.kind === "file" && change.entry.holes)) {
      return;
    }
    most = Math.max(most, used + bytes(change));
    used += bytes(change) - (keepsLost ? 0 : bytesGiven(change));
  });
  return most;
}

/** How many bytes are free again when a change has replaced a file; how many a file with holes has, nobody knows. */
function bytesGiven(change: Change): number {
  if (change.kind !== "update" || change.was.kind !== "file") return 0;
  const { size, nlink, holes } = change.was;
  return nlink === 1 && !holes ? size : 0;
}
