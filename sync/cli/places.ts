/** The folders and files that a command line names, as absolute paths that the system and Deno take to be the same. */
import { basename, dirname, join, resolve } from "node:path";

/**
 * What is wrong with a path, for a person; null when nothing is. Deno takes the `..` in `link/..` to lead back to where
 * the link is; the system goes on from where it leads. Such a path could name the wrong folder.
 */
export function ambiguous(path: string): string | null {
  const names = path.split("/");
  for (let i = 1; i < names.length; i++) {
    if (names[i] !== "..") continue;
    const before = names.slice(0, i).join("/");
    if (before !== "" && isLink(before)) {
      return `"${path}" goes through the link "${before}" and back up: write it without ".."`;
    }
  }
  return null;
}

/**
 * The names under which a tree could hold the file at `path`: as it was given, and with links resolved, as far down as
 * its folders exist.
 */
export function namesOf(path: string): string[] {
  const absolute = resolve(path);
  const names = new Set([absolute]);
  for (let folder = absolute, rest = "";; rest = join(basename(folder), rest), folder = dirname(folder)) {
    try {
      names.add(rest === "" ? Deno.realPathSync(folder) : join(Deno.realPathSync(folder), rest));
      if (rest !== "") return [...names];
    } catch {
      // not there yet, or outside of what Deno may read: then the name as it was given must do
    }
    if (folder === dirname(folder)) return [...names];
  }
}

function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}
