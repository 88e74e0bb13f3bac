/**
 * Compares both trees, or a part of them, in the pool: what each has, and which changes are needed. Writes nothing.
 */
import type { Roots } from "../disk/roots.ts";
import type { Change } from "../engine/change.ts";
import { add, append, type Changes, noChanges } from "../engine/changes.ts";
import { type Folder, parent, type Path, type Side, within } from "../engine/entry.ts";
import type { Emit, Failure, Report, Unmirrored } from "../engine/event.ts";
import type { Linked, Pair } from "../engine/plan.ts";
import { type Criteria, sameAttributes } from "../engine/same.ts";
import type { PassConfig } from "./config.ts";
import type { Pool } from "./pool.ts";
import { stack } from "./queue.ts";
import type { FoundPair, Task } from "./task.ts";

/** A part of the trees: paths as either side spells them, "" for the roots. They need not exist any more. */
export interface Scope {
  /** Compared without the folders in them that both sides have. Folders that only one side has are compared whole. */
  readonly folders: readonly Path[];
  /** Compared with everything below them, where they are folders. */
  readonly branches: readonly Path[];
  /** How many entries each side has, by the last whole pass and the changes since. The guard needs them. */
  readonly known: Report["entries"];
}

/** What comparing found. */
export interface Comparison {
  readonly changes: Changes;
  readonly linked: Linked[];
  /** Folders that get changes inside, as the source has them. */
  readonly disturbed: Map<Path, Folder>;
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
  /** Entries listed, by side. */
  readonly listed: { source: number; replica: number };
  /** Whether a side has inode numbers that cannot be told exactly. */
  readonly inexactIds: Record<Side, boolean>;
}

const SIDES = ["source", "replica"] as const;

/** List both trees, or a part of them, and collect the changes. Tells failures, progress and what is not mirrored. */
export async function compare(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  tell: Emit,
): Promise<Comparison> {
  const found: Comparison = {
    changes: noChanges(),
    linked: [],
    disturbed: new Map(),
    failures: [],
    unmirrored: [],
    listed: { source: 0, replica: 0 },
    inexactIds: { source: false, replica: false },
  };
  planRoot(roots, found, config.criteria, tell);
  await pool.run(config, stack(await firstTasks(config, pool, roots, scope, found)), (turn) => {
    append(found.changes, turn.changes);
    for (const one of turn.linked) found.linked.push(one);
    for (const { path, entry } of turn.disturbed) found.disturbed.set(path, entry);
    for (const failure of turn.failures) found.failures.push(failure);
    for (const one of turn.unmirrored) found.unmirrored.push(one);
    for (const side of SIDES) found.inexactIds[side] ||= turn.inexactIds[side];
    found.listed.source += turn.listed.source;
    found.listed.replica += turn.listed.replica;
    const entries = found.listed.source + found.listed.replica;
    tell({ kind: "progress", phase: "compare", entries, bytes: 0, total: { entries: 0, bytes: 0 } });
  });
  for (const side of SIDES) if (found.inexactIds[side]) tell({ kind: "notice", code: "inexact-ids", side });
  // a root that could not be listed ends the pass, and is told as a refusal
  for (const failure of found.failures) if (failure.path !== "") tell(failure);
  for (const what of ["link", "fifo", "socket", "device"] as const) {
    const paths = found.unmirrored.filter((one) => one.what === what).map((one) => one.path);
    if (paths.length > 0) tell({ kind: "unmirrored", what, paths });
  }
  tell({ kind: "compared", ...found.listed });
  return found;
}

/** The folders to begin with: the roots, or for each path of a scope the nearest folder that both sides have. */
async function firstTasks(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  found: Comparison,
): Promise<Task[]> {
  const root: Pair = { path: "", sides: roots.replica ? "both" : "source", entry: roots.source.entry };
  if (scope === undefined || root.sides === "source") return [{ kind: "compare", pair: root }];
  const near: FoundPair[] = [];
  const asked = new Set([...scope.folders, ...scope.branches]);
  await pool.run(config, stack([...asked].map((path) => ({ kind: "find", path }))), (turn) => {
    for (const failure of turn.failures) found.failures.push(failure);
    for (const pair of turn.pairs) near.push(pair);
  });
  return pairsOf(near, new Set(scope.branches), roots.source.entry, config.criteria, found)
    .map((pair) => ({ kind: "compare", pair }));
}

/** The pairs to compare, each once, without those in a branch that is compared with everything below it. */
function pairsOf(
  near: readonly FoundPair[],
  branches: ReadonlySet<Path>,
  root: Folder,
  criteria: Criteria,
  found: Comparison,
): Pair[] {
  const whole = new Set(near.filter(({ asked, path }) => asked === path && branches.has(path)).map(pathOf));
  const compared = new Map<Path, FoundPair>();
  for (const pair of near) {
    const isCovered = pair.path !== "" && within(parent(pair.path), whole);
    if (!isCovered) compared.set(pair.path, pair);
  }
  const pairs: Pair[] = [];
  for (const { path, entry, was } of compared.values()) {
    pairs.push({ path, sides: "both", entry: entry ?? root, ...(!whole.has(path) && { shallow: true }) });
    // the roots' attributes are planned already, and those of a folder in one that is compared will be
    if (!entry || !was || compared.has(parent(path)) || sameAttributes(entry, was, criteria)) continue;
    add(found.changes, { kind: "attributes", path, entry, was });
  }
  return pairs;
}

function pathOf({ path }: FoundPair): Path {
  return path;
}

/** Plan the roots themselves: no folder lists them, and a missing replica is made already, but for a dry run. */
function planRoot({ source, replica, made }: Roots, found: Comparison, criteria: Criteria, tell: Emit): void {
  const create: Change = { kind: "create", path: "", entry: source.entry };
  if (replica === null) add(found.changes, create);
  else if (made) {
    tell({ kind: "change", change: create, planned: false });
    found.disturbed.set("", source.entry);
  } else if (!sameAttributes(source.entry, replica.entry, criteria)) {
    add(found.changes, { kind: "attributes", path: "", entry: source.entry, was: replica.entry });
  }
}
