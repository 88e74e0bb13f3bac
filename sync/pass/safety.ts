/** May the changes be applied? Looks at the disks, and asks the pure `engine/guard.ts` for the rest. */
import { reason } from "../disk/fault.ts";
import { freeBytes, isEmpty } from "../disk/root.ts";
import { isRootStill, type Roots, unusable } from "../disk/roots.ts";
import { isTemporary } from "../disk/temporary.ts";
import { bytesNeeded, lost as lostBy, removals } from "../engine/change.ts";
import { type Changes, each, eachFromEnd } from "../engine/changes.ts";
import { isBlank, type Path, type Side } from "../engine/entry.ts";
import type { Refusal, Report, RootFault } from "../engine/event.ts";
import { guard, type Limits } from "../engine/guard.ts";
import { order } from "../engine/order.ts";
import type { Comparison, Scope } from "./compare.ts";
import type { PassConfig } from "./config.ts";

/** What a plan is judged by besides itself. */
export interface Judging {
  readonly scope: Scope | undefined;
  readonly limits: Limits;
  /** That of a `Permit`. */
  readonly asks: boolean;
  /** The most entries that the replica had in the last hour of this run. */
  readonly peak: number;
}

/** So many removals are named when a plan is refused. */
const EXAMPLES = 3;

/** Why the changes must not be applied, or null when they may. */
export async function refusalOf(
  config: PassConfig,
  compared: Comparison,
  changes: Changes,
  roots: Roots,
  { scope, limits, asks, peak }: Judging,
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
  const folder = roots.replica?.path ?? roots.above;
  const free = folder === undefined ? null : await freeBytes(folder, config.edge);
  const needed = free === null ? 0 : bytesNeeded(eachFromEnd(changes, order(changes).contents));
  try {
    const losses = lossesOf(changes);
    const entries = await sizes(config, compared, roots, scope, losses.removals);
    const kept = keptOf(compared, losses, scope && entries.replica);
    const size = { ...entries, ...losses, kept, additions: additionsOf(changes) };
    return guard({ ...size, peak: Math.max(peak, entries.replica), needed, free }, limits, asks);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return lost("source", { code: "fault", reason: why });
  }
}

interface Losses {
  readonly removals: number;
  readonly examples: readonly Path[];
  /** How many folders and empty files, and how many other entries, are not kept as they are. */
  readonly blank: number;
  readonly others: number;
}

function lossesOf(changes: Changes): Losses {
  const losses = { removals: 0, examples: [] as Path[], blank: 0, others: 0 };
  for (const change of each(changes)) {
    const was = lostBy(change);
    if (was === null) continue;
    if (isBlank(was)) losses.blank++;
    else losses.others++;
    // what a killed run of ours left over counts for nothing
    if (removals(change) === 0 || isTemporary(change.path)) continue;
    losses.removals++;
    losses.examples.push(change.path);
    // threads find them in any order
    if (losses.examples.length > EXAMPLES) losses.examples.sort().pop();
  }
  losses.examples.sort();
  return losses;
}

function additionsOf(changes: Changes): number {
  let additions = 0;
  for (const change of each(changes)) if (change.kind === "create" && change.path !== "") additions++;
  return additions;
}

/** What is kept of the replica; of a part, by how many entries there are in `known` in all. */
function keptOf({ listed, blank }: Comparison, losses: Losses, known: number | undefined): number {
  const others = listed.replica - blank;
  const kept = known !== undefined
    ? known - losses.blank - losses.others
    : others > 0
    ? others - losses.others
    : blank - losses.blank;
  return Math.max(kept, 0);
}

/**
 * How many entries both sides have in all. Removals of a part are measured by what the last whole pass counted. A source
 * that holds nothing but our own log and what a system makes by itself is empty, as is a disk that was just formatted.
 */
async function sizes(
  { ownLogs }: PassConfig,
  { listed }: Comparison,
  roots: Roots,
  scope: Scope | undefined,
  removed: number,
): Promise<Report["entries"]> {
  const isBare = removed > 0 && await isEmpty(roots.source, ownLogs.source);
  if (isBare) return { source: 0, replica: Math.max(scope?.known.replica ?? 0, listed.replica) };
  if (scope === undefined) return listed;
  const source = Math.max(scope.known.source, listed.source, 1);
  return { source, replica: Math.max(scope.known.replica, listed.replica) };
}
