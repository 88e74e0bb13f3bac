/** The edges to the disk that tests run over, each opened on the two trees of a test. */
import { openTrees, type Trees } from "../../sync/disk/open.ts";
import type { File } from "../../sync/engine/entry.ts";
import { nameOf, parent } from "../../sync/engine/entry.ts";

export const EDGES: readonly (readonly [name: string, open: (source: string, replica: string) => Trees])[] = [
  ["portable", openTrees],
];

/** Both trees at one folder. */
export function treesAt(at: string): Trees {
  return openTrees(at, at);
}

/** What the edge says of a file, by a path below the trees' root. */
export function fileAt({ source }: Trees, path: string): File {
  using folder = source.open(parent(path), "read");
  const entry = folder.look(nameOf(path));
  if (entry?.kind !== "file") throw new Error(`${path} is a ${entry?.kind}`);
  return entry;
}
