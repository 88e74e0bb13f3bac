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

export type Asked = { readonly kind: "open"; readonly path: string } | { readonly kind: "beat" };

export type Told =
  | { readonly kind: "ready" | "over" | "beat" }
  /** null: one that Deno cannot give. */
  | { readonly kind: "event"; readonly event: Deno.FsEvent | null }
  | { readonly kind: "failed"; readonly isGone: boolean; readonly text: string };

/** Watch a folder and all below it. Throws when that cannot be. What it gives fails when the watch is dead. */
export async function threadedEvents(path: string): Promise<Events> {
  const ready = Promise.withResolvers<void>();
  let feed!: ReadableStreamDefaultController<Deno.FsEvent | null>;
  const events = new ReadableStream<Deno.FsEvent | null>({ start: (controller) => void (feed = controller) });
  const worker = new Worker(new URL("./portable_worker.ts", import.meta.url), { type: "module" });
  let [isOpen, isOver, missed] = [false, false, 0];
  /** null: it was closed. */
  const end = (error: Error | null) => {
    if (isOver) return;
    isOver = true;
    clearInterval(beating);
    worker.terminate();
    if (error === null) feed.close();
    else feed.error(error);
    if (error === null) ready.resolve();
    else ready.reject(error);
  };
  const beating = setInterval(() => {
    if (missed >= (isOpen ? MISSED : MISSED_OPENING)) end(new Error(DEAD));
    else if (missed++ === 0) worker.postMessage({ kind: "beat" } satisfies Asked);
  }, BEAT_MS);
  Deno.unrefTimer(beating);
  worker.onmessage = ({ data: told }: MessageEvent<Told>) => {
    if (isOver) return;
    // whatever it tells, it lives: behind thousands of events an answer waits its turn
    missed = 0;
    switch (told.kind) {
      case "beat":
        return;
      case "ready":
        isOpen = true;
        ready.resolve();
        return;
      case "event":
        feed.enqueue(told.event);
        return;
      case "over":
        end(null);
        return;
      case "failed":
        end(told.isGone ? new Deno.errors.NotFound(told.text) : new Error(told.text));
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    // a plain `Error` would be one of the system
    end(new TypeError(`A thread failed: ${event.message}`));
  };
  worker.postMessage({ kind: "open", path } satisfies Asked);
  await ready.promise;
  return Object.assign(events, { close: () => end(null) });
}

const DEAD = "Deno's watch does not answer, as when it comes upon a FIFO; --allow-ffi has one that does";
