/** Deno's own watch, wherever Deno runs. It tells less than the system knows; `spelling` and `interpret` say what. */
import type { Exclusions } from "./excluding.ts";
import { flood } from "./flood.ts";
import { gathered } from "./gathered.ts";
import type { Heard, Watcher } from "./heard.ts";
import { interpret } from "./interpret.ts";
import { type Events, readable } from "./readable.ts";
import { type Sieve, sieve } from "./sieve.ts";
import { spelling } from "./spelling.ts";
import { SYSTEM, type System } from "../system.ts";
import { trueNames } from "./windows/true_names.ts";

/** What turns an event into what is heard. `isStale`: from now on the watch does not tell all. */
type Reading = (
  event: Deno.FsEvent,
) => Promise<{ readonly heard: readonly Heard[]; readonly isStale: boolean }>;

/**
 * Watch a folder and all below it, of which what is excluded is left out only when it is told: Deno's watch takes all.
 * Throws when that cannot be. `open` opens the watch.
 */
export async function portableWatch(
  path: string,
  exclusions: Exclusions | null,
  open: (path: string) => Events | Promise<Events> = Deno.watchFs,
  system: Pick<System, "separator" | "silentQueue"> = SYSTEM,
): Promise<Watcher> {
  const events = await open(path);
  const left = exclusions === null ? null : sieve(path, exclusions);
  const read = system.separator === "/" ? byLinks(path) : byNames(path, system);
  const heard = gathered(readable(events), (told) => heardIn(told, read, left));
  return Object.assign(heard, { close: () => events.close() });
}

async function heardIn(told: Deno.FsEvent | null, read: Reading, left: Sieve | null): Promise<Heard[]> {
  if (told === null) return [{ kind: "loss" }];
  const { heard, isStale } = await read(told);
  const ours = left === null ? heard : await left.sift(heard);
  return isStale ? [{ kind: "root" }, ...ours] : [...ours];
}

/** Where a watch follows links, and tells of a folder by the name by which it was reached last. */
function byLinks(root: string): Reading {
  const names = spelling(root);
  return async (told) => {
    const { event, isStale } = await names.read(told);
    return { heard: interpret(event, root), isStale };
  };
}

/** Windows: it follows no link, but may tell of an entry by another of its names; and of a loss it tells nothing. */
function byNames(
  root: string,
  { separator, silentQueue }: Pick<System, "separator" | "silentQueue">,
): Reading {
  const nameOf = trueNames(root);
  const isFlood = flood(silentQueue);
  return async (event) => {
    const heard: Heard[] = [];
    for (const one of interpret(event, root, separator)) {
      const name = one.kind === "hint" && one.path !== "" ? await nameOf(one.path) : null;
      if (one.kind !== "hint" || one.path === "") heard.push(one);
      else if (name === null) heard.push({ kind: "loss" });
      else heard.push({ ...one, path: name });
      if (one.kind === "hint" && isFlood(one.path, performance.now())) heard.push({ kind: "loss" });
    }
    return { heard, isStale: false };
  };
}
