/**
 * Who takes turns: worker threads, or this thread. Both are values of one type, so there is one algorithm, and not a
 * serial and a parallel one.
 *
 * The newest tasks are handed out first. That goes deep before it goes wide, and so keeps few tasks waiting.
 */
import { type Bounds, boundsOf } from "../disk/sandbox.ts";
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
   * Work until nothing is left, or until the pass is stopped; also while there is work of other mirrors. `take` is called with the result of each turn, in any
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

/** What a thread answers. `misfit`: tasks that it cannot do, since it is confined to other folders; another one must. */
type Answer = { readonly turn: Turn } | { readonly misfit: Task[] } | { readonly bug: string };

interface Thread {
  readonly worker: Worker;
  /** Whom it works for; null while it is free. */
  run: Run | null;
  /** How many turns it was given and has not answered. */
  turns: number;
  config: PassConfig | null;
  /** It can work no more, and is replaced as soon as it has answered all that it was given. */
  isSpent: boolean;
}

/** Work that was given to the pool and is not done. */
interface Run {
  readonly config: PassConfig;
  readonly waiting: Stack;
  readonly take: (turn: Turn) => void;
  readonly end: (error?: unknown) => void;
  isOver: boolean;
}

/** Start a worker. `answer` is called with each of its turns, and when it fails. */
function startThread(answer: (data: Answer, thread: Thread) => void): Thread {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const thread: Thread = { worker, run: null, turns: 0, config: null, isSpent: false };
  worker.onmessage = ({ data }) => answer(data, thread);
  worker.onerror = (event) => {
    event.preventDefault();
    answer({ bug: event.message }, thread);
  };
  return thread;
}

/** `others`: for which trees the pool works, too, so that a thread need not be replaced for each. */
function give(thread: Thread, config: PassConfig, others: readonly Bounds[], tasks: Task[]): void {
  if (thread.config !== config) thread.worker.postMessage({ config, others });
  thread.config = config;
  thread.turns++;
  thread.worker.postMessage({ tasks });
}

/** How long, in ms, more threads than one are kept that have nothing to do. */
const IDLE_MS = 20_000;

/**
 * Turns are taken in up to `size` worker threads. The first is started at once: this thread never waits for a disk, so
 * that it hears a signal even when a file system hangs. The others are started when there is work for them. Work of
 * several mirrors is done side by side: each has a thread at the least, even if those of others wait for their disks for
 * ever, and no thread works for two at a time. `idle`: in ms, after which threads without work end, but for one.
 */
export function threads(size: number, idle = Infinity): Pool {
  /** A bug that came when nobody waited for a turn: while a thread was loading, or from a timer that a turn left. */
  let bug: string | null = null;
  let workers: Thread[] = [];
  const runs: Run[] = [];
  /** For which trees there was work, by their roots. */
  const known = new Map<string, Bounds>();
  let resting: ReturnType<typeof setTimeout> | undefined;
  const start = () => {
    const thread = startThread(hear);
    workers.push(thread);
    return thread;
  };
  start();

  /** Put a new thread in the place of each that can work no more. */
  function replaceSpent(run: Run): void {
    for (const [i, old] of workers.entries()) {
      if (old.run !== run || !old.isSpent || old.turns > 0) continue;
      old.worker.terminate();
      workers[i] = startThread(hear);
      workers[i].run = run;
    }
  }

  /** Give the threads of a run as many turns as each should have under way. */
  function fill({ config, waiting }: Run, some: readonly Thread[], count: number): void {
    const others = [...known.values()];
    for (let round = 0; round < QUEUED; round++) {
      for (const thread of some) {
        if (thread.turns > round || thread.isSpent) continue;
        const share = shareFor(config, waiting.left().entries / (count * QUEUED));
        const tasks = waiting.draw(share, SHARE_BYTES);
        if (tasks.length > 0) give(thread, config, others, tasks);
      }
    }
  }

  /** Put another thread to work for a run. */
  function join(run: Run): Thread {
    const next = workers.find(isFree) ?? start();
    next.run = run;
    return next;
  }

  /** Give every thread of a run turns, and the run one thread more where there is work for it. */
  function serve(run: Run): void {
    const { config, waiting } = run;
    if (stopping(config.shared)) return;
    replaceSpent(run);
    const own = workers.filter((thread) => thread.run === run);
    const most = config.threads ?? Infinity;
    while (own.length < most && own.length < waiting.left().entries && workers.some(isFree)) {
      own.push(join(run));
    }
    if (own.length === 0 && waiting.left().entries > 0) own.push(join(run));
    const mayGrow = own.length < most && workers.length < size;
    const isOneMore = mayGrow && isWorthAThread(waiting.left(), own.length);
    const count = own.length + (isOneMore ? 1 : 0);
    fill(run, own, count);
    if (!isOneMore) return;
    // this thread waits until a new one is there; the others are at work meanwhile
    fill(run, [join(run)], count);
  }

  function goOn(run: Run): void {
    if (run.isOver) return;
    serve(run);
    const own = workers.filter((thread) => thread.run === run);
    if (own.some((thread) => thread.turns > 0)) return;
    if (run.waiting.left().entries === 0 || stopping(run.config.shared)) finish(run);
    // so far, everything that was drawn was skipped
    else setTimeout(() => goOn(run), 0);
  }

  function finish(run: Run, error?: unknown): void {
    if (run.isOver) return;
    run.isOver = true;
    runs.splice(runs.indexOf(run), 1);
    for (const thread of workers) if (thread.run === run && thread.turns === 0) release(thread);
    if (runs.length === 0 && idle !== Infinity) resting = setTimeout(rest, idle);
    run.end(error);
  }

  function release(thread: Thread): void {
    if (!thread.isSpent) return void (thread.run = null);
    thread.worker.terminate();
    workers = workers.filter((one) => one !== thread);
  }

  /** End the threads that have nothing to do, but for one. */
  function rest(): void {
    const [, ...others] = workers.filter(isFree);
    for (const { worker } of others) worker.terminate();
    workers = workers.filter((thread) => !others.includes(thread));
  }

  function hear(data: Answer, thread: Thread): void {
    const { run } = thread;
    if ("bug" in data) thread.isSpent = true;
    if (run === null) return void ("bug" in data && (bug = data.bug));
    thread.turns--;
    if (run.isOver) return void (thread.turns <= 0 && release(thread));
    if ("bug" in data) {
      // what else it was given is lost with it
      thread.turns = 0;
      return finish(run, failed(data.bug));
    }
    thread.isSpent ||= "misfit" in data;
    for (const task of "misfit" in data ? data.misfit : data.turn.tasks) run.waiting.push(task);
    try {
      if ("turn" in data) run.take(data.turn);
    } catch (error) {
      return finish(run, error);
    }
    goOn(run);
  }

  return {
    size,
    isThreaded: true,
    run(config, given, take) {
      const waiting = queue(given);
      clearTimeout(resting);
      const bounds = boundsOf(config);
      known.set(keyOf(bounds), bounds);
      return new Promise<void>((resolve, reject) => {
        if (bug !== null) return reject(failed(bug));
        const end = (error?: unknown) => error === undefined ? resolve() : reject(error);
        const run: Run = { config, waiting, take, end, isOver: false };
        runs.push(run);
        goOn(run);
      });
    },
    close() {
      clearTimeout(resting);
      for (const { worker } of workers) worker.terminate();
    },
  };
}

function isFree({ run, turns, isSpent }: Thread): boolean {
  return run === null && turns === 0 && !isSpent;
}

function keyOf({ source, replica }: Bounds): string {
  return JSON.stringify([source, replica]);
}

function failed(bug: string): Error {
  return new Error(`A thread failed: ${bug}`);
}

/** `isShared`: by several mirrors. As many worker threads as are asked for, or this thread where Deno may not load the worker's module. */
export function poolOf(size: number | null, isShared = false): Pool {
  return Deno.permissions.querySync({ name: "read", path: SYNC }).state === "granted"
    ? threads(size ?? navigator.hardwareConcurrency, isShared ? IDLE_MS : Infinity)
    : inline();
}

const SYNC = new URL("../", import.meta.url);
