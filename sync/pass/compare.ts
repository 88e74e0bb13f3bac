/**
 * Comparing both trees, or a part of them, by the pool: what each has, and what is to be done. Nothing is written.
 */
import { add, append, type Changes, noChanges } from "../engine/changes.ts";
import type { Folder, Path } from "../engine/entry.ts";
import type { Emit, Failure, Report, Unmirrored } from "../engine/event.ts";
import { type Change, type Criteria, type Linked, type Pair, sameAttributes } from "../engine/plan.ts";
import type { Pool } from "./pool.ts";
import type { Roots } from "../disk/root.ts";
import { stack } from "./queue.ts";
import type { Job, Task } from "./task.ts";

/** A part of the trees. A folder that only one side has is compared with all that is below it. */
export interface Scope {
  /** Folders, by what the source or the replica calls them; "" for the roots themselves. They need not exist any more. */
  readonly folders: readonly Path[];
  /** How many entries each side had when all was compared last: what removals are measured by. */
  readonly known: Report["entries"];
}

/** What comparing found. */
export interface Comparison {
  readonly changes: Changes;
  readonly linked: Linked[];
  readonly disturbed: Map<Path, Folder>;
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
  readonly listed: { source: number; replica: number };
}

/** List both trees, or a part of them, and collect what is to be done. Nothing is written. */
export async function compare(
  job: Job,
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
  };
  planRoot(roots, found, job.criteria, tell);
  await pool.run(job, stack(await startOf(job, pool, roots, scope, found)), (turn) => {
    append(found.changes, turn.changes);
    for (const one of turn.linked) found.linked.push(one);
    for (const { path, entry } of turn.disturbed) found.disturbed.set(path, entry);
    for (const failure of turn.failures) found.failures.push(failure);
    for (const one of turn.unmirrored) found.unmirrored.push(one);
    found.listed.source += turn.listed.source;
    found.listed.replica += turn.listed.replica;
    const entries = found.listed.source + found.listed.replica;
    tell({ kind: "progress", phase: "compare", entries, bytes: 0, total: { entries: 0, bytes: 0 } });
  });
  // a root that could not be listed is the end of the pass, which the judgement says
  for (const failure of found.failures) if (failure.path !== "") tell(failure);
  for (const what of ["link", "fifo", "socket", "device"] as const) {
    const paths = found.unmirrored.filter((one) => one.what === what).map((one) => one.path);
    if (paths.length > 0) tell({ kind: "unmirrored", what, paths });
  }
  return found;
}

/** The folders to begin with: the roots, or those of the scope, each once and as near as both sides have it. */
async function startOf(
  job: Job,
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  found: Comparison,
): Promise<Task[]> {
  const root: Pair = { path: "", sides: roots.replica ? "both" : "source", entry: roots.source.entry };
  if (scope === undefined || root.sides === "source") return [{ kind: "compare", pair: root }];
  const pairs = new Map<Path, Pair>();
  await pool.run(job, stack(scope.folders.map((path) => ({ kind: "find", path }))), (turn) => {
    for (const failure of turn.failures) found.failures.push(failure);
    for (const { path, entry, was } of turn.pairs) {
      if (pairs.has(path)) continue;
      pairs.set(path, { path, sides: "both", entry, shallow: true });
      // what differs about the roots themselves is planned already
      if (path !== "" && !sameAttributes(entry, was, job.criteria)) {
        add(found.changes, { kind: "attributes", path, entry, was });
      }
    }
  });
  return [...pairs.values()].map((pair) => ({ kind: "compare", pair }));
}

/** The roots are a pair like any other, but that no folder lists them, and that a missing replica was made to be held. */
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
