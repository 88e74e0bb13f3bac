/** From what was found to the changes that are to be made. Nothing is written. */
import { type Changes, mayMove } from "../engine/changes.ts";
import type { Memory } from "../engine/edits.ts";
import { type Path, within } from "../engine/entry.ts";
import type { Emit, Failure } from "../engine/event.ts";
import type { Linked } from "../engine/plan.ts";
import { prune } from "../engine/prune.ts";
import { forEach } from "../engine/steps.ts";
import type { Comparison } from "./compare.ts";
import type { PassConfig } from "./config.ts";
import type { Pool } from "./pool.ts";
import type { Shared } from "./shared.ts";
import { inSlices } from "./slices.ts";

type Judgeable = Pick<Comparison, "found"> & { readonly known: Pick<Comparison["known"], "config"> };

/**
 * What is needed and possible, with what was moved, and files of several names made right for each other. `moving`: by
 * whom files are read to find out what was moved; nothing counts as moved when left out. `memory`: what the last pass left. Throws `Stopped`.
 */
export async function changesOf(
  { found, known: { config } }: Judgeable,
  { moving, memory }: { readonly moving?: Pool | undefined; readonly memory?: Memory | undefined },
  tell: Emit,
): Promise<Changes> {
  const { changes, linked, failures } = found;
  const { ownLogs, shared } = config;
  const { changes: allowed, failures: blocked } = await inSlices(
    prune(changes, failures, [...ownLogs.replica, ...found.kept]),
    shared,
  );
  await inSlices(forEach(blocked, tell), shared);
  const { changes: kept, edits } = config.keepEdits
    ? await (await import("./leave_edits.ts")).leaveEdits(allowed, found, config, memory ?? null, tell)
    : { changes: allowed, edits: NONE };
  const left = linked.length === 0
    ? linked
    : await possible(linked, edits, [...failures, ...blocked], shared);
  if (moving === undefined || !mayMove(kept)) return await withHardLinks(kept, left, config);
  const { withMoves } = await import("./moves.ts");
  const moved = await withMoves(kept, left, found, config, moving);
  for (const [path, entry] of moved.disturbed) found.disturbed.set(path, entry);
  return await withHardLinks(moved.changes, moved.linked, config);
}

/** The changes, with those of paths with several names made right for each other. Throws `Stopped`. */
async function withHardLinks(
  changes: Changes,
  linked: readonly Linked[],
  { trash, shared }: PassConfig,
): Promise<Changes> {
  if (linked.length === 0) return changes;
  const { hardLinks } = await import("../engine/hard_links.ts");
  return await inSlices(hardLinks(changes, linked, trash !== null), shared);
}

const NONE: ReadonlySet<Path> = new Set();

/** Those of some paths that neither failed nor are edits, nor lie in such. */
async function possible(
  linked: readonly Linked[],
  edits: ReadonlySet<Path>,
  failures: readonly Failure[],
  shared: Shared,
): Promise<Linked[]> {
  const failed = new Set<Path>(edits);
  await inSlices(forEach(failures, ({ path }) => failed.add(path)), shared);
  const left: Linked[] = [];
  await inSlices(forEach(linked, (one) => !within(one.path, failed) && left.push(one)), shared);
  return left;
}
