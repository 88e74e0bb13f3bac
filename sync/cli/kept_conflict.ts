/**
 * What a file of ours would spoil that is written anew again and again, a manifest or how far a check came: it lies in no
 * tree, where a pass would mirror or remove it, and takes no other file's place.
 */
import { shown } from "../engine/entry.ts";
import { orElse } from "../system_error.ts";
import { namesOf } from "./paths.ts";

/**
 * What is wrong with a file at `path`, as a line for a person; null when nothing is. `start`: how one of ours begins.
 */
export function keptConflict(
  what: string,
  path: string,
  start: string,
  roots: Readonly<Record<"source" | "replica", string>>,
): string | null {
  const names = namesOf(path);
  for (const [side, root] of Object.entries(roots)) {
    for (const tree of namesOf(root)) {
      const isIn = names.some((name) =>
        name === tree || name.startsWith(tree.endsWith("/") ? tree : `${tree}/`)
      );
      if (isIn) {
        return `The ${what} ${shown(path)} lies in the ${side}: give it a place outside of both folders`;
      }
    }
  }
  if (isOurs(path, start)) return null;
  return `${shown(path)} is there already and is no ${what} of Lockstep: choose another name for the ${what}`;
}

/** Whether a file of ours is there, or none, or we cannot tell. */
function isOurs(path: string, start: string): boolean {
  return orElse(() => {
    const found = Deno.statSync(path);
    if (!found.isFile) return false;
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(start.length);
    return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0)) === start;
  }, true);
}
