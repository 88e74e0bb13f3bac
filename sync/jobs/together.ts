/** What several parts of a split have in common in one run. Pure. */
import { basename, dirname } from "node:path";
import { trashFolder } from "../cli/undo.ts";
import type { Together } from "../engine/part.ts";
import { wholePath } from "../whole_path.ts";
import type { NamedJob } from "./reading.ts";

/** Null for a single job, and where their trashes do not lie in one folder, as `lockstep split` writes them. */
export function togetherOf(jobs: readonly NamedJob[]): Together | null {
  if (jobs.length < 2) return null;
  const folders = jobs.flatMap(({ name, options: { replica, undo: { trash } } }) => {
    if (trash === null) return [];
    const folder = trashFolder(trash, wholePath(replica));
    return [basename(folder) === name ? dirname(folder) : null];
  });
  const [trash = null] = folders;
  return folders.every((folder) => folder !== null && folder === trash) ? { trash } : null;
}
