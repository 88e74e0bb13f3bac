/**
 * Somebody who may write in both trees, and puts links in the place of their folders and files while passes are made:
 * those of the source lead to a secret outside, those of the replica to what must not change.
 */
import { basename, dirname } from "node:path";
import { absolute } from "../../sync/engine/entry.ts";
import { isSystemError } from "../../sync/system_error.ts";
import { libc } from "../../sync/libc.ts";
import type { Dice } from "../support/random.ts";
import { harvest, isThere, plant, removeIfThere, type Tree } from "../support/tree.ts";

/** Folders and files that take turns in being links, as paths below both roots; "" for the roots. */
const PATHS = ["", "a", "a/b", "a/b/c", "a/b/c/f0", "d", "d/f1"];
const NAMES = Array.from({ length: 20 }, (_, i) => `f${i}`);
const FILES = ["a", "a/b", "a/b/c", "d"].flatMap((folder) => NAMES.map((name) => `${folder}/${name}`));
/** Of one size, so that neither is told from the other by that. */
const SECRET = "secret";
const PLAIN = "plain1";
const PRECIOUS = "canary";

export interface Swapped {
  readonly swaps: number;
  /** How often a file of the replica was seen with the secret. */
  readonly leaks: number;
  /** What of the canary is there no more, or new. */
  readonly damage: readonly string[];
}

/** Plant the trees below `at`: `source` and an empty `replica`, and `secret` and `canary` with the same names. */
export function plantPrey(at: string): void {
  plant(at, { source: {}, replica: {}, secret: {}, canary: {}, links: {} });
  for (const [root, content] of [["source", PLAIN], ["secret", SECRET], ["canary", PRECIOUS]] as const) {
    plant(`${at}/${root}`, treeOf(content));
  }
  for (const side of SIDES) {
    PATHS.keys().forEach((i) => Deno.symlinkSync(targetOf(at, side, i), linkOf(at, side, i)));
  }
}

const SIDES = ["source", "replica"] as const;
type Side = typeof SIDES[number];

function targetOf(at: string, side: Side, i: number): string {
  return absolute(`${at}/${side === "source" ? "secret" : "canary"}`, PATHS[i]!);
}

/** Where a link waits for its turn. */
function linkOf(at: string, side: Side, i: number): string {
  return `${at}/links/${side}${i}`;
}

function treeOf(content: string): Tree {
  const f = Object.fromEntries(NAMES.map((name) => [name, content]));
  return { a: { ...f, b: { ...f, c: f } }, d: f };
}

/** How often it is swapped at least, on a busy machine, too. */
const ENOUGH = 1000;

/** Swap for some ms. Waits now and then, so that the test's process does what else it has to do. */
export async function swap(at: string, dice: Dice, ms: number): Promise<Swapped> {
  const before = contents(`${at}/canary`);
  let [swaps, leaks] = [0, 0];
  for (const end = Date.now() + ms; Date.now() < end || swaps <= ENOUGH;) {
    for (let edits = 0; edits < 10; edits++) edit(at, dice);
    const side = SIDES[dice.below(2)]!;
    // a root that is swapped mostly ends the pass
    const i = dice.below(50) === 0 ? 0 : 1 + dice.below(PATHS.length - 1);
    // the link must come between two calls of the program: to and fro, at any pace
    const pace = 50 << dice.below(7);
    const path = absolute(`${at}/${side}`, PATHS[i]!);
    using folder = openFolder(dirname(path));
    for (const next = performance.now() + 30; folder.isOpen && performance.now() < next;) {
      if (!folder.exchange(basename(path), linkOf(at, side, i))) break;
      swaps++;
      pause(dice.below(pace));
      if (!folder.exchange(basename(path), linkOf(at, side, i))) break;
      pause(dice.below(pace));
    }
    putBack(at, side, i, folder);
    leaks += leaksIn(at);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const after = contents(`${at}/canary`);
  const damage = [...before, ...after].filter((line) => before.includes(line) !== after.includes(line));
  return { swaps, leaks, damage };
}

/** Put back what is still out of its place. What the program made there is removed, and the link made anew. */
function putBack(at: string, side: Side, i: number, folder: OpenFolder): void {
  const link = linkOf(at, side, i);
  if (isLink(link)) return;
  // the program removed the link; where it has made something anew, that stays
  folder.take(link, basename(absolute(`${at}/${side}`, PATHS[i]!)));
  removeWhole(link);
  Deno.symlinkSync(targetOf(at, side, i), link);
}

/** Remove what is there; again when something has come into it, for the native edge may have it open still. */
function removeWhole(path: string): void {
  for (let tries = 0; isThere(path) && tries < 1000; tries++) {
    try {
      removeIfThere(path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }
}

/** Give a file another time, so that it is copied, in the source and where its links lead: none looks like another. */
function edit(at: string, dice: Dice): void {
  const file = FILES[dice.below(FILES.length)];
  const time = new Date(1_600_000_000_000 + dice.below(1_000_000) * 1000);
  Deno.utimeSync(`${at}/source/${file}`, time, time);
  Deno.utimeSync(`${at}/secret/${file}`, time, time);
}

/** How many files of the replica have the secret. Links of the source, which lead to it, are mirrored as links. */
function leaksIn(at: string): number {
  return FILES.filter((file) => {
    const path = `${at}/replica/${file}`;
    try {
      const isReal = () => Deno.realPathSync(path) === path;
      return isReal() && Deno.readTextFileSync(path) === SECRET && isReal();
    } catch (error) {
      if (!(error instanceof Error && /os error/.test(error.message))) throw error;
      return false;
    }
  }).length;
}

/** Names and contents. What is set by path, modes and times, is another matter. */
function contents(root: string): string[] {
  return harvest(root, { owners: false }).map((line) => line.replace(/^(\S+ \w+) \d+ -?\d+/, "$1"));
}

function isLink(path: string): boolean {
  return isThere(path) && Deno.lstatSync(path).isSymlink;
}

/** Wait some µs, without giving the processor away. */
function pause(us: number): void {
  for (const end = performance.now() + us / 1000; performance.now() < end;) continue;
}

/** A folder that stays the same whatever its path leads to by now. */
interface OpenFolder extends Disposable {
  readonly isOpen: boolean;
  /** Let a name and a path swap what is there, in one step. False when one of them is not there. */
  exchange(name: string, path: string): boolean;
  /** Move what is at a path to a name. */
  take(path: string, name: string): void;
}

const system = libc({
  renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  openat2: { name: "syscall", parameters: ["i64", "i64", "buffer", "buffer", "u64"], result: "i64" },
  close: { parameters: ["i32"], result: "i32" },
});

const OPENAT2 = 437n;
const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2;
/** Flags, mode, and how the path is resolved: O_PATH, O_DIRECTORY and O_CLOEXEC, and RESOLVE_NO_SYMLINKS. */
const NO_LINKS = BigUint64Array.of(0o12200000n, 0n, 4n);

/** Open a folder on whose path is no link: the program mirrors links, and they lead to the secret. */
function openFolder(path: string): OpenFolder {
  const bytes = (text: string) => new TextEncoder().encode(`${text}\0`);
  const folder = Number(system!.openat2(OPENAT2, BigInt(AT_FDCWD), bytes(path), NO_LINKS, 24n));
  return {
    isOpen: folder >= 0,
    exchange: (name, path) =>
      system!.renameat2(AT_FDCWD, bytes(path), folder, bytes(name), RENAME_EXCHANGE) === 0,
    take: (path, name) => void system!.renameat2(AT_FDCWD, bytes(path), folder, bytes(name), 0),
    [Symbol.dispose]: () => void system!.close(folder),
  };
}
