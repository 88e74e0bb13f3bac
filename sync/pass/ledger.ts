/**
 * What has become of the changes of a pass while they are applied. A value that only the main thread changes, through
 * the functions below. No disk.
 */
import { bytes, type Change } from "../engine/change.ts";
import { at, type Changes, count, each, replace } from "../engine/changes.ts";
import { type File, foldersTo, parent, type Path, within } from "../engine/entry.ts";
import { leavesAside, type Stages, takesFolder } from "../engine/order.ts";
import { forEach, type Steps } from "../engine/steps.ts";
import type { Turn } from "./task.ts";

/** Numbers of changes are indices in `changes`. */
export interface Ledger {
  /** Grows when a file has to be copied again. An entry is replaced when another version was copied. */
  readonly changes: Changes;
  readonly total: { readonly entries: number; readonly bytes: number };
  /** How many changes are done. */
  finished: number;
  /** Paths that failed: nothing more is done at or below them. */
  readonly failed: Set<Path>;
  /** Paths in their place that lack an attribute: nothing stands back for that. */
  readonly unset: Set<Path>;
  /** Folders above what failed: they are not empty. */
  readonly above: Set<Path>;
  /** Copies that are not certain yet. */
  readonly racy: Set<number>;
  /** Made beside a folder that is in the way, and not yet in place. */
  readonly staged: Set<number>;
  /** Whether a move could not be made. */
  unmoved: boolean;
  /** Moved aside, and kept beside the new folder in its place. */
  readonly aside: Set<number>;
}

export function* newLedger(changes: Changes): Steps<Ledger> {
  const total = { entries: count(changes), bytes: 0 };
  yield* forEach(each(changes), (change) => total.bytes += bytes(change));
  return {
    changes,
    total,
    finished: 0,
    failed: new Set(),
    unset: new Set(),
    above: new Set(),
    racy: new Set(),
    staged: new Set(),
    unmoved: false,
    aside: new Set(),
  };
}

/** Whether a change can be made: nothing that failed is in its way. */
export function isPossible({ failed, above }: Ledger, change: Change): boolean {
  // a folder with a failure in it may not be empty
  const inUse = change.kind === "remove" && change.was.kind === "folder" && above.has(change.path);
  const isLost = change.kind === "move" && within(change.from, failed);
  return !inUse && !isLost && !within(change.path, failed);
}

/** Note what a turn has done. Returns the changes that are complete now, to be told. */
export function note(ledger: Ledger, { revised, racy, done }: Turn): Change[] {
  for (const { number, entry } of revised) revise(ledger, number, entry);
  for (const number of racy) ledger.racy.add(number);
  const finished: Change[] = [];
  for (const number of done) {
    // this removed what was moved aside: part of a change that was told already
    if (ledger.aside.delete(number)) continue;
    const change = at(ledger.changes, number);
    if (leavesAside(change)) ledger.aside.add(number);
    // a change that replaces a folder is done in two steps: beside the folder, then in its place
    if (takesFolder(change) && !ledger.staged.delete(number)) ledger.staged.add(number);
    else finished.push(change);
  }
  ledger.finished += finished.length;
  return finished;
}

/** Note that another version of a file was copied than was compared. */
function revise({ changes }: Ledger, number: number, entry: File): void {
  const change = at(changes, number);
  if (change.kind === "create" || change.kind === "update") replace(changes, number, { ...change, entry });
}

/** Note that a path failed. */
export function noteFailed({ failed, above }: Ledger, path: Path): void {
  failed.add(path);
  for (const folder of foldersTo(parent(path))) above.add(folder);
}

/** Note that a move could not be made: nothing more is done at its path, nor below. */
export function noteUnmoved(ledger: Ledger, path: Path): void {
  ledger.unmoved = true;
  ledger.failed.add(path);
}

/** Note that a path lacks an attribute, which is met again when a copy becomes certain. False when it is known. */
export function noteUnset({ unset }: Ledger, path: Path): boolean {
  if (unset.has(path)) return false;
  unset.add(path);
  return true;
}

/** What should become another name of a file that failed stays as it is. */
export function* failHardLinks({ changes, failed }: Ledger, numbers: readonly number[]): Steps<void> {
  yield* forEach(numbers, (number) => {
    const change = at(changes, number);
    if ("hardLinkTo" in change && change.hardLinkTo !== undefined && within(change.hardLinkTo, failed)) {
      failed.add(change.path);
    }
  });
}

/** Whether anything in the replica is removed or replaced after the copies. */
export function removesAnything({ aside }: Ledger, stages: Stages): boolean {
  const { removals, emptied, replacing, hardLinks } = stages;
  return removals.length + emptied.length + replacing.length + hardLinks.length + aside.size > 0;
}

/** Take out of the ledger, and return, the numbers of copies that are in place and not certain yet. */
export function* takeRacy({ racy, staged }: Ledger): Steps<number[]> {
  const numbers: number[] = [];
  yield* forEach(racy, (number) => {
    if (!staged.has(number)) numbers.push(number);
  });
  yield* forEach(numbers, (number) => racy.delete(number));
  return numbers;
}
