/**
 * To what threads are confined that work for several parts of one pair of trees: the whole trees, and the folder that all
 * trashes lie in. A thread cannot be given other folders later, and a new one for each part would take longer than most.
 */
import { dirname } from "node:path";
import { reason } from "../disk/fault.ts";
import { relation } from "../disk/relation.ts";
import { type Root, rootIfAllowed } from "../disk/root.ts";
import type { Roots } from "../disk/roots.ts";
import type { Bounds } from "../disk/sandbox.ts";
import type { Config } from "../engine/config.ts";
import { absolute } from "../engine/entry.ts";

/** The bounds of all parts that a run has; null where the threads are to be confined to this one. */
export async function boundsOfAll(
  { part, dryRun }: Pick<Config, "part" | "dryRun">,
  roots: Pick<Roots, "source" | "replica" | "trash">,
): Promise<Bounds | null> {
  if (part?.together === undefined) return null;
  const source = await around(roots.source.path, part.source, part.path);
  const replica = roots.replica === null
    // in a dry run there may be none yet, and nothing of it is looked at
    ? source
    : await around(roots.replica.path, part.replica, part.path);
  if (source === null || replica === null) return null;
  if (roots.replica !== null && !await areApart(source, replica)) return null;
  const bounds = {
    source: source.path,
    replica: replica.path,
    criteria: { roots: { source: source.entry, replica: replica.entry } },
    dryRun,
  };
  if (roots.trash === undefined || !("path" in roots.trash)) return bounds;
  const all = part.together.trash === null ? null : await rootIfAllowed(part.together.trash);
  if (all === null || dirname(roots.trash.path) !== all.path) return null;
  if (!await areApart(source, all) || !await areApart(replica, all)) return null;
  return { ...bounds, trash: { folder: all.path, entry: all.entry } };
}

/** Whether none lies in the other: what is written to would else be the source, or more than the trashes. */
async function areApart(tree: Root, written: Root): Promise<boolean> {
  try {
    return await relation(tree.path, written.path) === "apart";
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}

/** The folder at `whole`, in which a root has its place; null when another folder is around the root by now. */
async function around(root: string, whole: string, path: string): Promise<Root | null> {
  const found = await rootIfAllowed(whole);
  return found !== null && absolute(found.path, path) === root ? found : null;
}
