/** The observers that a run was asked for. */
import { commandsOf, type Observe } from "../cli/observe.ts";
import type { Observer, Observing } from "./observer.ts";

/** Those of a whole run, whatever its jobs. */
export async function observersOf(observe: Observe, observing: Observing): Promise<Observer[]> {
  const observers: Observer[] = [];
  if (commandsOf(observe).some(([, command]) => command !== null)) {
    const { teller } = await import("./tell.ts");
    observers.push(teller(observing));
  }
  return observers;
}
