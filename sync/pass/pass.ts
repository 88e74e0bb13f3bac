/**
 * One pass: compare, judge, apply, settle. Nothing is written until the whole plan is known and the guard has let it
 * through. The pass only orders the work; the pool does it, and whatever happens is an event.
 */
import { apply } from "./apply.ts";
import { type Changes, each } from "../engine/changes.ts";
import { type Path, shown, within } from "../engine/entry.ts";
import { BLANK, type Emit, type Event, type Failure, fold, type Report } from "../engine/event.ts";
import type { Limits } from "../engine/guard.ts";
import { type Capabilities, EVERYTHING } from "../engine/capabilities.ts";
import { refusalOf } from "./safety.ts";
import type { Change, Criteria } from "../engine/plan.ts";
import type { Pool } from "./pool.ts";
import { prune } from "../engine/prune.ts";
import { type Given, openRoots, type Roots, unusable } from "../disk/root.ts";
import { share, stop } from "./shared.ts";
import { compare, type Comparison, type Scope } from "./compare.ts";
import { stack } from "./queue.ts";
import type { Job } from "./task.ts";
import { hardLinks } from "../engine/hard_links.ts";

/** What is to be mirrored, and how. */
export interface Config extends Given {
  /** How files are compared, for a replica that can hold everything: what it really can is found out. */
  readonly criteria: Omit<Criteria, "capabilities" | "roots">;
  readonly limits: Limits;
  /** Force everything to the disk before it counts as done. */
  readonly durable: boolean;
  /** Absolute paths that are not part of either tree: our own log file. */
  readonly ownLogs: readonly string[];
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

/** What a pass leaves to the next one. */
export interface Outcome {
  readonly report: Report;
  /** With the hold on the replica; null when the roots could not be opened and never had been. */
  readonly roots: Roots | null;
}

/**
 * Bring the replica in step once. Everything that is expected to go wrong is an event and counts in the report; what
 * throws is a bug. When `signal` is aborted, work that is under way is finished or discarded, and the pass ends as
 * interrupted.
 */
export async function pass(
  config: Config,
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

  tell({ kind: "start", pass: number, planned: config.planned, whole: scope === undefined });
  const opened = await openRoots(config, before);
  if ("kind" in opened) {
    tell(opened);
    return end(before);
  }
  const found = await probed(config, opened, pool);
  if (found !== null && "kind" in found) {
    tell(unusable("replica", opened.replica?.path ?? config.replica, found.reason.text));
    return end(opened);
  }
  const roots: Roots = { ...opened, capabilities: found };
  const untried = found === null && !config.planned;
  const job = jobOf(config, roots, untried ? { ...EVERYTHING, owners: false } : found ?? EVERYTHING);
  for (const text of untried ? [UNTRIED] : lacks(job, config)) tell({ kind: "notice", text });
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
    const refusal = await refusalOf(compared, changes, roots, scope, config.limits);
    if (signal.aborted) tell({ kind: "interrupted" });
    else if (refusal) tell(refusal);
    else if (config.planned) {
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
async function probed(config: Config, roots: Roots, pool: Pool): Promise<Capabilities | Failure | null> {
  if (roots.capabilities !== null || config.planned) return roots.capabilities;
  let found: Capabilities | Failure | null = null;
  await pool.run(
    jobOf(config, roots, EVERYTHING),
    stack([{ kind: "probe" }]),
    (turn) => found = turn.failures[0] ?? turn.capabilities[0] ?? null,
  );
  return found;
}

const UNTRIED = "What the replica can hold could not be tried: owners and groups are left as they are";

/** What of a source this replica will not hold, as lines for a person. */
function lacks({ criteria: { capabilities, owners } }: Job, config: Config): string[] {
  const missing = [
    !owners && config.criteria.owners && "owners and groups, which this program may not set there",
    !capabilities.modes && "permission bits",
    !capabilities.links &&
    "links (its file system has none, or Deno was not given --allow-read and --allow-write unscoped)",
    !capabilities.hardLinks && "hard links: each name becomes a file of its own",
    !capabilities.cases && "names that differ only in case",
    !capabilities.forms && "names that differ only in their Unicode form",
    capabilities.step > 1 && `times finer than ${capabilities.step} ms`,
    capabilities.longestName < 255 && `names longer than ${capabilities.longestName} bytes`,
  ];
  return missing.filter((what) => what !== false).map((what) => `The replica cannot hold ${what}`);
}

function jobOf(config: Config, roots: Roots, capabilities: Capabilities): Job {
  const replica = roots.replica?.path ?? config.replica;
  return {
    source: roots.source.path,
    replica,
    criteria: {
      ...config.criteria,
      owners: config.criteria.owners && capabilities.owners,
      capabilities,
      roots: { source: roots.source.entry, replica: roots.replica?.entry ?? roots.source.entry },
    },
    durable: config.durable,
    hidden: { source: inside(roots.source.path, config.ownLogs), replica: inside(replica, config.ownLogs) },
    passId: crypto.randomUUID().slice(0, 8),
    shared: share(),
  };
}

/** Those of `paths` that lie in `root`, as paths below it. */
function inside(root: string, paths: readonly string[]): Path[] {
  const start = root.endsWith("/") ? root : `${root}/`;
  return paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
}

/** The changes that may be made, and that make files with several names right for each other. */
function changesOf({ changes, linked, failures }: Comparison, job: Job, tell: Emit): Changes {
  const { changes: kept, failures: blocked } = prune(changes, failures, job.hidden.replica);
  for (const failure of blocked) tell(failure);
  if (!job.criteria.capabilities.hardLinks || linked.length === 0) return kept;
  const failed = new Set([...failures, ...blocked].map((failure) => failure.path));
  return hardLinks(kept, linked.filter(({ path }) => !within(path, failed)));
}

/** By path, each folder before what is in it. */
function inOrder(changes: Changes): Change[] {
  return [...each(changes)].sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
