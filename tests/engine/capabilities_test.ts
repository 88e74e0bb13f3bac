import { assertEquals } from "@std/assert";
import { align, asHeld, type Capabilities, cutOff, EVERYTHING } from "../../sync/engine/capabilities.ts";
import { type Entry, FURTHEST_MS, type Listing } from "../../sync/engine/entry.ts";
import { sameTime } from "../../sync/engine/same.ts";
import { FILE, FOLDER } from "../support/entries.ts";

function listing(...names: string[]): Listing {
  return new Map(names.map((name) => [name, FILE]));
}

const DOTS = { ...EVERYTHING, dropped: "." };
const FAT = { ...EVERYTHING, cases: false, dropped: ". " };

/** Names that are mirrored, of the replica's those that are looked at, and those that fail, with the code. */
const ROWS: readonly (readonly [
  name: string,
  capabilities: Capabilities,
  source: string[],
  replica: string[],
  expected: [string[], string[], string[]],
])[] = [
  ["nothing is dropped", EVERYTHING, ["a.", "a "], ["x."], [["a.", "a "], ["x."], []]],
  ["a dot is", DOTS, ["a.", "b ", "c"], [], [["b ", "c"], [], ["a. DROPPED"]]],
  ["what was made of a name stays", DOTS, ["a.."], ["a", "b"], [[], ["b"], ["a.. DROPPED"]]],
  ["a name of its own is mirrored", DOTS, ["a.", "a"], ["a"], [["a"], ["a"], ["a. DROPPED"]]],
  ["dots and spaces, in other capitals", FAT, ["A. ."], ["a", "A.b"], [[], ["A.b"], ["A. . DROPPED"]]],
  ["nothing but dots", DOTS, ["..."], ["a"], [[], ["a"], ["... DROPPED"]]],
];

Deno.test("align() leaves what a misnamed entry of the source may have become in the replica", () => {
  const strange: Entry = { kind: "unknown", reason: { code: "WINDOWS_NAME", detail: "end" } };
  const windows = { ...EVERYTHING, cases: false, dropped: ". " };
  const misnamed = (names: string[], others: string[] = []): Listing =>
    new Map([...names.map((name) => [name, strange] as const), ...listing(...others)]);
  const aligned = (source: Listing, replica: Listing) => {
    const { source: kept, replica: found, failing } = align(source, replica, windows);
    return [[...kept.keys()], [...found.keys()], failing];
  };
  assertEquals(aligned(misnamed(["dot.", "s:b", "sp "]), listing("DOT", "s", "sp", "other")), [
    ["dot.", "s:b", "sp "],
    ["other"],
    [],
  ]);
  // what has the name by right is mirrored as ever, and what is misnamed there, too, is met as it is
  assertEquals(aligned(misnamed(["dot."], ["dot"]), misnamed(["dot."], ["dot"])), [
    ["dot", "dot."],
    ["dot.", "dot"],
    [],
  ]);
});

Deno.test("align() gives a name to what is mirrored, and not to a socket or link that comes first", () => {
  const link: Entry = {
    kind: "link",
    target: "t",
    mode: 0o777,
    mtime: 0,
    uid: 1,
    gid: 1,
    nlink: 1,
    id: null,
  };
  const capabilities = { ...EVERYTHING, cases: false, links: false };
  for (const first of [{ kind: "socket" } as const, link]) {
    const source: Listing = new Map<string, Entry>([["A", first], ["a", FILE]]);
    const aligned = align(source, new Map([["a", FILE]]), capabilities);
    assertEquals([...aligned.source.keys()], ["a"]);
    assertEquals([...aligned.replica.keys()], ["a"]);
    assertEquals(aligned.failing, [["A", { code: "COLLISION", detail: "a" }]]);
  }
  // a link that the replica can hold comes first by its name
  const linked = align(new Map<string, Entry>([["A", link], ["a", FILE]]), new Map(), {
    ...capabilities,
    links: true,
  });
  assertEquals([...linked.source.keys()], ["A"]);
});

for (const [name, capabilities, source, replica, expected] of ROWS) {
  Deno.test(`align() fails names whose end the replica drops: ${name}`, () => {
    const aligned = align(listing(...source), listing(...replica), capabilities);
    assertEquals([
      [...aligned.source.keys()],
      [...aligned.replica.keys()],
      aligned.failing.map(([name, { code }]) => `${name} ${code}`),
    ], expected);
  });
}

Deno.test("a time that the replica does not have is cut off, and counts as the same", () => {
  const capabilities = { ...EVERYTHING, earliest: -1000, latest: 1000, step: 100 };
  for (const [wanted, held, what] of [[-2000, -1000, "times-before"], [2000, 1000, "times-after"]] as const) {
    assertEquals(asHeld({ ...FILE, mtime: wanted }, capabilities).mtime, held);
    assertEquals(cutOff({ ...FILE, mtime: wanted }, capabilities), { what, limit: held });
    assertEquals(sameTime({ mtime: wanted }, { mtime: held }, capabilities), true);
    assertEquals(sameTime({ mtime: wanted }, { mtime: held / 2 }, capabilities), false);
    assertEquals(sameTime({ mtime: held }, { mtime: wanted }, EVERYTHING), false);
  }
  assertEquals(asHeld(FILE, capabilities), FILE);
  assertEquals(cutOff(FILE, capabilities), null);
  assertEquals(cutOff({ ...FILE, mtime: FURTHEST_MS }, EVERYTHING)?.what, "times-after");
});

const CASELESS: Capabilities = { ...EVERYTHING, cases: false, recase: "once" };

for (
  const [what, capabilities, source, replica, expected] of [
    ["another case", CASELESS, ["foo"], ["Foo"], [["foo", "Foo"]]],
    ["by way of another name", { ...CASELESS, recase: "twice" }, ["foo"], ["Foo"], [["foo", "Foo"]]],
    ["what cannot be changed", { ...CASELESS, recase: "never" }, ["FOO"], ["foo"], []],
    ["the same", CASELESS, ["foo"], ["foo"], []],
    ["two names that are two", EVERYTHING, ["foo"], ["Foo"], []],
    ["a replica that has both after all", CASELESS, ["foo"], ["Foo", "foo"], []],
    ["a name that is not in the source", CASELESS, ["foo"], ["Bar"], []],
    ["one of two of the source", CASELESS, ["FOO", "foo"], ["foo"], [["FOO", "foo"]]],
    ["the form alone", { ...CASELESS, forms: false }, ["\u00e9"], ["e\u0301"], []],
    ["form and case", { ...CASELESS, forms: false }, ["\u00c9"], ["e\u0301"], [["\u00c9", "e\u0301"]]],
    ["letters that become two", { ...CASELESS, expands: true }, ["stra\u00dfe"], ["STRASSE"], [[
      "stra\u00dfe",
      "STRASSE",
    ]]],
  ] as readonly (readonly [string, Capabilities, string[], string[], [string, string][]])[]
) {
  Deno.test(`align() tells by which name the replica has something: ${what}`, () => {
    assertEquals([...align(listing(...source), listing(...replica), capabilities).spelled], expected);
  });
}

Deno.test("align() leaves alone what macOS keeps beside a file for its attributes, and only that", () => {
  const capabilities = { ...EVERYTHING, doubles: true };
  const aligned = (
    source: string[],
    replica: string[],
  ) => [...align(listing(...source), listing(...replica), capabilities).replica.keys()];
  const rows: [source: string[], replica: string[], left: string[]][] = [
    // beside a name of the source, and for the folder itself
    [["a", "d"], ["a", "._a", "._d", "._."], ["a"]],
    // a name that the source has is the mirror's, and so is one of which the other half is gone
    [["a", "._a", "._."], ["a", "._a", "._."], ["a", "._a", "._."]],
    [["a"], ["a", "b", "._b", "._c"], ["a", "b", "._b", "._c"]],
  ];
  for (const [source, replica, left] of rows) assertEquals(aligned(source, replica), left);
  const off = align(listing(...["a"]), listing(...["a", "._a"]), EVERYTHING).replica;
  assertEquals([...off.keys()], ["a", "._a"]);
  const folder = new Map([...listing(...["a"]), ["._a", FOLDER]] as const);
  assertEquals([...align(listing(...["a"]), folder, capabilities).replica.keys()], ["a", "._a"]);
});
