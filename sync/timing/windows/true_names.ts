/**
 * Where an event really lies: Windows may tell it by a short name (PROGRA~1), and in other letters than the listing has
 * (PHOTOS for Photos). A pass knows names as they are listed, and would take such a path for another folder.
 */
import { below, nameOf, parent, type Path } from "../../engine/entry.ts";
import { systemOf } from "../../system.ts";
import { isSystemError } from "../../system_error.ts";
import { pathWithin } from "../../whole_path.ts";

const WINDOWS = systemOf("windows");

/** The path as it is listed; null when nobody knows. */
export type TrueName = (path: Path) => Promise<Path | null>;

/** How many folders are remembered to be called as they are told. */
const MOST = 10_000;

/** What may be short: "~" and a number, where the name or the extension ends. */
const SHORT = /~\d+(\.|$)/;

/** For paths below `root`, an absolute path as Windows spells it. `real`: what a path leads to, spelled as it is listed. */
export function trueNames(root: string, real: (path: string) => Promise<string> = Deno.realPath): TrueName {
  const certain = new Set<Path>([""]);

  /** What is there, as a path below the root; null when nothing is, or it lies elsewhere. */
  async function listed(path: Path): Promise<Path | null> {
    try {
      const found = await real(`${root.replace(/[\\/]$/, "")}\\${path.replaceAll("/", "\\")}`);
      return pathWithin(found, root, WINDOWS);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return null;
    }
  }

  return async (path) => {
    if (!path.isWellFormed()) return null;
    const folder = parent(path);
    let name = nameOf(path);
    let above: Path | null = folder;
    if (!certain.has(folder)) {
      above = await listed(folder);
      // with the folder gone, nothing is done below it, and whoever holds it was told
      if (above === null) return SHORT.test(folder) ? null : path;
      if (certain.size > MOST) certain.clear();
      if (above === folder) certain.add(folder);
    }
    if (SHORT.test(name)) {
      const found = await listed(path);
      // a link leads to another name
      if (found === null || parent(found) !== above) return null;
      name = nameOf(found);
    }
    return below(above, name);
  };
}
