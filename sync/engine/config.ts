/** What a mirror is asked to do: one cloneable value, the same for every pass. Pure. */
import type { Choice } from "./filter.ts";
import type { Limits } from "./guard.ts";
import type { Criteria } from "./same.ts";

/** How the two trees are reached: by Deno's own calls, or by those of the C library. */
export type Edge = "portable" | "native";

export interface Config extends Omit<Criteria, "capabilities" | "roots" | "mounts"> {
  /** Absolute paths, links not resolved. */
  readonly source: string;
  readonly replica: string;
  readonly edge: Edge;
  readonly limits: Limits;
  /** What of the source is mirrored. */
  readonly choice: Choice;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** Say what would be done; write nothing, and lock nothing. */
  readonly dryRun: boolean;
  /** Go on when another folder or disk has taken the place of a root. */
  readonly acceptNewRoot: boolean;
  /** Absolute paths of our own log files: they and older ones (`own_log.ts`) are no part of either tree. */
  readonly ownLogs: readonly string[];
}
