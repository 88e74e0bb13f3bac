/** Whether the changes may be made, as far as the disks have a say in it: the rest is the pure `guard.ts`. */
import { type Changes, each } from "../engine/changes.ts";
import { shown, type Side } from "../engine/entry.ts";
import type { Refusal, Report } from "../engine/event.ts";
import { reason } from "../disk/fault.ts";
import { guard, type Limits } from "../engine/guard.ts";
import { needed, removals } from "../engine/plan.ts";
import { freeBytes, isEmpty, isStill, type Root, type Roots, unusable } from "../disk/root.ts";
import type { Comparison, Scope } from "./compare.ts";
import { isTemporary } from "./task.ts";

/** Why the changes must not be made, or null when they may. */
export async function refusalOf(
  compared: Comparison,
  changes: Changes,
  roots: Roots,
  scope: Scope | undefined,
  limits: Limits,
): Promise<Refusal | null> {
  const unlisted = compared.failures.find((failure) => failure.path === "");
  if (unlisted) return lost(unlisted.side, roots[unlisted.side], unlisted.reason.text);
  const nested = compared.failures.find((failure) => failure.reason.code === "NESTED");
  if (nested) {
    return lost(nested.side, roots[nested.side], `${shown(nested.path)} in it leads into the other tree`);
  }
  for (const side of ["source", "replica"] as const) {
    const root = roots[side];
    // a disk that is taken away looks like an empty, healthy folder: only its identity tells
    if (root && !await isStill(root)) return lost(side, root, "it went away while it was compared");
  }
  let removed = 0;
  // what a killed run of ours left over counts for nothing
  for (const change of each(changes)) if (!isTemporary(change.path)) removed += removals(change);
  const room = roots.replica && await freeBytes(roots.replica);
  try {
    const held = await sizes(compared, roots, scope);
    return guard({ ...held, removals: removed, bytes: needed(each(changes)), room }, limits);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return lost("source", roots.source, why.text);
  }
}

/** How many entries both sides have in all. Removals of a part are measured by what the last whole pass counted. */
async function sizes(
  { listed }: Comparison,
  roots: Roots,
  scope: Scope | undefined,
): Promise<Report["entries"]> {
  if (scope === undefined) return listed;
  const source = await isEmpty(roots.source) ? 0 : Math.max(scope.known.source, listed.source, 1);
  return { source, replica: Math.max(scope.known.replica, listed.replica) };
}

/** A root that cannot be worked with any more. */
function lost(side: Side, root: Root | null, why: string): Refusal {
  return unusable(side, root?.path ?? "", why);
}
