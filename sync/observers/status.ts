/** Keeps the file of `--status` current: how each job is, for programs and for `lockstep status`. */
import { shown } from "../engine/entry.ts";
import { readKept } from "../records/kept_text.ts";
import { type Keeper, keeping, type Kept } from "./keeping.ts";
import { isSame, type Listener, listenersOf } from "./known.ts";
import type { Observing } from "./observer.ts";
import { knownFrom, readStatus, type StatusFile, statusText } from "./status_file.ts";

/**
 * Observe for the file at an absolute path. What an earlier run wrote of a job of the same name and folders is taken over.
 * What it wrote of jobs of the same file that this run was not asked for stays, as of jobs that are at rest.
 * A dry run is no part of how a mirror is, and is passed over.
 */
export async function statusKeeper(path: string, observing: Observing): Promise<Keeper> {
  return keeperAfter(path, await statusBefore(path, observing), observing);
}

/** The same, where it is known what an earlier run wrote; null for nothing. `own`: what is particular to the file. */
export function keeperAfter(
  path: string,
  before: StatusFile | null,
  observing: Observing,
  own: Pick<Kept, "held"> = {},
): Keeper {
  const { now, others = [], split } = observing;
  const isOfSame = before?.split?.id === split?.id;
  const left = isOfSame ? before?.jobs.filter((one) => others.some((other) => isSame(one, other))) : [];
  let jobs: ReadonlyMap<string | null, Listener> = new Map();
  const file = keeping({
    ...own,
    path,
    what: "status file",
    every: REFRESH_MS,
    isWanted: () => jobs.size > 0,
    render: (locked) => statusText(jobs.values(), { locked, now: now(), split, left: left ?? [] }),
  }, observing);
  // locks may not reach the machine of whoever asks how a split is: it goes by how long nothing was written
  const beat = split && setInterval(() => file.renew(), BEAT_MS);
  return {
    jobs(list) {
      jobs = listenersOf(list, jobs, (job) => {
        const was = before?.jobs.find((one) => isSame(one, job));
        return was && knownFrom(was, before!, split, job.options.part?.slice !== undefined);
      });
      file.renew();
    },
    event(job, event, report, now) {
      const weight = jobs.get(job.name)?.hear(event, report, now);
      if (weight === "turn") file.renew();
      else if (weight === "news") file.refresh(now);
    },
    waiting(job, until) {
      jobs.get(job.name)?.waiting(until);
      file.renew();
    },
    settled: file.settled,
    async close() {
      clearInterval(beat);
      for (const listener of jobs.values()) listener.stop();
      await file.close();
    },
  };
}

/** How often it is written while changes rush by, in ms. */
const REFRESH_MS = 1000;
/** How often a file of a split is written where nothing happens, in ms: three times in what counts as silence. */
const BEAT_MS = 5 * 60_000;

/** What an earlier run wrote; null when there is nothing, or it cannot be used, which is told. */
export async function statusBefore(path: string, { tell }: Observing): Promise<StatusFile | null> {
  const found = await readKept(path);
  if (found === null || "code" in found) return null;
  const file = readStatus(found.text);
  if (typeof file !== "string") return file;
  tell({ level: "warning", text: `The status file ${shown(path)} is begun anew: ${file}` });
  return null;
}
