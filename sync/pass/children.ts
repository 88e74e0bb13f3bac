/**
 * Lists a folder of the source by names and kinds alone, for who wants to know how many entries lie where and does not
 * mirror them. What is excluded counts as if it were not there.
 */
import { isTemporary } from "../disk/temporary.ts";
import type { Folder, Name } from "../disk/tree.ts";
import { below, type Path } from "../engine/entry.ts";
import { IGNORE_FILE, type IgnoreFile } from "../engine/filter.ts";
import { leadsOn } from "../engine/plan.ts";
import { filterFor, ignoreFileIn } from "./choose.ts";
import type { PassConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { withoutSystems } from "./drive.ts";
import type { Listable, ListedFolder } from "./task.ts";

/** List a folder. Throws a fault when it cannot be listed to its end. */
export async function listChildren(
  { config, trees, result }: Context,
  { number, path, ignoreFiles }: Listable,
): Promise<void> {
  using folder = trees.source.open(path, "list");
  const found = await folder.children();
  const ignoreFile = found.others.includes(IGNORE_FILE) ? ignoreFileIn(folder, path, [IGNORE_FILE]) : null;
  const files = ignoreFile === null ? ignoreFiles : [...ignoreFiles, ignoreFile];
  const folders = chosen(config, path, files, found.folders, true);
  const others = chosen(config, path, files, found.others, false);
  // in order, so that what is made of them does not depend on the disk
  const entered = folders.filter((name) => isEntered(config, folder, path, name)).sort();
  const listed: ListedFolder = {
    number,
    entries: folders.length + others.length,
    folders: entered.length,
    names: entered.join("/"),
  };
  result.children.push(ignoreFile === null ? listed : { ...listed, ignoreFiles: files });
}

/** Those of the names in a folder that are not excluded. */
function chosen(
  config: PassConfig,
  path: Path,
  ignoreFiles: readonly IgnoreFile[],
  names: readonly Name[],
  areFolders: boolean,
): Name[] {
  const filter = filterFor(config.choice, ignoreFiles);
  const left = withoutSystems(config, path, names.filter((name) => !isTemporary(name)));
  return filter.isEmpty
    ? left
    : left.filter((name) => filter.ruleFor(below(path, name), areFolders) === null);
}

/** Whether what lies in a folder is mirrored, too. Only where that depends on its disk is it looked at. */
function isEntered({ criteria }: PassConfig, folder: Folder, path: Path, name: Name): boolean {
  if (!criteria.oneFileSystem) return true;
  const entry = folder.look(name);
  return entry?.kind === "folder" && leadsOn(below(path, name), entry, criteria);
}
