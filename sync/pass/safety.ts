/** May the changes be applied? Looks at the disks, and asks the pure `engine/guard.ts` for the rest. */
import { reason } from "../disk/fault.ts";
import { freeBytes, isEmpty } from "../disk/root.ts";
import { isRootStill, type Roots, unusable } from "../disk/roots.ts";
import { isTemporary } from "../disk/temporary.ts";
import { bytesNeeded, lost as lostBy, removals } from "../engine/change.ts";
import { type Changes, each, eachFromEnd } from "../engine/changes.ts";
import { type Entry, isBlank, nameOf, type Path, type Side } from "../engine/entry.ts";
import type { Refusal, RootFault } from "../engine/event.ts";
import { guard, type Limits } from "../engine/guard.ts";
import type { Stages } from "../engine/order.ts";
import type { Report } from "../engine/report.ts";
import { forEach, type Steps } from "../engine/steps.ts";
import type { Comparison } from "./compare.ts";
import { isBeside } from "./config.ts";
import type { Found, Scope } from "./found.ts";
import { entriesOfOthers, hasRoot } from "./others.ts";
import { inSlices } from "./slices.ts";

/** What a plan is judged by besides itself. */
export interface Judging {
  readonly scope: Scope | undefined;
  readonly limits: Limits;
  /** That of a `Permit`. */
  readonly asks: boolean;
  /** The most entries that the replica had in the last hour of this run. */
  readonly peak: number;
}

/** What is to be done, and in which order. */
export interface Planned {
  readonly changes: Changes;
  readonly stages: Stages;
}

/** So many removals are named when a plan is refused. */
const EXAMPLES = 3;

/** Why the changes must not be applied, or null when they may. Throws `Stopped`. */
export async function refusalOf(
  { found, known: { config } }: Comparison,
  { changes, stages }: Planned,
  roots: Roots,
  { scope, limits, asks, peak }: Judging,
): Promise<Refusal | null> {
  const lost = (side: Side, fault: RootFault) => unusable(side, roots[side]?.path ?? "", fault);
  const unlisted = found.failures.find((failure) => failure.path === "");
  if (unlisted) {
    const { side, reason } = unlisted;
    // what has taken the place of a root is refused to a thread that is confined
    const isAnother = reason.code === "EACCES" && !await isRootStill(roots, side);
    return lost(side, isAnother ? { code: "went-away" } : { code: "fault", reason });
  }
  const nested = found.failures.find((failure) => failure.reason.code === "NESTED");
  if (nested) return lost(nested.side, { code: "nested", path: nested.path });
  for (const side of ["source", "replica"] as const) {
    // where a disk is taken away, an empty, healthy folder is left: only its identity tells
    if (!await isRootStill(roots, side)) return lost(side, { code: "went-away" });
  }
  const { shared, ownLogs } = config;
  const folder = roots.replica?.path ?? roots.above;
  const free = folder === undefined ? null : await freeBytes(folder, config.edge);
  const ofContents = eachFromEnd(changes, stages.contents);
  const needed = free === null ? 0 : await inSlices(bytesNeeded(ofContents, isBeside(config)), shared);
  try {
    const { additions, moved, updated, ...losses } = await inSlices(effectOf(changes), shared);
    const isBare = losses.removals > 0 && await isEmpty(roots.source, ownLogs.source);
    const entries = sizes(found, isBare, scope);
    // that a few of many are found elsewhere may be chance: an empty file, a common one
    if (moved < losses.removals) losses.others += moved;
    const others = entriesOfOthers(config, found.there.replica);
    const replica = entries.replica + others;
    const kept = keptOf(found, losses, scope && entries.replica) + others;
    const size = { ...entries, ...losses, replica, kept, additions, isSlice: !hasRoot(config) };
    // a stranger's few files would be in as many slices, but have other names
    const isStrict = asks || (size.isSlice && updated === 0);
    return guard({ ...size, peak: Math.max(peak, replica), needed, free }, limits, isStrict);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return lost("source", { code: "fault", reason: why });
  }
}

/** What the changes do to the replica. */
interface Effect {
  additions: number;
  removals: number;
  readonly examples: Path[];
  /** How many blank entries (`isBlank`), and how many others, are not kept as they are. */
  blank: number;
  others: number;
  /** How many entries that are not blank get another path. */
  moved: number;
  /** How many that are not blank get another content at their path. */
  updated: number;
}

function* effectOf(changes: Changes): Steps<Effect> {
  const effect: Effect = {
    additions: 0,
    removals: 0,
    examples: [],
    blank: 0,
    others: 0,
    moved: 0,
    updated: 0,
  };
  const { examples } = effect;
  yield* forEach(each(changes), (change) => {
    if (change.kind === "create" && change.path !== "") effect.additions++;
    if (change.kind === "move" && saysSomething(change.was)) effect.moved++;
    const was = lostBy(change);
    if (was === null) return;
    if (isBlank(nameOf(change.path), was)) effect.blank++;
    else {
      effect.others++;
      if (change.kind === "update") effect.updated++;
    }
    // what a killed run of ours left over counts for nothing
    if (removals(change) === 0 || isTemporary(change.path)) return;
    effect.removals++;
    examples.push(change.path);
    // threads find them in any order
    if (examples.length > EXAMPLES) examples.sort().pop();
  });
  examples.sort();
  return effect;
}

/** Folders and empty files are alike in many places. By name more could be told, but not of a million in time. */
function saysSomething(entry: Entry): boolean {
  return entry.kind !== "folder" && (entry.kind !== "file" || entry.size > 0);
}

/** What is kept of the replica; of a part, by how many entries there are in `known` in all. */
function keptOf(
  { listed, blank, others: parts }: Found,
  lost: Pick<Effect, "blank" | "others">,
  known: number | undefined,
): number {
  const others = listed.replica - blank - parts;
  const kept = known !== undefined
    ? known - lost.blank - lost.others
    : others > 0
    ? others - lost.others
    : blank - lost.blank;
  return Math.max(kept, 0);
}

/**
 * How many entries both sides have in all. Removals of a part are measured by what the last whole pass counted. A source
 * is `isBare` that holds nothing but our own log and what a system makes by itself, as a disk that was just formatted.
 */
function sizes(
  { listed, there }: Found,
  isBare: boolean,
  scope: Scope | undefined,
): Report["entries"] {
  if (isBare) return { source: 0, replica: Math.max(scope?.known.replica ?? 0, listed.replica) };
  // where slices have all of it, it is not empty
  if (scope === undefined) return { ...listed, source: Math.max(listed.source, there.source) };
  const source = Math.max(scope.known.source, listed.source, 1);
  return { source, replica: Math.max(scope.known.replica, listed.replica) };
}
