/** Which trashes lie in one folder, as those of a split's jobs do. */
import { absolute } from "../engine/entry.ts";
import { markOf } from "./trash.ts";
import { codeOf, runsIn } from "./trash_runs.ts";

/**
 * Of the folders in one (an absolute path), those that are trashes and have passes, but for the ones that `known` names: by
 * name. What cannot be read is passed over.
 */
export async function trashesIn(folder: string, known: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory && !known.has(name) && await hasRuns(absolute(folder, name))) found.push(name);
    }
  } catch (error) {
    codeOf(error);
  }
  return found.sort();
}

async function hasRuns(folder: string): Promise<boolean> {
  try {
    return typeof await markOf(folder) === "string" && (await runsIn(folder)).length > 0;
  } catch (error) {
    codeOf(error);
    return false;
  }
}
