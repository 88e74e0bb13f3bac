/** The observers that a run was asked for. */
import { wholePath } from "../whole_path.ts";
import { commandsOf, type Observe } from "../cli/observe.ts";
import type { Observer, Observing } from "./observer.ts";

/** Those of a whole run. `runsJobs`: its jobs have commands of their own, that are told. */
export async function observersOf(
  observe: Observe,
  observing: Observing,
  runsJobs = false,
): Promise<Observer[]> {
  const { status, metrics, report } = observe;
  const observers: Observer[] = [];
  if (status !== null) {
    observers.push(await (await import("./status.ts")).statusKeeper(wholePath(status), observing));
  }
  if (metrics !== null) {
    observers.push(await (await import("./metrics.ts")).metricsKeeper(wholePath(metrics), observing));
  }
  if (report !== null) {
    observers.push(await (await import("./report/mod.ts")).pageObserver(wholePath(report), observing));
  }
  if (runsJobs || commandsOf(observe).some(([, command]) => command !== null)) {
    observers.push((await import("./tell.ts")).teller(observing));
  }
  return observers;
}
