/**
 * Folders in which very many light folders lie, as the home of 20,000 people: none of those is worth a job, and left to
 * `top` they would be most of the tree. The names in such a folder are dealt out instead, from one name to another, with
 * all that has them: each job has a slice. Pure.
 */
import { type Slice, sliceKey } from "../engine/part.ts";
import { forEach, sorted, type Steps } from "../engine/steps.ts";
import { pathAt, range, type Seen } from "./seen.ts";

/** A folder has slices where it has so many parts that are light. */
const MANY = 64;
/** … and so many for each slice. */
const FOR_EACH = 4;

/** A slice of the names in a folder, of `of`. */
export interface Sliver {
  readonly path: string;
  /** The folder, by number. */
  readonly number: number;
  /** Entries seen, as far as can be told: files are taken to lie evenly among the folders. */
  readonly weight: number;
  readonly slice: Slice;
  /** From 1 on. */
  readonly index: number;
  readonly of: number;
}

/** Which parts stay parts, and which folders have slices instead of light ones. */
export interface Dealt {
  readonly parts: readonly number[];
  /** The folders to be sliced, with the number of slices. */
  readonly sliced: ReadonlyMap<number, number>;
}

/**
 * Choose the folders that have slices. `numbers`: parts, the heaviest first; `light`: what weighs less is light; `mean`: what
 * a slice should weigh; `most`: how many parts and slices there may be.
 */
export function* deal(
  { parents }: Pick<Seen, "parents">,
  weights: Float64Array,
  numbers: readonly number[],
  { light, mean, most }: { readonly light: number; readonly mean: number; readonly most: number },
): Steps<Dealt> {
  const found = new Map<number, { parts: number; weight: number }>();
  let heavy = 0;
  yield* forEach(numbers, (number) => {
    const weight = weights[number]!;
    if (weight >= light) {
      heavy++;
      return;
    }
    const one = found.get(parents[number]!) ?? { parts: 0, weight: 0 };
    found.set(parents[number]!, { parts: one.parts + 1, weight: one.weight + weight });
  });
  const sliced = new Map<number, number>();
  let slices = 0;
  for (
    const [number, { parts, weight }] of [...found].sort((a, b) => b[1].weight - a[1].weight || a[0] - b[0])
  ) {
    const wanted = Math.max(1, Math.round(weight / Math.max(mean, 1)));
    const count = Math.min(wanted, most - heavy - slices);
    if (parts < MANY || parts < FOR_EACH * wanted || count < 1) continue;
    sliced.set(number, count);
    slices += count;
  }
  const parts: number[] = [];
  yield* forEach(numbers, (number) => {
    const isLight = weights[number]! < light && sliced.has(parents[number]!);
    if (!isLight && parts.length < most - slices) parts.push(number);
  });
  return { parts, sliced };
}

/** The slices, and how many names the folders have besides those that were cut themselves. */
export function* slivers(
  seen: Seen,
  weights: Float64Array,
  { parts, sliced }: Dealt,
): Steps<{ readonly slivers: readonly Sliver[]; readonly names: number }> {
  const apart = new Set(parts);
  const ways = waysTo([...parts, ...sliced.keys()], sliced, seen);
  const made: Sliver[] = [];
  let names = 0;
  for (const [number, count] of sliced) {
    const [first, end] = [seen.firsts[number]!, seen.firsts[number]! + seen.counts[number]!];
    const own: { readonly key: string; readonly weight: number }[] = [];
    let others = 0;
    yield* forEach(range(first, end), (child) => {
      if (ways.has(child)) others++;
      else if (!apart.has(child)) own.push({ key: sliceKey(seen.names[child]!), weight: weights[child]! });
    });
    names += seen.entries[number]! - others;
    const files = seen.entries[number]! - seen.counts[number]!;
    const inOrder = yield* sorted(own, (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
    const path = pathAt(seen, number);
    const all = yield* divided(inOrder, files, count);
    for (const [i, one] of all.entries()) made.push({ ...one, path, number, index: i + 1, of: all.length });
  }
  return { slivers: made, names };
}

/** The folders above some, and those that are sliced themselves. */
function waysTo(
  numbers: readonly number[],
  sliced: Dealt["sliced"],
  { parents }: Pick<Seen, "parents">,
): ReadonlySet<number> {
  const ways = new Set(sliced.keys());
  for (const number of numbers) {
    for (let at = parents[number]!; at > 0 && !ways.has(at); at = parents[at]!) ways.add(at);
  }
  return ways;
}

/** Divide names, in their order, into about so many slices of about equal weight. */
function* divided(
  names: readonly { readonly key: string; readonly weight: number }[],
  files: number,
  count: number,
): Steps<Pick<Sliver, "slice" | "weight">[]> {
  const besides = names.length === 0 ? 0 : files / names.length;
  let all = files;
  yield* forEach(names, ({ weight }) => all += weight);
  const made: Pick<Sliver, "slice" | "weight">[] = [];
  let [from, last] = ["", ""];
  /** How much the slices that are made have, and what came since. */
  let [done, until] = [0, 0];
  yield* forEach(names, (name) => {
    const bound = boundary(last, name.key);
    // what is left is shared by the slices that are left
    const isFull = until - done >= (all - done) / (count - made.length);
    if (made.length < count - 1 && isFull && bound !== null) {
      made.push({ slice: { from, to: bound }, weight: Math.round(until) - done });
      [from, done] = [bound, Math.round(until)];
    }
    until += name.weight + besides;
    last = name.key;
  });
  made.push({ slice: { from, to: null }, weight: all - done });
  return made;
}

/** The shortest text that comes after one key and not after the next; null where they are one, or it cannot be written. */
function boundary(before: string, key: string): string | null {
  if (before >= key) return null;
  let length = 1;
  while (key.slice(0, length) <= before) length++;
  const text = key.slice(0, length);
  return text.isWellFormed() && !text.includes("\ufffd") ? text : null;
}
