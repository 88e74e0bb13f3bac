/**
 * Racy files. A file that was edited just before it was read may be edited again just after, in the same tick of its
 * clock. It then has other content with the same size and time, and no later pass would see it. So its copy gets
 * another time. Once the clock has moved on, racy files are compared by content: those that are the same get their
 * time, and the others are copied again. If this ends early, the other time stays, and the next pass sees it.
 */
import { delay } from "@std/async/delay";
import type { Change } from "../engine/change.ts";
import { add, at, count, each } from "../engine/changes.ts";
import type { File, Path } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { fleeting } from "../engine/fleeting.ts";
import { certainFrom } from "../engine/racy.ts";
import type { Applier } from "./applier.ts";
import { coarsestStep } from "../engine/same.ts";
import { takeRacy } from "./ledger.ts";
import { stack } from "./queue.ts";
import { stopping } from "./shared.ts";
import type { Task } from "./task.ts";

/** How often a file that is edited again in the same tick of its clock is copied again in one pass. */
const ROUNDS = 3;
/** The longest wait, in ms, until a file is certain: two steps of FAT, and a little. A time further off is made up. */
const LONGEST_WAIT_MS = 4100;

/** A change that copied a file, or set its attributes. */
type OfFile = Change & { readonly entry: File };

/** Make sure of the copies that are in place: wait, compare them again, and settle them or copy them again. */
export async function recheck(applier: Applier): Promise<void> {
  const { config, ledger, run, make, fail, signal } = applier;
  for (let round = 0;; round++) {
    const files = takeRacy(ledger).map((number) => at(ledger.changes, number) as OfFile);
    if (files.length === 0 || stopping(config.shared)) return;
    const step = coarsestStep(config.criteria);
    await pause(waitFor(files.map(({ entry }) => certainFrom(entry.mtime, step)), Date.now()), signal);
    if (stopping(config.shared)) return;
    const { edited, uncertain } = await compareAgain(applier, files);
    if (stopping(config.shared)) return;
    await run(stack(files.filter(({ path }) => !uncertain.has(path)).map(settle)));
    const shared = new Set(files.filter(isSharedAndKept).map(({ path }) => path));
    const first = count(ledger.changes);
    for (const change of edited) {
      if (round === ROUNDS || shared.has(change.path)) fail(stillEdited(change.path));
      else add(ledger.changes, change);
    }
    await make(Array.from({ length: count(ledger.changes) - first }, (_, i) => first + i));
  }
}

/** Wait for so many ms, or until the program is asked to stop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Which files were edited, and the paths of all files that are still not certain. */
async function compareAgain(
  { config, pool, fail }: Applier,
  files: readonly OfFile[],
): Promise<{ edited: Change[]; uncertain: Set<Path> }> {
  const uncertain = new Set<Path>();
  const edited: Change[] = [];
  await pool.run(config, stack(files.map(asUndecided)), (turn) => {
    for (const change of each(turn.changes)) edited.push(change);
    for (const failure of turn.failures) {
      uncertain.add(failure.path);
      // a file that has vanished or changed by now is left to the next pass
      if (!fleeting(failure)) fail(failure);
    }
  });
  for (const { path } of edited) uncertain.add(path);
  return { edited, uncertain };
}

/** Whether a file has hard links and only got attributes: the replica has the links too, so it is not copied alone. */
function isSharedAndKept({ kind, entry }: OfFile): boolean {
  return kind === "attributes" && entry.nlink > 1;
}

/** How long to wait, in ms, until these moments (ms since 1970) are over. Those after the longest wait do not count. */
export function waitFor(moments: readonly number[], now: number): number {
  let wait = 0;
  for (const moment of moments) if (moment - now <= LONGEST_WAIT_MS) wait = Math.max(wait, moment - now);
  return wait;
}

function asUndecided({ path, entry }: OfFile): Task {
  return { kind: "compareContents", undecided: { path, entry, was: entry } };
}

function settle({ path, entry }: OfFile): Task {
  return { kind: "settle", path, entry };
}

function stillEdited(path: Path): Failure {
  return { kind: "failure", action: "copy", side: "source", path, reason: { code: "EDITED" } };
}
