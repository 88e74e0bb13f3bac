/** What is in a pass of a trash, each folder before what is in it. */
import type { Replica } from "../disk/tree.ts";
import { below, type Entry, nameOf, parent, type Path } from "../engine/entry.ts";
import { inRun } from "../engine/trash.ts";

/** All at or below a path. Throws a fault. */
export async function* walk(
  trash: Replica,
  run: string,
  path: Path,
): AsyncGenerator<{ readonly path: Path; readonly entry: Entry }> {
  if (path !== "") {
    using above = trash.open(inRun(run, parent(path)), "list");
    const entry = above.look(nameOf(path));
    if (entry === null) return;
    yield { path, entry };
    if (entry.kind !== "folder") return;
  }
  using folder = trash.open(inRun(run, path), "list");
  for (const name of (await folder.names()).sort()) yield* walk(trash, run, below(path, name));
}
