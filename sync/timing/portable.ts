/** Deno's own watch, wherever Deno runs. It tells less than the system knows; `spelling` and `interpret` say what. */
import type { Exclusions } from "./excluding.ts";
import type { Heard, Watcher } from "./heard.ts";
import { interpret } from "./interpret.ts";
import { type Events, readable } from "./readable.ts";
import { type Sieve, sieve } from "./sieve.ts";
import { spelling } from "./spelling.ts";

/**
 * Watch a folder and all below it, of which what is excluded is left out only when it is told: Deno's watch takes all.
 * Throws when that cannot be. `open` opens the watch.
 */
export async function portableWatch(
  path: string,
  exclusions: Exclusions | null,
  open: (path: string) => Events | Promise<Events> = Deno.watchFs,
): Promise<Watcher> {
  const events = await open(path);
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
