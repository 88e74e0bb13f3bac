/** The observers that a run was asked for. */
import { resolve } from "node:path";
import type { Observe } from "../cli/observe.ts";
import type { Observer, Observing } from "./observer.ts";

/** Those of a whole run, whatever its jobs. */
export async function observersOf(observe: Observe, observing: Observing): Promise<Observer[]> {
  const { status, metrics } = observe;
  const observers: Observer[] = [];
  if (status !== null) {
    observers.push(await (await import("./status.ts")).statusKeeper(resolve(status), observing));
  }
  if (metrics !== null) {
    observers.push(await (await import("./metrics.ts")).metricsKeeper(resolve(metrics), observing));
  }
  return observers;
}
