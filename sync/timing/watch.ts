/**
 * The edge where changes are heard of: it turns the system's events into hints. Many events are lost, most of them
 * without a word, so nothing here is a fact: a doubt brings an early whole pass, and a root is looked at again and again,
 * since one that is replaced, unmounted or mounted over falls silent.
 *
 *     away --the root is there--> watching --it is another, or an error--> away
 *     away --it cannot be watched: said once--> away, for RETRY_MS
 */
import type { Path } from "../engine/entry.ts";
import type { Agenda } from "./agenda.ts";
import type { Clock } from "./clock.ts";
import { type Limit, limitOf } from "./limit.ts";

/** How often a root is looked at, in ms. */
const LOOK_MS = 5000;
/** How often a root that is not there is looked for, in ms. */
const AWAY_MS = 500;
/** How long to wait, in ms, before a root that could not be watched is tried again. */
const RETRY_MS = 600_000;
/** A look that comes so late, in ms, means that the program, or the machine, was stopped meanwhile. */
const STOPPED_MS = 5000;

/** What can be told of a root. */
export type News =
  | { readonly kind: "watched"; readonly root: string }
  /** It cannot be watched; `limit` is what is reached, if that is why. */
  | {
    readonly kind: "unwatched";
    readonly root: string;
    readonly limit: Limit | null;
    readonly text: string;
  };

export interface Watching {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly agenda: Agenda;
  /** Absolute paths whose events mean nothing: our own log file. */
  readonly ownLogs: ReadonlySet<string>;
  readonly tell: (news: News) => void;
}

/** Under such names files are prepared in the replica, and it is tried out: they come and go by our own doing. */
const TEMPORARY = /\/\.lockstep-[0-9a-f]{8}-(probe\/)?[^/]*$/;

/** Follow what happens below `root` until the signal is aborted. Resolves when it is watched, or cannot be for now. */
export async function watch(root: string, options: Watching): Promise<void> {
  const first = await attempt(root, options);
  void follow(root, first, options);
}

/** A root that is watched. */
interface Watched {
  readonly path: string;
  readonly id: string;
  readonly events: Deno.FsWatcher;
}

/** null when the root is not there. */
async function attempt(root: string, { tell }: Watching): Promise<Watched | News | null> {
  const id = await idOf(root);
  if (id === null) return null;
  try {
    const path = await Deno.realPath(root);
    const events = Deno.watchFs(path);
    // what is watched must be what was looked at
    if (await idOf(root) === id) return { path, id, events };
    events.close();
    return null;
  } catch (error) {
    const news = unwatched(root, error);
    if (news !== null) tell(news);
    return news;
  }
}

async function follow(root: string, first: Watched | News | null, options: Watching): Promise<void> {
  const { clock, signal, agenda, tell } = options;
  const doubt = () => {
    agenda.hints.doubt(clock.now());
    agenda.wake();
  };
  let failed = first !== null && "kind" in first;
  for (let found = first; !signal.aborted; found = await attempt(root, silenced(options, failed))) {
    if (found !== null && !("kind" in found)) {
      // whatever happened before it was watched is not known
      if (found !== first) doubt();
      if (failed) tell({ kind: "watched", root });
      failed = false;
      const error = await listen(root, found, doubt, options);
      if (signal.aborted) return;
      doubt();
      const news = error === null ? null : unwatched(root, error);
      if (news === null) continue;
      tell(news);
      failed = true;
    } else if (found !== null) failed = true;
    await clock.wait(failed ? RETRY_MS : AWAY_MS, signal);
  }
}

/** What was said once is not said again. */
function silenced(options: Watching, failed: boolean): Watching {
  return failed ? { ...options, tell() {} } : options;
}

/** Until the root is another one, or an error comes, which is returned. */
async function listen(
  root: string,
  { path, id, events }: Watched,
  doubt: () => void,
  options: Watching,
): Promise<unknown> {
  const { clock, signal } = options;
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener("abort", end);
  let gone = false;
  let lookNow = () => {};
  // the folder that takes its place may have the same inode
  const replaced = () => {
    gone = true;
    lookNow();
  };
  const looking = (async () => {
    while (!over.signal.aborted) {
      const before = [clock.now(), clock.date()] as const;
      const early = new Promise<void>((resolve) => lookNow = resolve);
      await Promise.race([clock.wait(LOOK_MS, over.signal), early]);
      if (over.signal.aborted) break;
      const late = Math.max(clock.now() - before[0], clock.date() - before[1]);
      if (late > LOOK_MS + STOPPED_MS) doubt();
      if (gone || await idOf(root) !== id) break;
    }
    events.close();
  })();
  try {
    for await (const event of events) hear(event, path, replaced, doubt, options);
    return null;
  } catch (error) {
    return error;
  } finally {
    signal.removeEventListener("abort", end);
    over.abort();
    await looking.catch(() => {});
  }
}

/** Make hints of an event. */
function hear(
  event: Deno.FsEvent,
  root: string,
  replaced: () => void,
  doubt: () => void,
  { clock, agenda, ownLogs }: Watching,
): void {
  if (event.kind === "access") return;
  if (event.flag === "rescan" || event.paths.length === 0) return doubt();
  const what = event.kind === "modify" ? "changed" : event.kind === "remove" ? "went" : "came";
  for (const path of event.paths) {
    if (ownLogs.has(path) || TEMPORARY.test(path)) continue;
    const below = pathBelow(root, path);
    if (below === null) continue;
    if (below === "" && event.kind !== "modify") {
      replaced();
      doubt();
    } else if (agenda.hints.note(below, what, clock.now())) agenda.wake();
  }
}

function pathBelow(root: string, path: string): Path | null {
  if (path === root) return "";
  const start = root.endsWith("/") ? root : `${root}/`;
  return path.startsWith(start) ? path.slice(start.length) : null;
}

/** Who a folder is, whatever it is called; null when it is not there. An inode may be used again, at another time. */
async function idOf(path: string): Promise<string | null> {
  try {
    const found = await Deno.stat(path);
    return found.isDirectory ? `${found.dev}:${found.ino}:${found.birthtime?.getTime()}` : null;
  } catch {
    return null;
  }
}

/** null when the root has just gone, which is no matter of watching. */
function unwatched(root: string, error: unknown): News | null {
  if (error instanceof Deno.errors.NotFound) return null;
  const text = error instanceof Error ? error.message : String(error);
  return { kind: "unwatched", root, limit: limitOf(text), text };
}
