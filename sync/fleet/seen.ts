/**
 * What was seen of a tree that was walked depth by depth: its folders, in columns, for there may be millions. The folders
 * of one depth follow those of the depth above, in the order of their parents and then of their names, so the same tree
 * gives the same numbers whatever came first. Pure.
 */
import { sliceKey } from "../engine/part.ts";
import { forEach, forEachOf, type Steps } from "../engine/steps.ts";

/** Folders by number; 0 is the root. */
export interface Seen {
  readonly parents: number[];
  readonly names: string[];
  /** How many entries are in each; `UNLISTED` as long as that is not known. */
  readonly entries: number[];
  /** The folders in each: their first number, and how many. */
  readonly firsts: number[];
  readonly counts: number[];
  /** How long the path of each is, in bytes. */
  readonly lengths: number[];
  /** Whether it can be no part by itself, nor anything in it: 1 for yes. */
  readonly barred: number[];
  /** Where each depth begins. */
  readonly depths: number[];
}

/** The entries of a folder that was not listed. */
export const UNLISTED = -1;

/** A tree of which nothing but the root is known. */
export function newSeen(): Seen {
  return {
    parents: [-1],
    names: [""],
    entries: [UNLISTED],
    firsts: [0],
    counts: [0],
    lengths: [0],
    barred: [0],
    depths: [0],
  };
}

/** What a folder was found to hold. */
export interface Held {
  readonly entries: number;
  /** How many of them are folders, and their names, sorted, with "/" between. */
  readonly folders: number;
  readonly names: string;
}

/**
 * Add what the folders of the lowest depth hold; `held` is in their order, undefined for one that could not be listed.
 * `longest`: how long the path of a part may be, in bytes. The folders that were found are a new depth, unless there are none.
 */
export function* addDepth(seen: Seen, held: readonly (Held | undefined)[], longest: number): Steps<void> {
  const { parents, names, entries, firsts, counts, lengths, barred, depths } = seen;
  const [begin, end] = [depths.at(-1)!, names.length];
  yield* forEachOf(range(begin, end), function* (number) {
    const one = held[number - begin];
    entries[number] = one?.entries ?? 0;
    // whatever is there, top is told of it, too; a part that has nothing looks like a disk that is away
    if (one === undefined || one.entries === 0) barred[number] = 1;
    firsts[number] = names.length;
    counts[number] = one?.folders ?? 0;
    const above = lengths[number]! + (number === 0 ? 0 : 1);
    const alike = yield* alikeIn(one?.names ?? "");
    yield* forEach(namesIn(one?.names ?? ""), (name) => {
      parents.push(number);
      names.push(name);
      entries.push(UNLISTED);
      firsts.push(0);
      counts.push(0);
      const length = above + bytesOf(name);
      lengths.push(length);
      barred.push(isWritable(name) && length <= longest && !alike.has(sliceKey(name)) ? 0 : 1);
    });
  });
  if (names.length > end) depths.push(end);
}

function* namesIn(text: string): Generator<string, void> {
  for (let begin = 0; begin < text.length;) {
    const end = text.indexOf("/", begin);
    yield text.slice(begin, end === -1 ? text.length : end);
    begin = end === -1 ? text.length : end + 1;
  }
}

/** Keys that more than one name has: a replica may take them for one, and the parts would undo each other. */
function* alikeIn(names: string): Steps<ReadonlySet<string>> {
  const [all, alike] = [new Set<string>(), new Set<string>()];
  yield* forEach(namesIn(names), (name) => {
    const key = sliceKey(name);
    if (all.has(key)) alike.add(key);
    else all.add(key);
  });
  return alike;
}

/** Whether a name can be written in a file of jobs, and read by Deno: it is UTF-8, and not what stands for what is not. */
function isWritable(name: string): boolean {
  return name.isWellFormed() && !name.includes("\ufffd");
}

function bytesOf(name: string): number {
  return /^[\0-\x7f]*$/.test(name) ? name.length : encoder.encode(name).length;
}

const encoder = new TextEncoder();

/** Whether the folders of the lowest depth have been listed: nothing is left to be seen. */
export function isWhole({ entries, depths }: Seen): boolean {
  return entries[depths.at(-1)!] !== UNLISTED;
}

/** The path of a folder below the root. */
export function pathAt({ parents, names }: Pick<Seen, "parents" | "names">, number: number): string {
  if (number === 0) return "";
  const path: string[] = [];
  for (let at = number; at > 0; at = parents[at]!) path.push(names[at]!);
  return path.reverse().join("/");
}

export function* range(from: number, to: number): Generator<number, void> {
  for (let i = from; i < to; i++) yield i;
}
