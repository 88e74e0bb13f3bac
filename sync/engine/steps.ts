/**
 * Work over many values that can be put down after each of its steps, so that whoever does it hears a signal in between.
 * A step takes some tenths of a ms. Pure: whoever does the steps decides when to pause, and for how long.
 */
export type Steps<T> = Generator<void, T, void>;

/** How many values make a step. */
const STEP = 512;
/** So many values are sorted in one step; longer lists are merged. */
const RUN = 4 * STEP;

/** Do something with each value. A value that is added to an array meanwhile gets its turn, too. */
export function* forEach<T>(values: Iterable<T>, act: (value: T) => void): Steps<void> {
  let count = 0;
  for (const value of values) {
    act(value);
    if (++count % STEP === 0) yield;
  }
}

/** Like `forEach`, where what is done with each value has steps of its own. */
export function* forEachOf<T>(values: Iterable<T>, act: (value: T) => Steps<void>): Steps<void> {
  let count = 0;
  for (const value of values) {
    yield* act(value);
    if (++count % STEP === 0) yield;
  }
}

/** The values in order; equal ones stay as they were. */
export function* sorted<T>(values: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < values.length; start += RUN) {
    runs.push(values.slice(start, start + RUN).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      longer.push(i + 1 < runs.length ? yield* merged(runs[i]!, runs[i + 1]!, compare) : runs[i]!);
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

/** Do all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function* merged<T>(first: readonly T[], second: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  const all: T[] = [];
  let [i, j] = [0, 0];
  while (i < first.length || j < second.length) {
    const isFirst = j === second.length || (i < first.length && compare(first[i]!, second[j]!) <= 0);
    all.push(isFirst ? first[i++]! : second[j++]!);
    if (all.length % STEP === 0) yield;
  }
  return all;
}
