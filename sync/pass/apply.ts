/**
 * Applies the changes, stage by stage: folders and moves, contents, removals, hard links, folders' modes and times. A root that
 * goes away or a full replica ends it early; the failure of a single entry does not.
 *
 * What replaces a folder is made beside it first, and put in its place when the folder is empty: the old is not removed
 * before the new is there. Removals begin only after another look whether both roots are still there.
 */
import { Stopped } from "../disk/fault.ts";
import type { Roots } from "../disk/roots.ts";
import { at, type Changes } from "../engine/changes.ts";
import { type Folder, type Path, within } from "../engine/entry.ts";
import type { Emit } from "../engine/event.ts";
import { type Nested, type Settling, settlings, type Stages } from "../engine/order.ts";
import { forEach } from "../engine/steps.ts";
import { type Applier, applier } from "./applier.ts";
import type { PassConfig } from "./config.ts";
import { failHardLinks, isPossible, type Ledger, newLedger, removesAnything } from "./ledger.ts";
import { inline, type Pool } from "./pool.ts";
import { stackOf } from "./queue.ts";
import { hasRoot } from "./others.ts";
import { recheck } from "./recheck.ts";
import { share, stopping } from "./shared.ts";
import { inSlices } from "./slices.ts";
import type { Task } from "./task.ts";

/** What is to be done. */
export interface Work {
  readonly changes: Changes;
  readonly stages: Stages;
  /** Folders that get changes inside, as the source has them. */
  readonly disturbed: ReadonlyMap<Path, Folder>;
}

/**
 * Make the changes and tell each. Ends early, with an event, when a root goes away or the replica is full. False when
 * something could not be moved: then only folders and moves were made, and the rest has to be decided anew. Throws
 * `Stopped` when the pass is stopped before anything was done.
 */
export async function apply(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  { changes, stages, disturbed }: Work,
  tell: Emit,
  signal: AbortSignal,
): Promise<boolean> {
  const settled = await inSlices(settlings(changes, disturbed), config.shared);
  if (!hasRoot(config)) settled.delete("");
  const ledger = await inSlices(newLedger(changes), config.shared);
  using applying = applier(config, pool, { roots, ledger, tell, signal });
  try {
    return await applyStages(applying, stages, settled, tell);
  } catch (error) {
    if (error instanceof Stopped) {
      await clearUp(applying, tell);
      return true;
    }
    // a bug, after which the threads may be gone
    await clearUp({ ...applying, pool: inline() }, tell);
    throw error;
  }
}

/** False when something could not be moved. Throws `Stopped` when the pass is stopped. */
async function applyStages(
  applying: Applier,
  stages: Stages,
  settled: ReadonlyMap<Path, Settling>,
  tell: Emit,
): Promise<boolean> {
  const { config, ledger, make, runAll } = applying;
  for (const wave of stages.folders) await runAll(wave, (folders) => makeFolders(folders, ledger));
  await make(stages.moves);
  // what makes way for a new folder is aside until the new plan removes it
  if (ledger.unmoved && !stopping(config.shared)) return false;
  for (const level of stages.respelled) await make(level);
  await make(stages.contents);
  await recheck(applying);
  await inSlices(failHardLinks(ledger, stages.hardLinks), config.shared);
  if (removesAnything(ledger, stages)) await applying.beginRemovals();
  for (const level of stages.going) await runAll(level, (number) => tryToMove(number, ledger));
  await make(stages.removals);
  for (const level of stages.emptied) await make(level);
  await runAll(stages.replacing, (number) => replaceFolder(number, ledger));
  await runAll(ledger.aside, (number) => kept(number, ledger, "removeAside"));
  await recheck(applying);
  await make(stages.hardLinks);
  await clearUp(applying, tell);
  await runAll(settled.values(), (settling) => settle(settling, ledger));
  return true;
}

function makeFolders(folders: readonly Nested[], ledger: Ledger): Task | null {
  const { changes } = ledger;
  if (!isPossible(ledger, at(changes, folders[0]!.number))) return null;
  return {
    kind: "makeFolders",
    folders: folders.map((one) => ({ ...one, change: at(changes, one.number) })),
  };
}

/** Find out whether something is mounted on a folder that is to go: what is below it must stay. */
function tryToMove(index: number, ledger: Ledger): Task | null {
  const change = at(ledger.changes, index);
  return isPossible(ledger, change) ? { kind: "tryToMove", index, path: change.path } : null;
}

/** Put what was made beside a folder in its place, when nothing failed in the folder. */
function replaceFolder(number: number, ledger: Ledger): Task | null {
  const change = at(ledger.changes, number);
  if (!ledger.staged.has(number) || !isPossible(ledger, change)) return null;
  return { kind: "replaceFolder", number, change };
}

/** What to do with an entry that is kept beside the new folder in its place. */
function kept(number: number, { changes }: Ledger, kind: "removeAside" | "putBack"): Task {
  return { kind, number, path: at(changes, number).path };
}

function settle({ path, entry, number }: Settling, { failed }: Ledger): Task | null {
  if (within(path, failed)) return null;
  return { kind: "settle", path, entry, ...(number !== undefined && { number }) };
}

/** After changes that were not completed: remove what still waits for its place, and put back what was moved aside. */
async function clearUp({ config, pool, ledger }: Applier, tell: Emit): Promise<void> {
  const { changes, staged, aside } = ledger;
  if (aside.size + staged.size === 0) return;
  // with its own `shared`, since this is done even when the pass was stopped
  const shared = share();
  const tasks = await inSlices(stackOf(aside, (number) => kept(number, ledger, "putBack")), shared);
  const discard = (number: number) => tasks.push({ kind: "discard", number, path: at(changes, number).path });
  await inSlices(forEach(staged, discard), shared);
  aside.clear();
  staged.clear();
  await pool.run({ ...config, shared }, tasks, ({ notices }) => notices.forEach(tell));
}
