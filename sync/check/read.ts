/** Reading what is to be checked, unit after unit, in the pool: what was begun is done, and it is known how far it came. */
import { Stopped } from "../disk/fault.ts";
import type { Emit } from "../engine/event.ts";
import { PROGRESS_MS } from "../pass/compare.ts";
import type { PassConfig } from "../pass/config.ts";
import type { Pool } from "../pass/pool.ts";
import type { Queue } from "../pass/queue.ts";
import { comparedBytes, stopping } from "../pass/shared.ts";
import type { Checkable, Checked } from "../pass/task.ts";
import type { Unit } from "./walk.ts";

export interface Reads {
  readonly sides: Checkable["sides"];
  /** The unit to begin with. */
  readonly first: number;
  /** Whether no more is to be begun; the first unit always is, so that a check comes to its end one day. */
  isOver(): boolean;
  take(checked: Checked): void;
  /** All units before this one are done, from the first on. */
  reached?(next: number): void;
}

/** Read units to the end of the list, or as far as there is time. Returns the first that is not done. Throws `Stopped`. */
export async function readUnits(
  config: PassConfig,
  pool: Pool,
  units: readonly Unit[],
  { sides, first, isOver, take, reached }: Reads,
): Promise<number> {
  /** How many files are left in each unit that was begun. */
  const left = new Map<number, number>();
  let [begun, next] = [first, first];
  const isDone = () => begun > first && isOver();
  await pool.run(
    config,
    queueOf(units, sides, first, isDone, (unit) => {
      left.set(unit, units[unit]!.names.length);
      begun = unit + 1;
    }),
    (turn) => {
      for (const one of turn.checked) {
        take(one);
        const others = left.get(one.unit)! - 1;
        if (others > 0) left.set(one.unit, others);
        else left.delete(one.unit);
      }
      const before = next;
      while (next < begun && !left.has(next)) next++;
      if (next > before) reached?.(next);
    },
  );
  if (stopping(config.shared)) throw new Stopped();
  return next;
}

/** Tell how far reading is, until this is disposed of. `files`: how many were read by now. */
export function progress(
  { shared }: PassConfig,
  units: readonly Unit[],
  files: () => number,
  tell: Emit,
  sides = 2,
): Disposable {
  const before = comparedBytes(shared);
  let total = { entries: 0, bytes: 0 };
  for (const { names, bytes } of units) {
    total = { entries: total.entries + names.length, bytes: total.bytes + bytes * sides };
  }
  const clock = setInterval(() => {
    const bytes = comparedBytes(shared) - before;
    tell({ kind: "progress", phase: "compare", entries: files(), bytes, total });
  }, PROGRESS_MS);
  return { [Symbol.dispose]: () => clearInterval(clock) };
}

function queueOf(
  units: readonly Unit[],
  sides: Checkable["sides"],
  first: number,
  isOver: () => boolean,
  begin: (unit: number) => void,
): Queue {
  let next = first;
  let [entries, bytes] = [0, 0];
  for (let i = first; i < units.length; i++) {
    entries += units[i]!.names.length;
    bytes += units[i]!.bytes;
  }
  return {
    left: () => isOver() ? { entries: 0, bytes: 0 } : { entries, bytes },
    draw(most, mostBytes) {
      const tasks: ReturnType<Queue["draw"]> = [];
      for (let taken = 0, weight = 0; next < units.length && !isOver(); next++) {
        const { folder, names, bytes: size } = units[next]!;
        if (tasks.length > 0 && (taken + names.length > most || weight + size > mostBytes)) break;
        tasks.unshift({ kind: "check", folder, names, sides, bytes: size, unit: next });
        begin(next);
        taken += names.length;
        weight += size;
        entries -= names.length;
        bytes -= size;
      }
      return tasks;
    },
  };
}
