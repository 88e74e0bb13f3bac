/** Where something of the replica is that goes into the trash. */
import type { Action, Name, WritableFolder } from "../disk/tree.ts";
import type { Known, Path } from "../engine/entry.ts";

/** A name in an open folder of the replica, and what is done to it, for a failure to report. */
export interface Place {
  readonly folder: WritableFolder;
  readonly path: Path;
  readonly name: Name;
  readonly action: Action;
  /** What was there when the trees were compared. */
  readonly was: Known | undefined;
}
