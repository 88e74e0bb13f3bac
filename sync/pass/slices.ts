/**
 * Long work of the main thread, in slices: between two of them signals, timers and the answers of threads are heard.
 * Whatever goes over all changes or failures of a pass is done this way, for there may be millions.
 */
import { Stopped } from "../disk/fault.ts";
import type { Steps } from "../engine/steps.ts";
import { type Shared, stopping } from "./shared.ts";

/** How long, in ms, this thread works on end. A pause takes a ms, so the work becomes a twentieth slower. */
const SLICE_MS = 20;

/** When the last pause ended, as `performance.now()` counts: several short works one after another are a long one. */
let last = 0;

/** Do all steps, with pauses. Throws `Stopped` when the pass is asked to stop meanwhile. */
export async function inSlices<T>(steps: Steps<T>, shared: Shared): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - last < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
    if (stopping(shared)) throw new Stopped();
  }
}
