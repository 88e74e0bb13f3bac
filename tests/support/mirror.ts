/** Passes of the engine for tests: the same in this thread and in worker threads. */
import { type Event, type Report } from "../../sync/engine/event.ts";
import { type Config, pass } from "../../sync/pass/pass.ts";
import type { Scope } from "../../sync/pass/compare.ts";
import { inline, type Pool, threads } from "../../sync/pass/pool.ts";
import type { Roots } from "../../sync/disk/root.ts";

/** Every way in which turns can be taken. */
export const POOLS: readonly (readonly [string, () => Pool])[] = [
  ["inline", inline],
  ["in 1 thread", () => threads(1)],
  ["in 3 threads", () => threads(3)],
];

export const LIMITS: Config["limits"] = { allowEmptySource: false, maxDelete: null, ignoreRoom: false };

/** How files are compared. */
export const CRITERIA: Config["criteria"] = {
  checksum: false,
  owners: true,
  fifos: false,
  oneFileSystem: false,
};

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
    criteria: CRITERIA,
    limits: LIMITS,
    durable: false,
    planned: false,
    acceptNewRoot: false,
    ownLogs: [],
  };
}

/** One pass from `source` to `replica`, with nothing held afterwards. */
export async function mirror(
  source: string,
  replica: string,
  options: Partial<Config> & {
    pool?: Pool;
    signal?: AbortSignal;
    onEvent?: (event: Event) => void;
    scope?: Scope;
  } = {},
): Promise<Outcome> {
  const { pool = inline(), signal = new AbortController().signal, onEvent, scope, ...order } = options;
  const events: Event[] = [];
  let roots: Roots | null = null;
  try {
    const outcome = await pass(
      { ...configOf(source, replica), ...order },
      { number: 1, before: null, ...(scope && { scope }) },
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
    roots?.lock?.close();
    pool.close();
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
