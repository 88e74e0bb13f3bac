/** Passes of the engine for tests: the same in this thread and in worker threads. */
import { EDGE } from "./edges.ts";
import { type Capabilities, EVERYTHING } from "../../sync/engine/capabilities.ts";
import type { Event, Refusal } from "../../sync/engine/event.ts";
import type { Report } from "../../sync/engine/report.ts";
import type { Config } from "../../sync/engine/config.ts";
import { ALL } from "../../sync/engine/filter.ts";
import type { StateMemory } from "../../sync/records/memory.ts";
import { bringsAlong } from "../../sync/pass/bring_along.ts";
import { compare } from "../../sync/pass/compare.ts";
import type { Companion } from "../../sync/pass/companion.ts";
import { passConfig } from "../../sync/pass/config.ts";
import { pass, type PassOptions } from "../../sync/pass/pass.ts";
import type { Found, Scope } from "../../sync/pass/found.ts";
import { inline, type Pool, threads } from "../../sync/pass/pool.ts";
import { newTurn } from "../../sync/pass/task.ts";
import { IS_WINDOWS } from "./tree.ts";
import { openRoots, type Roots } from "../../sync/disk/roots.ts";

/** A pool whose probe finds what is given; `probes` counts how often it was asked. For comparing only. */
function poolFinding(found: Capabilities): { pool: Pool; probes: () => number } {
  const pool = inline();
  let probes = 0;
  return {
    probes: () => probes,
    pool: {
      ...pool,
      async run(config, work, take) {
        const [task] = work.left().entries === 1 ? work.draw(1, 0) : [];
        if (task?.kind === "probe") {
          probes++;
          return take({ ...newTurn([]), capabilities: [found] });
        }
        if (task && "push" in work) work.push(task);
        await pool.run(config, work, take);
      },
    },
  };
}

/** Every way in which turns can be taken, made once for a file of tests and closed after the last of them. */
export function poolsOfFile(): readonly (readonly [how: string, pool: Pool])[] {
  // under Wine a thread takes long to start, and one alone shows little that three do not
  const one = IS_WINDOWS ? [] : [["in 1 thread", threads(1)]] as const;
  const pools = [["inline", inline()], ...one, ["in 3 threads", threads(3)]] as const;
  Deno.test.afterAll(() => pools.forEach(([, pool]) => pool.close()));
  return pools;
}

export const LIMITS: Config["limits"] = { allowEmptySource: false, maxDelete: null, ignoreFreeSpace: false };

/** For tests that remove more than the guard would let them. */
export const UNLIMITED: Config["limits"] = { ...LIMITS, maxDelete: { unit: "percent", value: 100 } };

export interface Outcome {
  readonly report: Report;
  readonly events: readonly Event[];
  /** The changes as words: "create file a/b". */
  readonly changes: readonly string[];
}

/** What is asked of a pass when nothing is said. */
export function configOf(source: string, replica: string): Config {
  return {
    source,
    replica,
    edge: EDGE,
    checksum: false,
    owners: true,
    fifos: false,
    devices: false,
    xattrs: false,
    oneFileSystem: false,
    limits: LIMITS,
    choice: ALL,
    trash: null,
    moves: true,
    keepEdits: false,
    verify: false,
    durable: false,
    dryRun: false,
    acceptNewRoot: false,
    ownLogs: [],
  };
}

type Options = Partial<Config> & Pick<PassOptions, "decided" | "permit"> & {
  pool?: Pool;
  companions?: readonly Companion[];
  signal?: AbortSignal;
  onEvent?: (event: Event) => void;
  /** What passes remember. */
  memory?: StateMemory;
  /** Edits are carried to the source first. */
  brings?: boolean;
  /** Compare some folders only, or branches. */
  scope?: Partial<Scope> & Pick<Scope, "known">;
};

/** One pass from `source` to `replica`, with no lock left afterwards. The pool is the caller's, and stays open. */
export async function mirror(source: string, replica: string, options: Options = {}): Promise<Outcome> {
  return await unlocked(
    () => mirrorOnce(source, replica, options),
    ({ report }) => report.ended === "locked",
  );
}

/**
 * Do something again for some time as long as it finds a folder locked: a process that another test is just starting has
 * all that is open here, locks included, until it runs its program.
 */
export async function unlocked<T>(act: () => Promise<T>, isLocked: (outcome: T) => boolean): Promise<T> {
  for (let tries = 0;; tries++) {
    const outcome = await act();
    if (!isLocked(outcome) || tries === 300) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function mirrorOnce(source: string, replica: string, options: Options): Promise<Outcome> {
  const { pool = inline(), signal = new AbortController().signal, ...others } = options;
  const { onEvent, scope, memory, brings, companions = [], decided, permit, ...config } = others;
  const events: Event[] = [];
  let roots: Roots | null = null;
  try {
    const outcome = await pass(
      { ...configOf(source, replica), ...config },
      {
        number: 1,
        before: null,
        ...(decided && { decided }),
        ...(permit && { permit }),
        ...(memory && { memory }),
        companions: [
          ...companions,
          ...memory ? [memory] : [],
          ...memory && brings ? [bringsAlong({ ...configOf(source, replica), ...config }, memory)] : [],
        ],
        ...(scope && { scope: { folders: [], branches: [], ...scope } }),
      },
      pool,
      (event) => {
        events.push(event);
        onEvent?.(event);
      },
      signal,
    );
    roots = outcome.roots;
    return { report: outcome.report, events, changes: wordsOf(events) };
  } finally {
    await roots?.lock?.close();
  }
}

/** The changes among events, sorted: they may come in any order. */
function wordsOf(events: readonly Event[]): string[] {
  const words: string[] = [];
  for (const event of events) {
    if (event.kind !== "change") continue;
    const { change } = event;
    const entry = change.kind === "remove" ? change.was : change.entry;
    if (change.kind === "create" && change.was) words.push(`remove ${change.was.kind} ${change.path}`);
    words.push(`${change.kind} ${entry.kind} ${change.path}`);
  }
  return words.sort();
}

/** The failures among events, as words: "read source a/b EACCES". */
export function failuresOf(outcome: Outcome): string[] {
  return outcome.events.flatMap((event) =>
    event.kind === "failure" ? [`${event.action} ${event.side} ${event.path} ${event.reason.code}`] : []
  ).sort();
}

/** Both roots, as a first pass opens them or the one after `before`; or why they cannot be used. */
export async function openedRoots(config: Config, before: Roots | null = null): Promise<Roots | Refusal> {
  return await unlocked(
    () => openRoots(config, before),
    (roots) => "kind" in roots && roots.kind === "locked",
  );
}

/** What comparing two trees finds where the replica can hold so much, and how often that was asked. */
export async function foundWhere(
  asked: Config,
  less: Partial<Capabilities>,
): Promise<{ readonly found: Found; readonly probes: number }> {
  const roots = await openedRoots(asked);
  if ("kind" in roots) throw new Error(roots.kind);
  const { pool, probes } = poolFinding({ ...EVERYTHING, ...less });
  const come = await compare(passConfig(asked, roots), pool, roots, undefined, () => {});
  await roots.lock?.close();
  if ("kind" in come) throw new Error(come.kind);
  return { found: come.found, probes: probes() };
}
