/** What a mirror is asked to do: one cloneable value, the same for every pass. Pure. */
import type { Choice } from "./filter.ts";
import type { Limits } from "./guard.ts";
import type { Pace } from "./pace.ts";
import type { Part } from "./part.ts";
import type { Criteria } from "./same.ts";

/** How the two trees are reached: by Deno's own calls, or by those of the C library. */
export type Edge = "portable" | "native";

/** A trash: what is removed from the replica or replaced in it goes there. */
export interface TrashPlace {
  /** An absolute path, outside of both trees. */
  readonly folder: string;
  /** How long it is kept, in ms; null for ever. */
  readonly keep: number | null;
  /** How many bytes it may hold; null for any number. */
  readonly max: number | null;
}

export interface Config extends Omit<Criteria, "capabilities" | "roots" | "mounts"> {
  /** Absolute paths, links not resolved. */
  readonly source: string;
  readonly replica: string;
  readonly edge: Edge;
  readonly limits: Limits;
  /** What of the source is mirrored. */
  readonly choice: Choice;
  /** Where what is removed or replaced goes; null when it is gone. */
  readonly trash: TrashPlace | null;
  /** Whether what was moved in the source is moved in the replica, and not copied anew. */
  readonly moves: boolean;
  /** Leave alone what was edited or made in the replica. */
  readonly keepEdits: boolean;
  /** Read back what was written. */
  readonly verify: boolean;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** Say what would be done; write nothing, and lock nothing. */
  readonly dryRun: boolean;
  /** Go on when another folder or disk has taken the place of a root. */
  readonly acceptNewRoot: boolean;
  /** The most threads of the pool that work for it; any number when left out. */
  readonly threads?: number;
  /** Absolute paths of our own log files: they and older ones (`own_log.ts`) are no part of either tree. */
  readonly ownLogs: readonly string[];
  /** How fast it may be; as fast as it can when left out. */
  readonly pace?: Pace;
  /** Where the two folders are a part of larger trees, and others mirror the rest. */
  readonly part?: Part;
  /** How far the threads stand back behind other programs, from 1 to 19; as they are when left out. */
  readonly nice?: number;
}
