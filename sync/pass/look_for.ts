/** Finding out which steps of a plan the replica has already, since somebody else has made them or the plan was applied. */
import { Fault } from "../disk/fault.ts";
import type { Folder, Name, Tree } from "../disk/tree.ts";
import {
  below,
  foldersTo,
  type Listing,
  type Mirrored,
  nameOf,
  NOTHING,
  parent,
  type Path,
} from "../engine/entry.ts";
import { compareEntries } from "../engine/same.ts";
import { isDone } from "../engine/step.ts";
import type { Context } from "./context.ts";
import { criteriaIn } from "./mounts.ts";
import type { Task } from "./task.ts";

/** Look at both sides of some names, and note the steps that are not done; all of them where that cannot be told. */
export function lookFor(context: Context, { folder, steps }: Extract<Task, { kind: "lookFor" }>): void {
  const { trees, result, config } = context;
  const { roots } = config.criteria;
  const names = steps.map(([name]) => name);
  const isRoot = folder === "" && names[0] === "";
  const pathOf = (name: Name) => isRoot ? "" : below(folder, name);
  try {
    const source = isRoot ? new Map([["", roots.source]]) : lookAt(trees.source, folder, names);
    const replica = isRoot ? new Map([["", roots.replica]]) : lookAt(trees.replica, folder, names);
    const criteria = { ...criteriaIn(context, folder), checksum: false };
    const agree = (entry: Mirrored, was: Mirrored) => compareEntries(entry, was, criteria) === "same";
    for (const [name, step] of steps) {
      const is = isDone(step, source.get(name) ?? null, replica.get(name) ?? null, agree);
      if (!is) result.undone.push(pathOf(name));
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const [name] of steps) result.undone.push(pathOf(name));
  }
}

/** What stands at names in a folder; nothing where there is no such folder. Throws a fault when that cannot be told. */
function lookAt(tree: Tree<Folder>, path: Path, names: readonly Name[]): Listing {
  for (const folder of foldersTo(path)) {
    if (folder !== "" && !isFolder(tree, folder)) return NOTHING;
  }
  using folder = tree.open(path, "list");
  return folder.lookAll(names);
}

/** Whether a folder stands at a path, and no link to one, where one stands above it. Throws a fault when that cannot be told. */
function isFolder(tree: Tree<Folder>, path: Path): boolean {
  using above = tree.open(parent(path), "list");
  const entry = above.look(nameOf(path));
  if (entry?.kind === "unknown") throw new Fault("list", tree.side, entry.reason);
  return entry?.kind === "folder";
}
