/** Where a state file must not be: in either tree, where it would be mirrored or removed, or in the place of the log. */
import { shown } from "../engine/entry.ts";
import { namesOf } from "./paths.ts";

/** What is wrong with the place of a state file, as a line for a person; null when nothing is. */
export function stateConflict(
  path: string,
  roots: Readonly<Record<"source" | "replica", string>>,
  log: string | null,
): string | null {
  const names = namesOf(path);
  for (const [side, root] of Object.entries(roots)) {
    for (const tree of namesOf(root)) {
      if (names.includes(tree)) return `The state file and the ${side} have the same name, ${shown(path)}`;
      const start = tree.endsWith("/") ? tree : `${tree}/`;
      if (names.some((name) => name.startsWith(start))) {
        return `The state file ${shown(path)} lies inside the ${side}: keep it outside of both folders`;
      }
    }
  }
  if (log !== null && namesOf(log).some((name) => names.includes(name))) {
    return `The state file and the log file have the same name, ${shown(path)}`;
  }
  return null;
}
