/** Thread entry: tasks in, turn out. Everything that is worth reading is in `turn.ts`. */
import { type Job, type Task } from "./task.ts";
import { turn } from "./turn.ts";

const thread = self as unknown as {
  onmessage: (message: MessageEvent<{ job: Job } | { tasks: Task[] }>) => void;
  postMessage: (answer: unknown) => void;
};

let job: Job;

thread.onmessage = async ({ data }) => {
  if ("job" in data) {
    job = data.job;
    return;
  }
  try {
    thread.postMessage({ turn: await turn(job, data.tasks) });
  } catch (error) {
    thread.postMessage({ bug: error instanceof Error ? error.stack ?? error.message : String(error) });
  }
};
