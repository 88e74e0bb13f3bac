/**
 * Applies the changes, stage by stage: folders, contents, removals, hard links, folders' modes and times. A root that
 * goes away or a full replica ends it early; the failure of a single entry does not.
 *
 * What replaces a folder is made beside it first, and put in its place when the folder is empty: the old is not removed
 * before the new is there. Removals begin only after another look whether both roots are still there.
 */
import type { Roots } from "../disk/roots.ts";
import { at, type Changes } from "../engine/changes.ts";
import { type Folder, type Path, within } from "../engine/entry.ts";
import type { Emit } from "../engine/event.ts";
import { order, type Settling, settlings, type Stages } from "../engine/order.ts";
import { type Applier, applier } from "./applier.ts";
import type { PassConfig } from "./config.ts";
import { failHardLinks, isPossible, type Ledger, newLedger, removesAnything } from "./ledger.ts";
import { inline, type Pool } from "./pool.ts";
import { stack } from "./queue.ts";
import { recheck } from "./recheck.ts";
import { share } from "./shared.ts";
import type { Task } from "./task.ts";

/** What is to be done. */
export interface Work {
  readonly changes: Changes;
  /** Folders that get changes inside, as the source has them. */
  readonly disturbed: ReadonlyMap<Path, Folder>;
}

/** Make the changes and tell each. Ends early, with an event, when a root goes away or the replica is full. */
export async function apply(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  { changes, disturbed }: Work,
  tell: Emit,
  signal: AbortSignal,
): Promise<void> {
  const stages = order(changes);
  const settled = settlings(changes, disturbed);
  const ledger = newLedger(changes);
  using applying = applier(config, pool, roots, ledger, tell, signal);
  try {
    await applyStages(applying, stages, settled, tell);
  } catch (error) {
    // a bug, after which the threads may be gone
    await clearUp({ ...applying, pool: inline() }, tell);
    throw error;
  }
}

async function applyStages(
  applying: Applier,
  stages: Stages,
  settled: readonly Settling[],
  tell: Emit,
): Promise<void> {
  const { ledger, make, run } = applying;
  await run(stack(newFolders(stages, ledger)));
  await make(stages.contents);
  await recheck(applying);
  failHardLinks(ledger, stages.hardLinks);
  if (removesAnything(ledger, stages)) await applying.beginRemovals();
  for (const level of stages.going) await run(stack(attempts(level, ledger)));
  await make(stages.removals);
  for (const level of stages.emptied) await make(level);
  await run(stack(replacements(stages, ledger)));
  await run(stack(kept(ledger, "removeAside")));
  await recheck(applying);
  await make(stages.hardLinks);
  await clearUp(applying, tell);
  await run(stack(settled.filter(({ path }) => !within(path, ledger.failed)).map(settle)));
}

function newFolders(stages: Stages, ledger: Ledger): Task[] {
  const { changes } = ledger;
  return stages.folders
    .filter(([first]) => isPossible(ledger, at(changes, first!.number)))
    .map((folders) => ({
      kind: "makeFolders",
      folders: folders.map((one) => ({ ...one, change: at(changes, one.number) })),
    }));
}

/** Whether something is mounted on the folders of one level that are to go: what is below it must stay. */
function attempts(level: readonly number[], ledger: Ledger): Task[] {
  return level.map((index) => ({ index, change: at(ledger.changes, index) }))
    .filter(({ change }) => isPossible(ledger, change))
    .map(({ index, change }) => ({ kind: "tryToMove", index, path: change.path }));
}

/** Tasks that put what was made beside a folder in its place, where nothing failed in the folder. */
function replacements(stages: Stages, ledger: Ledger): Task[] {
  const { changes, staged } = ledger;
  return stages.replacing
    .filter((number) => staged.has(number) && isPossible(ledger, at(changes, number)))
    .map((number) => ({ kind: "replaceFolder", number, change: at(changes, number) }));
}

/** A task for each entry that is kept beside the new folder in its place. */
function kept({ changes, aside }: Ledger, kind: "removeAside" | "putBack"): Task[] {
  return [...aside].map((number) => ({ kind, number, path: at(changes, number).path }));
}

function settle({ path, entry, number }: Settling): Task {
  return { kind: "settle", path, entry, ...(number !== undefined && { number }) };
}

/** After changes that were not completed: remove what still waits for its place, and put back what was moved aside. */
async function clearUp({ config, pool, ledger }: Applier, tell: Emit): Promise<void> {
  const { changes, staged } = ledger;
  const tasks: Task[] = kept(ledger, "putBack");
  for (const number of staged) tasks.push({ kind: "discard", number, path: at(changes, number).path });
  if (tasks.length === 0) return;
  // with its own `shared`, since this is done even when the pass was stopped
  await pool.run({ ...config, shared: share() }, stack(tasks), ({ notices }) => notices.forEach(tell));
}
