/**
 * How a tree is cut into parts of about equal weight: each is a folder with all that is in it, and what is in none of them
 * is left to `top`. The weight of a part is how many entries were seen in it. Pure.
 */
import { forEach, type Steps } from "../engine/steps.ts";
import { type Heap, heap } from "./heap.ts";
import { pathAt, range, type Seen, UNLISTED } from "./seen.ts";

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

/** A folder that is a job of its own. */
export interface Piece {
  readonly path: string;
  /** Its folder, by number. */
  readonly number: number;
  /** Entries seen, itself among them. */
  readonly weight: number;
}

export interface Cut {
  /** The heaviest first. */
  readonly pieces: readonly Piece[];
  /** Entries left to top. */
  readonly top: number;
  /** All entries seen. */
  readonly all: number;
  /** What a part weighs that has its fair share. */
  readonly mean: number;
  /** Whether a part is too heavy, or there are too few, only because it is not known what lies deeper. */
  readonly isDeeper: boolean;
}

/** Cut what was seen, for so many tasks. */
export function* cut(seen: Seen, into: number): Steps<Cut> {
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
  const numbers = yield* chosen(whole, waiting);
  return yield* leftToTop(seen, weights, numbers, { all, mean: meanNow(), into, isDeeper });
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

/** The heaviest, as many as there may be, in their order. What could not be cut was heavier than what is waiting. */
function* chosen(whole: readonly number[], waiting: Heap): Steps<number[]> {
  const numbers = whole.slice(0, MOST_PARTS);
  while (numbers.length < MOST_PARTS) {
    const next = waiting.pop();
    if (next === undefined) break;
    numbers.push(next);
    if (numbers.length % 512 === 0) yield;
  }
  return numbers;
}

/** Leave the lightest parts to top, as far as nobody has to wait long for it. */
function* leftToTop(
  seen: Seen,
  weights: Float64Array,
  numbers: number[],
  { all, mean, into, isDeeper }: Pick<Cut, "all" | "mean" | "isDeeper"> & { readonly into: number },
): Steps<Cut> {
  let top = all;
  for (const number of numbers) top -= weights[number]!;
  while (numbers.length > into && top + weights[numbers.at(-1)!]! <= mean * WAIT) {
    top += weights[numbers.pop()!]!;
  }
  const pieces: Piece[] = [];
  yield* forEach(numbers, (number) => {
    pieces.push({ path: pathAt(seen, number), number, weight: weights[number]! });
  });
  return { pieces, top, all, mean, isDeeper };
}

/** Which parts each task gets: the heaviest goes to the one that has least. A task that would get none is left out. */
export function sharesOf<P extends Pick<Piece, "path" | "weight">>(
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
  return shares.map((share) => share.sort((a, b) => a.path < b.path ? -1 : 1));
}

/** What is heavier than it should be, top among it (with an empty path): the heaviest first, and few of them. */
export function heavyIn({ pieces, top, mean }: Cut, most: number): Pick<Piece, "path" | "weight">[] {
  const all = [{ path: "", weight: top }, ...pieces].filter(({ weight }) => weight > HEAVY * mean);
  return all.sort((a, b) => b.weight - a.weight).slice(0, most);
}
