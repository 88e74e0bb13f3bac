/** Which edge the two trees are opened with. Each thread opens its own. */
import { portableReplica, portableTree } from "./portable/tree.ts";
import type { Replica, Tree } from "./tree.ts";

/** The two trees, for one thread and one pass. */
export interface Trees {
  readonly source: Tree;
  readonly replica: Replica;
}

/** Open the trees at two absolute paths. Does not look at the disk yet. */
export function openTrees(source: string, replica: string): Trees {
  return { source: portableTree("source", source), replica: portableReplica(replica) };
}
