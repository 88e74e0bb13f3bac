/**
 * What a system keeps at the top of a drive, where that is a root: the bin of what people deleted, restore points, memory
 * written to the disk. It is no part of what anybody keeps there, so neither mirrored nor removed.
 */
import type { Name } from "../disk/tree.ts";
import type { Path } from "../engine/entry.ts";
import { SYSTEM, type System } from "../system.ts";
import { isTopmost } from "../whole_path.ts";
import type { PassConfig } from "./config.ts";

type Roots = Pick<PassConfig, "source" | "replica">;
type Rules = Pick<System, "ownAtTop" | "separator">;

/** Whether a root is the top of a drive on which a system keeps things of its own. */
export function hasTop({ source, replica }: Roots, rules: Rules = SYSTEM): boolean {
  return rules.ownAtTop.length > 0 && [source, replica].some((root) => isTopmost(root, rules));
}

/** The names in a folder of either side, without those of the system. */
export function withoutSystems(roots: Roots, path: Path, names: Name[], rules: Rules = SYSTEM): Name[] {
  if (path !== "" || !hasTop(roots, rules)) return names;
  return names.filter((name) => !rules.ownAtTop.includes(name.toLowerCase()));
}
