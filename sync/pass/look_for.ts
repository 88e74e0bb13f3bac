/** Finding out which steps of a plan the replica has already, since somebody else has made them or the plan was applied. */
import { ABSENT, Fault } from "../disk/fault.ts";
import type { Folder, Name, Tree } from "../disk/tree.ts";
import { below, type Listing, type Mirrored, NOTHING, type Path, type Reason } from "../engine/entry.ts";
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
  try {
    using folder = tree.open(path, "list");
    const found = folder.lookAll(names);
    for (const [name, entry] of found) if (entry.kind === "unknown" && isAbsent(entry)) found.delete(name);
    return found;
  } catch (error) {
    if (!(error instanceof Fault) || !isAbsent(error)) throw error;
    return NOTHING;
  }
}

/** Whether there is no folder at a path: an edge may tell so of each name in it. */
function isAbsent({ reason: { code } }: { readonly reason: Reason }): boolean {
  return ABSENT.has(code) || code === "LINKED";
}
