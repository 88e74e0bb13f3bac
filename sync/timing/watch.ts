/**
 * The edge where changes are heard of: it turns the system's events into hints. Many events are lost, most of them
 * silently, so a loss brings an early whole pass. A root that is replaced, unmounted or mounted over falls silent, so it
 * is looked at again and again.
 *
 *     away    --the root is there--> watched
 *     watched --the root is another folder, or gone--> away
 *     watched --what is excluded may have changed, after RENEW_MS--> away
 *     away, watched --the system will not watch it: reported once--> refused
 *     refused --after RETRY_MS--> away
 */
import type { Agenda } from "./agenda.ts";
import { type Clock, momentOf } from "./clock.ts";
import type { Exclusions } from "./excluding.ts";
import type { Open, Unwatched, Watcher } from "./heard.ts";
import { type Limit, limitOf } from "./limit.ts";
import type { Renewal } from "./renewal.ts";
import { absolute, type Side } from "../engine/entry.ts";
import { identityOf } from "../identity.ts";
import { SYSTEM } from "../system.ts";
import { isSystemError } from "../system_error.ts";

/** How often a watched root is looked at, in ms. More often takes a noticeable share of a core. */
const LOOK_MS = 5000;
/** How often we look for a root that is not there, in ms. */
const AWAY_MS = 500;
/** How long to wait, in ms, before we try again to watch a root that could not be watched. */
const RETRY_MS = 600_000;
/** How long to wait, in ms, before a watch is opened anew for other ignore files: one is rarely written in one piece. */
const RENEW_MS = 300;
/** When a look comes so late, in ms, the program or the machine was stopped in the meantime. */
const STOPPED_MS = 5000;

/** What there is to report about a root. */
export type News =
  /** It is watched again. */
  | { readonly kind: "watched"; readonly root: string }
  /** It cannot be watched. `limit` is the system's limit that was reached, null when there is another reason. */
  | {
    readonly kind: "unwatched";
    readonly root: string;
    readonly limit: Limit | null;
    readonly text: string;
  }
  /** Some folders below it are not watched. */
  | Omit<Unwatched, "kind"> & { readonly kind: "partly"; readonly root: string };

export interface Watching {
  readonly side: Side;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly agenda: Agenda;
  readonly open: Open;
  /** Whether events of an absolute path mean nothing, since the file there is our own. */
  readonly ignores: (path: string) => boolean;
  /** By what entries are excluded, with any path of the source; null when all of the root matters. */
  readonly exclusions: Exclusions | null;
  /** The same for both sides. */
  readonly renewal: Renewal;
  readonly tell: (news: News) => void;
}

/**
 * Follow what happens below `root` until the signal is aborted. Resolves as soon as the root is watched, or cannot be
 * watched for now. A bug that shows later is an unhandled rejection, which ends the program.
 */
export async function watch(root: string, options: Watching): Promise<void> {
  const first = await attempt(root, options);
  void follow(root, first, options);
}

/** What came of an attempt to watch a root. */
type Attempt = Watched | Away | Refused;
/** How a watch ended. */
type End = Away | Stale | Refused;

interface Watched {
  readonly kind: "watched";
  /** The root's real path, with which the paths of its events begin. */
  readonly path: string;
  readonly id: string;
  readonly events: Watcher;
  /** Aborted when it is to be opened anew. */
  readonly renewed: AbortSignal;
}

/** The root is not there, or not the folder that it was. */
interface Away {
  readonly kind: "away";
}

/** It is out of date. */
interface Stale {
  readonly kind: "stale";
}

type Refused = Extract<News, { kind: "unwatched" }>;

const AWAY: Away = { kind: "away" };

async function attempt(
  root: string,
  { open, signal, exclusions, renewal }: Watching,
  renews = false,
): Promise<Attempt> {
  const id = signal.aborted ? null : await idOf(root);
  if (id === null) return AWAY;
  if (renews) renewal.ask();
  const renewed = renewal.asked();
  try {
    const path = await Deno.realPath(root);
    const events = await open(path, signal, exclusions && await resolved(exclusions));
    // by now the path may lead to another folder than the one that was looked at
    if (await idOf(root) === id && !signal.aborted) return { kind: "watched", path, id, events, renewed };
    events.close();
    return AWAY;
  } catch (error) {
    return reasonOf(root, error);
  }
}

/** Try once more. A source that comes back may have other ignore files; one that is stale has said so. */
async function again(root: string, options: Watching, isStale: boolean): Promise<Attempt> {
  return await attempt(root, options, options.side === "source" && !isStale);
}

/** With the path of the source as it is without links. Where there is no source, it has no ignore files. */
async function resolved({ rules, source }: Exclusions): Promise<Exclusions> {
  try {
    return { rules, source: await Deno.realPath(source) };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { rules, source };
  }
}

async function follow(root: string, first: Attempt, options: Watching): Promise<void> {
  const { clock, signal, agenda, tell } = options;
  const lost = () => {
    agenda.hints.noteLoss(clock.now());
    agenda.wake();
  };
  let isRefused = false;
  let isStale = false;
  for (let found: Attempt | End = first; !signal.aborted; found = await again(root, options, isStale)) {
    if (found.kind === "watched") {
      // nobody knows what happened until now; after the first attempt, the first pass covers it
      if (found !== first) lost();
      if (isRefused) tell({ kind: "watched", root });
      isRefused = false;
      found = await listen(root, found, lost, options);
      if (signal.aborted) return;
      isStale = found.kind === "stale";
      if (isStale) {
        await clock.wait(RENEW_MS, signal);
        continue;
      }
      lost();
      if (found.kind === "away") continue;
    } else if (isStale) {
      lost();
      isStale = false;
    }
    if (found.kind === "unwatched") {
      if (!isRefused) tell(found);
      isRefused = true;
    }
    await clock.wait(isRefused ? RETRY_MS : AWAY_MS, signal);
  }
}

/** Note what is heard of, until the root is another folder, or the watch fails or is out of date: returns which. */
async function listen(
  root: string,
  { path, id, events, renewed }: Watched,
  lost: () => void,
  { side, clock, signal, agenda, ignores, tell, renewal }: Watching,
): Promise<End> {
  const over = new AbortController();
  const end = () => over.abort();
  const endings = [signal, renewed];
  for (const one of endings) one.addEventListener("abort", end);
  if (renewed.aborted) end();
  const looking = lookUntilReplaced(root, id, { clock, signal: over.signal, lost })
    .finally(() => events.close());
  try {
    for await (const batch of events) {
      for (const heard of batch) {
        switch (heard.kind) {
          case "hint":
            if (ignores(absolute(path, heard.path).replaceAll("/", SYSTEM.separator))) break;
            if (agenda.hints.note(heard.path, heard.what, clock.now(), side)) agenda.wake();
            break;
          case "unwatched":
            tell({ ...heard, kind: "partly", root });
            break;
          case "watched":
            tell({ kind: "watched", root });
            break;
          case "root":
            // a look would not do: the folder that takes the root's place may get the same inode
            end();
            lost();
            break;
          case "rules":
            renewal.ask();
            break;
          case "loss":
            lost();
        }
      }
    }
    return renewed.aborted ? { kind: "stale" } : AWAY;
  } catch (error) {
    return reasonOf(root, error);
  } finally {
    for (const one of endings) one.removeEventListener("abort", end);
    end();
    await looking;
  }
}

/** Look at a root again and again. Resolves when it is another folder, or when the signal is aborted. */
async function lookUntilReplaced(
  root: string,
  id: string,
  { clock, signal, lost }: Pick<Watching, "clock" | "signal"> & { readonly lost: () => void },
): Promise<void> {
  while (!signal.aborted) {
    const before = momentOf(clock);
    // all roots at the same moments: a process that wakes up once costs less than one that does so for each
    await clock.wait(LOOK_MS - before.now % LOOK_MS, signal);
    if (signal.aborted) return;
    const now = momentOf(clock);
    // the monotonic clock stands still while the machine sleeps, the date does not
    const took = Math.max(now.now - before.now, now.date - before.date);
    if (took > LOOK_MS + STOPPED_MS) lost();
    if (await idOf(root) !== id) return;
  }
}

/** What tells a folder from others that have the same path; null when it is not there, or not to be reached. */
async function idOf(path: string): Promise<string | null> {
  try {
    const found = await Deno.stat(path);
    return found.isDirectory ? identityOf(found) : null;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return null;
  }
}

/** Why a root is not watched. Throws the error again when it is a bug. */
function reasonOf(root: string, error: unknown): Away | Refused {
  if (!isSystemError(error)) throw error;
  // it has just gone, which is no failure of the watch
  if (error instanceof Deno.errors.NotFound) return AWAY;
  const text = error.message;
  return { kind: "unwatched", root, limit: limitOf(text), text };
}
