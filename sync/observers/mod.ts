/** The observers that a run was asked for. */
import type { Observe } from "../cli/observe.ts";
import type { Observer, Observing } from "./observer.ts";

/** Those of a whole run, whatever its jobs. */
export function observersOf(_observe: Observe, _observing: Observing): Promise<Observer[]> {
  const observers: Observer[] = [];
  return Promise.resolve(observers);
}
