/** What was renamed or moved in the source is renamed in the replica, over both edges and in threads. */
import { assert, assertEquals } from "@std/assert";
import { parent as dirname } from "../../sync/engine/entry.ts";
import type { Config } from "../../sync/engine/config.ts";
import { hasNative } from "../support/edges.ts";
import { failuresOf, mirror, type Outcome, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import {
  assertInSync,
  file,
  files,
  folder,
  hardLink,
  harvest,
  inFolder,
  link,
  plant,
  type Tree,
} from "../support/tree.ts";

const POOLS = poolsOfFile();
const EDGES: readonly Config["edge"][] = hasNative ? ["portable", "native"] : ["portable"];
/** A time that a clock gives, and one that a tool made up; neither is near to now. */
const EXACT = 1_600_000_000_123;
const ROUND = 1_600_000_000_000;
const LARGE = "x".repeat(2 << 20);

type Words = readonly string[];

/** Do as the words say: "a -> b" renames, "a = b" copies with the time, "a!" removes, "a/" makes a folder, "a: b" writes. */
function edit(root: string, words: Words): void {
  for (const word of words) {
    const [, a = "", how = "", b = ""] = /^(.*?)( -> | = |: |!$|\/$)(.*)$/.exec(word) ?? [];
    const [from, to] = [`${root}/${a}`, `${root}/${b}`];
    if (how === " -> ") Deno.mkdirSync(dirname(to), { recursive: true });
    if (how === " -> ") Deno.renameSync(from, to);
    else if (how === "!") Deno.removeSync(from, { recursive: true });
    else if (how === "/") Deno.mkdirSync(from, { recursive: true });
    else if (how === ": ") {
      Deno.mkdirSync(dirname(from), { recursive: true });
      Deno.writeTextFileSync(from, b);
    } else {
      Deno.copyFileSync(from, to);
      const { mtime } = Deno.statSync(from);
      Deno.utimeSync(to, mtime!, mtime!);
    }
  }
}

/** What a pass does, without attributes: those of folders in which names change are no matter here. */
function done({ events }: Outcome): string[] {
  const words = events.flatMap((event) => {
    if (event.kind !== "change" || event.change.kind === "attributes") return [];
    const { change } = event;
    return change.kind === "move" ? [`${change.from} -> ${change.path}`] : [`${change.kind} ${change.path}`];
  });
  return words.sort();
}

const some = (mtime = EXACT) => file("123", 0o644, mtime);
const tree = (mtime = EXACT): Tree => ({
  a: file("1", 0o644, mtime),
  b: file("2", 0o644, mtime),
  sub: { c: file("3", 0o644, mtime) },
});

const CASES: readonly {
  readonly name: string;
  readonly source: Tree;
  readonly edits: Words;
  readonly done: Words;
  readonly options?: Partial<Config>;
}[] = [
  { name: "a file that is renamed", source: { a: some(), k: "k" }, edits: ["a -> b"], done: ["a -> b"] },
  {
    name: "a file that is moved to another folder, to a new one, and out of one that goes",
    source: { a: some(), d: {}, old: { b: file("xy", 0o644, EXACT) } },
    edits: ["a -> d/a", "old/b -> new/deep/c", "old!"],
    done: ["a -> d/a", "create new", "create new/deep", "old/b -> new/deep/c", "remove old"],
  },
  { name: "a folder that is renamed", source: { a: tree(), k: "k" }, edits: ["a -> b"], done: ["a -> b"] },
  {
    name: "a folder whose times are made up",
    source: { a: tree(ROUND), k: "k" },
    edits: ["a -> x/b"],
    done: ["a -> x/b", "create x"],
  },
  {
    name: "a folder that is moved into another one that is moved, and the other way round",
    source: { a: tree(), b: { ...tree(), more: file("more", 0o644, EXACT) }, k: "k" },
    edits: ["a -> b/in", "b -> c", "k -> c/in/k"],
    done: ["a -> c/in", "b -> c", "k -> c/in/k"],
  },
  {
    name: "a folder that leaves one that is moved",
    source: {
      a: {
        big: tree(),
        x: some(),
        y: file("y", 0o644, EXACT),
        z: file("zz", 0o644, EXACT),
        v: file("vvvv", 0o644, EXACT),
      },
    },
    edits: ["a/big -> big", "a -> b"],
    done: ["a -> b", "b/big -> big"],
  },
  {
    name: "a folder that becomes its own child's child",
    source: { a: { sub: tree(), x: some() } },
    edits: ["a/sub -> tmp", "a -> tmp/in"],
    done: ["a -> tmp/in", "a/sub -> tmp"],
  },
  {
    name: "a folder with edits inside",
    source: { a: { ...tree(), d: { e: some() }, more: files(4) }, k: "k" },
    edits: ["a -> b", "b/a: other", "b/new/f: n", "b/b!", "b/sub/c -> b/d/c"],
    done: ["a -> b", "b/sub/c -> b/d/c", "create b/new", "create b/new/f", "remove b/b", "update b/a"],
  },
  {
    name: "two names that are swapped, which are copied",
    source: { a: file("1", 0o644, EXACT), b: file("22", 0o644, EXACT + 1) },
    edits: ["a -> t", "b -> a", "t -> b"],
    done: ["update a", "update b"],
  },
  {
    name: "a chain of names, whose end is new",
    source: { a: file("1", 0o644, EXACT), b: file("22", 0o644, EXACT + 1) },
    edits: ["b -> c", "a -> b"],
    done: ["create c", "remove a", "update b"],
  },
  {
    name: "files of one size and time, by their contents",
    source: { a: file("1", 0o644, ROUND), b: file("2", 0o644, ROUND), d: {} },
    edits: ["a -> d/x", "b -> d/y"],
    done: ["a -> d/x", "b -> d/y"],
  },
  {
    name: "nothing of the same size and time with another content",
    source: { a: file("1", 0o644, ROUND), d: { x: file("1", 0o644, EXACT), y: file("2", 0o644, EXACT) } },
    edits: ["a!", "d!", "new/: ", "b: 2", "e/x: 3", "e/y: 4"].filter((word) => word !== "new/: "),
    done: [
      "create b",
      "create e",
      "create e/x",
      "create e/y",
      "remove a",
      "remove d",
      "remove d/x",
      "remove d/y",
    ],
  },
  {
    name: "a large file by its exact time, and one that only differs in case",
    source: { a: file(LARGE, 0o644, EXACT), Name: some() },
    edits: ["a -> b", "Name -> name"],
    done: ["Name -> name", "a -> b"],
  },
  {
    name: "links, by their target and time",
    source: { l: link("to", EXACT), m: link("other", EXACT), d: {} },
    edits: ["l -> d/l", "m -> n"],
    done: ["l -> d/l", "m -> n"],
  },
  {
    name: "hard links: one name of several, all of them, and those in a folder with one outside",
    source: {
      ...{ a: some(), b: hardLink("a"), c: file("c", 0o644, EXACT), d: hardLink("c") },
      f: { g: file("g", 0o644, EXACT), h: hardLink("g") },
    },
    edits: ["a -> a2", "c -> c2", "d -> d2", "f -> f2", "f2/h -> h"],
    done: ["a -> a2", "c -> c2", "d -> d2", "f -> f2", "f2/h -> h"],
  },
  {
    name: "what has other attributes by then",
    source: { a: some(), d: folder(tree(), 0o700) },
    edits: ["a -> b", "d -> e"],
    done: ["a -> b", "d -> e"],
  },
  {
    name: "nothing that is asked to be copied",
    source: { a: some(), d: tree() },
    edits: ["a -> b"],
    done: ["create b", "remove a"],
    options: { moves: false },
  },
  {
    name: "nothing that may not be removed",
    source: { a: some(), k: "k" },
    edits: [],
    done: [],
  },
  {
    name: "a folder, its contents compared with --checksum",
    source: { a: tree(), b: some() },
    edits: ["a -> c", "b -> d"],
    done: ["a -> c", "b -> d"],
    options: { checksum: true },
  },
  {
    name: "a folder and a file, forced to the disk",
    source: { a: tree(), b: some() },
    edits: ["a -> n/c", "b -> d"],
    done: ["a -> n/c", "b -> d", "create n"],
    options: { durable: true },
  },
];

for (const [how, pool] of POOLS) {
  for (const edge of how === "inline" ? EDGES : EDGES.slice(-1)) {
    for (const { name, source, edits, done: expected, options = {} } of CASES) {
      Deno.test(`pass() moves ${name}, ${how}, ${edge}`, () =>
        inFolder(async (at) => {
          const all = { pool, edge, limits: UNLIMITED, ...options };
          plant(`${at}/source`, source);
          await mirror(`${at}/source`, `${at}/replica`, all);
          edit(`${at}/source`, edits);
          const before = harvest(`${at}/source`);
          const outcome = await mirror(`${at}/source`, `${at}/replica`, all);
          assertEquals(failuresOf(outcome), []);
          assertInSync(`${at}/source`, `${at}/replica`);
          assertEquals(done(outcome), [...expected].sort());
          assertEquals(harvest(`${at}/source`), before);
          assertEquals((await mirror(`${at}/source`, `${at}/replica`, all)).changes, []);
        }));
    }
  }
}

Deno.test("pass() moves a folder of 10,000 files, most of what there is, by one rename that the guard lets pass", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { big: { a: files(5000), b: files(5000) }, k: "k" });
    await mirror(`${at}/source`, `${at}/replica`);
    Deno.renameSync(`${at}/source/big`, `${at}/source/bigger`);
    const outcome = await mirror(`${at}/source`, `${at}/replica`);
    const { ended, moved, created, removed, bytes } = outcome.report;
    assertEquals([ended, moved, created, removed, bytes], ["complete", 1, 0, 0, 0]);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test("pass() takes no file of the same size and time for another one, in a folder that is moved or by itself", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    const versions = (i: number) =>
      Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, file(`${name}${i}`, 0o644, ROUND)]));
    plant(source, { old: versions(1), one: file("1", 0o644, ROUND), two: file("t", 0o644, EXACT), k: "k" });
    await mirror(source, replica);
    edit(source, ["old!", "one!", "two!"]);
    plant(source, { new: versions(2), uno: file("2", 0o644, ROUND), due: file("d", 0o644, EXACT) });
    const outcome = await mirror(source, replica, { limits: UNLIMITED });
    assertEquals(outcome.report.moved, 0);
    assertInSync(source, replica);
  }));

Deno.test("pass() does not move a folder as a whole when a file in it is another one with its size and time", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, { a: { ...tree(ROUND), d: { x: some(ROUND), y: some(EXACT) } }, k: "k" });
    await mirror(source, replica);
    edit(source, ["a -> b", "b/b: 9"]);
    Deno.utimeSync(`${source}/b/b`, ROUND / 1000, ROUND / 1000);
    const outcome = await mirror(source, replica, { limits: UNLIMITED });
    assertEquals(done(outcome).filter((word) => word.includes("->")), [
      "a/a -> b/a",
      "a/d -> b/d",
      "a/sub -> b/sub",
    ]);
    assertInSync(source, replica);
  }));

Deno.test("pass() leaves nothing to moves that is left over by a killed run", () =>
  inFolder(async (at) => {
    const name = ".lockstep-01234567-3";
    plant(at, { source: { a: file(LARGE, 0o644, EXACT) }, replica: { [name]: file(LARGE, 0o644, EXACT) } });
    const outcome = await mirror(`${at}/source`, `${at}/replica`);
    assertEquals(done(outcome), ["create a", `remove ${name}`]);
  }));

for (const edge of EDGES) {
  Deno.test(`pass() removes and copies what cannot be moved, since something came in the way, ${edge}`, () =>
    inFolder(async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      plant(source, { a: tree(), f: some(), other: { g: some() }, k: "k" });
      await mirror(source, replica, { edge });
      edit(source, ["a -> b", "f -> e", "other/g -> h"]);
      const outcome = await mirror(source, replica, {
        edge,
        limits: UNLIMITED,
        onEvent: ({ kind }) => {
          if (kind === "compared") plant(replica, { b: { a: "x" }, e: "y" });
        },
      });
      assertEquals(failuresOf(outcome), []);
      assertEquals(outcome.report.ended, "complete");
      assertEquals(outcome.report.moved, 1);
      assertInSync(source, replica);
      assertEquals((await mirror(source, replica, { edge })).changes, []);
    }));

  Deno.test(`pass() gives a folder its time again when something else could not be moved, ${edge}`, () =>
    inFolder(async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      plant(source, { x: some(), d: { f: some(ROUND) }, k: "k" });
      await mirror(source, replica, { edge });
      edit(source, ["x -> y", "d/f -> d/g"]);
      Deno.utimeSync(source, EXACT / 1000, EXACT / 1000);
      Deno.utimeSync(replica, EXACT / 1000, EXACT / 1000);
      const outcome = await mirror(source, replica, {
        edge,
        limits: UNLIMITED,
        onEvent: ({ kind }) => {
          if (kind === "compared") plant(replica, { d: { g: "in the way" } });
        },
      });
      assertEquals([failuresOf(outcome), outcome.report.moved], [[], 1]);
      assertInSync(source, replica);
    }));

  Deno.test(`pass() removes and copies what is not as it was any more when it is to be moved, ${edge}`, () =>
    inFolder(async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      // nothing of this is read before
      const many = Object.fromEntries("abcdefgh".split("").map((name) => [name, some()]));
      plant(source, { a: many, f: file(LARGE, 0o644, EXACT), k: "k" });
      await mirror(source, replica, { edge });
      edit(source, ["a -> b", "f -> e"]);
      const outcome = await mirror(source, replica, {
        edge,
        limits: UNLIMITED,
        onEvent: ({ kind }) => {
          if (kind === "compared") edit(replica, ["f: edited", "a -> elsewhere"]);
        },
      });
      assertEquals([failuresOf(outcome), outcome.report.moved], [[], 0]);
      assertInSync(source, replica);
    }));
}

Deno.test("pass() that is only allowed to add and to update moves nothing", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, { a: some(), d: tree(), k: "k" });
    await mirror(source, replica);
    edit(source, ["a -> b", "d -> e"]);
    const { ALL } = await import("../../sync/engine/filter.ts");
    const outcome = await mirror(source, replica, { choice: { ...ALL, noDelete: true } });
    assertEquals([outcome.report.moved, outcome.report.removed], [0, 0]);
    assert(Deno.statSync(`${replica}/a`).isFile && Deno.statSync(`${replica}/d/sub/c`).isFile);
  }));

Deno.test("pass() over a scope moves what it sees on both sides, and copies what it sees on one", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, { from: { a: tree(), b: tree() }, to: {}, k: "k" });
    await mirror(source, replica);
    const known = { source: 13, replica: 13 };
    edit(source, ["from/a -> to/a"]);
    const both = await mirror(source, replica, { scope: { folders: ["from", "to"], known } });
    assertEquals(done(both), ["from/a -> to/a"]);
    edit(source, ["from/b -> to/b"]);
    const one = await mirror(source, replica, { scope: { folders: ["to"], known } });
    assertEquals(done(one).length, 5);
    assertEquals((await mirror(source, replica, { scope: { folders: ["from"], known } })).report.removed, 5);
    assertInSync(source, replica);
  }));

Deno.test("pass() in a dry run tells moves and makes none", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: tree(), k: "k" });
    await mirror(`${at}/source`, `${at}/replica`);
    edit(`${at}/source`, ["a -> b"]);
    const before = harvest(`${at}/replica`);
    const outcome = await mirror(`${at}/source`, `${at}/replica`, { dryRun: true });
    assertEquals(done(outcome), ["a -> b"]);
    assertEquals(harvest(`${at}/replica`), before);
  }));
