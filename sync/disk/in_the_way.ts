/**
 * What stands in the way of folders of the replica: a file or a link, where a folder should be. Asynchronous calls: a file
 * system that hangs must not take the thread that hears signals with it.
 */
import { absolute, foldersTo, type Path } from "../engine/entry.ts";
import { reason } from "./fault.ts";

/** How many looks are under way at a time. */
const AT_ONCE = 64;

/**
 * Of the folders at some paths, and of those around them, the ones where the replica (an absolute path) has something that
 * is no folder. What cannot be looked at is not among them.
 */
export async function inTheWay(replica: string, paths: readonly Path[]): Promise<ReadonlySet<Path>> {
  const found = new Set<Path>();
  const all = [...new Set(paths.flatMap((path) => foldersTo(path).slice(1)))];
  for (let begin = 0; begin < all.length; begin += AT_ONCE) {
    await Promise.all(
      all.slice(begin, begin + AT_ONCE).map(async (path) => {
        if (await isNoFolder(absolute(replica, path))) found.add(path);
      }),
    );
  }
  return found;
}

async function isNoFolder(path: string): Promise<boolean> {
  try {
    return !(await Deno.lstat(path)).isDirectory;
  } catch (error) {
    if (reason(error) === null) throw error;
    return false;
  }
}
