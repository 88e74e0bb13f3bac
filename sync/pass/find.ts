/**
 * Finding the folder that both sides have at a path or nearest above it, for a pass that compares a part of the trees.
 */
import { Fault } from "../disk/fault.ts";
import { LOCK_NAME } from "../disk/temporary.ts";
import type { Folder, Name } from "../disk/tree.ts";
import { align, tellsApart } from "../engine/capabilities.ts";
import { type Entry, foldersTo, nameOf, NOTHING, parent, type Path } from "../engine/entry.ts";
import { IGNORE_FILE, type IgnoreFile } from "../engine/filter.ts";
import { isNested, leadsOn, NESTED } from "../engine/plan.ts";
import { ignoreFileIn, isExcludedFolder } from "./choose.ts";
import type { Context } from "./context.ts";
import { isLocked } from "./locked.ts";
import { criteriaIn } from "./mounts.ts";
import { isUnmounted, UNMOUNTED } from "./source_mounts.ts";
import { failure, type FoundPair } from "./task.ts";

/**
 * Find the folder that both sides have at a path or nearest above it. Goes from the root down, so that no link on the
 * way is followed, and stops where a whole pass would: at a folder that leads into the other tree or is another run's, at
 * a mount point not to cross, or at a name that the replica takes for another one.
 */
export async function find(context: Context, path: Path): Promise<void> {
  const { config, trees, result } = context;
  const { criteria } = config;
  let found: FoundPair = { asked: path, path: "", entry: null, was: null, ignoreFiles: [] };
  let { device } = criteria.roots.source;
  for (const folder of foldersTo(path)) {
    if (folder === "") continue;
    using source = trees.source.open(parent(folder), "list");
    using replica = trees.replica.open(parent(folder), "list");
    const entry = source.look(nameOf(folder));
    const was = replica.look(nameOf(folder));
    const ignoreFiles = ignoreFilesOf(context, source, found);
    if (ignoreFiles === null) return;
    if ((entry ?? was)?.kind === "folder" && isExcludedFolder(config, folder, ignoreFiles)) {
      // it is as if it were not there
      if (!config.choice.deleteExcluded || was === null) return;
      break;
    }
    if (isUnmounted(folder, entry, criteria)) {
      result.failures.push(failure(new Fault("list", "source", UNMOUNTED), folder));
      return;
    }
    if (entry?.kind !== "folder" || was?.kind !== "folder") break;
    // a disk that was not there at the last pass is compared when all is
    if (criteria.sourceMounts && !criteria.sourceMounts.has(folder) && entry.device !== device) break;
    device = entry.device;
    if (isNested(entry, was, criteria)) {
      result.failures.push({ kind: "failure", action: "list", side: "source", path: folder, reason: NESTED });
      return;
    }
    if (!leadsOn(folder, entry, criteria)) break;
    using inside = trees.replica.open(folder, "list");
    if (inside.look(LOCK_NAME) !== null && await isLocked(config.replica, folder)) {
      result.failures.push(failure(new Fault("list", "replica", { code: "LOCKED" }), folder));
      return;
    }
    if (!await isMirrored(context, parent(folder), source, nameOf(folder))) break;
    found = { asked: path, path: folder, entry, was, ignoreFiles };
  }
  result.pairs.push(found);
}

/** The ignore files above what is in a folder; null, and a failure, when its own cannot be read. */
function ignoreFilesOf(
  { result }: Context,
  source: Folder,
  { path, ignoreFiles }: FoundPair,
): readonly IgnoreFile[] | null {
  try {
    const file = ignoreFileIn(source, path, [IGNORE_FILE]);
    return file === null ? ignoreFiles : [...ignoreFiles, file];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.failures.push(failure(error, path));
    return null;
  }
}

/** Only names count. */
const ANYTHING: Entry = { kind: "unknown", reason: { code: "ENOENT" } };

/** Whether a name of the source is the one that is mirrored of those that the replica takes for one. */
async function isMirrored(context: Context, folder: Path, source: Folder, name: Name): Promise<boolean> {
  const { capabilities } = criteriaIn(context, folder);
  if (tellsApart(capabilities)) return true;
  const there = new Map((await source.names()).map((name): [Name, Entry] => [name, ANYTHING]));
  return align(there, NOTHING, capabilities).source.has(name);
}
