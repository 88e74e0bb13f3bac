/** The thread of one of Deno's watches; `portable_thread.ts` speaks with it. It may be stopped for good by what is watched. */
import type { Asked, Told } from "./portable_thread.ts";
import { readable } from "./readable.ts";
import { isSystemError } from "../system_error.ts";

const scope = globalThis as unknown as {
  onmessage: (message: MessageEvent<Asked>) => void;
  postMessage(told: Told): void;
};

scope.onmessage = ({ data: asked }) => {
  if (asked.kind === "open") void follow(asked.path);
  else beat();
};

async function follow(path: string): Promise<void> {
  try {
    const events = Deno.watchFs(path);
    scope.postMessage({ kind: "ready" });
    for await (const event of readable(events)) scope.postMessage({ kind: "event", event });
    scope.postMessage({ kind: "over" });
  } catch (error) {
    // a bug is told to whoever started this thread
    if (!isSystemError(error)) throw error;
    const isGone = error instanceof Deno.errors.NotFound;
    scope.postMessage({ kind: "failed", isGone, text: error.message });
  }
}

/** Only to add and remove a watch is heard by the watch itself. A file of ours: the folder itself is watched already. */
function beat(): void {
  if (import.meta.filename !== undefined) Deno.watchFs(import.meta.filename, { recursive: false }).close();
  scope.postMessage({ kind: "beat" });
}
