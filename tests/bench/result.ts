/** What the runs of a case come to. Pure: measured runs in, numbers and verdicts out. */
import type { Case, Target } from "./case.ts";
import type { Measured } from "./measure.ts";
import { median, ratio, type Spread } from "./numbers.ts";
import { type Program, type ProgramName, PROGRAMS } from "./program.ts";
import type { Run } from "./run.ts";

/** One program in one case. */
export interface Outcome {
  readonly program: ProgramName;
  readonly rounds: number;
  /** Wall time of each round, and the median. */
  readonly times: readonly number[];
  readonly seconds: number;
  /** Wall time to that of rsync, round by round; null where rsync did not run. */
  readonly toRsync: Spread | null;
  /** User and system seconds. */
  readonly cpu: number | null;
  /** The most that any run had, in bytes. */
  readonly memory: number | null;
  /** The longest that its main thread heard nothing in any run, in ms. */
  readonly wait: number | null;
}

export interface Result {
  readonly case: Case;
  readonly outcomes: readonly Outcome[];
  readonly verdict: Verdict | null;
}

/** Whether the first program of a case met its target. */
export interface Verdict {
  readonly met: boolean;
  /** What was asked for, and what it came to, in words. */
  readonly target: string;
  readonly found: string;
}

const MIB = 1024 * 1024;

export function result(measured: Measured): Result {
  const { runs } = measured;
  const rsync = [...runs.keys()].find((name) => PROGRAMS[name].tool === "rsync");
  const outcomes = [...runs].map(([program, own]): Outcome => ({
    program,
    rounds: own.length,
    times: secondsOf(own),
    seconds: median(secondsOf(own)),
    toRsync: rsync === undefined ? null : ratio(secondsOf(own), secondsOf(runs.get(rsync)!)),
    cpu: ofKnown(own.map((run) => run.cpu), median),
    memory: ofKnown(own.map((run) => run.memory), (bytes) => Math.max(...bytes)),
    wait: ofKnown(own.map((run) => run.wait), (ms) => Math.max(...ms)),
  }));
  return { case: measured.case, outcomes, verdict: verdict(measured.case.target, measured, outcomes[0]!) };
}

/** Null when there is no target, or nothing to measure it by. */
function verdict(target: Target, { runs }: Measured, first: Outcome): Verdict | null {
  switch (target.kind) {
    case "none":
      return null;
    case "wall": {
      const ms = first.seconds * 1000;
      return { met: ms <= target.most, target: `${target.most} ms`, found: `${ms.toFixed(0)} ms` };
    }
    case "ratio": {
      const to = runs.get(target.to);
      const found = to && ratio(secondsOf(runs.get(first.program)!), secondsOf(to));
      if (!found) return null;
      const memory = target.memory === undefined || first.memory === null ? null : first.memory / MIB;
      const { name }: Program = PROGRAMS[target.to];
      return {
        met: found.median <= target.most && (memory === null || memory <= target.memory!),
        target: `${target.most} × ${name}` + (target.memory === undefined ? "" : `, ${target.memory} MiB`),
        found: found.median.toFixed(2) + (memory === null ? "" : `, ${memory.toFixed(0)} MiB`),
      };
    }
  }
}

function secondsOf(runs: readonly Run[]): number[] {
  return runs.map((run) => run.seconds);
}

function ofKnown(numbers: readonly (number | null)[], reckon: (known: number[]) => number): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : reckon(known);
}
