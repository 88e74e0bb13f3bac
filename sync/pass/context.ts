/** What the tasks of a turn share, in one thread. */
import { openTrees, type Trees } from "../disk/open.ts";
import type { Together } from "../disk/tree.ts";
import type { Path } from "../engine/entry.ts";
import type { PassConfig } from "./config.ts";
import type { Turn } from "./task.ts";

export interface Context {
  readonly config: PassConfig;
  readonly trees: Trees;
  /** The result of the turn, which the tasks add to. */
  readonly result: Turn;
  /** Folders of the replica that the turn has written in. */
  readonly wrote: Set<Path>;
  /** With --durable, what forces the turn's changes to the disk at once; null when each is forced by itself. */
  readonly together: Together | null;
  /** The devices of folders of the replica, as far as they were looked at. */
  readonly devices: Map<Path, number>;
  /** When the turn is to end, as `performance.now()` counts. */
  readonly end: number;
}

/** The trees of the pass that this thread works for. */
let last: { readonly config: PassConfig; readonly trees: Trees } | null = null;

/** The trees of a pass, opened in this thread when they are first needed. */
export async function treesOf(config: PassConfig): Promise<Trees> {
  if (last?.config !== config) {
    last = { config, trees: await openTrees(config.edge, config.source, config.replica, config.criteria) };
  }
  return last.trees;
}
