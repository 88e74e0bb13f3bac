/** May the changes be applied? Looks at the disks, and asks the pure `engine/guard.ts` for the rest. */
import { reason } from "../disk/fault.ts";
import { freeBytes, isEmpty } from "../disk/root.ts";
import { isRootStill, type Roots, unusable } from "../disk/roots.ts";
import { isTemporary } from "../disk/temporary.ts";
import { bytesNeeded, removals } from "../engine/change.ts";
import { type Changes, each } from "../engine/changes.ts";
import type { Side } from "../engine/entry.ts";
import type { Refusal, Report, RootFault } from "../engine/event.ts";
import { guard, type Limits } from "../engine/guard.ts";
import type { Comparison, Scope } from "./compare.ts";

/** Why the changes must not be applied, or null when they may. */
export async function refusalOf(
  compared: Comparison,
  changes: Changes,
  roots: Roots,
  scope: Scope | undefined,
  limits: Limits,
): Promise<Refusal | null> {
  const lost = (side: Side, fault: RootFault) => unusable(side, roots[side]?.path ?? "", fault);
  const unlisted = compared.failures.find((failure) => failure.path === "");
  if (unlisted) return lost(unlisted.side, { code: "fault", reason: unlisted.reason });
  const nested = compared.failures.find((failure) => failure.reason.code === "NESTED");
  if (nested) return lost(nested.side, { code: "nested", path: nested.path });
  for (const side of ["source", "replica"] as const) {
    // where a disk is taken away, an empty, healthy folder is left: only its identity tells
    if (!await isRootStill(roots, side)) return lost(side, { code: "went-away" });
  }
  let removed = 0;
  // what a killed run left over does not count
  for (const change of each(changes)) if (!isTemporary(change.path)) removed += removals(change);
  const free = roots.replica && await freeBytes(roots.replica);
  try {
    const entries = await sizes(compared, roots, scope);
    return guard({ ...entries, removals: removed, needed: bytesNeeded(each(changes)), free }, limits);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return lost("source", { code: "fault", reason: why });
  }
}

/** How many entries each side has in all. For a pass over some folders, they are known from the passes before. */
async function sizes(
  { listed }: Comparison,
  roots: Roots,
  scope: Scope | undefined,
): Promise<Report["entries"]> {
  if (scope === undefined) return listed;
  const source = await isEmpty(roots.source) ? 0 : Math.max(scope.known.source, listed.source, 1);
  return { source, replica: Math.max(scope.known.replica, listed.replica) };
}
