/** What the tasks of a turn share, in one thread. */
import { openTrees, type Trees } from "../disk/open.ts";
import type { Together } from "../disk/tree.ts";
import type { Path } from "../engine/entry.ts";
import type { Trash } from "../trash/keep.ts";
import type { PassConfig } from "./config.ts";
import type { Pacer } from "./pace.ts";
import type { Turn } from "./task.ts";

export interface Context {
  readonly config: PassConfig;
  readonly trees: Trees;
  /** Where what is removed or replaced goes; null when it is gone. */
  readonly trash: Trash | null;
  /** What holds copies and changes back; null when nothing does. */
  readonly pacer: Pacer | null;
  /** The result of the turn, which the tasks add to. */
  readonly result: Turn;
  /** Folders of the replica that the turn has written in. */
  readonly wrote: Set<Path>;
  /** With --durable, what forces the turn's changes to the disk at once; null when each is forced by itself. */
  readonly together: Together | null;
  /** The devices of folders of the replica, as far as they were looked at. */
  readonly devices: Map<Path, number>;
  /** When the turn is to end, as `performance.now()` counts. */
  readonly end: number;
}

/** The trees of the pass that this thread works for. */
let last: { readonly config: PassConfig; readonly trees: Trees } | null = null;

/** What keeps what is lost, where there is a trash. */
let keeping: typeof import("./trash_here.ts") | null = null;
/** What holds a pass back, where that is asked for. */
let pacing: typeof import("./pace.ts") | null = null;
/** What reads copies back, where that is asked for. */
let reading: typeof import("./read_back.ts") | null = null;

/** The trees of a pass, opened in this thread when they are first needed: before it is confined. */
export async function treesOf(config: PassConfig): Promise<Trees> {
  if (config.trash !== null) keeping ??= await import("./trash_here.ts");
  if (config.pace !== undefined) pacing ??= await import("./pace.ts");
  if (config.verify) {
    reading ??= await import("./read_back.ts");
    await reading.preloadReadBack();
  }
  if (last?.config !== config) {
    last = { config, trees: await openTrees(config.edge, config.source, config.replica, config.criteria) };
  }
  return last.trees;
}

/** What holds a pass back; null when nothing does. */
export function pacerFor({ pace, shared }: PassConfig): Pacer | null {
  return pace === undefined ? null : pacing!.pacerOf(pace, shared);
}

/** The trash of a pass, opened in this thread when it is first needed; null when there is none. */
export async function trashFor(config: PassConfig, turn: Turn): Promise<Trash | null> {
  return await keeping?.trashFor(config, turn) ?? null;
}

/** What reads copies back; only where that is asked for. */
export function readBackHere(): typeof import("./read_back.ts") {
  return reading!;
}

/**
 * Delete the oldest pass from the trash, when the replica's disk is full: where that was asked for, and the trash is on
 * that disk. False when it was not done.
 */
export function makeRoom(context: Pick<Context, "config" | "result">): boolean {
  return keeping?.makeRoom(context) ?? false;
}
