/**
 * Who takes turns: worker threads, or this thread. Both are values of one type, so there is one algorithm, and not a
 * serial and a parallel one.
 *
 * The newest tasks are handed out first. That goes deep before it goes wide, and so keeps few tasks waiting.
 */
import type { PassConfig } from "./config.ts";
import type { Task, Turn } from "./task.ts";
import { stopping } from "./shared.ts";
import { type Load, type Queue, queue, type Stack } from "./queue.ts";

export interface Pool {
  /** How many threads there may be. */
  readonly size: number;
  /** Whether they are threads of their own. */
  readonly isThreaded: boolean;
  /**
   * Work until nothing is left, or until the pass is stopped. `take` is called with the result of each turn, in any
   * order. New tasks are put on a stack that was given. Throws when the code has a bug, in this thread or another.
   */
  run(config: PassConfig, work: Queue | Stack, take: (turn: Turn) => void): Promise<void>;
  /** End the threads, even in the middle of a turn. */
  close(): void;
}

/** The most entries for a turn: about what it can do in its time, since the rest comes back in messages. */
const SHARE = 256;
/** With --durable a turn may force all of it to the disk at once, which costs the same for more: the least and the most. */
const DURABLE_SHARES = { least: 64, most: 2048 };
/** The most bytes of content for a turn, unless it is a single file: the other threads need work too. */
const SHARE_BYTES = 32 * 1024 * 1024;
/** Turns given to each thread at a time: the next is there when one is done. */
const QUEUED = 2;
/** With fewer waiting entries per thread, a new thread would not be ready before the others are done. */
const WORTH_A_THREAD = 8;

/** How many entries a turn gets, when it would be `fair` to give it so many. */
function shareFor({ durable, verify }: PassConfig, fair: number): number {
  const { least, most } = durable || verify ? DURABLE_SHARES : { least: 1, most: SHARE };
  return Math.min(most, Math.max(least, Math.ceil(fair)));
}

/** Turns are taken in this thread. */
export function inline(): Pool {
  return {
    size: 1,
    isThreaded: false,
    async run(config, work, take) {
      // loaded late: it takes longer to load than everything else, and mostly only the workers need it
      const { turn } = await import("./turn.ts");
      const waiting = queue(work);
      while (waiting.left().entries > 0 && !stopping(config.shared)) {
        const done = await turn(config, waiting.draw(shareFor(config, Infinity), SHARE_BYTES));
        for (const task of done.tasks) waiting.push(task);
        take(done);
        // signals and timers are heard between turns
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    close() {},
  };
}

/** Whether so much is waiting that one more thread pays: many entries, or files that take long. */
function isWorthAThread({ entries, bytes }: Load, workers: number): boolean {
  return entries > WORTH_A_THREAD * workers || (entries > 1 && bytes > SHARE_BYTES * workers);
}

/** `misfit`: tasks that the thread cannot do, since it is confined to other folders; another one must. */
type Answer = (data: { turn: Turn } | { misfit: Task[] } | { bug: string }, thread: Thread) => void;

interface Thread {
  readonly worker: Worker;
  /** How many turns it was given and has not answered. */
  turns: number;
  config: PassConfig | null;
  /** It can work no more, and is replaced as soon as it has answered all that it was given. */
  isSpent: boolean;
}

/** Start a worker. `answer` is called with each of its turns, and when it fails. */
function startThread(answer: Answer): Thread {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const thread: Thread = { worker, turns: 0, config: null, isSpent: false };
  worker.onmessage = ({ data }) => answer(data, thread);
  worker.onerror = (event) => {
    event.preventDefault();
    answer({ bug: event.message }, thread);
  };
  return thread;
}

function give(thread: Thread, config: PassConfig, tasks: Task[]): void {
  if (thread.config !== config) thread.worker.postMessage({ config });
  thread.config = config;
  thread.turns++;
  thread.worker.postMessage({ tasks });
}

/** Give threads, of `count` in all, as many turns as each should have under way. */
function fill(threads: readonly Thread[], count: number, config: PassConfig, waiting: Stack): void {
  for (let round = 0; round < QUEUED; round++) {
    for (const thread of threads) {
      if (thread.turns > round || thread.isSpent) continue;
      const share = shareFor(config, waiting.left().entries / (count * QUEUED));
      const tasks = waiting.draw(share, SHARE_BYTES);
      if (tasks.length > 0) give(thread, config, tasks);
    }
  }
}

/** Put a new thread in the place of each that can work no more. */
function replaceSpent(workers: Thread[], start: () => Thread): void {
  for (const [i, { worker, turns, isSpent }] of workers.entries()) {
    if (!isSpent || turns > 0) continue;
    worker.terminate();
    workers[i] = start();
  }
}

/**
 * Turns are taken in up to `size` worker threads. The first is started at once: this thread never waits for a disk, so
 * that it hears a signal even when a file system hangs. The others are started when there is work for them.
 */
export function threads(size: number): Pool {
  /** A bug that came when nobody waited for a turn: while a thread was loading, or from a timer that a turn left. */
  let bug: string | null = null;
  const noAnswer: Answer = (data) => {
    if ("bug" in data) bug = data.bug;
  };
  let answer = noAnswer;
  const start = () => startThread((data, thread) => answer(data, thread));
  const workers = [start()];

  /** Give every worker as many turns as it should have under way. */
  function schedule(config: PassConfig, waiting: Stack): void {
    if (stopping(config.shared)) return;
    replaceSpent(workers, start);
    const isOneMore = workers.length < size && isWorthAThread(waiting.left(), workers.length);
    const count = workers.length + (isOneMore ? 1 : 0);
    fill(workers, count, config, waiting);
    if (!isOneMore) return;
    // this thread waits until it is there; the others are at work meanwhile
    workers.push(start());
    fill(workers.slice(-1), count, config, waiting);
  }

  return {
    size,
    isThreaded: true,
    run(config, given, take) {
      const waiting = queue(given);
      const done = new Promise<void>((resolve, reject) => {
        if (bug !== null) return reject(failed(bug));
        function goOn(): void {
          schedule(config, waiting);
          if (workers.some((thread) => thread.turns > 0)) return;
          if (waiting.left().entries === 0 || stopping(config.shared)) resolve();
          // so far, everything that was drawn was skipped
          else setTimeout(goOn, 0);
        }
        answer = (data, thread) => {
          thread.turns--;
          if ("bug" in data) return reject(failed(data.bug));
          thread.isSpent = "misfit" in data;
          for (const task of "misfit" in data ? data.misfit : data.turn.tasks) waiting.push(task);
          if ("misfit" in data) return goOn();
          try {
            take(data.turn);
          } catch (error) {
            return reject(error);
          }
          goOn();
        };
        goOn();
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

/** As many worker threads as are asked for, or this thread where Deno may not load the worker's module. */
export function poolOf(size: number | null): Pool {
  return Deno.permissions.querySync({ name: "read", path: SYNC }).state === "granted"
    ? threads(size ?? navigator.hardwareConcurrency)
    : inline();
}

const SYNC = new URL("../", import.meta.url);
