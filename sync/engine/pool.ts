/**
 * Who takes turns: worker threads, or this thread. Two values of one type, so that there is one algorithm and not a
 * serial and a parallel one.
 *
 * Tasks are a stack: the newest are handed out first, which goes deep before it goes wide and so keeps the stack small.
 */
import { type Job, type Task, type Turn } from "./task.ts";
import { turn } from "./turn.ts";
import { bytes } from "./plan.ts";
import { stopping } from "./shared.ts";

export interface Pool {
  /** How many threads there may be. */
  readonly size: number;
  /**
   * Work until no task is left, or until the job is stopped. `take` is called with what each turn came to, in no
   * particular order. Throws when the code has a bug, in whichever thread.
   */
  run(job: Job, tasks: readonly Task[], take: (turn: Turn) => void): Promise<void>;
  /** End the threads, whatever they do. */
  close(): void;
}

/** The most tasks to a turn: about what it can do in its time, for the rest comes back in messages. */
const SHARE = 256;
/** The most bytes of content to a turn, unless it is a single file: the other threads want some too. */
const SHARE_BYTES = 32 * 1024 * 1024;
/** Turns under way for each thread: the next is there when the one before is done. */
const QUEUED = 2;
/** With fewer waiting tasks for each thread, another one would start later than the others are done. */
const WORTH_A_THREAD = 8;

/** Turns are taken in this thread. */
export function inline(): Pool {
  return {
    size: 1,
    async run(job, tasks, take) {
      const stack = [...tasks];
      while (stack.length > 0 && !stopping(job.shared)) {
        const done = await turn(job, stack.splice(-SHARE));
        for (const task of done.tasks) stack.push(task);
        take(done);
        // signals and timers are heard between turns
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    close() {},
  };
}

/** Whether so much is waiting that one more thread than `crew` has a use: many tasks, or files that take long. */
function isWorthAThread(stack: readonly Task[], crew: number): boolean {
  if (stack.length > WORTH_A_THREAD * crew) return true;
  let waiting = 0;
  for (const task of stack) waiting += weight(task);
  return stack.length > 1 && waiting > SHARE_BYTES * crew;
}

/** Take the newest tasks off a stack, up to `share`, and no more than so many bytes. */
function takeFrom(stack: Task[], share: number): Task[] {
  let first = stack.length - 1;
  let heavy = weight(stack[first]!);
  while (first > 0 && stack.length - first < share) {
    heavy += weight(stack[first - 1]!);
    if (heavy > SHARE_BYTES) break;
    first--;
  }
  return stack.splice(first);
}

/** The bytes of content that a task reads. */
function weight(task: Task): number {
  if (task.kind === "apply") return bytes(task.change);
  return task.kind === "weigh" ? task.doubt.entry.size * 2 : 0;
}

interface Thread {
  readonly worker: Worker;
  /** Turns that it was given and has not answered. */
  turns: number;
  job: Job | null;
}

/**
 * Turns are taken in up to `size` worker threads. The first is started at once; this thread never waits for a disk,
 * so that a signal is heard even when a file system hangs. The others are started when there is work for them.
 */
export function threads(size: number): Pool {
  const crew: Thread[] = [hire()];
  let answer: (data: { turn: Turn } | { bug: string }, thread: Thread) => void = () => {};

  function hire(): Thread {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const thread: Thread = { worker, turns: 0, job: null };
    worker.onmessage = ({ data }) => answer(data, thread);
    worker.onerror = (event) => {
      event.preventDefault();
      answer({ bug: event.message }, thread);
    };
    return thread;
  }

  function hand(thread: Thread, job: Job, tasks: Task[]): void {
    if (thread.job !== job) thread.worker.postMessage({ job });
    thread.job = job;
    thread.turns++;
    thread.worker.postMessage({ tasks });
  }

  return {
    size,
    run(job, tasks, take) {
      const stack = [...tasks];
      return new Promise((resolve, reject) => {
        function deal(): void {
          if (!stopping(job.shared)) {
            if (crew.length < size && isWorthAThread(stack, crew.length)) crew.push(hire());
            for (let round = 0; round < QUEUED; round++) {
              for (const thread of crew) {
                if (stack.length > 0 && thread.turns <= round) {
                  const share = Math.min(SHARE, Math.ceil(stack.length / (crew.length * QUEUED)));
                  hand(thread, job, takeFrom(stack, share));
                }
              }
            }
          }
          if (crew.every((thread) => thread.turns === 0)) resolve();
        }
        answer = (data, thread) => {
          thread.turns--;
          if ("bug" in data) return reject(new Error(`A thread failed: ${data.bug}`));
          for (const task of data.turn.tasks) stack.push(task);
          try {
            take(data.turn);
          } catch (error) {
            return reject(error);
          }
          deal();
        };
        deal();
      });
    },
    close() {
      for (const { worker } of crew) worker.terminate();
    },
  };
}
