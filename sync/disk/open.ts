/** The trees of a pass, opened by the edge that was chosen (`edge.ts`). Only the chosen edge is loaded. */
import type { Edge } from "../engine/config.ts";
import { mayUseLibc } from "../libc.ts";
import { makesFifos } from "./fifo.ts";
import type { Replica, Tree } from "./tree.ts";

/** The two trees, for one thread and one pass. */
export interface Trees {
  readonly source: Tree;
  readonly replica: Replica;
}

/** The trees of a trash and of the replica whose things go there, with all extended attributes that the edge knows of. */
export interface KeptTrees {
  readonly replica: Replica;
  readonly trash: Replica;
}

/** Open a trash at an absolute path, with the replica that it belongs to. Does not look at the disk yet. */
export async function openKept(edge: Edge, replica: string, trash: string): Promise<KeptTrees> {
  if (edge === "native") {
    const { nativeReplica } = await import("./native/tree.ts");
    return {
      replica: nativeReplica(replica, { xattrs: true }),
      trash: nativeReplica(trash, { xattrs: true }),
    };
  }
  const { portableReplica } = await import("./portable/tree.ts");
  return { replica: portableReplica(replica), trash: portableReplica(trash) };
}

/** Load the edge that is likely to be used, before it is known which it is. */
export function preload(): void {
  void (mayUseLibc() ? import("./native/tree.ts") : import("./portable/tree.ts"));
}

/**
 * Open the trees at two absolute paths. Does not look at the disk yet; loads all that the edge needs, for a thread that is
 * confined cannot. Only the native edge knows of `xattrs`.
 */
export async function openTrees(
  edge: Edge,
  source: string,
  replica: string,
  { xattrs }: { readonly xattrs: boolean } = { xattrs: false },
): Promise<Trees> {
  if (edge === "native") {
    const { nativeReplica, nativeTree } = await import("./native/tree.ts");
    (await import("./native/bind.ts")).canBind();
    return { source: nativeTree("source", source, { xattrs }), replica: nativeReplica(replica, { xattrs }) };
  }
  const { portableReplica, portableTree } = await import("./portable/tree.ts");
  await makesFifos();
  return { source: portableTree("source", source), replica: portableReplica(replica) };
}
