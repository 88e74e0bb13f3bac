/**
 * The order in which changes are shown: by path, each folder at once followed by what is in it. Folder by folder, so that a
 * million changes need neither be there as objects at once nor have their paths compared with each other. Pure.
 */
import { type Changes, count, placeAt } from "./changes.ts";
import { nameOf, parent, type Path } from "./entry.ts";
import { forEach, sorted, type Steps } from "./steps.ts";
import { type WideMap, wideMap } from "./wide.ts";

/** The folders in which something changes, and those around them, by number; the root is 0. */
interface Folders {
  readonly numbers: WideMap<Path, number>;
  readonly names: string[];
  /** What is in each: the index of a change, or -1 - the number of a folder. */
  readonly items: number[][];
}

/** The indices of all changes in that order. */
export function* inPathOrder(changes: Changes): Steps<number[]> {
  const folders: Folders = { numbers: wideMap(), names: [""], items: [[]] };
  folders.numbers.set("", 0);
  const ordered: number[] = [];
  yield* forEach(indices(changes), (index) => {
    const { folder } = placeAt(changes, index);
    // the root itself comes before all that is in it
    if (folder === null) ordered.push(index);
    else folders.items[numberOf(folder, folders)]!.push(index);
  });
  const nameAt = (item: number) => item < 0 ? folders.names[-1 - item]! : placeAt(changes, item).name;
  // of one path the changes come first, and then what is in it
  const byName = (a: number, b: number) => {
    const [one, other] = [nameAt(a), nameAt(b)];
    return one < other ? -1 : one > other ? 1 : a < 0 ? 1 : b < 0 ? -1 : a - b;
  };
  const open = [(yield* sorted(folders.items[0]!, byName)).values()];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const { done, value: item } = last.next();
    if (done) open.pop();
    else if (item < 0) open.push((yield* sorted(folders.items[-1 - item]!, byName)).values());
    else if (ordered.push(item) % 512 === 0) yield;
  }
  return ordered;
}

function* indices(changes: Changes): Generator<number, void> {
  for (let index = 0; index < count(changes); index++) yield index;
}

/** The number of a folder, which gets one, as all around it, when it has none. */
function numberOf(folder: Path, { numbers, names, items }: Folders): number {
  const known = numbers.get(folder);
  if (known !== undefined) return known;
  const first = names.length;
  for (let at = folder;; at = parent(at)) {
    const number = names.push(nameOf(at)) - 1;
    items.push(number === first ? [] : [-number]);
    numbers.set(at, number);
    const around = numbers.get(parent(at));
    if (around === undefined) continue;
    items[around]!.push(-1 - number);
    return first;
  }
}
