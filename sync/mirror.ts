/**
 * Pass after pass of one mirror. Keeps what each pass leaves to the next one, and says which folders it compares.
 * `timing` decides when passes are made, and the listener what is said of them.
 */
import type { Roots } from "./disk/roots.ts";
import { isTemporary } from "./disk/temporary.ts";
import type { Config } from "./engine/config.ts";
import { parent, type Path } from "./engine/entry.ts";
import type { Emit, Event, Report } from "./engine/event.ts";
import type { Permit } from "./engine/guard.ts";
import { isOwnLog } from "./engine/own_log.ts";
import { peak } from "./engine/peak.ts";
import type { Mounted } from "./engine/same.ts";
import type { Scope } from "./pass/compare.ts";
import { passConfig } from "./pass/config.ts";
import { echo } from "./pass/echo.ts";
import { pass } from "./pass/pass.ts";
import type { Pool } from "./pass/pool.ts";
import { appeared, type Due } from "./timing/hints.ts";
import type { Passed, Round } from "./timing/repeat.ts";

export interface Mirror {
  /** Make one pass. Every failure that is expected is an event; what throws is a bug. */
  pass(round: Round): Promise<Passed>;
  /** What of it is to be compared indeed; null when it was all our own doing. */
  sift(due: Due): Promise<Due | null>;
  /** Whether a change at an absolute path is our own: to our log, or under one of our temporary names. */
  ignores(path: string): boolean;
  /** The number of the last pass; 0 before the first. */
  passes(): number;
  /** What the last pass came to; null before the first. */
  last(): Report | null;
  /** Give the lock on the replica back. */
  close(): void;
}

export interface MirrorOptions {
  readonly pool: Pool;
  readonly emit: Emit;
  /** Aborted to stop the program. The mirror aborts it itself when the replica is locked at the first pass. */
  readonly stop: AbortController;
  /** Absolute paths of our own log files. Called before every pass, since there may be more by then. */
  readonly logs: () => readonly string[];
  /** ms since some moment; never jumps. */
  readonly now: () => number;
  /** Who is asked when the next pass is refused. */
  readonly permit?: () => Permit;
}

export function mirror(config: Config, { pool, emit, stop, logs, now, permit }: MirrorOptions): Mirror {
  const ownLogs = new Set(config.ownLogs);
  let roots: Roots | null = null;
  let last: Report | null = null;
  let passes = 0;
  const sizes = sizesOf(now);
  const own = echo(config.checksum || config.xattrs);
  /** What was mounted in the source; null until all was compared once. */
  let sourceMounts: Map<Path, Mounted> | null = null;

  function noteLogs(): void {
    for (const path of logs()) ownLogs.add(path);
  }

  noteLogs();
  return {
    async pass({ number, due }) {
      noteLogs();
      const known = sizes.known();
      const scope: Scope | null = due && known && { ...due, known };
      own.begin();
      const heard = hearing((event) => {
        if (event.kind === "change" && !event.planned) own.note(event.change);
        emit(event);
      });
      const options = {
        number,
        before: roots,
        peak: sizes.peak(),
        ...(scope && { scope }),
        ...(sourceMounts && { sourceMounts }),
        ...(permit && { permit: heard.permit(permit()) }),
      };
      const outcome = await pass(
        { ...config, ownLogs: [...ownLogs] },
        options,
        pool,
        heard.listen,
        stop.signal,
      );
      roots = outcome.roots;
      last = outcome.report;
      passes = number;
      const { isMade, refused, permitted, failed } = heard.found();
      const report = { ...last, created: last.created - (isMade ? 1 : 0) };
      sizes.take(report, scope && known, { refused, permitted });
      if (scope === null && (last.ended === "complete" || refused)) sourceMounts ??= new Map();
      for (const [path, disk] of outcome.sourceMounts) sourceMounts?.set(path, disk);
      // whoever has locked the replica will do so for longer than the first pass
      if (number === 1 && last.ended === "locked") stop.abort();
      return { failed };
    },
    async sift(due) {
      const paths = (due.doubts ?? []).flatMap(({ entries }) =>
        [...entries].map(([path, kind]) => [path, kind === "appeared"] as const)
      );
      if (paths.length === 0) return due;
      if (!roots?.replica || config.dryRun) return without(due, new Set(paths.map(([path]) => path)));
      const { criteria, source, replica } = passConfig(config, roots, roots.capabilities);
      return without(due, await own.others({ source, replica }, paths, criteria));
    },
    ignores: (path) => isOwnLog(path, ownLogs) || isTemporary(path),
    passes: () => passes,
    last: () => last,
    close: () => roots?.lock?.close(),
  };
}

/** What of the events of a pass the next ones depend on. */
interface Hearing {
  readonly listen: Emit;
  /** A permit, of which it is heard whether it was used. */
  permit(given: Permit): Permit;
  found(): {
    /** The replica was made. */
    readonly isMade: boolean;
    /** Too much would have been removed. */
    readonly refused: boolean;
    /** It was let through all the same: what there was before counts no more. */
    readonly permitted: boolean;
    /** Folders in which something failed. */
    readonly failed: readonly Path[];
  };
}

function hearing(emit: Emit): Hearing {
  let [refused, permitted, isMade] = [false, false, false];
  const failed: Path[] = [];
  return {
    listen(event: Event) {
      refused ||= event.kind === "refused" && event.rule !== "free-space";
      if (event.kind === "failure") failed.push(event.action === "list" ? event.path : parent(event.path));
      isMade ||= event.kind === "change" && event.change.path === "" && event.change.kind === "create";
      emit(event);
    },
    permit: ({ asks, limits }) => ({
      asks,
      async limits(refused) {
        const further = await limits(refused);
        permitted ||= further !== null && refused.rule !== "free-space";
        return further;
      },
    }),
    found: () => ({ isMade, refused, permitted, failed }),
  };
}

/** What is due, with those of its doubts that are not our own doing (`left`); null when there is nothing. */
function without({ folders, branches, doubts = [] }: Due, left: ReadonlySet<Path>): Due | null {
  const doubtful = doubts.filter(({ entries }) => [...entries.keys()].some((path) => left.has(path)));
  const fresh = doubtful.flatMap(({ entries }) => appeared(entries).filter((path) => left.has(path)));
  const due = {
    folders: [...folders, ...doubtful.map(({ folder }) => folder)],
    branches: [...branches, ...fresh],
  };
  return due.folders.length + due.branches.length === 0 ? null : due;
}

/** How many entries there are, pass after pass. */
interface Sizes {
  /** As far as is known since all was compared last; null before. */
  known(): Report["entries"] | null;
  /** The most that the replica had within the hour. */
  peak(): number;
  /** Take in what a pass came to. `before`: how many there were, when only some were compared. */
  take(
    report: Report,
    before: Report["entries"] | null,
    judged: { readonly refused: boolean; readonly permitted: boolean },
  ): void;
}

function sizesOf(now: () => number): Sizes {
  let known: Report["entries"] | null = null;
  let sizes = peak();
  return {
    known: () => known,
    peak: () => sizes.most(now()),
    take(report, before, { refused, permitted }) {
      if (report.ended === "complete") {
        if (permitted) sizes = peak();
        else if (before === null) sizes.note(report.entries.replica, now());
      }
      const { created, removed } = report.dryRun ? { created: 0, removed: 0 } : report;
      // also of a pass that was cut short: what it has done is done
      if (report.ended === "complete" || created + removed > 0) {
        known = entriesAfter({ ...report, created, removed }, before);
        sizes.note(known.replica, now());
      }
      if (refused) sizes.hold(now());
    },
  };
}

/** How many entries each side has after a pass. `known`: before a pass over some folders; null after a whole pass. */
function entriesAfter(
  { entries, created, removed }: Pick<Report, "entries" | "created" | "removed">,
  known: Report["entries"] | null,
): Report["entries"] {
  const { source, replica } = known ?? entries;
  const more = created - removed;
  // a whole pass counted the source as it is
  return { source: known === null ? source : source + more, replica: replica + more };
}
