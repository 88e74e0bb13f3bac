/**
 * Deno's watch in a thread of its own. It opens whatever it tells of, and a FIFO without a writer never lets it go: it
 * tells no more, and whoever closes it waits for good. So it is asked again and again whether it lives, and left behind
 * when it does not; the next one is a new thread. Each watch has a thread of its own: within one, Deno has one queue of
 * the system for all of them, in which a folder has one watch and one name. A link in the replica that leads into the
 * source would have the source's events told by its name, and end them when it goes.
 */
import type { Events } from "./readable.ts";

/** How often the thread is asked whether the watch lives, in ms. */
const BEAT_MS = 5000;
/** After so many beats without an answer the watch is taken for dead. */
const MISSED = 3;
/** The same while a watch is opened: of a million folders that takes minutes. */
const MISSED_OPENING = 120;

export type Asked =
  | { readonly kind: "open"; readonly number: number; readonly path: string }
  | { readonly kind: "close"; readonly number: number }
  | { readonly kind: "beat" };

export type Told =
  | { readonly kind: "ready" | "over"; readonly number: number }
  /** null: one that Deno cannot give. */
  | { readonly kind: "event"; readonly number: number; readonly event: Deno.FsEvent | null }
  | { readonly kind: "failed"; readonly number: number; readonly isGone: boolean; readonly text: string }
  | { readonly kind: "beat" };

/** Watch a folder and all below it. Throws when that cannot be. What it gives fails when the watch is dead. */
export async function threadedEvents(path: string): Promise<Events> {
  const ready = Promise.withResolvers<void>();
  let feed!: ReadableStreamDefaultController<Deno.FsEvent | null>;
  const events = new ReadableStream<Deno.FsEvent | null>({ start: (controller) => void (feed = controller) });
  let isOver = false;
  const finish = (error: Error | null) => {
    if (isOver) return;
    isOver = true;
    if (error === null) feed.close();
    else feed.error(error);
    if (error === null) ready.resolve();
    else ready.reject(error);
  };
  const { watches, worker } = startThread();
  const number = ++last;
  watches.set(number, {
    isOpen: false,
    ready: ready.resolve,
    tell: (event) => isOver || feed.enqueue(event),
    finish,
  });
  worker.postMessage({ kind: "open", number, path } satisfies Asked);
  await ready.promise;
  return Object.assign(events, {
    close() {
      if (isOver) return;
      finish(null);
      worker.postMessage({ kind: "close", number } satisfies Asked);
    },
  });
}

interface Watch {
  isOpen: boolean;
  ready(): void;
  tell(event: Deno.FsEvent | null): void;
  /** It is over, for this reason; null where it was closed. */
  finish(error: Error | null): void;
}

interface Thread {
  readonly worker: Worker;
  readonly watches: Map<number, Watch>;
}

let last = 0;

function startThread(): Thread {
  const worker = new Worker(new URL("./portable_worker.ts", import.meta.url), { type: "module" });
  const watches = new Map<number, Watch>();
  let missed = 0;
  const end = (error: Error | null) => {
    clearInterval(beating);
    worker.terminate();
    for (const { finish } of watches.values()) finish(error);
  };
  const beating = setInterval(() => {
    const isOpening = [...watches.values()].some(({ isOpen }) => !isOpen);
    if (missed >= (isOpening ? MISSED_OPENING : MISSED)) {
      end(
        new Error(
          "Deno's watch does not answer, as when it comes upon a FIFO; --allow-ffi has one that does",
        ),
      );
      return;
    }
    if (missed++ === 0) worker.postMessage({ kind: "beat" } satisfies Asked);
  }, BEAT_MS);
  Deno.unrefTimer(beating);
  worker.onmessage = ({ data: told }: MessageEvent<Told>) => {
    if (told.kind === "beat") {
      missed = 0;
      return;
    }
    const watch = watches.get(told.number);
    if (watch === undefined) return;
    switch (told.kind) {
      case "ready":
        watch.isOpen = true;
        watch.ready();
        return;
      case "event":
        watch.tell(told.event);
        return;
      case "over":
      case "failed":
        watches.delete(told.number);
        watch.finish(told.kind === "failed" ? errorOf(told) : null);
        if (watches.size === 0) end(null);
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    // a plain `Error` would be one of the system
    end(new TypeError(`A thread failed: ${event.message}`));
  };
  return { worker, watches };
}

function errorOf({ isGone, text }: Extract<Told, { kind: "failed" }>): Error {
  return isGone ? new Deno.errors.NotFound(text) : new Error(text);
}
