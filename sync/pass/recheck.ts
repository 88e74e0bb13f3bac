/**
 * Racy files. A file that was edited just before it was read may be edited again just after, in the same tick of its
 * clock. It then has other content with the same size and time, and no later pass would see it. So its copy gets
 * another time. Once the clock has moved on, racy files are compared by content: those that are the same get their
 * time, and the others are copied again. If this ends early, the other time stays, and the next pass sees it.
 */
import { delay } from "@std/async/delay";
import { Stopped } from "../disk/fault.ts";
import type { Change } from "../engine/change.ts";
import { add, at, count, each } from "../engine/changes.ts";
import type { File, Path } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { fleeting } from "../engine/fleeting.ts";
import { certainFrom } from "../engine/racy.ts";
import { coarsestStep } from "../engine/same.ts";
import { forEach } from "../engine/steps.ts";
import type { Applier } from "./applier.ts";
import { takeRacy } from "./ledger.ts";
import { stackOf } from "./queue.ts";
import { stopping } from "./shared.ts";
import { inSlices } from "./slices.ts";
import type { Task } from "./task.ts";

/** How often a file that is edited again in the same tick of its clock is copied again in one pass. */
const ROUNDS = 3;
/** The longest wait, in ms, until a file is certain: two steps of FAT, and a little. A time further off is made up. */
const LONGEST_WAIT_MS = 4100;

/** A change that copied a file, or set its attributes. */
type OfFile = Change & { readonly entry: File };
type Update = Extract<Change, { readonly kind: "update" }>;

/**
 * Make sure of the copies that are in place: wait, compare them again, and settle them or copy them again. Throws
 * `Stopped`.
 */
export async function recheck(applier: Applier): Promise<void> {
  const { config, ledger, runAll, make, fail, signal } = applier;
  for (let round = 0;; round++) {
    const { files, alone, moments } = await racyFiles(applier);
    if (files.length === 0) return;
    await pause(waitFor(moments, Date.now()), signal);
    const { edited, uncertain } = await compareAgain(applier, files);
    await runAll(files, (file) => uncertain.has(file.path) ? null : settle(file));
    const first = count(ledger.changes);
    // of those nothing was copied yet
    const set = new Set(files.filter(({ kind }) => kind === "attributes").map(({ path }) => path));
    const noteEdit = (change: Update) => {
      if (round === ROUNDS || alone.has(change.path)) fail(stillEdited(change.path));
      else add(ledger.changes, set.has(change.path) ? change : { ...change, again: true });
    };
    await inSlices(forEach(edited, noteEdit), config.shared);
    await make(Array.from({ length: count(ledger.changes) - first }, (_, i) => first + i));
  }
}

/**
 * Take the racy files that are in place out of the ledger, with the moments from which on they are certain. `alone`:
 * those that must not be copied alone.
 */
async function racyFiles(
  { config, ledger }: Applier,
): Promise<{ files: OfFile[]; alone: Set<Path>; moments: number[] }> {
  const step = coarsestStep(config.criteria);
  const files: OfFile[] = [];
  const alone = new Set<Path>();
  const moments: number[] = [];
  const noteFile = (number: number) => {
    const file = at(ledger.changes, number) as OfFile;
    files.push(file);
    moments.push(certainFrom(file.entry.mtime, step));
    if (isSharedAndKept(file)) alone.add(file.path);
  };
  await inSlices(forEach(await inSlices(takeRacy(ledger), config.shared), noteFile), config.shared);
  return { files, alone, moments };
}

/** Wait for so many ms. Throws `Stopped` as soon as the program is asked to stop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, { signal });
  } catch (error) {
    throw signal.aborted ? new Stopped() : error;
  }
}

/** Which files were edited, and the paths of all files that are still not certain. */
async function compareAgain(
  { config, pool, fail }: Applier,
  files: readonly OfFile[],
): Promise<{ edited: Update[]; uncertain: Set<Path> }> {
  const uncertain = new Set<Path>();
  const edited: Update[] = [];
  await pool.run(config, await inSlices(stackOf(files, asUndecided), config.shared), (turn) => {
    for (const change of each(turn.changes)) if (change.kind === "update") edited.push(change);
    for (const failure of turn.failures) {
      uncertain.add(failure.path);
      // a file that has vanished or changed by now is left to the next pass
      if (!fleeting(failure)) fail(failure);
    }
  });
  if (stopping(config.shared)) throw new Stopped();
  await inSlices(forEach(edited, ({ path }) => uncertain.add(path)), config.shared);
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
