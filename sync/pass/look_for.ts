/** Finding out which steps of a plan the replica has already, since somebody else has made them or the plan was applied. */
import { ABSENT, Fault } from "../disk/fault.ts";
import type { Folder, Name, Tree } from "../disk/tree.ts";
import { below, type Entry, type Listing, NOTHING, type Path } from "../engine/entry.ts";
import { compareEntries } from "../engine/same.ts";
import { isDone } from "../engine/step.ts";
import type { Context } from "./context.ts";
import { criteriaIn } from "./mounts.ts";
import type { Task } from "./task.ts";

/** Look at both sides of some names, and note the steps that are not done. */
export function lookFor(context: Context, { folder, steps }: Extract<Task, { kind: "lookFor" }>): void {
  const { trees, result, config } = context;
  const { roots } = config.criteria;
  const names = steps.map(([name]) => name);
  const isRoot = folder === "" && names[0] === "";
  const source = isRoot ? new Map<Name, Entry>([["", roots.source]]) : lookAt(trees.source, folder, names);
  const replica = isRoot ? new Map<Name, Entry>([["", roots.replica]]) : lookAt(trees.replica, folder, names);
  const criteria = { ...criteriaIn(context, folder), checksum: false };
  for (const [name, step] of steps) {
    const is = source !== null && replica !== null &&
      isDone(
        step,
        source.get(name) ?? null,
        replica.get(name) ?? null,
        (entry, was) => compareEntries(entry, was, criteria) === "same",
      );
    if (!is) result.undone.push(isRoot ? "" : below(folder, name));
  }
}

/** What stands at names in a folder; nothing where there is no such folder, and null when that cannot be told. */
function lookAt(tree: Tree<Folder>, path: Path, names: readonly Name[]): Listing | null {
  try {
    using folder = tree.open(path, "list");
    return folder.lookAll(names);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return isAbsent(error) ? NOTHING : null;
  }
}

/** Whether there is no folder at a path. */
function isAbsent({ reason: { code } }: Fault): boolean {
  return ABSENT.has(code) || code === "LINKED";
}
