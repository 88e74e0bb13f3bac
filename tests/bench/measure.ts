/**
 * One case, all rounds: A B, B A, A B, so that whatever drifts on the machine, and whatever one run leaves behind for
 * the next, falls on all programs alike.
 */
import type { Case } from "./case.ts";
import { check } from "./check.ts";
import type { Place } from "./place.ts";
import { isHere, type Program, type ProgramName, PROGRAMS } from "./program.ts";
import { ask, type Run, run } from "./run.ts";
import { bytesOf, edit, filesOf, type Shape, SHAPES } from "./tree.ts";

/** A case with what its programs took, by program, a run for each round. */
export interface Measured {
  readonly case: Case;
  readonly rounds: number;
  readonly runs: ReadonlyMap<ProgramName, readonly Run[]>;
}

/** Longer than the coarsest clock's step, in ms: nobody then has to look twice at a file that was edited just now. */
const SETTLED_MS = 2100;
/** Of trees up to this size contents are compared as well, in the first round. */
const READ_BYTES = 2 ** 30;

/** Throws when a program fails or leaves a replica that is not the same as the source. */
export async function measure(one: Case, rounds: number, place: Place): Promise<Measured> {
  const shape: Shape = SHAPES[one.shape];
  const names = one.programs.filter((name) => isHere(PROGRAMS[name]) && !isTwice(name));
  const runs = new Map<ProgramName, Run[]>(names.map((name) => [name, []]));
  const source = one.act === "edited" ? await copyOf(one, place) : await place.source(one.shape);
  const own = new Map<ProgramName, string>();
  if (one.act === "edited") { for (const name of names) own.set(name, await copyOf(one, place)); }
  await settled();

  for (let round = 0; round < rounds; round++) {
    if (one.act === "edited") {
      edit(source, shape, round);
      await settled();
    }
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const program: Program = PROGRAMS[name];
      if (round >= (program.rounds ?? rounds)) continue;
      const replica = own.get(name) ??
        (one.act === "first" ? place.fresh(one.shape) : await place.replica(one.shape));
      const output = place.fresh("output");
      const words = program.words(source, replica, `${output}.log`);
      runs.get(name)!.push(await run(words, output));
      await check(program, source, replica, round === 0 && bytesOf(shape) <= READ_BYTES);
      if (one.act === "first" && isRemovable(one, shape)) await ask("rm", "-rf", replica);
    }
  }
  return { case: one, rounds, runs };
}

/** Two threads are what Lockstep takes by itself on two cores. */
function isTwice(name: ProgramName): boolean {
  return name === "twoThreads" && navigator.hardwareConcurrency === 2;
}

/** Where removing does no harm to what comes next (see `place.ts`): in memory, and where it is a few inodes only. */
function isRemovable(one: Case, shape: Shape): boolean {
  return one.tmpfs === true || filesOf(shape) < 100;
}

async function copyOf(one: Case, place: Place): Promise<string> {
  const copy = place.fresh(one.act);
  await ask("cp", "-a", await place.source(one.shape), copy);
  return copy;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}
