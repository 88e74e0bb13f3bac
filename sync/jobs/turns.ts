/** Long work of the main thread, in turns: between two of them signals are heard, and mirrors that are at work go on. */

/** How long the main thread works on before it lets others, in ms. */
const TURN_MS = 20;

/** Do some work to its end. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (let begun = performance.now();;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - begun < TURN_MS) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    begun = performance.now();
  }
}
