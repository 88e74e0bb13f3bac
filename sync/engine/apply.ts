/**
 * Carry out the changes, stage by stage. A root that goes away and a replica that takes no more end it early; the
 * failure of a single entry does not.
 *
 * What takes the place of a folder is copied beside it first and lands when the folder is gone: the old is not given
 * up before the new is at hand. Removals begin only when both roots are seen to be still there.
 */
import { delay } from "@std/async/delay";
import { grain } from "./content.ts";
import { type File, type Folder, foldersTo, parent, type Path, shown, type Side, within } from "./entry.ts";
import type { Emit, Failure } from "./event.ts";
import { bytes, type Change } from "./plan.ts";
import type { Pool } from "./pool.ts";
import { isStill, type Roots } from "./roots.ts";
import { copiedBytes, stop, stopping } from "./shared.ts";
import { settlings, stages, takesFolder } from "./stages.ts";
import { type Job, type Task, temporary, type Turn } from "./task.ts";

/** What is to be done. */
export interface Work {
  readonly changes: readonly Change[];
  /** Folders that get changes inside, and what the source says of them. */
  readonly disturbed: ReadonlyMap<Path, Folder>;
}

/** How often progress is told, in ms. */
const PROGRESS_MS = 100;
/** How often a file that is edited within the clock's grain is copied again in one pass. */
const ROUNDS = 3;
/** The longest wait, in ms, for a clock to move on past such an edit: a step of the coarsest. A time further off is made up. */
const LONGEST_WAIT_MS = 2100;
/** Codes with which a replica says that it takes no more. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EROFS"]);
/** Codes that a root which went away could be behind. */
const LOST = new Set(["ENOENT", "ENOTDIR", "ENOTCONN", "ESTALE", "EIO"]);

/** Make the changes and tell of each. Ends early, with an event, when a root goes away or the replica takes no more. */
export async function apply(job: Job, pool: Pool, roots: Roots, work: Work, tell: Emit): Promise<void> {
  /** Grows when a file has to be copied again. */
  const changes = [...work.changes];
  const order = stages(changes);
  const failed = new Set<Path>();
  /** Folders above what failed. */
  const above = new Set<Path>();
  const racy = new Set<number>();
  /** Copied beside a folder that is in the way. */
  const staged = new Set<number>();
  const total = { entries: changes.length, bytes: changes.reduce((sum, change) => sum + bytes(change), 0) };
  let finished = 0;
  let halted = false;
  let looking: Promise<void> | null = null;

  const clock = setInterval(() => {
    tell({ kind: "progress", phase: "apply", entries: finished, bytes: copiedBytes(job.shared), total });
  }, PROGRESS_MS);
  try {
    for (const level of order.folders) await make(level);
    await make(order.contents);
    await copyRacyAgain();
    failTwins();
    if (order.removals.length + order.emptied.length + order.landings.length > 0) await lookAtRoots();
    await make(order.removals);
    for (const level of order.emptied) await make(level);
    await make(order.landings.filter((number) => staged.has(number)), "land");
    await copyRacyAgain();
    await make(order.twins);
    await stage(
      settlings(work.changes, work.disturbed)
        .filter(({ path }) => !within(path, failed))
        .map((settling): Task => ({ kind: "settle", ...settling })),
    );
  } finally {
    clearInterval(clock);
    for (const number of staged) await discard(number);
  }

  /** Make those of the changes that nothing which failed stands in the way of. */
  async function make(numbers: readonly number[], kind: "apply" | "land" = "apply"): Promise<void> {
    const tasks: Task[] = [];
    for (const number of numbers) {
      const change = changes[number]!;
      // a folder in which something failed to go is not empty
      const inUse = change.kind === "remove" && change.was.kind === "folder" && above.has(change.path);
      if (!inUse && !within(change.path, failed)) tasks.push({ kind, number, change });
    }
    await stage(tasks);
  }

  async function stage(tasks: readonly Task[]): Promise<void> {
    if (tasks.length > 0 && !stopping(job.shared)) await pool.run(job, tasks, take);
    if (looking) await looking;
  }

  function take(turn: Turn): void {
    for (const { number, entry } of turn.revised) revise(number, entry);
    for (const number of turn.racy) racy.add(number);
    for (const number of turn.done) {
      const change = changes[number]!;
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
    const change = changes[number]!;
    if (change.kind === "create" || change.kind === "update") changes[number] = { ...change, entry };
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
          `no removal was begun, and no file was left half-written`,
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
   * then has another content with the same size and time, and no later pass would see it. So once the clock has moved
   * on, such files are compared by content, and copied again where they differ.
   */
  async function copyRacyAgain(): Promise<void> {
    for (let round = 0; racy.size > 0 && !stopping(job.shared); round++) {
      // what waits for a folder to be gone comes later
      const numbers = [...racy].filter((number) => !staged.has(number));
      if (numbers.length === 0) return;
      for (const number of numbers) racy.delete(number);
      const weighs = numbers.map((number): Task => {
        const { path, entry } = changes[number] as { path: Path; entry: File };
        return { kind: "weigh", doubt: { path, entry, was: entry } };
      });
      await pastGrain(weighs.map((task) => task.kind === "weigh" ? task.doubt.entry.mtime : 0));
      const edited: Change[] = [];
      await pool.run(job, weighs, (turn) => {
        for (const change of turn.changes) edited.push(change);
        // a file that has another size or time by now is for the next pass, which sees that
        for (const failure of turn.failures) if (failure.reason.code === "EIO") fail(failure);
      });
      if (round === ROUNDS) {
        for (const { path } of edited) fail(stillEdited(path));
        return;
      }
      const first = changes.length;
      for (const change of edited) changes.push(change);
      await make(edited.map((_, i) => first + i));
    }
  }

  /** What should become another name of a file that failed stays as it is. */
  function failTwins(): void {
    for (const number of order.twins) {
      const change = changes[number]!;
      if ("twin" in change && change.twin !== undefined && within(change.twin, failed)) {
        failed.add(change.path);
      }
    }
  }

  /** What was copied for a landing that does not come. */
  async function discard(number: number): Promise<void> {
    await Deno.remove(temporary(job, number, changes[number]!.path)).catch(() => {});
  }
}

/** Wait until an edit could no longer bear one of these times (ms). */
async function pastGrain(times: readonly number[]): Promise<void> {
  const now = Date.now();
  let wait = 0;
  for (const time of times) {
    const left = time + grain(time) - now;
    if (left <= LONGEST_WAIT_MS) wait = Math.max(wait, left);
  }
  if (wait > 0) await delay(wait);
}

function stillEdited(path: Path): Failure {
  const reason = { code: "CHANGING", text: "it is edited again and again within one tick of its clock" };
  return { kind: "failure", action: "copy", side: "source", path, reason };
}
