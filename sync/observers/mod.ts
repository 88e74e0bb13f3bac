/** The observers that a run was asked for. */
import { resolve } from "node:path";
import type { Observe } from "../cli/observe.ts";
import type { Observer, Observing } from "./observer.ts";

/** Those of a whole run, whatever its jobs. */
export async function observersOf({ report }: Observe, observing: Observing): Promise<Observer[]> {
  const observers: Observer[] = [];
  if (report !== null) {
    const { pageObserver } = await import("./report/mod.ts");
    observers.push(await pageObserver(resolve(report), observing));
  }
  return observers;
}
