/**
 * A slice of work on some tasks, in whichever thread: this one, or a worker's. A turn takes plain values and returns
 * plain values, so a worker is no more than a place where `turn` may be called.
 */
import { noChanges } from "../engine/changes.ts";
import type { Crypto } from "../disk/portable/content.ts";
import { Fault, Stopped } from "../disk/fault.ts";
import { compareContents, compareFolders, find, tryOut } from "./look.ts";
import { stopping } from "./shared.ts";
import { failure, type Job, pathOf, type Task, type Turn } from "./task.ts";
import { type Slice, syncFolders, write } from "./write.ts";

/** How long a turn works before it reports, in ms: short enough for a smooth progress line and a fair share of work. */
const SLICE_MS = 40;
/** How many folders a turn lists at the same time: listings are asynchronous, and a few keep the thread busy. */
const AHEAD = 2;

/** Loaded when there is something to weigh: it takes longer to load than a small pass to run. */
let crypto: Crypto | null = null;

/** Work on the tasks, the last one first, for a slice of time. Bugs throw; whatever the disk says is in the result. */
export async function turn(job: Job, given: readonly Task[]): Promise<Turn> {
  const result: Turn = {
    tasks: [...given],
    listed: { source: 0, replica: 0 },
    pairs: [],
    capabilities: [],
    changes: noChanges(),
    linked: [],
    disturbed: [],
    failures: [],
    unmirrored: [],
    done: [],
    revised: [],
    racy: [],
  };
  const end = performance.now() + SLICE_MS;
  const slice: Slice = { job, result, wrote: new Set(), end };
  async function work(): Promise<void> {
    do {
      if (stopping(job.shared)) return;
      const task = result.tasks.pop();
      if (task === undefined) return;
      try {
        if (task.kind === "compare") await compareFolders(job, task.pair, result);
        else if (task.kind === "compareContents") {
          compareContents(job, task.undecided, crypto ??= await import("node:crypto"), result);
        } else if (task.kind === "find") await find(job, task.path, result);
        else if (task.kind === "probe") tryOut(job, result);
        else write(slice, task);
      } catch (error) {
        if (error instanceof Stopped) result.tasks.push(task);
        else if (!(error instanceof Fault) || task.kind === "make") throw error;
        else result.failures.push(failure(error, pathOf(task)));
      }
    } while (performance.now() < end);
  }
  const crowd = Math.min(AHEAD, given.length);
  await Promise.all(Array.from({ length: Math.max(crowd, 1) }, work));
  if (job.durable) syncFolders(slice);
  return result;
}
