/**
 * One tree, kept in sync by many processes: `lockstep split`, its tasks two at a time with one thread each, as two machines
 * would have them, then `top`. Beside it, in the same rounds, one process with two threads, and rsync. On one machine
 * nothing is won by it, so what it takes more than the one process is the price of distribution.
 */
import { parse } from "jsonc-parser";
import { check } from "./check.ts";
import { kindOf } from "./environment.ts";
import type { Place } from "./place.ts";
import { type Edge, type Program, PROGRAMS, STARTS } from "./program.ts";
import { ask, has, type Run, run, timed, together } from "./run.ts";
import { skewed, SKEWED_SIZES } from "./skew.ts";
import { editCrowds, plantCrowds } from "./tree.ts";

export const ACTS = ["first copy", "nothing to do", "1 % changed"] as const;
export type Act = typeof ACTS[number];

export const WAYS = ["fleet", "one process", "rsync"] as const;
export type Way = typeof WAYS[number];

/** What one mirroring took, in all and by its parts. */
export interface Fleeting {
  readonly act: Act;
  readonly way: Way;
  readonly whole: Run;
  /** Null for a single process. */
  readonly parts: Parts | null;
}

export interface Parts {
  readonly split: Run;
  readonly tasks: readonly Run[];
  readonly top: Run;
}

export interface Asked {
  readonly rounds: number;
  readonly files: number;
  readonly edge: Edge;
}

/** For how many tasks the tree is cut, and how many of them are under way at a time. */
const INTO = 64;
const WORKERS = 2;
/** Longer than the coarsest clock's step, in ms: nobody then has to look twice at a file that was edited just now. */
const SETTLED_MS = 2100;
/** On a disk, files that are made soon after many were removed take longer: see `place.ts`. In ms. */
const REMOVED_MS = 60_000;

/** Throws when a program fails or leaves a replica that is not the same as the source. */
export async function fleet(place: Place, asked: Asked, say: (text: string) => void): Promise<Fleeting[]> {
  const { rounds, files } = asked;
  const inMemory = await kindOf(place.path) === "tmpfs";
  const source = place.fresh("source");
  const edited = place.fresh("edited");
  const crowds = skewed(files);
  plantCrowds(source, crowds, SKEWED_SIZES, 1);
  await ask("cp", "-a", source, edited);
  editCrowds(edited, crowds, SKEWED_SIZES, 0);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const ways = WAYS.filter((way) => way !== "rsync" || has("rsync"));

  const found: Fleeting[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const replica = place.fresh("replica");
      for (const act of ACTS) {
        if (act === "1 % changed") swap(source, edited);
        const { whole, parts } = await mirror(way, source, replica, place, asked.edge);
        found.push({ act, way, whole, parts });
        const minutes = (performance.now() / 60_000).toFixed(1);
        say(`${minutes} min: ${act}, ${way}: ${whole.seconds.toFixed(2)} s`);
        // contents once, for all is made from the same files
        await check(PROGRAMS.lockstep as Program, source, replica, round === 0 && act !== "nothing to do");
      }
      swap(source, edited);
      await ask("rm", "-rf", replica);
      if (!inMemory) await new Promise((resolve) => setTimeout(resolve, REMOVED_MS));
    }
  }
  return found;
}

/** Give two trees each other's place, so that the same path has the one and then the other. */
function swap(one: string, other: string): void {
  const aside = `${one}-aside`;
  Deno.renameSync(one, aside);
  Deno.renameSync(other, one);
  Deno.renameSync(aside, other);
}

async function mirror(
  way: Way,
  source: string,
  replica: string,
  place: Place,
  edge: Edge,
): Promise<{ whole: Run; parts: Parts | null }> {
  switch (way) {
    case "fleet":
      return await byFleet(source, replica, place, edge);
    case "one process": {
      const { command, options } = STARTS[edge];
      const words = [...command, ...options, "--threads", String(WORKERS), source, replica];
      return { whole: await run(words, place.fresh("output")), parts: null };
    }
    case "rsync": {
      const words = PROGRAMS.rsync.words(source, replica);
      return { whole: await run(words, place.fresh("output")), parts: null };
    }
  }
}

async function byFleet(
  source: string,
  replica: string,
  place: Place,
  edge: Edge,
): Promise<{ whole: Run; parts: Parts }> {
  const { command, options } = STARTS[edge];
  // one file for the replica, as its user has it: each split replaces the one before
  const jobs = `${replica}.jsonc`;
  await ask("sync");
  const began = performance.now();
  const split = await timed(
    [...command, "split", source, replica, "--into", String(INTO), "-o", jobs, "--threads", "1", ...options],
    place.fresh("output"),
  );
  const { id, tasks } = splitIn(Deno.readTextFileSync(jobs));
  const task = (...words: readonly string[]) =>
    timed([...command, "run", "--config", jobs, "--expect-split", id, ...words], place.fresh("output"));
  const done = await atOnce(tasks, (index) => task("--job-index", String(index)));
  const top = await task("top");
  const seconds = (performance.now() - began) / 1000;
  return { whole: together([split, ...done, top], seconds), parts: { split, tasks: done, top } };
}

/** What the file of jobs says of its split. */
export function splitIn(text: string): { readonly id: string; readonly tasks: number } {
  const { split } = parse(text) as { split: { id: string; shares: number[] } };
  return { id: split.id, tasks: split.shares.length };
}

/** Do so many, `WORKERS` at a time: whoever is done takes the next. */
async function atOnce<T>(count: number, one: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      done[index] = await one(index);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return done;
}
