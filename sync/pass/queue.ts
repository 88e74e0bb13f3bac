/** Work that is waiting: what a pool takes its tasks from. */
import { add, at, type Changes, eachFromEnd, noChanges } from "../engine/changes.ts";
import { bytes, type Change } from "../engine/change.ts";
import { forEach, type Steps } from "../engine/steps.ts";
import { countOf, type Task, weight } from "./task.ts";

/** How much work there is. */
export interface Load {
  readonly entries: number;
  /** Bytes of content. */
  readonly bytes: number;
}

/** Work that is handed out from the end to the beginning. Some of it becomes tasks only when it is drawn. */
export interface Queue {
  left(): Load;
  /**
   * Take work for up to `entries` and `bytes` off the end, but at least one task. Empty when nothing is left, or when
   * all of a long part of it was skipped.
   */
  draw(entries: number, bytes: number): Task[];
}

/** Tasks, to which more can be added. */
export interface Stack extends Queue {
  push(task: Task): void;
}

export function stack(given: readonly Task[]): Stack {
  const tasks: Task[] = [];
  const left = { entries: 0, bytes: 0 };
  function count(task: Task, sign: 1 | -1): void {
    left.entries += sign * countOf(task);
    left.bytes += sign * weight(task);
  }
  function push(task: Task): void {
    tasks.push(task);
    count(task, 1);
  }
  for (const task of given) push(task);
  return {
    push,
    left: () => left,
    draw(entries, bytes) {
      const before = { ...left };
      let first = tasks.length;
      while (first > 0) {
        const task = tasks[first - 1]!;
        count(task, -1);
        const isTooMuch = before.entries - left.entries > entries || before.bytes - left.bytes > bytes;
        if (isTooMuch && first < tasks.length) {
          count(task, 1);
          break;
        }
        first--;
      }
      return tasks.splice(first);
    },
  };
}

/** A stack of what becomes of some values; null leaves one out. */
export function* stackOf<T>(values: Iterable<T>, taskOf: (value: T) => Task | null): Steps<Stack> {
  const tasks = stack([]);
  yield* forEach(values, (value) => {
    const task = taskOf(value);
    if (task !== null) tasks.push(task);
  });
  return tasks;
}

/** The given work, but first the tasks that came back or were found while doing it. A given stack gets those itself. */
export function queue(given: Queue | Stack): Stack {
  if ("push" in given) return given;
  const back = stack([]);
  return {
    push: back.push,
    left: () => ({
      entries: back.left().entries + given.left().entries,
      bytes: back.left().bytes + given.left().bytes,
    }),
    draw: (entries, bytes) => (back.left().entries > 0 ? back : given).draw(entries, bytes),
  };
}

/** So many changes are looked at in one draw at most. */
const LOOKED = 4096;

/** Tasks that make the changes at `indices` of a list, without those that are `skipped` when they are drawn. */
export function* making(
  list: Changes,
  indices: readonly number[],
  skipped: (change: Change) => boolean,
): Steps<Queue> {
  let left = indices.length;
  let total = 0;
  yield* forEach(eachFromEnd(list, indices), (change) => total += bytes(change));
  return {
    left: () => ({ entries: left, bytes: total }),
    draw(entries, most) {
      const numbers: number[] = [];
      const changes = noChanges();
      const end = Math.max(left - LOOKED, 0);
      for (let heavy = 0; left > end && numbers.length < entries; left--) {
        const number = indices[left - 1]!;
        const change = at(list, number);
        if (!skipped(change)) {
          heavy += bytes(change);
          if (numbers.length > 0 && heavy > most) break;
          numbers.push(number);
          add(changes, change);
        }
        total -= bytes(change);
      }
      return numbers.length > 0 ? [{ kind: "make", numbers, changes }] : [];
    },
  };
}
