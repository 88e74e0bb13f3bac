/** Long work on files that a run leaves to another, in slices: so signals are heard meanwhile. */
import type { Steps } from "../engine/steps.ts";

/** How long, in ms, this thread works on end at what has no steps of its own. */
const SLICE_MS = 20;

/** Waits a moment whenever this thread has worked for long. */
export function pauses(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}

/** Do some steps, with pauses between them. */
export async function inPauses<T>(steps: Steps<T>, pause = pauses()): Promise<T> {
  let step = steps.next();
  for (; !step.done; step = steps.next()) await pause();
  return step.value;
}
