/** Keeps the file of `--status` current: how each job is, for programs and for `lockstep status`. */
import { shown } from "../engine/entry.ts";
import { readKept } from "../records/kept_text.ts";
import { type Keeper, keeping } from "./keeping.ts";
import { isSame, type Listener, listenersOf, unknown } from "./known.ts";
import type { Observing } from "./observer.ts";
import { type JobStatus, knownFrom, readStatus, statusText } from "./status_file.ts";

/**
 * Observe for the file at an absolute path. What an earlier run wrote of a job of the same name and folders is taken over.
 * What it wrote of jobs of the same file that this run was not asked for stays, as of jobs that are at rest.
 * A dry run is no part of how a mirror is, and is passed over.
 */
export async function statusKeeper(path: string, observing: Observing): Promise<Keeper> {
  const { now, others = [] } = observing;
  const before = await jobsIn(path, observing);
  const left = before.filter((one) => others.some((other) => isSame(one, other)));
  let jobs: ReadonlyMap<string | null, Listener> = new Map();
  const file = keeping({
    path,
    what: "status file",
    every: REFRESH_MS,
    isWanted: () => jobs.size > 0,
    render: (locked) => statusText(jobs.values(), { locked, now: now(), left }),
  }, observing);
  return {
    jobs(list) {
      jobs = listenersOf(list, jobs, (job) => {
        const was = before.find((one) => isSame(one, job));
        return was && knownFrom(was, unknown());
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
      for (const listener of jobs.values()) listener.stop();
      await file.close();
    },
  };
}

/** How often it is written while changes rush by, in ms. */
const REFRESH_MS = 1000;

/** What an earlier run wrote; nothing, when there is none, or it cannot be used, which is told. */
async function jobsIn(path: string, { tell }: Observing): Promise<readonly JobStatus[]> {
  const found = await readKept(path);
  if (found === null || "code" in found) return [];
  const file = readStatus(found.text);
  if (typeof file !== "string") return file.jobs;
  tell({ level: "warning", text: `The status file ${shown(path)} is begun anew: ${file}` });
  return [];
}
