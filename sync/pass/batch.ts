/**
 * With --durable or --verify, changes of a turn that are forced to the disk at once: all are made under temporary names,
 * then forced, then read back if that is asked for, then put in their places. So a name never leads to a content that is
 * not on the disk, as if each were forced by itself.
 */
import { Fault, Stopped } from "../disk/fault.ts";
import type { Together, WritableFolder } from "../disk/tree.ts";
import type { Change } from "../engine/change.ts";
import { add, type Changes, noChanges } from "../engine/changes.ts";
import { parent } from "../engine/entry.ts";
import { takesFolder } from "../engine/order.ts";
import type { Context } from "./context.ts";
import { discard } from "./copy.ts";
import { orGone } from "./gone.ts";
import { changeAction, prepare, type Prepared, putInPlace, readBack, type Waiting } from "./make.ts";
import { failureOn } from "./mounts.ts";

/** Fewer changes are forced one after another: all at once is all that others have written to the disk, too. */
const WORTH_IT = 8;
const FOLDERS_WORTH_IT = 3;

export interface Batch {
  readonly together: Together;
  /** What is made, but neither forced to the disk nor in its place. `beside`: null where it is in its place. */
  readonly waiting: (Prepared & { readonly number: number; readonly change: Waiting })[];
}

/** A batch for so many changes; null when they are to be made one after another. */
export function newBatch({ together }: Context, count: number): Batch | null {
  return together === null || count < WORTH_IT ? null : { together, waiting: [] };
}

/** Make a change but for its last step. False when it cannot wait. Throws a fault. */
export function makeInBatch(
  context: Context,
  batch: Batch,
  number: number,
  change: Change,
  folder: WritableFolder,
): boolean {
  if (!canWait(change) || !batch.together.add(parent(change.path))) return false;
  batch.waiting.push({ number, change, ...prepare(context, number, change, folder) });
  return true;
}

function canWait(change: Change): change is Waiting {
  if (change.kind === "remove" || change.kind === "move" || change.entry.kind === "folder") return false;
  return change.kind === "attributes" || (change.hardLinkTo === undefined && !takesFolder(change));
}

/** Force all to the disk, and put it in its place. */
export function finish(context: Context, batch: Batch): void {
  const { together, waiting } = batch;
  if (waiting.length === 0) return;
  const failed = together.sync();
  for (const [index, { number, change, beside, copied }] of waiting.entries()) {
    try {
      const path = parent(change.path);
      const action = changeAction(change);
      using folder = context.trees.replica.open(path, action);
      const reason = failed.get(path);
      if (reason && beside !== null) discard(folder, beside);
      if (reason) throw new Fault(action, "replica", reason);
      if (beside !== null && copied !== null && change.kind !== "attributes") {
        readBack(context, number, change, folder, beside, copied);
      }
      if (beside !== null) putInPlace(context, folder, beside, change);
      context.result.done.push(number);
    } catch (error) {
      if (error instanceof Stopped) {
        waiting.splice(0, index);
        context.result.tasks.push({ kind: "make", ...abandon(context, batch) });
        break;
      }
      report(context, number, change, error);
    }
  }
  waiting.length = 0;
}

/** Remove what waits, after a stop. Returns its changes, and their numbers. */
export function abandon({ trees }: Context, { waiting }: Batch): { numbers: number[]; changes: Changes } {
  const changes = noChanges();
  for (const { change, beside } of waiting) {
    add(changes, change);
    if (beside === null) continue;
    try {
      using folder = trees.replica.open(parent(change.path), "remove");
      discard(folder, beside);
    } catch (error) {
      // the next pass removes it
      if (!(error instanceof Fault)) throw error;
    }
  }
  return { numbers: waiting.map(({ number }) => number), changes };
}

/** Force the folders that a turn wrote in to the disk, each once: a name is safe only when its folder is. */
export function syncFolders(context: Context): void {
  const { trees, result, together, wrote } = context;
  const isWorthIt = together !== null && wrote.size >= FOLDERS_WORTH_IT;
  const alone = isWorthIt ? [...wrote].filter((path) => !together.add(path)) : [...wrote];
  for (const path of alone) {
    try {
      using folder = trees.replica.open(path, "attributes");
      folder.sync();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      result.failures.push(failureOn(context, error, path, path));
    }
  }
  if (alone.length === wrote.size) return;
  for (const [path, reason] of together!.sync()) {
    if (!wrote.has(path)) continue;
    result.failures.push(failureOn(context, new Fault("attributes", "replica", reason), path, path));
  }
}

/** Report a change that failed, or a move that cannot be made. Throws what is no fault. */
export function report(context: Context, number: number, change: Change, error: unknown): void {
  if (!(error instanceof Fault)) throw error;
  if (change.kind === "move") {
    return void context.result.unmoved.push({ number, failure: failureOn(context, error, change.path) });
  }
  const failures = change.kind === "attributes" ? context.result.unset : context.result.failures;
  failures.push(orGone(context, failureOn(context, error, change.path)));
}
