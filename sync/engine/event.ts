/**
 * Everything that can happen, as one union of plain values. A pass emits events; the log, the console, the progress
 * line and the tests only listen. The words are in `cli`. The report of a pass (`report.ts`) is a fold over its events.
 */
import type { Change, Difference } from "./change.ts";
import type { FoundAt, Verified } from "./checked.ts";
import type { Path, Reason, Side, Special } from "./entry.ts";
import type { Refused } from "./guard.ts";
import type { XattrKind } from "./xattrs.ts";

/** One entry that could not be mirrored. What the replica has at its path was left alone, and the pass went on. */
export interface Failure {
  readonly kind: "failure";
  readonly action: "list" | "read" | "copy" | "create" | "attributes" | "remove" | "note";
  readonly side: Side;
  readonly path: Path;
  readonly reason: Reason;
  /** Nothing is at its path in the source any more: it went while it was read, which is told for all of them at once. */
  readonly gone?: true;
  /** It lies on another file system than the replica's root. */
  readonly mounted?: true;
}

/**
 * An entry of the source that is not mirrored: a socket, or a device, FIFO or link that cannot be made in the replica.
 * It is not a failure, and one event reports all entries of a kind.
 */
export interface Unmirrored {
  readonly path: Path;
  readonly what: Special["kind"] | "device" | "fifo" | "link";
}

/**
 * What a replica cannot hold. `limit`: the step of its times in ms, the first or last of them (ms since 1970), or the
 * longest name in bytes.
 */
export type Missing =
  | {
    readonly what:
      | "owners"
      | "modes"
      | "links"
      | "devices"
      | "hard-links"
      | "hard-links-to-links"
      | "cases"
      | "forms"
      | "trailing-dots"
      | "trailing-spaces";
  }
  | { readonly what: "xattrs"; readonly kinds: readonly XattrKind[] }
  | { readonly what: "times" | "times-before" | "times-after" | "names"; readonly limit: number };

/** Something that a person should know once. It does not change the report. */
export type Notice =
  & { readonly kind: "notice" }
  & (
    /** What the replica can hold could not be tried: owners and groups are left as they are. */
    | { readonly code: "untried"; readonly path?: Path }
    /** `path`: another file system that is mounted there cannot, rather than that of the root. */
    | { readonly code: "cannot-hold"; readonly missing: Missing; readonly path?: Path }
    /** Inode numbers of a side cannot be told exactly: its hard links are files of their own to us. */
    | { readonly code: "inexact-ids"; readonly side: Side }
    /** Files of a part of larger trees have names in other parts, or outside: here they are files of their own. */
    | { readonly code: "links-elsewhere"; readonly files: number }
    /** Our own log file lies in a tree: it is neither mirrored nor removed. */
    | { readonly code: "own-log"; readonly side: Side; readonly path: Path }
    /** A root is the top of a drive: what the system keeps there is neither mirrored nor removed. */
    | { readonly code: "drive" }
    /** The replica could not be locked, for the file that is locked there could not be made. */
    | { readonly code: "unlocked"; readonly reason: Reason }
    /** The replica, a part of a tree that other machines mount, is locked for this machine alone. */
    | { readonly code: "locked-alone"; readonly reason: Reason }
    /** A dry run plans attributes that the replica may not be able to hold. */
    | { readonly code: "assumed" }
    /** What was moved aside for a folder is back: the folder was still empty when the pass ended. */
    | { readonly code: "put-back"; readonly path: Path }
    /** What was moved aside for a folder is kept at `as` until the folder is complete. */
    | { readonly code: "kept-aside"; readonly path: Path; readonly as: Path }
    /** What this pass removes and replaces goes to a folder (an absolute path). */
    | { readonly code: "trash"; readonly folder: string }
    /** The trash's file system does not take all attributes. */
    | { readonly code: "trash-attributes" }
    /** The journal of the pass in the trash cannot be written. */
    | { readonly code: "trash-journal"; readonly reason: Reason }
    /** Old passes were deleted from the trash, `bytes` in all. */
    | { readonly code: "trash-expired"; readonly passes: number; readonly bytes: number }
    /** A pass was deleted from the trash (an absolute path), for the disk was full. */
    | { readonly code: "trash-room"; readonly folder: string }
    /** The trash could not be looked through for what is old. */
    | { readonly code: "trash-unkept"; readonly reason: Reason }
  );

/** Why a root cannot be used. */
export type RootFault =
  /** The roots are the same folder, or one lies in the other. */
  | { readonly code: "same" | "replica-in-source" | "source-in-replica" }
  /** A folder in it leads into the other tree. */
  | { readonly code: "nested"; readonly path: Path }
  /** Another folder or disk has taken its place since the last pass. */
  | { readonly code: "another-root" }
  | { readonly code: "absent" | "not-a-folder" | "link-to-no-folder" | "dangling-link" }
  /** Its path leads through a link (an absolute path) that belongs to a user who neither is root nor runs the program. */
  | { readonly code: "strange-link"; readonly link: string; readonly owner: number }
  /** It is a part of a whole tree, and something at a path in that is no folder, but a link or anything else. */
  | { readonly code: "blocked"; readonly path: Path; readonly by: "link" | "mount" | "other" }
  /** The folder that should hold it does not exist. */
  | { readonly code: "no-parent"; readonly parent: string }
  /** Its disk is gone; or the root is gone, and Deno may not look whether its disk is there. */
  | { readonly code: "disk-away" | "disk-unknown" }
  /** It went away while the trees were compared: nothing was written. */
  | { readonly code: "went-away" }
  /** It went away while changes were applied: nothing more was written. */
  | { readonly code: "lost" }
  | { readonly code: "fault"; readonly reason: Reason };

/** The source or the replica (an absolute path) cannot be used. */
export interface Unusable {
  readonly kind: "unusable";
  readonly side: Side;
  readonly path: string;
  readonly fault: RootFault;
}

/** Why a pass wrote nothing. (A source that is `lost` ends a pass that may have written.) */
export type Refusal =
  /** The guard refused the plan. */
  | Refused
  | Unusable
  /** Another run has locked the replica (an absolute path) or a folder in it; `by`: a folder in which it lies. */
  | { readonly kind: "locked"; readonly path: string; readonly by?: string };

/** The replica cannot be used any more: the rest of the changes were not made. */
export type Halted =
  & { readonly kind: "halted" }
  & (
    /** It takes no more data. `bytesLeft`: bytes not copied. `removing`: removals had begun. */
    | {
      readonly code: "full";
      readonly path: Path;
      readonly reason: Reason;
      readonly bytesLeft: number;
      readonly removing: boolean;
    }
    /** It (an absolute path) went away. */
    | { readonly code: "lost"; readonly path: string }
    /** Its disk fails again and again, `failed` times so far. */
    | { readonly code: "failing"; readonly path: Path; readonly reason: Reason; readonly failed: number }
  );

export type Event =
  /** `whole`: both trees are compared whole, and not only some folders. */
  | { readonly kind: "start"; readonly pass: number; readonly dryRun: boolean; readonly whole: boolean }
  | Notice
  /**
   * How far the pass is. `total` is what the plan counted; while comparing, `entries` are those of the source, and
   * `bytes` those of contents that are compared, as far as is known by then.
   */
  | {
    readonly kind: "progress";
    readonly phase: "compare" | "apply";
    readonly entries: number;
    readonly bytes: number;
    readonly total: { readonly entries: number; readonly bytes: number };
    /** The file under way, of several the last that was begun. */
    readonly path?: Path;
  }
  /** Comparing is done; how many entries it found on each side. */
  | { readonly kind: "compared"; readonly source: number; readonly replica: number }
  /** A change was made, or would be when `planned`. */
  | {
    readonly kind: "change";
    readonly change: Change;
    readonly planned: boolean;
    /** Why the change is needed, where something was there already. */
    readonly differences?: readonly Difference[];
  }
  | Failure
  /** So many entries of the source went while they were read; the first of them. Their replicas were left alone. */
  | { readonly kind: "vanished"; readonly count: number; readonly first: Path }
  /**
   * What the replica has at a path was left alone: it is not as it was when a plan was decided on (`changed`); it was
   * edited or made in the replica (`unsure`: edited before anything was remembered of it); or it is not brought back,
   * since something else stands in the source (`stuck`), or since the source changed, too (`conflict`).
   */
  | {
    readonly kind: "left";
    readonly path: Path;
    readonly why: "changed" | "edited" | "made" | "unsure" | "stuck" | "conflict";
  }
  /** What the replica has at a path was edited there, and the source changed, too: the source's is to take its place. */
  | { readonly kind: "conflict"; readonly path: Path }
  /** An edit in the replica was carried to the source: what was made there, or has a new content. */
  | { readonly kind: "brought-back"; readonly change: Change }
  /** The file (an absolute path) that remembers what a pass left could not be written. */
  | { readonly kind: "state-unwritten"; readonly path: string; readonly reason: Reason }
  /** So many more entries stay in the replica, for the trash takes no more. */
  | { readonly kind: "untrashed"; readonly count: number; readonly reason: Reason }
  /**
   * What became of the steps of a plan: so many hold, were done already, or are left, which was told of each. `others`:
   * changes that are needed and were not decided on.
   */
  | {
    readonly kind: "decided";
    readonly steps: number;
    readonly hold: number;
    readonly done: number;
    readonly left: number;
    readonly others: number;
  }
  | { readonly kind: "unmirrored"; readonly what: Unmirrored["what"]; readonly paths: readonly Path[] }
  | Refusal
  | Halted
  /** Somebody asked the program to stop before the pass was complete. */
  | { readonly kind: "interrupted" }
  /** A check found that something is not as it should be. */
  | ({ readonly kind: "finding" } & FoundAt)
  /** A check is over. */
  | ({ readonly kind: "verified" } & Verified)
  /** The pass is over; it took `duration` ms. */
  | { readonly kind: "end"; readonly duration: number };

export type Emit = (event: Event) => void;
