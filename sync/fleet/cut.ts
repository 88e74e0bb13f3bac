/**
 * How a tree is cut into parts of about equal weight: each is a folder with all that is in it, or a slice of the names in
 * one, and what is in none of them is left to `top`. The weight of a part is how many entries were seen in it. Pure.
 */
import { forEach, type Steps } from "../engine/steps.ts";
import { type Heap, heap } from "./heap.ts";
import { pathAt, range, type Seen, UNLISTED } from "./seen.ts";
import { deal, type Sliver, slivers } from "./slices.ts";

/** No more parts than this, however many tasks: each is a job with a lock, a log and a status of its own. */
export const MOST_PARTS = 4096;

/** Cutting may leave to `top`, which runs alone, in all no more than this of the part that is cut. */
const LEFT = 1 / 2;
/** How much heavier than the mean a part may be before it is cut. */
export const HEAVY = 2;
/** A part that has less than this of a task's fair share counts for nothing when the mean is taken. */
const LIGHT = 1 / 4;
/** `top` runs alone when all others are over: light parts are left to it only as long as it has so much of the mean. */
const WAIT = 1 / 10;

/** So many entries are seen for each task before the tree is cut: what lies deeper is a surprise to few. */
const ENOUGH = 10_000;

/** Whether so many entries tell enough of a tree to cut it. */
export function isEnough(entries: number, into: number): boolean {
  return entries >= ENOUGH * into;
}

/** A folder that is a job of its own, or in which a slice of the names is. */
export interface Piece extends Partial<Pick<Sliver, "slice" | "index" | "of">> {
  readonly path: string;
  /** The folder, by number. */
  readonly number: number;
  /** Entries seen, the folder among them where it is not sliced. */
  readonly weight: number;
}

export interface Cut {
  /** The heaviest first. */
  readonly pieces: readonly Piece[];
  /** Entries left to top. */
  readonly top: number;
  /** Names that top sees and leaves to the pieces. */
  readonly names: number;
  /** All entries seen. */
  readonly all: number;
  /** What a part weighs that has its fair share. */
  readonly mean: number;
  /** Whether a part is too heavy, or there are too few, only because it is not known what lies deeper. */
  readonly isDeeper: boolean;
}

/** Cut what was seen, for so many tasks. `slices`: whether several can work in one folder at once. */
export function* cut(seen: Seen, into: number, slices = true): Steps<Cut> {
  const weights = yield* weightsOf(seen);
  const all = weights[0]! - 1;
  const fair = all / into;
  const waiting = heap((a, b) => weights[a] === weights[b] ? a < b : weights[a]! > weights[b]!);
  const whole: number[] = [];
  /** Of the parts, those that count when the mean is taken. */
  let grown = 0;
  /** What was given to top by cutting, beside what the root has. */
  let given = 0;
  let isDeeper = false;
  const meanNow = () => all / Math.max(into, grown);
  const count = (number: number, sign: 1 | -1) => {
    if (weights[number]! >= fair * LIGHT) grown += sign;
  };

  /** Put the folders in a folder in its place. */
  function* open(number: number): Steps<void> {
    const { firsts, counts, barred } = seen;
    yield* forEach(range(firsts[number]!, firsts[number]! + counts[number]!), (child) => {
      if (barred[child]) return;
      waiting.push(child);
      count(child, 1);
    });
  }

  yield* open(0);
  isDeeper = seen.counts[0]! > 0 && seen.entries[seen.firsts[0]!] === UNLISTED;
  for (;;) {
    const heaviest = waiting.pop();
    if (heaviest === undefined) break;
    const areAsMany = waiting.size + whole.length + 1 >= into;
    if (areAsMany && weights[heaviest]! <= HEAVY * meanNow()) {
      waiting.push(heaviest);
      break;
    }
    const how = yield* wayOf(seen, weights, heaviest);
    if (how === "unlisted") isDeeper = true;
    if (typeof how === "string" || given + how > weights[heaviest]! * LEFT) {
      whole.push(heaviest);
      continue;
    }
    given += how;
    count(heaviest, -1);
    yield* open(heaviest);
  }
  const mean = meanNow();
  const numbers = yield* withoutLightest(weights, yield* inOrder(whole, waiting), { all, mean, into });
  const dealt = slices
    ? yield* deal(seen, weights, numbers, { light: fair * LIGHT, mean, most: MOST_PARTS })
    : { parts: numbers.slice(0, MOST_PARTS), sliced: new Map() };
  const pieces: Piece[] = [];
  yield* forEach(dealt.parts, (number) => {
    pieces.push({ path: pathAt(seen, number), number, weight: weights[number]! });
  });
  const sliced = yield* slivers(seen, weights, dealt);
  for (const sliver of sliced.slivers) pieces.push(sliver);
  pieces.sort((a, b) => b.weight - a.weight);
  const top = pieces.reduce((left, { weight }) => left - weight, all);
  return { pieces, top, names: dealt.parts.length + sliced.names, all, mean, isDeeper };
}

/** How many entries lie in each folder, itself among them. */
function* weightsOf({ parents, entries }: Seen): Steps<Float64Array> {
  const weights = new Float64Array(entries.length);
  // a folder that was listed is one of the entries of the folder around it
  yield* forEach(range(0, entries.length), (i) => {
    const number = entries.length - 1 - i;
    const below = Math.max(entries[number]!, 0);
    weights[number]! += 1 + below;
    const above = parents[number]!;
    if (above >= 0) weights[above]! += weights[number]! - 1;
  });
  return weights;
}

/** What cutting a folder would leave to top; or why it cannot be cut. */
function* wayOf(
  { entries, firsts, counts, barred }: Seen,
  weights: Float64Array,
  number: number,
): Steps<number | "unlisted" | "no-folders"> {
  if (entries[number] === UNLISTED) return "unlisted";
  const [first, end] = [firsts[number]!, firsts[number]! + counts[number]!];
  if (first === end) return "no-folders";
  if (entries[first] === UNLISTED) return "unlisted";
  let parts = 0;
  let left = weights[number]!;
  yield* forEach(range(first, end), (child) => {
    if (barred[child]) return;
    parts++;
    left -= weights[child]!;
  });
  return parts === 0 ? "no-folders" : left;
}

/** All of them, the heaviest first. What could not be cut was heavier than what is waiting. */
function* inOrder(whole: readonly number[], waiting: Heap): Steps<number[]> {
  const numbers = [...whole];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    numbers.push(next);
    if (numbers.length % 512 === 0) yield;
  }
  return numbers;
}

/** Leave the lightest parts to top, as far as nobody has to wait long for it. */
function* withoutLightest(
  weights: Float64Array,
  numbers: number[],
  { all, mean, into }: Pick<Cut, "all" | "mean"> & { readonly into: number },
): Steps<readonly number[]> {
  let top = all;
  yield* forEach(numbers, (number) => top -= weights[number]!);
  while (numbers.length > into && top + weights[numbers.at(-1)!]! <= mean * WAIT) {
    top += weights[numbers.pop()!]!;
    if (numbers.length % 512 === 0) yield;
  }
  return numbers;
}

/** Which parts each task gets: the heaviest goes to the one that has least. A task that would get none is left out. */
export function sharesOf<P extends Pick<Piece, "path" | "weight" | "index">>(
  pieces: readonly P[],
  into: number,
): P[][] {
  const shares = Array.from({ length: Math.min(into, pieces.length) }, (): P[] => []);
  const loads = new Float64Array(shares.length);
  const least = heap((a, b) => loads[a] === loads[b] ? a < b : loads[a]! < loads[b]!);
  for (const index of shares.keys()) least.push(index);
  for (const piece of pieces) {
    const index = least.pop()!;
    shares[index]!.push(piece);
    loads[index]! += piece.weight;
    least.push(index);
  }
  return shares.map((share) => share.sort(byPlace));
}

function byPlace(a: Pick<Piece, "path" | "index">, b: Pick<Piece, "path" | "index">): number {
  return a.path === b.path ? (a.index ?? 0) - (b.index ?? 0) : a.path < b.path ? -1 : 1;
}

/** What is heavier than it should be, top among it (with an empty path): the heaviest first, and few of them. */
export function heavyIn({ pieces, top, mean }: Cut, most: number): Pick<Piece, "path" | "weight">[] {
  const all = [{ path: "", weight: top }, ...pieces].filter(({ weight }) => weight > HEAVY * mean);
  return all.sort((a, b) => b.weight - a.weight).slice(0, most);
}
