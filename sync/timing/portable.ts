/** Deno's own watch, wherever Deno runs. It tells less than the system knows; `spelling` and `interpret` say what. */
import type { Heard, Watcher } from "./heard.ts";
import { interpret } from "./interpret.ts";
import { spelling } from "./spelling.ts";

/** The events below one folder, as `Deno.watchFs` gives them. They end when it is closed. */
export type Events = AsyncIterable<Deno.FsEvent> & { close(): void };

/** Watch a folder and all below it. Throws when that cannot be. `open` is `Deno.watchFs`, but for tests. */
export function portableWatch(path: string, open: (path: string) => Events = Deno.watchFs): Watcher {
  const events = open(path);
  return Object.assign(heardOf(events, path), { close: () => events.close() });
}

async function* heardOf(events: Events, path: string): AsyncGenerator<readonly Heard[]> {
  const names = spelling(path);
  for await (const told of events) {
    const { event, isStale } = await names.read(told);
    if (isStale) yield [{ kind: "root" }];
    yield interpret(event, path);
  }
}
