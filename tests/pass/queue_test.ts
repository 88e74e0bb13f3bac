import { assertEquals } from "@std/assert";
import { FILE } from "../support/entries.ts";
import { each, listOf, replace } from "../../sync/engine/changes.ts";
import type { Change } from "../../sync/engine/change.ts";
import { making, type Queue, queue, stack } from "../../sync/pass/queue.ts";
import type { Task } from "../../sync/pass/task.ts";
import { finish } from "../../sync/engine/steps.ts";

const file = { ...FILE, size: 10 };

const find = (path: string): Task => ({ kind: "find", path });
const create = (path: string, size = 10): Change => ({ kind: "create", path, entry: { ...file, size } });
const make = (...changes: Change[]): Task => ({
  kind: "make",
  numbers: changes.map((_, i) => i),
  changes: listOf(changes),
});
const compareContents = (path: string, size: number): Task => ({
  kind: "compareContents",
  undecided: { path, entry: { ...file, size }, was: file },
});

/** What tasks are about. */
function paths(tasks: readonly Task[]): string[] {
  return tasks.flatMap((task) => {
    if (task.kind === "make") return [...each(task.changes)].map(({ path }) => path);
    return task.kind === "compareContents" ? task.undecided.path : task.kind === "find" ? task.path : [];
  });
}

/** Everything that is drawn, draw by draw, each with what was left before. */
function drawAll(queue: Queue, entries: number, bytes: number): string[][] {
  const draws: string[][] = [];
  while (queue.left().entries > 0) {
    const drawn = paths(queue.draw(entries, bytes));
    if (drawn.length === 0) break;
    draws.push(drawn);
  }
  assertEquals(queue.left(), { entries: 0, bytes: 0 });
  assertEquals(queue.draw(entries, bytes), []);
  return draws;
}

Deno.test("stack() hands out its end, up to so many entries, and counts what is left", () => {
  const tasks = stack([find("a"), find("b")]);
  tasks.push(find("c"));
  assertEquals(tasks.left(), { entries: 3, bytes: 0 });
  assertEquals(paths(tasks.draw(2, 0)), ["b", "c"]);
  assertEquals(tasks.left(), { entries: 1, bytes: 0 });
  assertEquals(paths(tasks.draw(9, 0)), ["a"]);
  assertEquals(tasks.draw(9, 9), []);
  assertEquals(tasks.left(), { entries: 0, bytes: 0 });
});

Deno.test("stack() hands out up to so many bytes, but always one task", () => {
  const given = [
    compareContents("a", 5),
    compareContents("b", 500),
    compareContents("c", 1),
    compareContents("d", 2),
  ];
  assertEquals(stack(given).left(), { entries: 4, bytes: 2 * 508 });
  assertEquals(drawAll(stack(given), 9, 6), [["c", "d"], ["b"], ["a"]]);
  assertEquals(drawAll(stack(given), 9, 0), [["d"], ["c"], ["b"], ["a"]]);
  assertEquals(drawAll(stack(given), 9, 1e6), [["a", "b", "c", "d"]]);
});

Deno.test("stack() counts a task of many changes as many entries, with their bytes", () => {
  const tasks = stack([find("f"), make(create("a"), create("b"), create("c")), make(create("d"))]);
  assertEquals(tasks.left(), { entries: 5, bytes: 40 });
  assertEquals(drawAll(tasks, 2, 1e6), [["d"], ["a", "b", "c"], ["f"]]);
});

Deno.test("making() makes tasks of its changes from the end, up to so many entries and bytes", () => {
  const list = listOf([create("a"), create("b", 1000), create("c"), create("d"), create("e"), create("f")]);
  const places = [5, 0, 1, 2, 3];
  const fresh = () => finish(making(list, places, () => false));
  assertEquals(fresh().left(), { entries: 5, bytes: 1040 });
  assertEquals(drawAll(fresh(), 2, 1e6), [["d", "c"], ["b", "a"], ["f"]]);
  assertEquals(drawAll(fresh(), 9, 20), [["d", "c"], ["b"], ["a", "f"]]);
  assertEquals(drawAll(fresh(), 9, 0), [["d"], ["c"], ["b"], ["a"], ["f"]]);
  const queue = fresh();
  const [task] = queue.draw(2, 1e6);
  assertEquals(task?.kind === "make" && task.numbers, [3, 2]);
  assertEquals(queue.left(), { entries: 3, bytes: 1020 });
});

Deno.test("making() passes over what is skipped when its turn comes, and knows of changes that were replaced", () => {
  const list = listOf([create("a"), create("b"), create("c"), create("d")]);
  const failed = new Set<string>();
  const queue = finish(making(list, [0, 1, 2, 3], ({ path }) => failed.has(path)));
  assertEquals(paths(queue.draw(1, 1e6)), ["d"]);
  failed.add("c");
  assertEquals(paths(queue.draw(1, 1e6)), ["b"]);
  replace(list, 0, create("a", 10_000));
  failed.add("a");
  assertEquals([queue.draw(1, 1e6), queue.left().entries], [[], 0]);
});

Deno.test("queue() hands out what came back before what was given", () => {
  const waiting = queue(finish(making(listOf([create("a"), create("b")]), [0, 1], () => false)));
  assertEquals(waiting.left(), { entries: 2, bytes: 20 });
  assertEquals(paths(waiting.draw(1, 1e6)), ["b"]);
  waiting.push(compareContents("w", 3));
  assertEquals(waiting.left(), { entries: 2, bytes: 16 });
  assertEquals(paths(waiting.draw(9, 1e6)), ["w"]);
  assertEquals(drawAll(waiting, 9, 1e6), [["a"]]);
});
