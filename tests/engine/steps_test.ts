/** Work in steps: what goes over all changes of a pass can be put down after each few hundred of them. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bytesNeeded, type Change } from "../../sync/engine/change.ts";
import { each, listOf } from "../../sync/engine/changes.ts";
import type { File } from "../../sync/engine/entry.ts";
import type { Failure } from "../../sync/engine/event.ts";
import { hardLinks } from "../../sync/engine/hard_links.ts";
import { order, settlings } from "../../sync/engine/order.ts";
import type { Linked } from "../../sync/engine/plan.ts";
import { prune } from "../../sync/engine/prune.ts";
import { finish, forEach, sorted, type Steps } from "../../sync/engine/steps.ts";
import { failHardLinks, newLedger, noteFailed, takeRacy } from "../../sync/pass/ledger.ts";
import { making, stackOf } from "../../sync/pass/queue.ts";
import { FILE, FOLDER } from "../support/entries.ts";

const MANY = 20_000;
/** The most values that may come between two steps. */
const BETWEEN = 4096;

/** How many steps some work has. */
function stepsOf(steps: Steps<unknown>): number {
  let count = 0;
  while (!steps.next().done) count++;
  return count;
}

Deno.test("sorted() is a sort that leaves equal values as they were", () => {
  fc.assert(fc.property(fc.array(fc.nat(20), { maxLength: 50 }), (few) => {
    const values = Array.from(
      { length: few.length * 200 },
      (_, i) => ({ key: few[i % few.length]! ^ (i % 7), i }),
    );
    const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key;
    assertEquals(finish(sorted(values, byKey)), values.toSorted(byKey));
  }));
});

Deno.test("forEach() has the turn of what is added meanwhile", () => {
  const values = [3];
  finish(forEach(values, (value) => value > 0 && values.push(value - 1)));
  assertEquals(values, [3, 2, 1, 0]);
});

const linkedFile = (i: number, of: number): File => ({ ...FILE, nlink: of, id: `1:${Math.floor(i / of)}` });
const linked = (of: number): Linked[] =>
  Array.from(
    { length: MANY },
    (_, i) => ({ path: `d/${i}`, entry: linkedFile(i, of), was: linkedFile(i, of) }),
  );
const files: Change[] = Array.from(
  { length: MANY },
  (_, i) => ({ kind: "create", path: `d/${i}`, entry: FILE }),
);
const folders: Change[] = files.map(({ path }) => ({ kind: "create", path, entry: FOLDER }));
const large: Change[] = files.map(({ path }) => ({ kind: "create", path, entry: { ...FILE, size: 1e9 } }));
const removals: Change[] = files.map(({ path }) => ({ kind: "remove", path, was: FILE }));
const failures: Failure[] = files.map(({ path }) => (
  { kind: "failure", action: "list", side: "replica", path, reason: { code: "EIO" } }
));
const numbers = files.map((_, i) => i);
const ledger = finish(newLedger(listOf(files)));
for (const number of numbers) ledger.racy.add(number);
noteFailed(ledger, "x");

const WORKS: readonly (readonly [what: string, steps: () => Steps<unknown>])[] = [
  ["names of one inode", () => hardLinks(listOf([]), linked(MANY))],
  ["pairs of hard links", () => hardLinks(listOf([]), linked(2))],
  ["changes beside hard links", () => hardLinks(listOf(files), linked(2).slice(0, 2))],
  ["changes beside a failure", () => prune(listOf(removals), failures.slice(0, 1), [])],
  ["failures", () => prune(listOf(removals.slice(0, 1)), failures, [])],
  ["new files in order", () => order(listOf(files))],
  ["new folders in order", () => order(listOf(folders))],
  ["large files in order", () => order(listOf(large))],
  ["folders to settle", () => settlings(listOf(folders), new Map())],
  ["disturbed folders", () => settlings(listOf([]), new Map(files.map(({ path }) => [path, FOLDER])))],
  ["the bytes of a plan", () => bytesNeeded(each(listOf(large)))],
  ["a ledger", () => newLedger(listOf(files))],
  ["hard links to what failed", () => failHardLinks(ledger, numbers)],
  ["copies that are not certain", () => takeRacy(ledger)],
  ["a queue of changes", () => making(ledger.changes, numbers, () => false)],
  ["a stack of tasks", () => stackOf(numbers, (number) => ({ kind: "find", path: `${number}` }))],
];

for (const [what, steps] of WORKS) {
  Deno.test(`work over ${what} is done in steps`, () => {
    const count = stepsOf(steps());
    assert(count >= MANY / BETWEEN, `${count} steps`);
  });
}

Deno.test("hardLinks() takes ten times as long for ten times as many names of one inode, not a hundred times", () => {
  const names = (count: number): Linked[] =>
    Array.from({ length: count }, (_, i) => {
      const entry: File = { ...FILE, nlink: count, id: "1:1" };
      return { path: `${i}`, entry, was: { ...entry, id: i < count / 2 ? "1:8" : "1:9" } };
    });
  const began = performance.now();
  const changes = finish(hardLinks(listOf([]), names(40_000)));
  // counted anew for each, this took tens of seconds
  assert(performance.now() - began < 5000);
  assertEquals(changes.names.length, 20_000);
});
