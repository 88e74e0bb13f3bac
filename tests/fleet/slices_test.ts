/** Folders with very many light ones in them: how their names are dealt out. */
import { assert, assertEquals } from "@std/assert";
import { isOf, leftBy, sliceKey } from "../../sync/engine/part.ts";
import { finish } from "../../sync/engine/steps.ts";
import { type Cut, cut, heavyIn, MOST_PARTS, type Piece } from "../../sync/fleet/cut.ts";
import { jobNames } from "../../sync/fleet/names.ts";
import { seeded } from "../support/random.ts";
import { at, type Branch, branch, randomTree, seenOf, times, weightOf } from "./trees.ts";

function cutOf(tree: Branch, into: number): Cut {
  return finish(cut(seenOf(tree), into));
}

function slicesIn({ pieces }: Cut): Piece[] {
  return pieces.filter(({ slice }) => slice !== undefined);
}

Deno.test("cut() deals out the names of a folder in which very many light folders lie", () => {
  const made = cutOf(branch(0, times(20_000, branch(49))), 64);
  assertEquals([made.pieces.length, slicesIn(made).length, made.top], [64, 64, 0]);
  assertEquals(made.names, 20_000);
  assertEquals(heavyIn(made, 3), []);
  assert(made.pieces.every(({ path, number, of }) => path === "" && number === 0 && of === 64));
  // below the root the folder itself is top's
  const below = cutOf(branch(3, { a: branch(7, times(1000, branch(9))), b: branch(100) }), 4);
  assertEquals(below.top, 3 + 1);
  assertEquals(new Set(below.pieces.map(({ path }) => path)), new Set(["a", "b"]));
  assertEquals(below.names, 1007 + 1);
});

Deno.test("cut() leaves folders that are heavy enough, and what was cut deeper, out of slices", () => {
  const made = cutOf(
    branch(0, { ...times(1000, branch(9)), big: branch(2000), huge: branch(5, times(8, branch(1000))) }),
    8,
  );
  const names = made.pieces.map(({ path, slice }) => slice ? "slice" : path);
  for (const path of ["big", ...Object.keys(times(8, branch(0), "huge/d"))]) {
    assert(names.includes(path), path);
  }
  assert(!names.includes("huge"));
  const slices = slicesIn(made).map(({ weight }) => weight);
  assertEquals(slices.reduce((sum, weight) => sum + weight, 0), 10_000);
  // huge, and what lies in it beside its folders
  assertEquals(made.top, 6);
});

Deno.test("cut() makes a job of each folder where those are not very many, or one is worth it", () => {
  assertEquals(slicesIn(cutOf(branch(0, times(63, branch(1))), 4)), []);
  assertEquals(slicesIn(cutOf(branch(0, times(65, branch(1))), 4)).length, 4);
  // four for each slice are too few
  assertEquals(slicesIn(cutOf(branch(0, times(120, branch(100))), 64)), []);
});

Deno.test("cut() makes no more slices than there is room for beside what is heavier", () => {
  const tree = branch(0, { ...times(3000, branch(99), "heavy"), ...times(30_000, branch(19)) });
  const made = cutOf(tree, MOST_PARTS);
  assertEquals(made.pieces.length, MOST_PARTS);
  assertEquals(slicesIn(made).length, MOST_PARTS - 3000);
  assertEquals(made.top, 0);
});

Deno.test("cut() makes no slices where nobody else may work in a folder", () => {
  const tree = branch(0, times(20_000, branch(1)));
  const { pieces, top } = finish(cut(seenOf(tree), 64, false));
  assertEquals([pieces.length, top], [MOST_PARTS, 2 * (20_000 - MOST_PARTS)]);
  assert(pieces.every(({ slice }) => slice === undefined));
});

/** The slice, part or "top" that has each folder of a tree, by the rules by which the passes leave each other alone. */
function ownersOf(tree: Branch, pieces: readonly Piece[]): Map<string, number> {
  const { rest, bySlices } = leftBy(pieces);
  const sliced = new Map(rest.sliced.map(({ path, but }) => [path, new Set(but)]));
  const parts = new Map(pieces.flatMap(({ path, slice }, i) => slice ? [] : [[path, i] as const]));
  const owners = new Map<string, number>();
  const visit = (path: string, owner: number) => {
    owners.set(path, owner);
    for (const name of Object.keys(at(tree, path).folders)) {
      const child = path === "" ? name : `${path}/${name}`;
      const part = parts.get(child);
      if (part !== undefined) {
        assertEquals(owner, -1, `${child} lies in another part`);
        visit(child, part);
      } else if (owner === -1 && sliced.has(path) && !sliced.get(path)!.has(name)) {
        const having = pieces.flatMap((one, i) =>
          one.path === path && one.slice && isOf(one.slice, name) && !bySlices.get(path)!.includes(name)
            ? [i]
            : []
        );
        assertEquals(having.length, 1, child);
        visit(child, having[0]!);
      } else visit(child, owner);
    }
  };
  visit("", -1);
  return owners;
}

Deno.test("of any tree with wide folders: each folder is in one part, none of them is heavy, and slices have what they say", () =>
  seeded((dice) => {
    let slices = 0;
    for (let round = 0; round < 40; round++) {
      const wide = () => times(64 + dice.below(400), branch(dice.below(12)), `w${dice.below(9)}`);
      const tree = branch(dice.below(50), {
        ...randomTree(dice, 3).folders,
        a: branch(dice.below(30), { ...wide(), ...randomTree(dice, 3).folders }),
        ...dice.below(2) === 0 ? wide() : {},
      });
      const made = cutOf(tree, 2 + dice.below(20));
      slices += slicesIn(made).length;
      const owners = ownersOf(tree, made.pieces);
      const weights = made.pieces.map(() => 0);
      let top = -1;
      for (const [path, owner] of owners) {
        const { files } = at(tree, path);
        if (owner === -1) top += 1 + (made.pieces.some((one) => one.slice && one.path === path) ? 0 : files);
        else weights[owner]! += 1 + files;
      }
      assertEquals(made.top, top);
      for (const [i, { path, slice, weight, of }] of made.pieces.entries()) {
        if (slice === undefined) assertEquals(weight, weights[i]);
        else {
          const { files } = at(tree, path);
          assert(Math.abs(weight - weights[i]!) <= files, `${weight} of ${weights[i]} in ${path}`);
          assert(of === 1 || weight <= 2 * made.mean + files, `${weight} with a mean of ${made.mean}`);
        }
      }
      assertEquals(made.pieces.reduce((sum, { weight }) => sum + weight, made.top), weightOf(tree) - 1);
    }
    assert(slices > 0);
  }));

Deno.test("slices follow each other, and a bound is as short as can be", () => {
  const names = ["alpha", "Beta", "beta2", "gamma", "\u00c9a", "\udc80x", "\u{1f41f}a", "\u{1f41f}b"];
  const tree = branch(
    0,
    Object.fromEntries(
      names.flatMap((name) => Array.from({ length: 40 }, (_, i) => [`${name}${i}`, branch(5)])),
    ),
  );
  const slices = slicesIn(cutOf(tree, 12)).map(({ slice }) => slice!).sort((a, b) =>
    a.from < b.from ? -1 : 1
  );
  assertEquals([slices[0]!.from, slices.at(-1)!.to], ["", null]);
  const keys = Object.keys(tree.folders).map(sliceKey).sort();
  for (const [i, { to }] of slices.slice(0, -1).entries()) {
    assertEquals(to, slices[i + 1]!.from);
    assert(to!.isWellFormed());
    const after = keys.find((key) => key >= to!)!;
    const before = keys.findLast((key) => key < to!)!;
    assert(after.startsWith(to!) && (to!.length === 1 || to!.slice(0, -1) <= before), to!);
  }
});

Deno.test("jobNames() numbers slices, and tells them from folders of such a name", () => {
  const slice = (path: string, index: number, of: number) => ({ path, index, of });
  assertEquals(jobNames([slice("", 1, 12), slice("", 12, 12), slice("a/b", 3, 3), { path: "a/b/c" }]), [
    "slice01",
    "slice12",
    "a-b-slice3",
    "a-b-c",
  ]);
  const [one, other] = jobNames([slice("a", 1, 1), { path: "a/slice1" }]);
  assertEquals(other, "a-slice1");
  assert(/^a-slice1.*-[0-9a-f]{8}$/.test(one!), one);
});
