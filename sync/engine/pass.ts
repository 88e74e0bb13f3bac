/**
 * One pass: compare, judge, apply, settle. Nothing is written until the whole plan is known and the guard has let it
 * through. The pass only orders the work; the pool does it, and whatever happens is an event.
 */
import { apply } from "./apply.ts";
import { type Folder, type Path, shown, type Side, within } from "./entry.ts";
import {
  BLANK,
  type Emit,
  type Event,
  type Failure,
  fold,
  type Refusal,
  type Report,
  type Unmirrored,
} from "./event.ts";
import { guard, type Limits } from "./guard.ts";
import { EVERYTHING, type Holds } from "./holds.ts";
import {
  type Change,
  type Judgement,
  type Named,
  needed,
  type Pair,
  removals,
  sameAttributes,
} from "./plan.ts";
import type { Pool } from "./pool.ts";
import { prune } from "./prune.ts";
import { freeBytes, type Given, isEmpty, isStill, openRoots, type Root, type Roots } from "./roots.ts";
import { share, stop } from "./shared.ts";
import { isTemporary, type Job, type Task } from "./turn.ts";
import { twins } from "./twins.ts";

/** What is to be mirrored, and how. */
export interface Order extends Given {
  /** How files are compared, for a replica that can hold everything: what it really can is found out. */
  readonly judgement: Omit<Judgement, "holds" | "roots">;
  readonly limits: Limits;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** Absolute paths that are not part of either tree: our own log file. */
  readonly ours: readonly string[];
}

/** Which pass it is. */
export interface Occasion {
  /** From 1. */
  readonly number: number;
  /** What the pass before left: the hold on the replica goes on. */
  readonly before: Roots | null;
  /** Compare some folders only; all of both trees when left out. */
  readonly scope?: Scope;
}

/** A part of the trees. A folder that only one side has is compared with all that is below it. */
export interface Scope {
  /** Folders, by what the source or the replica calls them; "" for the roots themselves. They need not exist any more. */
  readonly folders: readonly Path[];
  /** How many entries each side had when all was compared last: what removals are measured by. */
  readonly known: Report["entries"];
}

/** What a pass leaves to the next one. */
export interface Outcome {
  readonly report: Report;
  /** With the hold on the replica; null when the roots could not be opened and never had been. */
  readonly roots: Roots | null;
}

/** What comparing found. */
interface Compared {
  readonly changes: Change[];
  readonly named: Named[];
  readonly disturbed: Map<Path, Folder>;
  readonly failures: Failure[];
  readonly unmirrored: Unmirrored[];
  readonly listed: { source: number; replica: number };
}

/**
 * Bring the replica in step once. Everything that is expected to go wrong is an event and counts in the report; what
 * throws is a bug. When `signal` is aborted, work that is under way is finished or discarded, and the pass ends as
 * interrupted.
 */
export async function pass(
  order: Order,
  occasion: Occasion,
  pool: Pool,
  emit: Emit,
  signal: AbortSignal,
): Promise<Outcome> {
  const { number, before, scope } = occasion;
  const began = performance.now();
  let report = BLANK;
  const tell = (event: Event) => {
    report = fold(report, event);
    emit(event);
  };
  const end = (roots: Roots | null): Outcome => {
    report = { ...report, duration: performance.now() - began };
    emit({ kind: "end", report });
    return { report, roots };
  };

  tell({ kind: "start", pass: number, planned: order.planned, whole: scope === undefined });
  const opened = await openRoots(order, before);
  if ("kind" in opened) {
    tell(opened);
    return end(before);
  }
  const found = await probed(order, opened, pool);
  if (found !== null && "kind" in found) {
    tell(unusable("replica", opened.replica, found.reason.text));
    return end(opened);
  }
  const roots: Roots = { ...opened, holds: found };
  const untried = found === null && !order.planned;
  const job = jobOf(order, roots, untried ? { ...EVERYTHING, owners: false } : found ?? EVERYTHING);
  for (const text of untried ? [UNTRIED] : lacks(job, order)) tell({ kind: "notice", text });
  for (const side of ["source", "replica"] as const) {
    const what = side === "source" ? "it is not mirrored" : "it is not removed";
    for (const path of job.hidden[side]) {
      tell({ kind: "notice", text: `The log file lies inside the ${side}, at ${shown(path)}: ${what}` });
    }
  }
  const interrupt = () => stop(job.shared);
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  try {
    const compared = await compare(job, pool, roots, scope, tell);
    report = { ...report, entries: compared.listed };
    const changes = changesOf(compared, job, tell);
    const refusal = await judge(compared, changes, roots, scope, order.limits);
    if (signal.aborted) tell({ kind: "interrupted" });
    else if (refusal) tell(refusal);
    else if (order.planned) {
      for (const change of inOrder(changes)) tell({ kind: "change", change, planned: true });
    } else {
      await apply(job, pool, roots, { changes, disturbed: compared.disturbed }, tell);
      if (signal.aborted) tell({ kind: "interrupted" });
    }
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
  return end(roots);
}

/**
 * What the replica can hold: found out once, and not at all in a dry run, which writes nothing. null when nothing could
 * be tried, and the next pass will see; a failure when the disk is in trouble.
 */
async function probed(order: Order, roots: Roots, pool: Pool): Promise<Holds | Failure | null> {
  if (roots.holds !== null || order.planned) return roots.holds;
  let found: Holds | Failure | null = null;
  await pool.run(
    jobOf(order, roots, EVERYTHING),
    [{ kind: "probe" }],
    (turn) => found = turn.failures[0] ?? turn.holds[0] ?? null,
  );
  return found;
}

const UNTRIED = "What the replica can hold could not be tried: owners and groups are left as they are";

/** What of a source this replica will not hold, as lines for a person. */
function lacks({ judgement: { holds, owners } }: Job, order: Order): string[] {
  const missing = [
    !owners && order.judgement.owners && "owners and groups, which this program may not set there",
    !holds.modes && "permission bits",
    !holds.links &&
    "links (its file system has none, or Deno was not given --allow-read and --allow-write unscoped)",
    !holds.hardLinks && "hard links: each name becomes a file of its own",
    !holds.cases && "names that differ only in case",
    !holds.forms && "names that differ only in their Unicode form",
    holds.grain > 1 && `times finer than ${holds.grain} ms`,
    holds.longestName < 255 && `names longer than ${holds.longestName} bytes`,
  ];
  return missing.filter((what) => what !== false).map((what) => `The replica cannot hold ${what}`);
}

function jobOf(order: Order, roots: Roots, holds: Holds): Job {
  const replica = roots.replica?.path ?? order.replica;
  return {
    source: roots.source.path,
    replica,
    judgement: {
      ...order.judgement,
      owners: order.judgement.owners && holds.owners,
      holds,
      roots: { source: roots.source.entry, replica: roots.replica?.entry ?? roots.source.entry },
    },
    durable: order.durable,
    hidden: { source: inside(roots.source.path, order.ours), replica: inside(replica, order.ours) },
    word: crypto.randomUUID().slice(0, 8),
    shared: share(),
  };
}

/** Those of `paths` that lie in `root`, as paths below it. */
function inside(root: string, paths: readonly string[]): Path[] {
  const start = root.endsWith("/") ? root : `${root}/`;
  return paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
}

/** List both trees, or a part of them, and collect what is to be done. Nothing is written. */
async function compare(
  job: Job,
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  tell: Emit,
): Promise<Compared> {
  const found: Compared = {
    changes: [],
    named: [],
    disturbed: new Map(),
    failures: [],
    unmirrored: [],
    listed: { source: 0, replica: 0 },
  };
  planRoot(roots, found, job.judgement, tell);
  await pool.run(job, await startOf(job, pool, roots, scope, found), (turn) => {
    for (const change of turn.changes) found.changes.push(change);
    for (const one of turn.named) found.named.push(one);
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
  found: Compared,
): Promise<Task[]> {
  const root: Pair = { path: "", sides: roots.replica ? "both" : "source", entry: roots.source.entry };
  if (scope === undefined || root.sides === "source") return [{ kind: "compare", pair: root }];
  const pairs = new Map<Path, Pair>();
  await pool.run(job, scope.folders.map((path) => ({ kind: "find", path })), (turn) => {
    for (const failure of turn.failures) found.failures.push(failure);
    for (const { path, entry, was } of turn.pairs) {
      if (pairs.has(path)) continue;
      pairs.set(path, { path, sides: "both", entry, shallow: true });
      // what differs about the roots themselves is planned already
      if (path !== "" && !sameAttributes(entry, was, job.judgement)) {
        found.changes.push({ kind: "touch", path, entry, was });
      }
    }
  });
  return [...pairs.values()].map((pair) => ({ kind: "compare", pair }));
}

/** The roots are a pair like any other, but that no folder lists them, and that a missing replica was made to be held. */
function planRoot({ source, replica, made }: Roots, found: Compared, judgement: Judgement, tell: Emit): void {
  const create: Change = { kind: "create", path: "", entry: source.entry };
  if (replica === null) found.changes.push(create);
  else if (made) {
    tell({ kind: "change", change: create, planned: false });
    found.disturbed.set("", source.entry);
  } else if (!sameAttributes(source.entry, replica.entry, judgement)) {
    found.changes.push({ kind: "touch", path: "", entry: source.entry, was: replica.entry });
  }
}

/** The changes that may be made, and that make files with several names right for each other. */
function changesOf({ changes, named, failures }: Compared, job: Job, tell: Emit): Change[] {
  const { changes: kept, failures: blocked } = prune(changes, failures, job.hidden.replica);
  for (const failure of blocked) tell(failure);
  if (!job.judgement.holds.hardLinks || named.length === 0) return kept;
  const failed = new Set(failures.map((failure) => failure.path));
  return twins(kept, named.filter(({ path }) => !within(path, failed)));
}

/** Why the changes must not be made, or null when they may. */
async function judge(
  compared: Compared,
  changes: readonly Change[],
  roots: Roots,
  scope: Scope | undefined,
  limits: Limits,
): Promise<Refusal | null> {
  const unlisted = compared.failures.find((failure) => failure.path === "");
  if (unlisted) return unusable(unlisted.side, roots[unlisted.side], unlisted.reason.text);
  const nested = compared.failures.find((failure) => failure.reason.code === "NESTED");
  if (nested) {
    return unusable(nested.side, roots[nested.side], `${shown(nested.path)} in it leads into the other tree`);
  }
  for (const side of ["source", "replica"] as const) {
    const root = roots[side];
    // a disk that is taken away looks like an empty, healthy folder: only its identity tells
    if (root && !await isStill(root)) return unusable(side, root, "it went away while it was compared");
  }
  let removed = 0;
  // what a killed run of ours left over counts for nothing
  for (const change of changes) if (!isTemporary(change.path)) removed += removals(change);
  const room = roots.replica && await freeBytes(roots.replica);
  return guard(
    { ...await sizes(compared, roots, scope), removals: removed, bytes: needed(changes), room },
    limits,
  );
}

/** How many entries both sides have in all. Of a part, only the whole that was known says how much a removal takes. */
async function sizes(
  { listed }: Compared,
  roots: Roots,
  scope: Scope | undefined,
): Promise<Report["entries"]> {
  if (scope === undefined) return listed;
  const source = await isEmpty(roots.source) ? 0 : Math.max(scope.known.source, listed.source, 1);
  return { source, replica: Math.max(scope.known.replica, listed.replica) };
}

function unusable(side: Side, root: Root | null, why: string): Refusal {
  return {
    kind: "unusable",
    side,
    text: `Cannot use the ${side} ${shown(root?.path ?? "")}: ${why}; nothing was touched`,
  };
}

/** By path, each folder before what is in it. */
function inOrder(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
