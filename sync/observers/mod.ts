/** The observers that a run was asked for. */
import { wholePath } from "../whole_path.ts";
import { commandsOf, type Observe } from "../cli/observe.ts";
import type { Observer, Observing } from "./observer.ts";
import type { JobFiles } from "./status_files.ts";

/** What a run of many jobs has of its own. */
export interface OfJobs {
  /** The status files that each job keeps for itself, where the jobs are of a split; null where they are of none. */
  readonly files: JobFiles | null;
}

/** Those of a whole run. `ofJobs`: its jobs have commands of their own, that are told; null for one mirror. */
export async function observersOf(
  observe: Observe,
  observing: Observing,
  ofJobs: OfJobs | null = null,
): Promise<Observer[]> {
  const { status, metrics, report } = observe;
  const observers: Observer[] = [];
  if (ofJobs !== null && ofJobs.files !== null) {
    const files = await (await import("./status_files.ts")).statusFiles(ofJobs.files, observing);
    if (files !== null) observers.push(files);
  }
  if (status !== null) {
    observers.push(await (await import("./status.ts")).statusKeeper(wholePath(status), observing));
  }
  if (metrics !== null) {
    observers.push(await (await import("./metrics.ts")).metricsKeeper(wholePath(metrics), observing));
  }
  if (report !== null) {
    observers.push(await (await import("./report/mod.ts")).pageObserver(wholePath(report), observing));
  }
  if (ofJobs !== null || commandsOf(observe).some(([, command]) => command !== null)) {
    observers.push((await import("./tell.ts")).teller(observing));
  }
  return observers;
}
