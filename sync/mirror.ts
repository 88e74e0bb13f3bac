/**
 * Pass after pass of one mirror. Keeps what each pass leaves to the next one, and says which folders it compares.
 * `timing` decides when passes are made, and the listener what is said of them.
 */
import type { Roots } from "./disk/roots.ts";
import { isTemporary } from "./disk/temporary.ts";
import type { Config } from "./engine/config.ts";
import type { Emit, Report } from "./engine/event.ts";
import type { Permit } from "./engine/guard.ts";
import { isOwnLog } from "./engine/own_log.ts";
import type { Scope } from "./pass/compare.ts";
import { pass } from "./pass/pass.ts";
import type { Pool } from "./pass/pool.ts";
import type { Round } from "./timing/repeat.ts";

export interface Mirror {
  /** Make one pass. Every failure that is expected is an event; what throws is a bug. */
  pass(round: Round): Promise<void>;
  /** Whether a change at an absolute path is our own: to our log, or under one of our temporary names. */
  ignores(path: string): boolean;
  /** The number of the last pass; 0 before the first. */
  passes(): number;
  /** What the last pass came to; null before the first. */
  last(): Report | null;
}

export interface MirrorOptions {
  readonly pool: Pool;
  readonly emit: Emit;
  /** Aborted to stop the program. The mirror aborts it itself when the replica is locked at the first pass. */
  readonly stop: AbortController;
  /** Absolute paths of our own log files. Called before every pass, since there may be more by then. */
  readonly logs: () => readonly string[];
  /** Who is asked when the next pass is refused. */
  readonly permit?: () => Permit;
}

export function mirror(config: Config, { pool, emit, stop, logs, permit }: MirrorOptions): Mirror {
  const ownLogs = new Set(config.ownLogs);
  let roots: Roots | null = null;
  let last: Report | null = null;
  let passes = 0;
  /** How many entries each side has, by the last whole pass and the changes since; null before a whole pass. */
  let known: Report["entries"] | null = null;

  function noteLogs(): void {
    for (const path of logs()) ownLogs.add(path);
  }

  noteLogs();
  return {
    async pass({ number, due }) {
      noteLogs();
      const scope: Scope | null = due && known && { ...due, known };
      const options = {
        number,
        before: roots,
        ...(scope && { scope }),
        ...(permit && { permit: permit() }),
      };
      const outcome = await pass({ ...config, ownLogs: [...ownLogs] }, options, pool, emit, stop.signal);
      roots = outcome.roots;
      last = outcome.report;
      passes = number;
      if (last.ended === "complete") known = entriesAfter(last, scope && known);
      // a run that has the lock at our first pass will keep it: there is no use in trying again
      if (number === 1 && last.ended === "locked") stop.abort();
    },
    ignores: (path) => isOwnLog(path, ownLogs) || isTemporary(path),
    passes: () => passes,
    last: () => last,
  };
}

/** How many entries each side has after a pass. `known`: before a pass over some folders; null after a whole pass. */
function entriesAfter(
  { dryRun, entries, created, removed }: Report,
  known: Report["entries"] | null,
): Report["entries"] {
  const { source, replica } = known ?? entries;
  const more = dryRun ? 0 : created - removed;
  // a whole pass counted the source as it is
  return { source: known === null ? source : source + more, replica: replica + more };
}
