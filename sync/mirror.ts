/**
 * Pass after pass of one mirror. Keeps what each pass leaves to the next one, and says which folders it compares.
 * `timing` decides when passes are made, and the listener what is said of them.
 */
import { closeRoots, type Roots } from "./disk/roots.ts";
import { isTemporary } from "./disk/temporary.ts";
import type { Config } from "./engine/config.ts";
import type { Decided } from "./engine/decided.ts";
import type { Memory } from "./engine/edits.ts";
import { parent, type Path } from "./engine/entry.ts";
import type { Emit, Event } from "./engine/event.ts";
import { isInUse } from "./engine/fleeting.ts";
import type { Permit } from "./engine/guard.ts";
import { isOwnLog } from "./engine/own_log.ts";
import type { Report } from "./engine/report.ts";
import type { Mounted } from "./engine/same.ts";
import { type Sizes, sizesOf } from "./engine/sizes.ts";
import { passConfig } from "./pass/config.ts";
import { type Echo, echo } from "./pass/echo.ts";
import type { Scope } from "./pass/found.ts";
import type { Companion } from "./pass/companion.ts";
import { pass } from "./pass/pass.ts";
import type { Pool } from "./pass/pool.ts";
import type { Doubt } from "./timing/hints.ts";
import type { Passed, Round } from "./timing/repeat.ts";
import { pathKey } from "./whole_path.ts";

export interface Mirror {
  /** Make one pass. Every failure that is expected is an event; what throws is a bug. */
  pass(round: Round): Promise<Passed>;
  /** What of doubts is not our own doing. */
  sift(doubts: readonly Doubt[]): Promise<readonly Doubt[]>;
  /** Whether a change at an absolute path is our own: to our log, or under one of our temporary names. */
  ignores(path: string): boolean;
  /** The number of the last pass; 0 before the first. */
  passes(): number;
  /** What the last pass came to; null before the first. */
  last(): Report | null;
  /** What it knows of its folders, for one that takes its place. */
  kept(): Kept;
  /** Give up the lock on the replica, which is taken away again if this run made it and did nothing in it. */
  close(): Promise<void>;
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
  /** What the last pass left, to know edits by. */
  readonly memory?: Memory;
  /** What goes along with each pass. */
  readonly companions?: readonly Companion[];
  /** Who is asked about the next pass. */
  readonly permit?: () => Permit;
  /** The folders that the roots must be; any folders when left out. */
  readonly roots?: Roots;
  /** What another one with these folders knew of them, that is closed. */
  readonly kept?: Kept;
  /** All that may be done; whatever is needed when left out. */
  readonly decided?: Decided;
}

/** What is known of the folders of a mirror: which they were, and how much was in them. */
export type Kept = Pick<State, "roots" | "sourceMounts" | "sizes">;

/** What each pass leaves to the next one. */
interface State {
  roots: Roots | null;
  last: Report | null;
  passes: number;
  /** What was mounted in the source; null until all was compared once. */
  sourceMounts: Map<Path, Mounted> | null;
  readonly ownLogs: Set<string>;
  readonly sizes: Sizes;
  readonly own: Echo;
}

export function mirror(config: Config, options: MirrorOptions): Mirror {
  const state: State = {
    roots: options.roots ?? options.kept?.roots ?? null,
    last: null,
    passes: 0,
    sourceMounts: options.kept?.sourceMounts ?? null,
    ownLogs: new Set([...config.ownLogs, ...options.logs()]),
    sizes: options.kept?.sizes ?? sizesOf(options.now),
    // nor does a glance tell whether what is the same on both sides is excluded, and is to go
    own: echo(config.checksum || config.xattrs || config.choice.deleteExcluded),
  };
  return {
    pass: (round) => passOnce(state, config, options, round),
    sift: (doubts) => sift(state, config, doubts),
    ignores: (path) =>
      isOwnLog(pathKey(path), [...state.ownLogs].map((log) => pathKey(log))) || isTemporary(path),
    passes: () => state.passes,
    last: () => state.last,
    kept: () => ({ roots: closed(state.roots), sourceMounts: state.sourceMounts, sizes: state.sizes }),
    async close() {
      if (state.roots !== null) await closeRoots(state.roots);
    },
  };
}

/** Which folders they are, without what is open of them. */
function closed(roots: Roots | null): Roots | null {
  if (roots === null) return null;
  const { trash: _, ...rest } = roots;
  return { ...rest, lock: null, made: false };
}

async function passOnce(
  state: State,
  config: Config,
  { pool, emit, stop, logs, permit, decided, memory, companions = [] }: MirrorOptions,
  { number, due }: Round,
): Promise<Passed> {
  const { ownLogs, sizes, own, roots: before, sourceMounts } = state;
  for (const path of logs()) ownLogs.add(path);
  const known = sizes.known();
  const scope: Scope | null = due && known && { ...due, known };
  own.begin();
  const heard = hearing((event) => {
    if (event.kind === "change" && !event.planned) own.note(event.change);
    emit(event);
  });
  const options = {
    number,
    before,
    peak: sizes.peak(),
    companions,
    ...(memory && { memory }),
    ...(scope && { scope }),
    ...(decided && { decided }),
    ...(sourceMounts && { sourceMounts }),
    ...(permit && { permit: heard.permit(permit()) }),
  };
  const outcome = await pass({ ...config, ownLogs: [...ownLogs] }, options, pool, heard.listen, stop.signal);
  const { report: last, roots } = outcome;
  Object.assign(state, { roots, last, passes: number });
  const { isMade, refused, permitted, failed, inUse } = heard.found();
  const report = { ...last, created: last.created - (isMade ? 1 : 0) };
  sizes.take(report, scope && known, { refused, permitted });
  if (scope === null && (last.ended === "complete" || refused)) state.sourceMounts ??= new Map();
  for (const [path, disk] of outcome.sourceMounts) state.sourceMounts?.set(path, disk);
  // whoever has locked the replica will do so for longer than the first pass
  if (number === 1 && last.ended === "locked") stop.abort();
  return { failed, inUse };
}

/** What of doubts is not our own doing. */
async function sift(
  { roots, own }: State,
  config: Config,
  doubts: readonly Doubt[],
): Promise<readonly Doubt[]> {
  if (!roots?.replica || config.dryRun) return doubts;
  const paths = doubts.flatMap(({ entries }) =>
    [...entries].map(([path, kind]) => [path, kind === "appeared"] as const)
  );
  const { criteria, source, replica } = passConfig(config, roots);
  const left = await own.others({ source, replica }, paths, criteria);
  return doubts.flatMap(({ folder, entries }) => {
    const others = new Map([...entries].filter(([path]) => left.has(path)));
    return others.size === 0 ? [] : [{ folder, entries: others }];
  });
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
    /** What another program had open. */
    readonly inUse: readonly Path[];
  };
}

function hearing(emit: Emit): Hearing {
  let [refused, permitted, isMade] = [false, false, false];
  const failed: Path[] = [];
  const inUse: Path[] = [];
  return {
    listen(event: Event) {
      refused ||= event.kind === "refused" && event.rule !== "free-space";
      if (event.kind === "failure") failed.push(event.action === "list" ? event.path : parent(event.path));
      if (event.kind === "failure" && isInUse(event)) inUse.push(event.path);
      isMade ||= event.kind === "change" && event.change.path === "" && event.change.kind === "create";
      emit(event);
    },
    permit: ({ limits, ...rest }) => ({
      ...rest,
      async limits(refused, planned) {
        const further = await limits(refused, planned);
        permitted ||= further !== null && refused.rule !== "free-space";
        return further;
      },
    }),
    found: () => ({ isMade, refused, permitted, failed, inUse }),
  };
}
