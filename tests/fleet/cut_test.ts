/** How a tree is cut: by rows, and over random trees. */
import { assert, assertEquals } from "@std/assert";
import { finish } from "../../sync/engine/steps.ts";
import { type Cut, cut, heavyIn, isEnough, MOST_PARTS, sharesOf } from "../../sync/fleet/cut.ts";
import { heap } from "../../sync/fleet/heap.ts";
import { addDepth, newSeen, pathAt, type Seen } from "../../sync/fleet/seen.ts";
import { seeded } from "../support/random.ts";
import { at, type Branch, branch, heldBy, randomTree, seenOf, times, weightOf } from "./trees.ts";

function cutOf(tree: Branch, into: number, how: Parameters<typeof seenOf>[1] = {}): Cut {
  return finish(cut(seenOf(tree, how), into));
}

function paths({ pieces }: Cut): string[] {
  return pieces.map(({ path }) => path).sort();
}

/** Bar the folders at some paths. */
function barred(seen: Seen, ...which: readonly string[]): Seen {
  for (const number of seen.names.keys()) if (which.includes(pathAt(seen, number))) seen.barred[number] = 1;
  return seen;
}

const LEAF = branch(100);

Deno.test("cut() takes the folders of the root where they are about equal", () => {
  const made = cutOf(branch(5, times(4, LEAF)), 4);
  assertEquals(paths(made), ["d0", "d1", "d2", "d3"]);
  assertEquals([made.all, made.top, made.isDeeper], [409, 5, false]);
});

Deno.test("cut() puts the folders in a folder in its place where it is heavier than twice the mean", () => {
  const made = cutOf(branch(0, { a: branch(1, times(8, LEAF)), b: LEAF, c: LEAF }), 4);
  assertEquals(paths(made), ["a/d0", "a/d1", "a/d2", "a/d3", "a/d4", "a/d5", "a/d6", "a/d7", "b", "c"]);
  // a itself, and the file in it
  assertEquals(made.top, 2);
});

Deno.test("cut() cuts what weighs more than twice the mean, and nothing that weighs less", () => {
  // the means are 202, of 4 parts, and 121, of 5
  assertEquals(cutOf(branch(0, { a: branch(0, times(5, LEAF)), ...times(3, LEAF) }), 4).pieces.length, 8);
  assertEquals(cutOf(branch(0, { a: branch(0, times(2, LEAF)), ...times(4, LEAF) }), 4).pieces.length, 5);
});

Deno.test("cut() goes on as long as there are fewer parts than tasks", () => {
  assertEquals(cutOf(branch(0, times(2, branch(0, times(3, LEAF)))), 4).pieces.length, 4);
  assertEquals(cutOf(branch(0, { a: branch(0, { b: branch(0, times(3, LEAF)) }) }), 2).pieces.length, 3);
});

Deno.test("cut() leaves a folder whole that has no folders, and one that would leave too much to top", () => {
  const flat = cutOf(branch(0, { flat: branch(1000), ...times(3, LEAF) }), 4);
  assertEquals(paths(flat), ["d0", "d1", "d2", "flat"]);
  // more than half of it lies in no folder
  const files = cutOf(branch(0, { mixed: branch(1200, times(9, LEAF)), ...times(3, LEAF) }), 4);
  assertEquals(paths(files), ["d0", "d1", "d2", "mixed"]);
  // less than half
  const folders = cutOf(branch(0, { mixed: branch(800, times(9, LEAF)), ...times(3, LEAF) }), 4);
  assertEquals(folders.pieces.length, 12);
  assertEquals(folders.top, 801);
});

Deno.test("cut() counts all that cutting leaves to top, and not what lies at the root anyway", () => {
  // each leaves 301 entries: the third would bring that to more than half of what lies in it
  const chain = (depth: number): Branch =>
    branch(300, depth === 0 ? times(7, LEAF) : { next: chain(depth - 1) });
  assertEquals(paths(cutOf(branch(0, { a: chain(4) }), 8)), ["a/next/next"]);
  const many = branch(1_000_000, { a: branch(10, times(8, LEAF)) });
  assertEquals(cutOf(many, 8).pieces.length, 8);
});

Deno.test("cut() says that it must know more where what is to be cut was not listed so far", () => {
  const tree = branch(0, { a: branch(0, times(8, LEAF)), b: LEAF, c: LEAF });
  for (const depths of [1, 2]) assertEquals(cutOf(tree, 4, { depths }).isDeeper, true);
  assertEquals(cutOf(tree, 4, { depths: 3 }).isDeeper, false);
  // b and c are known to have no folders
  assertEquals(cutOf(branch(0, times(4, LEAF)), 4, { depths: 2 }).isDeeper, false);
  assertEquals(cutOf(branch(3), 4, { depths: 1 }).isDeeper, false);
});

Deno.test("cut() leaves light parts to top, but not so many that all wait for it, nor below the number of tasks", () => {
  const tree = branch(0, { ...times(4, branch(1000)), ...times(50, branch(1), "light") });
  const made = cutOf(tree, 4);
  assertEquals(paths(made), ["d0", "d1", "d2", "d3"]);
  assertEquals(made.top, 100);
  // a tenth of the mean is 102
  const more = cutOf(branch(0, { ...times(4, branch(1000)), ...times(60, branch(1), "light") }), 4);
  assert(more.pieces.length > 4 && more.top <= more.mean / 10, JSON.stringify(more));
  assertEquals(cutOf(tree, 10).pieces.length >= 10, true);
});

Deno.test("cut() makes no part of what is barred, nor of what lies in it", () => {
  const tree = branch(0, { a: branch(0, times(3, LEAF)), b: branch(0, times(3, LEAF)), c: LEAF });
  const made = finish(cut(barred(seenOf(tree), "a", "b/d1"), 4));
  assertEquals(paths(made), ["b/d0", "b/d2", "c"]);
  assertEquals(made.top, weightOf(tree.folders.a!) + 1 + 101);
  const unlisted = cutOf(tree, 4, { unlisted: ["a"] });
  assertEquals(paths(unlisted), ["b/d0", "b/d1", "b/d2", "c"]);
  const long = cutOf(branch(0, { "é": branch(0, times(3, LEAF)), z: LEAF }), 4, { longest: 4 });
  assertEquals(paths(long), ["z", "é"]);
  const names = ["\udcff", "\ufffd", "\u{1f41f}"];
  const strange = branch(0, Object.fromEntries(names.map((name) => [name, LEAF])));
  assertEquals(paths(cutOf(strange, 2)), ["\u{1f41f}"]);
});

Deno.test("cut() makes no more parts than there may be, the heaviest ones, and says what top has of it", () => {
  const tree = branch(0, { ...times(MOST_PARTS + 100, branch(1)), ...times(10, branch(5), "heavy") });
  const made = finish(cut(seenOf(tree), 64, false));
  assertEquals(made.pieces.length, MOST_PARTS);
  assertEquals(made.pieces.filter(({ path }) => path.startsWith("heavy")).length, 10);
  assertEquals(made.top, 110 * 2);
  assertEquals(heavyIn(made, 3), []);
  const wide = finish(cut(seenOf(branch(0, { a: branch(0, times(20_000, branch(1))) })), 64, false));
  assertEquals([wide.pieces.length, wide.top], [MOST_PARTS, 1 + 2 * (20_000 - MOST_PARTS)]);
  assertEquals(heavyIn(wide, 3).map(({ path }) => path), [""]);
});

Deno.test("cut() of nothing, and of a single folder, leaves all to top or to one part", () => {
  assertEquals(cutOf(branch(0), 2), {
    pieces: [],
    top: 0,
    names: 0,
    all: 0,
    mean: 0,
    isDeeper: false,
  });
  assertEquals(cutOf(branch(7), 2).top, 7);
  assertEquals(paths(cutOf(branch(7, { a: LEAF }), 2)), ["a"]);
});

/** How much of a folder would be left to top if it was cut; null when it has no folders. */
function leftBy(tree: Branch, path: string): number | null {
  const { files, folders } = at(tree, path);
  return Object.keys(folders).length === 0 ? null : 1 + files;
}

Deno.test("of any tree: the parts are apart, with top they are all, and each is at most twice the mean or cannot be cut", () =>
  seeded((dice) => {
    for (let round = 0; round < 300; round++) {
      const tree = randomTree(dice);
      const into = 2 + dice.below(40);
      const made = cutOf(tree, into);
      const { pieces, top, all, mean } = made;
      assertEquals(made, cutOf(tree, into));
      assertEquals(all, weightOf(tree) - 1);
      assertEquals(pieces.reduce((sum, { weight }) => sum + weight, top), all);
      const sorted = paths(made);
      for (const [i, path] of sorted.entries()) assert(!sorted[i + 1]?.startsWith(`${path}/`), path);
      const grown = pieces.filter(({ weight }) => weight >= all / into / 4).length;
      if (pieces.length < MOST_PARTS) assertEquals(mean, all / Math.max(into, grown));
      for (const [i, { path, weight }] of pieces.entries()) {
        assertEquals(weight, weightOf(at(tree, path)));
        assert(weight <= (pieces[i - 1]?.weight ?? Infinity));
        if (weight <= 2 * mean && pieces.length >= into) continue;
        const left = leftBy(tree, path);
        assert(left === null || top + left > weight / 2, `${path} of ${weight} with ${top} in top`);
      }
    }
  }));

Deno.test("of any tree: what was seen less deep is never cut where more was known to be needed", () =>
  seeded((dice) => {
    for (let round = 0; round < 100; round++) {
      const tree = randomTree(dice);
      for (let depths = 1; depths < 7; depths++) {
        const made = cutOf(tree, 8, { depths });
        if (made.isDeeper) continue;
        const { pieces, mean } = made;
        for (const { path, weight } of pieces) {
          if (weight <= 2 * mean) continue;
          // known to its folders, or known to have none
          assert(path.split("/").length < depths, path);
        }
      }
    }
  }));

Deno.test("sharesOf() gives each task about as much, and none nothing", () => {
  const pieces = [9, 7, 6, 5, 4, 3, 2].map((weight, i) => ({ path: `p${i}`, weight }));
  const shares = sharesOf(pieces, 3);
  assertEquals(shares.map((share) => share.reduce((sum, { weight }) => sum + weight, 0)), [12, 13, 11]);
  assertEquals(shares.flat().map(({ path }) => path).sort(), pieces.map(({ path }) => path));
  for (const share of shares) assertEquals(share, share.toSorted((a, b) => a.path < b.path ? -1 : 1));
  assertEquals(sharesOf(pieces.slice(0, 2), 64).length, 2);
  assertEquals(sharesOf([], 64), []);
});

Deno.test("isEnough() wants 10,000 entries for each task", () => {
  assertEquals([isEnough(639_999, 64), isEnough(640_000, 64)], [false, true]);
});

Deno.test("a heap gives numbers in their order", () =>
  seeded((dice) => {
    for (let round = 0; round < 100; round++) {
      const values = Array.from({ length: dice.below(200) }, () => dice.below(50));
      const waiting = heap((a, b) => a < b);
      for (const value of values) waiting.push(value);
      assertEquals(waiting.size, values.length);
      const found = values.map(() => waiting.pop());
      assertEquals(found, values.toSorted((a, b) => a - b));
      assertEquals([waiting.pop(), waiting.size], [undefined, 0]);
    }
  }));

Deno.test("cut() leaves to top what has nothing in it, and folders that a replica may take for one", () => {
  const seen = newSeen();
  const names = ["Foo", "bar", "empty", "foo", "x.", "x"].sort();
  finish(addDepth(seen, [heldBy(names)], 4096));
  finish(addDepth(seen, names.map((name) => heldBy([], name === "empty" ? 0 : 5)), 4096));
  const { pieces, top } = finish(cut(seen, 2));
  assertEquals(pieces.map(({ path }) => path), ["bar"]);
  assertEquals(top, 6 + 5 * 5 - 6);
});
