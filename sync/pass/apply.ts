/**
 * Carry out the changes, stage by stage. A root that goes away and a replica that takes no more end it early; the
 * failure of a single entry does not.
 *
 * What takes the place of a folder is copied beside it first and lands when the folder is gone: the old is not given
 * up before the new is at hand. Removals begin only when both roots are seen to be still there.
 */
import { delay } from "@std/async/delay";
import { add, at, type Changes, count, each, replace } from "../engine/changes.ts";
import {
  absolute,
  below,
  type File,
  type Folder,
  foldersTo,
  nameOf,
  parent,
  type Path,
  shown,
  type Side,
  within,
} from "../engine/entry.ts";
import { type Emit, type Failure, fleeting } from "../engine/event.ts";
import { bytes, type Change } from "../engine/plan.ts";
import { FULL, reason } from "../disk/fault.ts";
import type { Pool } from "./pool.ts";
import { certainFrom } from "../engine/racy.ts";
import { isStill, type Roots } from "../disk/root.ts";
import { copiedBytes, stop, stopping } from "./shared.ts";
import { leavesAside, type Nested, type Settling, settlings, stages, takesFolder } from "../engine/order.ts";
import { making, type Queue, stack } from "./queue.ts";
import { type Job, type Task, temporary, type Turn } from "./task.ts";

/** What is to be done. */
export interface Work {
  readonly changes: Changes;
  /** Folders that get changes inside, and what the source says of them. */
  readonly disturbed: ReadonlyMap<Path, Folder>;
}

/** How often progress is told, in ms. */
const PROGRESS_MS = 100;
/** How often a file that is edited within the clock's step is copied again in one pass. */
const ROUNDS = 3;
/** The longest wait, in ms, until a file is certain: two steps of the coarsest clock. A time further off is made up. */
const LONGEST_WAIT_MS = 4100;
/** Codes that a root which went away could be behind. */
const LOST = new Set(["ENOENT", "ENOTDIR", "ENOTCONN", "ESTALE", "EIO"]);

/** Make the changes and tell of each. Ends early, with an event, when a root goes away or the replica takes no more. */
export async function apply(job: Job, pool: Pool, roots: Roots, work: Work, tell: Emit): Promise<void> {
  /** Grows when a file has to be copied again. */
  const { changes } = work;
  const order = stages(changes);
  const settled = settlings(changes, work.disturbed);
  const failed = new Set<Path>();
  /** Folders above what failed. */
  const above = new Set<Path>();
  const racy = new Set<number>();
  /** Copied beside a folder that is in the way. */
  const staged = new Set<number>();
  /** A folder has taken the place of what is kept beside it. */
  const aside = new Set<number>();
  const total = { entries: count(changes), bytes: 0 };
  for (const change of each(changes)) total.bytes += bytes(change);
  let finished = 0;
  let halted = false;
  let removing = false;
  let looking: Promise<void> | null = null;

  const clock = setInterval(() => {
    tell({ kind: "progress", phase: "apply", entries: finished, bytes: copiedBytes(job.shared), total });
  }, PROGRESS_MS);
  try {
    await run(
      stack(order.folders.filter(([first]) => isPossible(at(changes, first!.number))).map(makeFolders)),
    );
    await make(order.contents);
    await confirmRacy();
    failHardLinks();
    const { removals, emptied, replacing: places, hardLinks } = order;
    const removes = removals.length + emptied.length + places.length + hardLinks.length + aside.size > 0;
    if (removes) await lookAtRoots();
    removing = true;
    await make(order.removals);
    for (const level of order.emptied) await make(level);
    await run(
      stack(replacing().map(replaceFolder)),
    );
    await run(stack([...aside].map(removeAside)));
    await confirmRacy();
    await make(order.hardLinks);
    await run(stack(settled.filter(({ path }) => !within(path, failed)).map(settle)));
  } finally {
    clearInterval(clock);
    for (const number of staged) await discard(number);
    for (const number of aside) await moveBack(number);
  }

  /** Make those of the changes that nothing which failed stands in the way of. */
  function make(numbers: readonly number[]): Promise<void> {
    return run(making(changes, numbers, (change) => !isPossible(change)));
  }

  function isPossible(change: Change): boolean {
    // a folder in which something failed to go is not empty
    const inUse = change.kind === "remove" && change.was.kind === "folder" && above.has(change.path);
    return !inUse && !within(change.path, failed);
  }

  function replacing(): number[] {
    return order.replacing.filter((number) => staged.has(number) && isPossible(at(changes, number)));
  }

  function makeFolders(folders: readonly Nested[]): Task {
    return {
      kind: "makeFolders",
      folders: folders.map((one) => ({ ...one, change: at(changes, one.number) })),
    };
  }

  function replaceFolder(number: number): Task {
    return { kind: "replaceFolder", number, change: at(changes, number) };
  }

  function removeAside(number: number): Task {
    return { kind: "removeAside", number, path: at(changes, number).path };
  }

  async function run(queue: Queue): Promise<void> {
    if (queue.left().entries > 0 && !stopping(job.shared)) await pool.run(job, queue, take);
    if (looking) await looking;
  }

  function take(turn: Turn): void {
    for (const { number, entry } of turn.revised) revise(number, entry);
    for (const number of turn.racy) racy.add(number);
    for (const number of turn.done) {
      if (aside.delete(number)) continue;
      const change = at(changes, number);
      if (leavesAside(change)) aside.add(number);
      if (takesFolder(change) && !staged.delete(number)) {
        staged.add(number);
        continue;
      }
      finished++;
      tell({ kind: "change", change, planned: false });
    }
    for (const failure of turn.failures) fail(failure);
  }

  function revise(number: number, entry: File): void {
    const change = at(changes, number);
    if (change.kind === "create" || change.kind === "update") replace(changes, number, { ...change, entry });
  }

  function fail(failure: Failure): void {
    if (halted) return;
    if (failure.side === "replica" && FULL.has(failure.reason.code)) {
      const left = Math.max(total.bytes - copiedBytes(job.shared), 0);
      return halt(
        "replica",
        `The replica takes no more: ${failure.reason.text} for ${
          shown(failure.path)
        }, with ${left} bytes left to copy; ` +
          `${removing ? "" : "no removal was begun, and "}no file was left half-written`,
      );
    }
    if (LOST.has(failure.reason.code)) looking ??= lookAtRoots().finally(() => looking = null);
    failed.add(failure.path);
    for (const folder of foldersTo(parent(failure.path))) above.add(folder);
    tell(failure);
  }

  async function lookAtRoots(): Promise<void> {
    for (const side of ["source", "replica"] as const) {
      const root = roots[side];
      if (root && !await isStill(root)) {
        halt(side, `The ${side} ${shown(root.path)} went away during the pass; nothing more was touched`);
      }
    }
  }

  function halt(side: Side, text: string): void {
    if (halted) return;
    halted = true;
    stop(job.shared);
    tell(side === "source" ? { kind: "unusable", side, text } : { kind: "halted", side, text });
  }

  /**
   * A file that was edited just before it was read may have been edited just after, in the same tick of its clock: it
   * then has another content with the same size and time, and no later pass would see it. So what was copied bears
   * another time. Once the clock has moved on, such files are compared by content; those that are the same get their
   * time, and the others are copied again. Whatever ends this early leaves the mark, which the next pass sees.
   */
  async function confirmRacy(): Promise<void> {
    for (let round = 0;; round++) {
      // what waits for a folder to be gone comes later
      const numbers = [...racy].filter((number) => !staged.has(number));
      if (numbers.length === 0 || stopping(job.shared)) return;
      for (const number of numbers) racy.delete(number);
      const files = numbers.map((number) => at(changes, number) as Change & { entry: File });
      await until(files.map(({ entry }) => certainFrom(entry.mtime, job.criteria.capabilities.step)));
      const uncertain = new Set<Path>();
      const edited: Change[] = [];
      await pool.run(job, stack(files.map(compareContents)), (turn) => {
        for (const change of each(turn.changes)) edited.push(change);
        for (const failure of turn.failures) {
          uncertain.add(failure.path);
          // a file that is another one by now is for the next pass
          if (!fleeting(failure)) fail(failure);
        }
      });
      if (stopping(job.shared)) return;
      for (const { path } of edited) uncertain.add(path);
      await run(stack(files.filter(({ path }) => !uncertain.has(path)).map(settle)));
      // a file with twins that was only touched is one with them in the replica, and must not be copied alone
      const touched = new Set(
        files.filter(({ kind, entry }) => kind === "attributes" && entry.nlink > 1).map(pathIn),
      );
      const first = count(changes);
      for (const change of edited) {
        if (round === ROUNDS || touched.has(change.path)) fail(stillEdited(change.path));
        else add(changes, change);
      }
      await make(Array.from({ length: count(changes) - first }, (_, i) => first + i));
    }
  }

  /** What should become another name of a file that failed stays as it is. */
  function failHardLinks(): void {
    for (const number of order.hardLinks) {
      const change = at(changes, number);
      if ("hardLinkTo" in change && change.hardLinkTo !== undefined && within(change.hardLinkTo, failed)) {
        failed.add(change.path);
      }
    }
  }

  /** What was copied for a landing that does not come. */
  async function discard(number: number): Promise<void> {
    await Deno.remove(temporary(job, number, at(changes, number).path)).catch(() => {});
  }

  /** What made way for a folder that has stayed empty. What stays aside is kept: the next pass removes it at its end. */
  async function moveBack(number: number): Promise<void> {
    const { path } = at(changes, number);
    const place = absolute(job.replica, path);
    const aside = temporary(job, number, path);
    // where it is not to be found, this is another folder than it was moved aside in
    if (await Deno.lstat(aside).catch(() => null) === null) return;
    try {
      if ((await Deno.lstat(place)).isDirectory) await Deno.remove(place);
      await Deno.rename(aside, place);
      tell({ kind: "notice", text: `${shown(path)} was put back: the folder in its place was still empty` });
    } catch (error) {
      if (reason(error) === null) throw error;
      const kept = shown(below(parent(path), nameOf(aside)));
      tell({
        kind: "notice",
        text: `what was ${shown(path)} is kept as ${kept} until the folder is complete`,
      });
    }
  }
}

function settle({ path, entry, number }: Settling | { path: Path; entry: File; number?: number }): Task {
  return { kind: "settle", path, entry, ...(number !== undefined && { number }) };
}

function compareContents({ path, entry }: { path: Path; entry: File }): Task {
  return { kind: "compareContents", undecided: { path, entry, was: entry } };
}

function pathIn({ path }: Change): Path {
  return path;
}

/** Wait until all of some moments (ms) are over. */
async function until(moments: readonly number[]): Promise<void> {
  const now = Date.now();
  let wait = 0;
  for (const moment of moments) if (moment - now <= LONGEST_WAIT_MS) wait = Math.max(wait, moment - now);
  if (wait > 0) await delay(wait);
}

function stillEdited(path: Path): Failure {
  const reason = { code: "CHANGING", text: "it is edited again and again within one tick of its clock" };
  return { kind: "failure", action: "copy", side: "source", path, reason };
}
