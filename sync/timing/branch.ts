/** All folders of a branch: what came to be, or took another's place, is compared with everything below it. */
import { below, type Path } from "../engine/entry.ts";
import { type Due, type Hints, MANY } from "./hints.ts";

/** The folders to compare; when they are too many to name, those that were named, and all of it soon. */
export async function foldersNamed(
  source: string,
  { folders, came }: Due,
  hints: Hints,
  now: number,
): Promise<Path[]> {
  const branches = await foldersOf(source, came, MANY);
  if (branches === null) hints.doubt(now);
  return [...folders, ...branches ?? []];
}

/**
 * The folders at and below `paths` in `root`, which may be files or gone as well. null when there are more than `most`.
 * A folder that cannot be listed is named too: comparing it will tell.
 */
export async function foldersOf(
  root: string,
  paths: readonly Path[],
  most: number,
): Promise<Path[] | null> {
  const found: Path[] = [];
  for (const path of paths) if (await isFolder(`${root}/${path}`)) found.push(path);
  for (let index = 0; index < found.length; index++) {
    if (found.length > most) return null;
    const folder = found[index]!;
    try {
      for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
        if (isDirectory) found.push(below(folder, name));
      }
    } catch {
      // it went away, or cannot be listed
    }
  }
  return found;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isDirectory;
  } catch {
    return false;
  }
}
