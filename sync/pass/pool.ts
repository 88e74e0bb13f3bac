/**
 * Who takes turns: worker threads, or this thread. Two values of one type, so that there is one algorithm and not a
 * serial and a parallel one.
 *
 * The newest tasks are handed out first, which goes deep before it goes wide and so keeps few of them waiting.
 */
import { type Job, type Task, type Turn } from "./task.ts";
import { stopping } from "./shared.ts";
import { type Load, type Queue, queue } from "./queue.ts";

export interface Pool {
  /** How many threads there may be. */
  readonly size: number;
  /**
   * Work until nothing is left, or until the job is stopped. `take` is called with what each turn came to, in no
   * particular order. Throws when the code has a bug, in whichever thread.
   */
  run(job: Job, work: Queue, take: (turn: Turn) => void): Promise<void>;
  /** End the threads, whatever they do. */
  close(): void;
}

/** The most entries to a turn: about what it can do in its time, for the rest comes back in messages. */
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
    async run(job, work, take) {
      // what reads and writes takes longer to load than everything else, and is mostly needed in threads only
      const { turn } = await import("./turn.ts");
      const waiting = queue(work);
      while (waiting.left().entries > 0 && !stopping(job.shared)) {
        const done = await turn(job, waiting.draw(SHARE, SHARE_BYTES));
        for (const task of done.tasks) waiting.push(task);
        take(done);
        // signals and timers are heard between turns
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    close() {},
  };
}

/** Whether so much is waiting that one more thread than `crew` has a use: many entries, or files that take long. */
function isWorthAThread({ entries, bytes }: Load, workers: number): boolean {
  return entries > WORTH_A_THREAD * workers || (entries > 1 && bytes > SHARE_BYTES * workers);
}

type Answer = (data: { turn: Turn } | { bug: string }, thread: Thread) => void;

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
  const workers: Thread[] = [start()];
  /** A bug that came when nobody waited for a turn: while a thread was loaded, or by a timer that it had left behind. */
  let bug: string | null = null;
  const noAnswer: Answer = (data) => {
    if ("bug" in data) bug = data.bug;
  };
  let answer = noAnswer;

  function start(): Thread {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const thread: Thread = { worker, turns: 0, job: null };
    worker.onmessage = ({ data }) => answer(data, thread);
    worker.onerror = (event) => {
      event.preventDefault();
      answer({ bug: event.message }, thread);
    };
    return thread;
  }

  function give(thread: Thread, job: Job, tasks: Task[]): void {
    if (thread.job !== job) thread.worker.postMessage({ job });
    thread.job = job;
    thread.turns++;
    thread.worker.postMessage({ tasks });
  }

  return {
    size,
    run(job, given, take) {
      const waiting = queue(given);
      const done = new Promise<void>((resolve, reject) => {
        if (bug !== null) return reject(failed(bug));
        function schedule(): void {
          if (!stopping(job.shared)) {
            if (workers.length < size && isWorthAThread(waiting.left(), workers.length)) {
              workers.push(start());
            }
            for (let round = 0; round < QUEUED; round++) {
              for (const thread of workers) {
                if (thread.turns > round) continue;
                const share = Math.min(SHARE, Math.ceil(waiting.left().entries / (workers.length * QUEUED)));
                const tasks = waiting.draw(share, SHARE_BYTES);
                if (tasks.length > 0) give(thread, job, tasks);
              }
            }
          }
          if (workers.every((thread) => thread.turns === 0)) resolve();
        }
        answer = (data, thread) => {
          thread.turns--;
          if ("bug" in data) return reject(failed(data.bug));
          for (const task of data.turn.tasks) waiting.push(task);
          try {
            take(data.turn);
          } catch (error) {
            return reject(error);
          }
          schedule();
        };
        schedule();
      });
      return done.finally(() => answer = noAnswer);
    },
    close() {
      for (const { worker } of workers) worker.terminate();
    },
  };
}

function failed(bug: string): Error {
  return new Error(`A thread failed: ${bug}`);
}
