/**
 * Opens a watch by inotify: in a thread for all of them, so that this one never waits for a disk; or in this thread, where
 * Deno may not load the module of the other.
 */
import type { Exclusions } from "../excluding.ts";
import type { Heard, Watcher } from "../heard.ts";
import { close as closeFile, init, watch } from "./calls.ts";
import { canCall, ERROR } from "./library.ts";
import { IN } from "./events.ts";
import { listen, type Listened, type Listening, RETRY_MS, type Told } from "./listen.ts";
import { openRoot } from "./opened.ts";

export interface InotifyOptions {
  /** Leave alone what is mounted below the root. */
  readonly stays: boolean;
  /** In a thread that is not this one. */
  readonly isThreaded: boolean;
  /** By what entries are excluded; left out or null when nothing is. */
  readonly exclusions?: Exclusions | null;
  /** When the system has no more watches, it is asked again after so long, in ms. */
  readonly retry?: number;
}

/** Whether there is inotify for us: the C library may be called, and has all that is needed. */
export function hasInotify(): boolean {
  if (!canCall()) return false;
  const [root, inotify] = [openRoot("/"), init()];
  // folders are watched by their descriptors, which needs /proc
  const watched = root < 0 || inotify < 0 ? -1 : watch(inotify, root, IN.ATTRIB);
  for (const fd of [root, inotify]) if (fd >= 0) closeFile(fd);
  return watched >= 0;
}

/** Watch a folder and all below it. Resolves when all are watched; throws when the root cannot be. */
export async function inotifyWatch(
  path: string,
  signal: AbortSignal,
  { stays, isThreaded, exclusions = null, retry = RETRY_MS }: InotifyOptions,
): Promise<Watcher> {
  const ready = Promise.withResolvers<void>();
  let feed!: ReadableStreamDefaultController<readonly Heard[]>;
  const events = new ReadableStream<readonly Heard[]>({ start: (controller) => void (feed = controller) });
  let isOver = false;
  const finish = (error: Error | null) => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener("abort", close);
    if (error === null) {
      feed.close();
      ready.resolve();
    } else {
      feed.error(error);
      ready.reject(error);
    }
  };
  const take = (told: Told) => {
    if (told.kind === "ready") ready.resolve();
    else if (told.kind === "heard" && !isOver) feed.enqueue(told.heard);
    else if (told.kind !== "heard") finish(told.kind === "failed" ? errorOf(told) : null);
  };
  const start = isThreaded ? inThread : inline;
  const listening = start({ path, stays, exclusions, retry }, take, finish);
  const close = () => {
    listening.close();
    finish(null);
  };
  signal.addEventListener("abort", close);
  await ready.promise;
  return Object.assign(events, { close });
}

type Start = (what: Listened, take: (told: Told) => void, fail: (bug: Error) => void) => Listening;

/** The thread of all watches, as long as there is one. */
let thread: { readonly worker: Worker; readonly watches: Map<number, Watch> } | null = null;
let last = 0;

interface Watch {
  take(told: Told): void;
  fail(bug: Error): void;
}

const inThread: Start = (what, take, fail) => {
  const { worker, watches } = thread ??= startThread();
  const number = ++last;
  watches.set(number, { take, fail });
  worker.postMessage([number, what]);
  return { close: () => worker.postMessage([number, "close"]) };
};

function startThread(): NonNullable<typeof thread> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const watches = new Map<number, Watch>();
  const end = () => {
    worker.terminate();
    if (thread?.worker === worker) thread = null;
  };
  worker.onmessage = ({ data: [number, told] }: MessageEvent<readonly [number, Told]>) => {
    const watch = watches.get(number);
    if (told.kind === "over") watches.delete(number);
    watch?.take(told);
    if (watches.size === 0) end();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end();
    // a plain `Error` would be one of the system
    for (const { fail } of watches.values()) fail(new TypeError(`A thread failed: ${event.message}`));
  };
  return { worker, watches };
}

const inline: Start = (what, take) => listen(what, take);

/** As Deno gives the errors of its own watch. */
function errorOf({ code, text }: Extract<Told, { kind: "failed" }>): Error {
  const message = `${text} (os error ${code})`;
  return code === ERROR.NOENT || code === ERROR.NOTDIR
    ? new Deno.errors.NotFound(message)
    : new Error(message);
}
