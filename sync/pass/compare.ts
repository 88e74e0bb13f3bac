/**
 * Compares both trees, or a part of them, in the pool: what each has, and which changes are needed. Writes nothing.
 */
import type { Roots } from "../disk/roots.ts";
import type { Capabilities } from "../engine/capabilities.ts";
import type { Change } from "../engine/change.ts";
import { add, append, type Changes, noChanges } from "../engine/changes.ts";
import { type Folder, parent, type Path, type Side, within } from "../engine/entry.ts";
import type { Emit, Event, Failure, Notice, Unmirrored } from "../engine/event.ts";
import type { Linked, Pair } from "../engine/plan.ts";
import type { Report } from "../engine/report.ts";
import { type Criteria, type Mounted, sameAttributes } from "../engine/same.ts";
import type { PassConfig } from "./config.ts";
import { addNotice } from "./notices.ts";
import type { Pool } from "./pool.ts";
import { stack } from "./queue.ts";
import { comparedBytes } from "./shared.ts";
import { lookAgain } from "./source_mounts.ts";
import type { FoundPair, Stranger, Task, Turn } from "./task.ts";
import { tryMounts } from "./try_mounts.ts";

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
  /** What is mounted in the part of the source that was compared. */
  readonly sourceMounts: Map<Path, Mounted>;
  /** Entries listed, by side. */
  readonly listed: { source: number; replica: number };
  /** Whether a side has inode numbers that cannot be told exactly. */
  readonly inexactIds: Record<Side, boolean>;
  /** As it was given, with what was found out about the replica. */
  config: PassConfig;
  /** What other file systems in the replica can hold, by device, as far as that was found out. */
  mounted: ReadonlyMap<number, Capabilities>;
  /** How many of those listed in the replica are folders and empty files. */
  blank: number;
  /** The bytes, on both sides, of the files whose contents are compared. */
  undecidedBytes: number;
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
    sourceMounts: new Map(),
    listed: { source: 0, replica: 0 },
    inexactIds: { source: false, replica: false },
    config,
    mounted: roots.mounted,
    blank: 0,
    undecidedBytes: 0,
  };
  planRoot(roots, found, config.criteria);
  const notices: Notice[] = [];
  const compared = new Map<Path, number>();
  const clock = setInterval(() => tell(progressOf(found)), PROGRESS_MS);
  try {
    await rounds(pool, roots, scope, found, { notices, compared }, tell);
  } finally {
    clearInterval(clock);
  }
  const { mounts, failures } = await lookAgain(found.config, compared, found.changes);
  for (const [path, disk] of mounts) found.sourceMounts.set(path, disk);
  for (const failure of failures) found.failures.push(failure);
  for (const notice of notices) tell(notice);
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

/** How often progress is told, in ms. */
export const PROGRESS_MS = 100;

function progressOf({ listed, undecidedBytes, config }: Comparison): Event {
  const total = { entries: 0, bytes: undecidedBytes };
  const bytes = comparedBytes(config.shared);
  return { kind: "progress", phase: "compare", entries: listed.source, bytes, total };
}

/** Compare round by round: what lies on a file system that is met for the first time waits until that was tried. */
async function rounds(
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  found: Comparison,
  { notices, compared }: { readonly notices: Notice[]; readonly compared: Map<Path, number> },
  tell: Emit,
): Promise<void> {
  let waiting = await firstTasks(pool, roots, scope, found, tell);
  while (waiting.length > 0) {
    const strangers: Stranger[] = [];
    const deferred: Task[] = [];
    await pool.run(found.config, stack(waiting), (turn) => {
      collect(found, turn);
      for (const { path, device } of turn.mounts) compared.set(path, device);
      for (const notice of turn.notices) addNotice(notices, notice);
      for (const one of turn.strangers) strangers.push(one);
      for (const pair of turn.deferred) deferred.push({ kind: "compare", pair });
    });
    await meet(strangers, pool, found, tell);
    waiting = deferred;
  }
}

/** Add what a turn came to. */
function collect(found: Comparison, turn: Turn): void {
  append(found.changes, turn.changes);
  for (const one of turn.linked) found.linked.push(one);
  for (const { path, entry } of turn.disturbed) found.disturbed.set(path, entry);
  for (const failure of turn.failures) found.failures.push(failure);
  for (const one of turn.unmirrored) found.unmirrored.push(one);
  found.listed.source += turn.listed.source;
  found.listed.replica += turn.listed.replica;
  found.blank += turn.blank;
  found.undecidedBytes += turn.undecidedBytes;
  for (const side of SIDES) found.inexactIds[side] ||= turn.inexactIds[side];
}

/** Find out what file systems can hold that were met inside the replica. */
async function meet(
  strangers: readonly Stranger[],
  pool: Pool,
  found: Comparison,
  tell: Emit,
): Promise<void> {
  if (strangers.length === 0) return;
  const tried = await tryMounts(found.config, pool, strangers, tell);
  found.config = tried.config;
  found.mounted = new Map([...found.mounted, ...tried.found]);
  for (const failure of tried.failures) found.failures.push(failure);
}

/** The folders to begin with: the roots, or those of the scope, each once and as near as both sides have it. */
async function firstTasks(
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  found: Comparison,
  tell: Emit,
): Promise<Task[]> {
  const root: Pair = { path: "", sides: roots.replica ? "both" : "source", entry: roots.source.entry };
  if (scope === undefined || root.sides === "source") return [{ kind: "compare", pair: root }];
  const near: FoundPair[] = [];
  const strangers: Stranger[] = [];
  const asked = new Set([...scope.folders, ...scope.branches]);
  await pool.run(found.config, stack([...asked].map((path) => ({ kind: "find", path }))), (turn) => {
    for (const failure of turn.failures) found.failures.push(failure);
    for (const one of turn.strangers) strangers.push(one);
    for (const pair of turn.pairs) near.push(pair);
  });
  await meet(strangers, pool, found, tell);
  return pairsOf(near, new Set(scope.branches), roots.source.entry, found.config.criteria, found)
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

/** The change that makes the replica itself. */
export function rootChange({ source }: Roots): Change {
  return { kind: "create", path: "", entry: source.entry };
}

/** Plan the roots themselves: no folder lists them, and a missing replica is made already, but for a dry run. */
function planRoot(roots: Roots, found: Comparison, criteria: Criteria): void {
  const { source, replica, made } = roots;
  if (replica === null) add(found.changes, rootChange(roots));
  else if (made) found.disturbed.set("", source.entry);
  else if (!sameAttributes(source.entry, replica.entry, criteria)) {
    add(found.changes, { kind: "attributes", path: "", entry: source.entry, was: replica.entry });
  }
}
