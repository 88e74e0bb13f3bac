/** The thread of Deno's watches; `portable_thread.ts` speaks with it. It may be stopped for good by what is watched. */
import type { Asked, Told } from "./portable_thread.ts";
import { readable } from "./readable.ts";
import { isSystemError } from "../system_error.ts";

const scope = globalThis as unknown as {
  onmessage: (message: MessageEvent<Asked>) => void;
  postMessage(told: Told): void;
};
const watches = new Map<number, Deno.FsWatcher>();

scope.onmessage = ({ data: asked }) => {
  switch (asked.kind) {
    case "open":
      void follow(asked.number, asked.path);
      return;
    case "close":
      watches.get(asked.number)?.close();
      return;
    case "beat":
      beat();
  }
};

async function follow(number: number, path: string): Promise<void> {
  try {
    const events = Deno.watchFs(path);
    watches.set(number, events);
    scope.postMessage({ kind: "ready", number });
    for await (const event of readable(events)) scope.postMessage({ kind: "event", number, event });
    scope.postMessage({ kind: "over", number });
  } catch (error) {
    // a bug is told to whoever started this thread
    if (!isSystemError(error)) throw error;
    const isGone = error instanceof Deno.errors.NotFound;
    scope.postMessage({ kind: "failed", number, isGone, text: error.message });
  } finally {
    watches.delete(number);
  }
}

/** Only to add and remove a watch is heard by the watch itself. A file: the watch of a folder may be one of the others. */
function beat(): void {
  if (import.meta.filename !== undefined) Deno.watchFs(import.meta.filename, { recursive: false }).close();
  scope.postMessage({ kind: "beat" });
}
