/** Whether a path that leads to nothing was only written with other capitals than the folders have it. */
import { Fault } from "../disk/fault.ts";
import type { Name, Tree } from "../disk/tree.ts";
import { below, type Path } from "../engine/entry.ts";

/** The path as the first of the trees to have it spells it, where only the case of letters differs; null when none has. */
export async function inOtherCase(trees: readonly Tree[], path: Path): Promise<Path | null> {
  for (const tree of trees) {
    let at: Path | null = "";
    for (const name of path.split("/")) {
      const real: Name | null = await nameIn(tree, at, name);
      at = real === null ? null : below(at, real);
      if (at === null) break;
    }
    if (at !== null && at !== path) return at;
  }
  return null;
}

async function nameIn(tree: Tree, folder: Path, name: Name): Promise<Name | null> {
  try {
    using listed = tree.open(folder, "list");
    const names = await listed.names();
    return names.includes(name) ? name : names.find((one) => isSpelledAlike(one, name)) ?? null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return null;
  }
}

function isSpelledAlike(a: Name, b: Name): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
