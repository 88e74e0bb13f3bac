/**
 * A slice of work on some tasks, in this thread or a worker's. A turn takes plain values and returns plain values, so a
 * worker is only a place where `turn` may be called.
 */
import { Fault, Stopped } from "../disk/fault.ts";
import { syncFolders } from "./batch.ts";
import type { PassConfig } from "./config.ts";
import { type Context, pacerFor, trashFor, treesOf } from "./context.ts";
import type { Crypto } from "./digest.ts";
import { orGone } from "./gone.ts";
import { compareContents, digestFile } from "./contents.ts";
import { find } from "./find.ts";
import { compareFolders, probeAt } from "./look.ts";
import { failureOn } from "./mounts.ts";
import { stopping } from "./shared.ts";
import { newTurn, pathOf, type Task, type Turn } from "./task.ts";
import { write } from "./write.ts";

/** How long a turn works before it reports, in ms: short enough for a smooth progress line and a fair share of work. */
const SLICE_MS = 40;
/** And one whose changes are forced to the disk at once: each time costs some 10 ms, however many they are. */
const DURABLE_SLICE_MS = 250;
/** So many tasks that came of one are not kept until the slice is over. */
const SHARED = 16;
/** How many tasks a turn works on at the same time: listings are asynchronous, and two keep the thread busy. */
const AHEAD = 2;

/** Loaded when there is something to compare: it takes longer to load than a small pass to run. */
let crypto: Crypto | null = null;

/** Work on the tasks, the last one first, for a slice of time. Throws on bugs; errors of the disk are in the result. */
export async function turn(config: PassConfig, given: readonly Task[]): Promise<Turn> {
  const result = newTurn(given);
  const began = performance.now();
  const trees = await treesOf(config);
  const isForced = config.durable || config.verify;
  using together = isForced ? trees.replica.together() : null;
  const isBatch = together !== null && given.some(({ kind }) => kind === "make");
  const end = began + (isBatch ? DURABLE_SLICE_MS : SLICE_MS);
  const context: Context = {
    config,
    trees,
    trash: await trashFor(config, result),
    pacer: pacerFor(config),
    result,
    wrote: new Set(),
    together,
    devices: new Map(),
    end,
  };
  async function work(): Promise<void> {
    do {
      if (stopping(config.shared) || result.strangers.length > 0) return;
      const task = result.tasks.pop();
      if (task === undefined) return;
      try {
        await carryOut(context, task);
      } catch (error) {
        if (error instanceof Stopped) result.tasks.push(task);
        else if (!(error instanceof Fault) || task.kind === "make") throw error;
        else result.failures.push(orGone(context, failureOn(context, error, pathOf(task))));
      }
    } while (performance.now() < end && !isToShare(given, result));
  }
  const ahead = Math.min(AHEAD, given.length);
  await Promise.all(Array.from({ length: Math.max(ahead, 1) }, work));
  if (config.durable) syncFolders(context);
  trees.source.release();
  trees.replica.release();
  context.trash?.release();
  return result;
}

/**
 * Load what a pass needs and most do not, before this thread is confined. What it needs only afterwards, for another
 * pass, Deno has read by then, as it has whatever is imported by a literal; but it could not keep the compiled code.
 */
export async function load(config: PassConfig): Promise<void> {
  const { keepEdits, choice, exact, checking } = config;
  await treesOf(config);
  if (keepEdits) await import("./note_edits.ts");
  if (choice.noDelete) await import("../engine/no_delete.ts");
  if (exact) await import("./look_for.ts");
  if (checking !== undefined) await Promise.all([import("./check.ts"), import("./files.ts")]);
}

/** Whether one task has led to so many that others can have a share of them at once. */
function isToShare(given: readonly Task[], { tasks }: Turn): boolean {
  return given.length === 1 && tasks.length >= SHARED;
}

/** Do one task. Throws a fault or `Stopped` when it is not done; a task of many changes reports each fault itself. */
async function carryOut(context: Context, task: Task): Promise<void> {
  switch (task.kind) {
    case "compare":
      return await compareFolders(context, task.pair);
    case "compareContents":
      return compareContents(context, task, crypto ??= await import("node:crypto"));
    case "digest":
      return digestFile(context, task.reading, crypto ??= await import("node:crypto"));
    case "check":
      return await (await import("./check.ts")).check(context, task, crypto ??= await import("node:crypto"));
    case "find":
      return await find(context, task.path);
    case "list":
      return await (await import("./children.ts")).listChildren(context, task);
    case "probe":
      return await probeAt(context, task.path);
    case "lookFor":
      return (await import("./look_for.ts")).lookFor(context, task);
    default:
      return write(context, task);
  }
}
