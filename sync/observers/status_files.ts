/**
 * Keeps a status file for each job of a split, so that no two machines write one. A file is taken when its job begins and
 * let go when its pass is over: who runs thousands of jobs holds the locks of those at work. What has not begun leaves its
 * file as it is, by which a reader knows that it has not.
 */
import { kindAt } from "../cli/paths.ts";
import { shown } from "../engine/entry.ts";
import { AT_ONCE, eachOf } from "./each_of.ts";
import type { Keeper } from "./keeping.ts";
import type { Observer, Observing } from "./observer.ts";
import { keeperAfter, statusBefore } from "./status.ts";
import type { StatusFile } from "./status_file.ts";

/** Where the files of a split's jobs lie. */
export interface JobFiles {
  /** An absolute path. */
  readonly folder: string;
  /** The absolute path of the file of a job. */
  readonly fileOf: (job: string) => string;
  /** The jobs of this run. */
  readonly jobs: readonly string[];
}

/** Observe for the files of jobs that make one pass each; null, which is told, where there is no folder for them. */
export async function statusFiles(
  { folder, fileOf, jobs }: JobFiles,
  observing: Observing,
): Promise<Observer | null> {
  if (kindAt(folder) !== "folder") {
    const text = `There is no folder ${shown(folder)} for the status files of the jobs: make it, ` +
      "as lockstep split does; the passes go on without";
    observing.tell({ level: "warning", text });
    return null;
  }
  const before = new Map<string, StatusFile | null>();
  await eachOf(jobs, AT_ONCE, async (job) => {
    before.set(job, await statusBefore(fileOf(job), observing));
  });
  const begin = (job: string): Keeper => {
    const path = fileOf(job);
    const held = `The status file ${shown(path)} is kept by another run of the job, which is at work`;
    return keeperAfter(path, before.get(job) ?? null, observing, { held });
  };
  const keepers = new Map<string, Keeper>();
  const atWork = new Set<Keeper>();
  const closing: Promise<void>[] = [];
  return {
    event(job, event, report, now) {
      const { name, options: { dryRun } } = job;
      if (name === null || dryRun) return;
      const keeper = keepers.get(name) ?? begin(name);
      if (!keepers.has(name)) {
        keepers.set(name, keeper);
        before.delete(name);
        keeper.jobs?.([job]);
      }
      atWork.add(keeper);
      keeper.event?.(job, event, report, now);
      if (event.kind !== "end") return;
      atWork.delete(keeper);
      closing.push(keeper.close());
    },
    async close() {
      await Promise.all([...closing, ...[...atWork].map((keeper) => keeper.close())]);
    },
  };
}
