/**
 * The jobs of a run: each begins, works and ends by itself, so that one that fails hurts no other. They share a pool of
 * threads, a console and those who hear of them.
 */
import { wholePath } from "./whole_path.ts";
import { delay } from "@std/async/delay";
import { bugText } from "./cli/answer.ts";
import { STATUS } from "./cli/exit_status.ts";
import { jsonError } from "./cli/json_line.ts";
import type { Display } from "./cli/listen.ts";
import type { Log } from "./cli/log.ts";
import { type LogFile, openLogFile } from "./cli/log_file.ts";
import type { Options } from "./cli/options.ts";
import type { Complaint } from "./cli/prepare.ts";
import { print } from "./cli/print.ts";
import { inTime } from "./disk/in_time.ts";
import { siteOf } from "./disk/site.ts";
import type { Reason } from "./engine/entry.ts";
import type { Part } from "./engine/part.ts";
import { BLANK, fold } from "./engine/report.ts";
import { type Around, jobOf, type OpenJob, openJob, unusableBy } from "./job.ts";
import type { Kept } from "./mirror.ts";
import type { NamedJob } from "./jobs/file.ts";
import { type Claim, clashOf, depthOf, type Gate, gate } from "./jobs/gate.ts";
import { type Stalls, stalls } from "./jobs/stall.ts";
import { eachOf } from "./observers/each_of.ts";
import type { Job, Observer } from "./observers/observer.ts";
import type { Pool } from "./pass/pool.ts";

/** How long, in ms, a job waits for each that makes what it copies: they may be due at the same moment. */
const GRACE_MS = 250;
/** How long, in ms, jobs wait for each other to be opened. */
const OPENING_MS = 2000;
/** How long, in ms, to wait for the end of a job whose disk may not answer. */
const ENDING_MS = 5000;
/** How many are open at once of jobs that come in turn: more than make a pass at once, so that the next one is ready. */
const IN_TURN = 16;

/** What all jobs share. */
export interface Shared {
  readonly pool: Pool;
  readonly display: Display;
  readonly log: Log;
  readonly observers: () => readonly Observer[];
  /** Work on one disk is done side by side, too. */
  readonly isParallel: boolean;
  /** What is wrong with a job is told as JSON, too. */
  readonly json: boolean;
}

export interface JobSet {
  /** Begin jobs. Resolves when they are open, as far as their disks answer. */
  begin(jobs: readonly NamedJob[]): Promise<void>;
  /**
   * Run jobs that make one pass each, however many: some at a time, and each is let go of when it is over. A turn begins
   * when the one before is over. None begins any more when `signal` is aborted.
   */
  inTurn(turns: readonly (readonly NamedJob[])[], signal: AbortSignal): Promise<void>;
  /** Have just these jobs from now on: those that changed are ended first and begin anew. */
  change(jobs: readonly NamedJob[]): Promise<Changed>;
  /** Those that are open. */
  open(): readonly OpenJob[];
  /** Ask all to end. */
  stop(): void;
  /** Resolves when none is at work any more. */
  over(): Promise<void>;
  /** The highest exit status of those that are over. */
  status(): number;
}

/** How many jobs went on, began and ended. */
export interface Changed {
  readonly same: number;
  readonly begun: number;
  readonly ended: number;
}

/** A job that was begun. */
interface Begun {
  /** What it was begun with, as a text; null when it is to begin anew in any case. */
  text: string | null;
  readonly stop: AbortController;
  /** As those who hear of it know it. */
  readonly job: Job;
  /** null until it is open, and where it cannot be. */
  open: OpenJob | null;
  isOver: boolean;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
}

export function jobSet(shared: Shared): JobSet {
  const jobs = new Map<string, Begun>();
  const entrance = newEntrance(shared.isParallel);
  const openLog = logsOnce();
  /** What ended jobs knew of their folders, by these: one that takes their place must not take others for them. */
  const kept = new Map<string, Kept>();
  let highest: number = STATUS.inSync;

  function fail(name: string, { text, status }: Complaint): void {
    shared.log.write({ level: "error", text: `[${name}] ${text}` });
    shared.log.flush();
    if (shared.json) print(Deno.stdout, jsonError(text, status, Date.now(), name).trimEnd());
    highest = Math.max(highest, status);
  }

  /** Have a job that cannot begin be heard of, as one of which a pass cannot be made. */
  function tellUnopened(job: Job, text: string): void {
    const reason = { code: "UNOPENED", detail: text };
    const round = { number: 1, due: null };
    let report = BLANK;
    for (const event of unusableBy(reason, { replica: job.replica, dryRun: job.options.dryRun }, round)) {
      report = fold(report, event);
      for (const one of shared.observers()) one.event?.(job, event, report, Date.now());
    }
  }

  /** Open a job, and have it work as soon as others are ready, too. Resolves when it is open, or cannot be. */
  async function beginOne({ name, options }: NamedJob, ready: Promise<void>): Promise<void> {
    const stop = new AbortController();
    const roots = rootsOf(options);
    const known = kept.get(JSON.stringify(roots));
    const around: Around = {
      ...shared,
      name,
      stop,
      openLog,
      observers: () => [entrance.listener, ...shared.observers()],
      enter: (config, { due }) => entrance.enter(name, config, due === null, stop.signal),
      ...(known && { kept: known }),
    };
    const opening = entrance.know(name, options).then(() => openJob(options, {}, around));
    const over = Promise.withResolvers<void>();
    const begun: Begun = {
      text: JSON.stringify(options),
      stop,
      job: jobOf(name, options, roots),
      open: null,
      isOver: false,
      over: over.promise,
    };
    jobs.set(name, begun);
    void work().finally(() => {
      begun.isOver = true;
      over.resolve();
    });
    await opening.catch(() => {});

    async function work(): Promise<void> {
      try {
        const open = await opening;
        if ("status" in open) {
          begun.text = null;
          tellUnopened(begun.job, open.text);
          return fail(name, open);
        }
        begun.open = open;
        await ready;
        const status = await open.work();
        highest = Math.max(highest, status);
      } catch (error) {
        // a bug in one job is none of the others
        const what = error instanceof Error ? error.stack : error;
        fail(name, { text: bugText(what), status: STATUS.bug });
      }
    }
  }

  /** End a job in good order. False when its disk does not answer in time: it ends when that does. */
  async function end(name: string, begun: Begun): Promise<boolean> {
    begun.text = null;
    begun.stop.abort();
    if (await inTime(begun.over.then(() => true), ENDING_MS) === null) {
      const text = `[${name}] does not end, for its disk does not answer: send SIGHUP again when it does`;
      shared.log.write({ level: "warning", text });
      return false;
    }
    const { job: { source, replica }, open } = begun;
    if (open !== null) kept.set(JSON.stringify({ source, replica }), open.kept());
    letGo(name);
    return true;
  }

  async function inTurn(turns: readonly (readonly NamedJob[])[], signal: AbortSignal): Promise<void> {
    const all = turns.flat();
    const list = all.map(({ name, options }) => jobOf(name, options, rootsOf(options)));
    for (const one of shared.observers()) one.jobs?.(list);
    let left = all.length;
    for (const turn of turns) {
      await eachOf(turn, IN_TURN, async (job) => {
        if (signal.aborted) return;
        left--;
        await beginOne(job, Promise.resolve());
        const { over } = jobs.get(job.name)!;
        await over;
        letGo(job.name);
      });
    }
    if (left === 0) return;
    highest = Math.max(highest, STATUS.interrupted);
    shared.log.write({ level: "info", text: `${left} of ${all.length} jobs have not begun` });
  }

  /** A job that is over is one of the run no more. */
  function letGo(name: string): void {
    jobs.get(name)?.open?.close();
    entrance.forget(name);
    jobs.delete(name);
  }

  async function begin(some: readonly NamedJob[]): Promise<void> {
    const ready = Promise.withResolvers<void>();
    const opened = Promise.all(some.map((job) => beginOne(job, ready.promise)));
    const list = [...jobs.values()].map(({ job }) => job);
    for (const one of shared.observers()) one.jobs?.(list);
    // the jobs of a chain are due at the same moment; one whose disk does not answer comes later
    await inTime(opened, OPENING_MS);
    ready.resolve();
  }

  const open = () => [...jobs.values()].flatMap(({ open }) => open ?? []);

  return {
    begin,
    inTurn,
    open,
    async change(next) {
      const wanted = new Map(next.map((job) => [job.name, job]));
      const isSame = (name: string, { text }: Begun) => {
        const job = wanted.get(name);
        return job !== undefined && JSON.stringify(job.options) === text;
      };
      const old = [...jobs].filter(([name, begun]) => !isSame(name, begun));
      await Promise.all(old.map(([name, begun]) => end(name, begun)));
      const same = jobs.size;
      const fresh = next.filter(({ name }) => !jobs.has(name));
      await begin(fresh);
      return { same, begun: fresh.length, ended: old.filter(([name]) => !wanted.has(name)).length };
    },
    stop() {
      for (const { stop } of jobs.values()) stop.abort();
    },
    async over() {
      for (;;) {
        const working = [...jobs.values()].filter(({ isOver }) => !isOver);
        if (working.length === 0) return;
        await Promise.all(working.map(({ over }) => over));
      }
    },
    status: () => highest,
  };
}

/** Absolute paths, as those who hear of a job know its folders. */
function rootsOf({ source, replica }: Options): Pick<Options, "source" | "replica"> {
  return { source: wholePath(source), replica: wholePath(replica) };
}

/** Opens a log once, for all jobs whose lines it has. It is closed when they all have closed it. */
function logsOnce(): typeof openLogFile {
  const files = new Map<string, { readonly file: LogFile; users: number }>();
  return (path, rotation, later) => {
    const key = JSON.stringify([wholePath(path), rotation]);
    const held = files.get(key) ?? { file: openLogFile(path, rotation, later), users: 0 };
    files.set(key, held);
    held.users++;
    return {
      ...held.file,
      close() {
        if (--held.users > 0) return;
        held.file.close();
        files.delete(key);
      },
    };
  };
}

/** What a job works with. */
interface Folders extends Pick<Options, "source" | "replica"> {
  readonly part?: Part | null;
}

interface Entrance {
  /** Note what a job will work with: others wait for it. */
  know(name: string, folders: Folders): Promise<Claim>;
  /** The job is one of the run no more. One that is over counts on: its folders are what they were. */
  forget(name: string): void;
  /** Wait until a job may make a pass; null when it is to end, or why none may be made. `isWhole`: over all of both trees. */
  enter(
    name: string,
    folders: Folders,
    isWhole: boolean,
    signal: AbortSignal,
  ): Promise<(() => void) | Reason | null>;
  /** Hears whether passes make progress. */
  readonly listener: Observer;
}

/** By which jobs come to make their passes, one after the other where they must not work at once. */
function newEntrance(isParallel: boolean): Entrance {
  const doors: Gate = gate(isParallel);
  /** What the jobs work with, as far as is known. */
  const claims = new Map<string, Claim>();
  const progress: Stalls<Claim> = stalls(doors.stall);
  async function know(name: string, folders: Folders): Promise<Claim> {
    const [source, replica] = await Promise.all([siteOf(folders.source), siteOf(folders.replica)]);
    const claim = { source, replica, isSlice: folders.part?.slice !== undefined };
    claims.set(name, claim);
    return claim;
  }
  return {
    know,
    forget: (name) => void claims.delete(name),
    async enter(name, folders, isWhole, signal) {
      const claim = await know(name, folders);
      const depth = isWhole ? depthOf(claim, [...claims.values()]) : 0;
      if (depth > 0) await unlessStopped(depth * GRACE_MS, signal);
      const others = new Map(claims);
      others.delete(name);
      const clash = clashOf(claim, others);
      if (clash !== null) return { code: clash.code, detail: clash.job };
      // who follows changes looks at a few folders, and waits for nobody's disk
      const leave = await doors.enter(claim, signal, isWhole);
      if (leave === null) return null;
      progress.begin(claim);
      return () => {
        progress.end(claim);
        leave();
      };
    },
    listener: {
      event({ name }, event) {
        const claim = claims.get(name ?? "");
        if (claim !== undefined) progress.note(claim, event);
      },
      close: () => Promise.resolve(),
    },
  };
}

/** Wait, but no longer when the signal is aborted. */
async function unlessStopped(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
