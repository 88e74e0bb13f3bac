/**
 * Where a worker thread starts: tasks come in, results of turns go out. The work itself is in `turn.ts`. The thread
 * confines itself to the two trees before its first turn, when it gets to know them. The edge is loaded before that.
 */
import { preload } from "../disk/open.ts";
import { answering, type Bounds, boundsOf, confine, confinement, isConfined } from "../disk/sandbox.ts";
import type { PassConfig } from "./config.ts";
import type { Task } from "./task.ts";
import { load, turn } from "./turn.ts";

const thread = self as unknown as {
  onmessage: (
    message: MessageEvent<{ config: PassConfig; others: readonly Bounds[] } | { tasks: Task[] }>,
  ) => void;
  postMessage: (answer: unknown) => void;
};

let config: PassConfig;
/** For which trees the pool works, too. */
let others: readonly Bounds[] = [];
/** Whether the thread may work with this config's trees; null until it was tried. */
let fits: boolean | null = null;
/** How nice the thread has become. */
let nice = 0;
/** Ends when all turns so far are done: they are taken one after another. */
let turns: Promise<void> = Promise.resolve();

preload();
thread.onmessage = ({ data }) => {
  if ("config" in data) [config, others, fits] = [data.config, data.others, null];
  else turns = turns.then(() => take(config, data.tasks));
};

/** For which trees this thread is to be confined, too; none where it cannot be, or is already. */
async function othersHere(): Promise<readonly Bounds[]> {
  if (isConfined() || others.length < 2 || await confinement() !== "here") return [];
  return await answering(others);
}

async function take(config: PassConfig, tasks: readonly Task[]): Promise<void> {
  try {
    await load(config);
    // a thread that is confined loads no library
    if (config.nice !== undefined && config.nice > nice) {
      await (await import("../disk/nice.ts")).beNice(config.nice);
      nice = config.nice;
    }
    fits ??= await confine(boundsOf(config), await othersHere());
    thread.postMessage(fits ? { turn: await turn(config, tasks) } : { misfit: tasks });
  } catch (error) {
    thread.postMessage({ bug: error instanceof Error ? error.stack ?? error.message : String(error) });
  }
}
