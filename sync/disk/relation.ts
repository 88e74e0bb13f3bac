/** Whether two folders are the same or one lies in the other, whatever spelling, link or mount leads there. */
import { basename, dirname, join } from "node:path";
import { isSamePath, wholePath } from "../whole_path.ts";
import { reason } from "./fault.ts";
import { isSameRoot, type Root, rootAt, rootIfAllowed } from "./root.ts";

export type Relation = "apart" | "same" | "replica-in-source" | "source-in-replica";

/** Where the folders are, seen from each other; the replica need not exist. Throws when the disk cannot tell. */
export async function relation(source: string, replica: string): Promise<Relation> {
  const [from, to] = [await rootAt(source), await rootAt(replica)];
  if (from === null) return "apart";
  if (isSameRoot(from, to)) return "same";
  const asked = wholePath(replica);
  const path = to?.path ??
    join((await rootIfAllowed(dirname(asked)))?.path ?? dirname(asked), basename(asked));
  if (isSamePath(path, from.path)) return "same";
  if (await leadsTo(dirname(path), from)) return "replica-in-source";
  if (to !== null && await leadsTo(dirname(from.path), to)) return "source-in-replica";
  return "apart";
}

/** Whether `folder` is `root` or lies in it. Where Deno may not look, only the paths are compared. */
async function leadsTo(folder: string, root: Root): Promise<boolean> {
  for (let here = folder;; here = dirname(here)) {
    if (isSamePath(here, root.path) || isSameRoot(root, await rootIfAllowed(here))) return true;
    if (here === dirname(here)) return false;
  }
}

/**
 * The same, by something of our own that is in the replica just now under a unique `name`: wherever else it is seen, the
 * replica is seen. FUSE and overlayfs can show a folder in another place under other numbers. Both roots are absolute
 * paths.
 */
export function relationSeen(source: string, replica: string, name: string): Relation {
  if (isThere(join(source, name))) return "same";
  for (let here = source; here !== dirname(here); here = dirname(here)) {
    if (isThere(join(dirname(here), name))) return "source-in-replica";
  }
  for (let here = replica, below = name; here !== dirname(here); here = dirname(here)) {
    below = join(basename(here), below);
    if (isThere(join(source, below))) return "replica-in-source";
  }
  return "apart";
}

/** Whether something is seen at a path; false where Deno may not look. */
function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}
