/** Trees as literals, as a split sees them. */
import { finish } from "../../sync/engine/steps.ts";
import { addDepth, type Held, isWhole, newSeen, pathAt, type Seen } from "../../sync/fleet/seen.ts";
import type { Dice } from "../support/random.ts";

/** A folder: how many entries there are in it that are no folders, and the folders. */
export interface Branch {
  readonly files: number;
  readonly folders: Readonly<Record<string, Branch>>;
}

export function branch(files: number, folders: Branch["folders"] = {}): Branch {
  return { files, folders };
}

/** The same folder under several names. */
export function times(count: number, one: Branch, name = "d"): Branch["folders"] {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, one]));
}

/** Walk a tree so many depths deep. Folders at `unlisted` cannot be listed. */
export function seenOf(
  tree: Branch,
  { depths = Infinity, unlisted = [], longest = 4095 }: {
    readonly depths?: number;
    readonly unlisted?: readonly string[];
    readonly longest?: number;
  } = {},
): Seen {
  const seen = newSeen();
  for (let depth = 0; depth < depths && !isWhole(seen); depth++) {
    const held = [];
    for (let number = seen.depths.at(-1)!; number < seen.names.length; number++) {
      const path = pathAt(seen, number);
      const here = at(tree, path);
      held.push(unlisted.includes(path) ? undefined : heldBy(Object.keys(here.folders), here.files));
    }
    finish(addDepth(seen, held, longest));
  }
  return seen;
}

/** What a folder was found to hold. */
export function heldBy(folders: readonly string[], files = 0): Held {
  return { entries: files + folders.length, folders: folders.length, names: folders.toSorted().join("/") };
}

/** The folder at a path. */
export function at(tree: Branch, path: string): Branch {
  let here = tree;
  for (const name of path === "" ? [] : path.split("/")) here = here.folders[name]!;
  return here;
}

/** How many entries lie in a folder, itself among them. */
export function weightOf({ files, folders }: Branch): number {
  return Object.values(folders).reduce((sum, one) => sum + weightOf(one), 1 + files);
}

/** A random tree: some folders hold far more than others, some hold one folder only. */
export function randomTree(dice: Dice, depth = 6): Branch {
  const files = dice.below(4) === 0 ? dice.below(2000) : dice.below(20);
  const count = depth === 0 ? 0 : [0, 1, 3, 8][dice.below(4)]!;
  const folders = Array.from({ length: count }, (_, i) => {
    return [`${dice.below(3)}${i}`, randomTree(dice, depth - 1)] as const;
  });
  return branch(files, Object.fromEntries(folders));
}
