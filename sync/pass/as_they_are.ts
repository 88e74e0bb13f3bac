/** The folders of a replica in which something is about to be made, as they are: they are settled so again. */
import { reason } from "../disk/fault.ts";
import { folderAt, rootAt } from "../disk/root.ts";
import type { Roots } from "../disk/roots.ts";
import { touchesAround } from "../engine/change.ts";
import { type Changes, each } from "../engine/changes.ts";
import { absolute, type Folder, parent, type Path } from "../engine/entry.ts";
import { forEach } from "../engine/steps.ts";
import type { PassConfig } from "./config.ts";
import { inSlices } from "./slices.ts";

export async function asTheyAre(
  { replica, edge, criteria: { xattrs }, shared }: PassConfig,
  roots: Roots,
  changes: Changes,
): Promise<Map<Path, Folder>> {
  const paths = new Set<Path>();
  await inSlices(
    forEach(each(changes), (change) => {
      if (touchesAround(change)) paths.add(parent(change.path));
    }),
    shared,
  );
  const found = new Map<Path, Folder>();
  for (const path of paths) {
    // that of the root was taken before anything was tried in it
    const entry = path === ""
      ? roots.replica?.entry
      : await folderEntry(absolute(replica, path), edge, xattrs);
    if (entry) found.set(path, entry);
  }
  return found;
}

/** null for a folder that is yet to be made: it is settled as a new one. */
async function folderEntry(path: string, edge: PassConfig["edge"], xattrs: boolean): Promise<Folder | null> {
  if (await folderAt(path) === null) return null;
  try {
    return (await rootAt(path, "replica", { edge, xattrs }))?.entry ?? null;
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}
