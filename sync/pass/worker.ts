/** Thread entry: tasks in, turn out. Everything that is worth reading is in `turn.ts`. */
import { type Job, type Task } from "./task.ts";
import { turn } from "./turn.ts";

const thread = self as unknown as {
  onmessage: (message: MessageEvent<{ job: Job } | { tasks: Task[] }>) => void;
  postMessage: (answer: unknown) => void;
};

let job: Job;
/** Turns are taken one after another; the next is at hand when one is done. */
let turns: Promise<void> = Promise.resolve();

thread.onmessage = ({ data }) => {
  if ("job" in data) job = data.job;
  else turns = turns.then(() => take(job, data.tasks));
};

async function take(job: Job, tasks: readonly Task[]): Promise<void> {
  try {
    thread.postMessage({ turn: await turn(job, tasks) });
  } catch (error) {
    thread.postMessage({ bug: error instanceof Error ? error.stack ?? error.message : String(error) });
  }
}
