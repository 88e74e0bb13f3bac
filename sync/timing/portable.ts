/** Deno's own watch, wherever Deno runs. It tells less than the system knows; `spelling` and `interpret` say what. */
import type { Exclusions } from "./excluding.ts";
import type { Heard, Watcher } from "./heard.ts";
import { interpret } from "./interpret.ts";
import { type Sieve, sieve } from "./sieve.ts";
import { spelling } from "./spelling.ts";

/** The events below one folder, as `Deno.watchFs` gives them. They end when it is closed. */
export type Events = AsyncIterable<Deno.FsEvent> & { close(): void };

/**
 * Watch a folder and all below it, of which what is excluded is left out only when it is told: Deno's watch takes all.
 * Throws when that cannot be. `open` is `Deno.watchFs`, but for tests.
 */
export function portableWatch(
  path: string,
  exclusions: Exclusions | null,
  open: (path: string) => Events = Deno.watchFs,
): Watcher {
  const events = open(path);
  const left = exclusions === null ? null : sieve(path, exclusions);
  return Object.assign(heardOf(events, path, left), { close: () => events.close() });
}

async function* heardOf(events: Events, path: string, left: Sieve | null): AsyncGenerator<readonly Heard[]> {
  const names = spelling(path);
  for await (const told of readable(events)) {
    if (told === null) {
      yield [{ kind: "loss" }];
      continue;
    }
    const { event, isStale } = await names.read(told);
    if (isStale) yield [{ kind: "root" }];
    const heard = interpret(event, path);
    yield left === null ? heard : await left.sift(heard);
  }
}

/** The events; null for one that Deno cannot give, since a name in it is not UTF-8. It goes on after it. */
async function* readable(events: Events): AsyncGenerator<Deno.FsEvent | null> {
  const all = events[Symbol.asyncIterator]();
  for (;;) {
    const told = await all.next().catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      return null;
    });
    if (told?.done) return;
    yield told && told.value;
  }
}

/** Deno has no class of its own for it. */
function isUnreadable(error: unknown): boolean {
  return error instanceof TypeError && error.message === "path contains invalid UTF-8 characters";
}
