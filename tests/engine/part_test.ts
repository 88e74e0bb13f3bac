/** Which names a slice has, and how parts leave each other alone. */
import { assert, assertEquals } from "@std/assert";
import { EVERYTHING, foldOf } from "../../sync/engine/capabilities.ts";
import { isOf, isRest, leftBy, type Slice, sliceKey } from "../../sync/engine/part.ts";
import { anySeed, diceOf } from "../support/random.ts";

Deno.test("sliceKey() is the same for names that some file system takes for one", () => {
  for (const [one, other] of [["Foo", "fOO"], ["\u00e9", "e\u0301"], ["\u00c9", "e\u0301"], ["a. .", "A"]]) {
    assertEquals(sliceKey(one!), sliceKey(other!));
  }
  assert(sliceKey(".a") !== sliceKey("a"));
});

Deno.test("sliceKey() is the same for a name and what foldOf() makes of it, whatever the replica ignores", () => {
  const folds = [{ cases: false }, { cases: false, expands: true }, { cases: false, forms: false }].map((
    some,
  ) => foldOf({ ...EVERYTHING, ...some }));
  for (let code = 0x21; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    // some letters are others at the end of a word
    for (const name of ["", "\u03b1"].map((before) => before + String.fromCodePoint(code))) {
      for (const fold of folds) assertEquals(sliceKey(fold(name)), sliceKey(name), name);
    }
  }
});

Deno.test("sliceKey() is the same for a name and what a system keeps beside it", () => {
  for (const name of ["a", "._a", ".a", "a.", "._", "..."]) {
    assertEquals(sliceKey(`._${name}`), sliceKey(name));
  }
});

Deno.test("isOf() has the names from one key on, up to another", () => {
  const names = ["...", "A", "b", "B2", "c", "\u00c9", "\udcff", "\u{1f41f}"];
  const of = (slice: Slice) => names.filter((name) => isOf(slice, name));
  assertEquals(of({ from: "", to: null }), names);
  assertEquals(of({ from: "", to: "b" }), ["...", "A"]);
  assertEquals(of({ from: "b", to: "c" }), ["b", "B2"]);
  assertEquals(of({ from: "c", to: null }), ["c", "\u00c9", "\udcff", "\u{1f41f}"]);
});

const SEED = anySeed();

Deno.test(`whatever a name is, it is in one of the slices that follow each other, LOCKSTEP_SEED=${SEED}`, () => {
  const dice = diceOf(SEED);
  const letters = ["a", "B", "\u0130", "\u1e9e", "e\u0301", ".", " ", "\udc80", "\u{1f41f}", "~", "0"];
  const text = () =>
    Array.from({ length: dice.below(5) }, () => letters[dice.below(letters.length)]).join("");
  for (let round = 0; round < 300; round++) {
    const bounds = [...new Set(Array.from({ length: 5 }, text))].filter((one) => one !== "").sort();
    const slices = ["", ...bounds].map((from, i) => ({ from, to: bounds[i] ?? null }));
    for (let i = 0; i < 20; i++) {
      const name = text();
      assertEquals(slices.filter((slice) => isOf(slice, name)).length, 1, JSON.stringify([name, bounds]));
    }
  }
});

Deno.test("isRest() is the part of the root that has all its names", () => {
  const slice = { from: "", to: null };
  assertEquals([isRest({ path: "" }), isRest({ path: "", slice }), isRest({ path: "a" })], [
    true,
    false,
    false,
  ]);
});

Deno.test("leftBy() leaves parts to each other", () => {
  assertEquals(leftBy([{ path: "a" }, { path: "b/c" }]), {
    rest: { except: ["a", "b/c"], sliced: [] },
    bySlices: new Map(),
  });
  const slices = ["", "m"].map((from) => ({ path: "a", slice: { from, to: from === "" ? "m" : null } }));
  // a/x is a part, a/y was cut, and so was a/z, whose names have slices
  const places = [
    ...slices,
    { path: "a/x" },
    { path: "a/y/1" },
    { path: "a/y/2/3" },
    { path: "a/z", slice: { from: "", to: null } },
    { path: "b" },
  ];
  assertEquals(leftBy(places), {
    rest: {
      except: ["a/x", "a/y/1", "a/y/2/3", "b"],
      sliced: [{ path: "a", but: ["y", "z"] }, { path: "a/z", but: [] }],
    },
    bySlices: new Map([["a", ["y", "z", "x"]], ["a/z", []]]),
  });
  assertEquals(leftBy([{ path: "", slice: { from: "", to: null } }, { path: "a/b" }]).bySlices.get(""), [
    "a",
  ]);
});
