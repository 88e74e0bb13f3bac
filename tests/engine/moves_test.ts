import { assert, assertEquals } from "@std/assert";
import { EXACTLY, FILE, FOLDER } from "../support/entries.ts";
import type { Change } from "../../sync/engine/change.ts";
import { type Changes, each, listOf, mayMove } from "../../sync/engine/changes.ts";
import type { File, Mirrored } from "../../sync/engine/entry.ts";
import { type Contents, isCertain, placeOf, type Seeking } from "../../sync/engine/evidence.ts";
import { candidatesIn, provenMoves, withFilesMoved } from "../../sync/engine/moved_files.ts";
import { pairFolders, type Taken } from "../../sync/engine/moved_folders.ts";
import { doubtsOf, isRefuted, withFoldersMoved } from "../../sync/engine/moved_inside.ts";
import { order } from "../../sync/engine/order.ts";
import { finish } from "../../sync/engine/steps.ts";

const EXACT = 1_600_000_000_123;
const ROUND = 1_600_000_000_000;
const SEEKING: Seeking = {
  criteria: EXACTLY,
  devices: new Map(),
  isOurs: (path) => path.startsWith(".ours"),
  began: EXACT + 1e9,
};
const FREE: Taken = { refused: new Set(), needed: new Set() };
const NO_CONTENTS: Contents = { source: new Map(), replica: new Map(), readAt: EXACT + 1e9 };

const fileOf = (size: number, mtime = EXACT): File => ({ ...FILE, size, mtime });
const removed = (path: string, was: Mirrored): Change => ({ kind: "remove", path, was });
const created = (path: string, entry: Mirrored): Change => ({ kind: "create", path, entry });
const LARGE = 2 << 20;

/** A folder with files on one side, as changes: their sizes by name. */
function whole(
  make: typeof removed,
  path: string,
  sizes: Readonly<Record<string, number>>,
  mtime = EXACT,
): Change[] {
  const inside = Object.entries(sizes).map(([name, size]) => make(`${path}/${name}`, fileOf(size, mtime)));
  return [make(path, FOLDER), ...inside];
}

function pairs(changes: readonly Change[], seeking = SEEKING, taken = FREE): string[] {
  return finish(pairFolders(listOf(changes), seeking, taken)).map(({ from, path }) => `${from} -> ${path}`)
    .sort();
}

function words(changes: Changes): string[] {
  return [...each(changes)].map((change) =>
    change.kind === "move" ? `${change.from} -> ${change.path}` : `${change.kind} ${change.path}`
  ).sort();
}

Deno.test("pairFolders() pairs no folder with one that lies where something else was", () => {
  const gone = whole(removed, "d", { x: 1, y: 2 });
  const inner = whole(created, "a/in", { x: 1, y: 2 });
  assertEquals(pairs([...gone, created("a", FOLDER), ...inner]), ["d -> a/in"]);
  assertEquals(pairs([...gone, { kind: "create", path: "a", entry: FOLDER, was: FILE }, ...inner]), []);
});

Deno.test("pairFolders() pairs a folder that goes with a new one that holds at least half of the same", () => {
  const four = { a: 1, b: 2, c: 3, d: 4 };
  const rows: (readonly [Record<string, number>, Record<string, number>, boolean])[] = [
    [four, four, true],
    [four, { a: 1, b: 2 }, true],
    [four, { a: 1 }, false],
    [four, { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9 }, true],
    [four, { a: 2, b: 3, c: 4, d: 5 }, false],
    [{ a: 0, b: 0 }, { a: 0, b: 0 }, false],
    [{}, {}, false],
  ];
  for (const [old, made, isPaired] of rows) {
    const changes = [...whole(removed, "x", old), ...whole(created, "y", made)];
    assertEquals(pairs(changes), isPaired ? ["x -> y"] : [], JSON.stringify([old, made]));
  }
});

Deno.test("pairFolders() takes the outermost folders that hold the same, and none in another", () => {
  const inside = { a: 1, b: 2 };
  const deep = (make: typeof removed, top: string) => [
    make(top, FOLDER),
    make(`${top}/sub`, FOLDER),
    ...whole(make, `${top}/sub/sub`, inside),
  ];
  assertEquals(pairs([...deep(removed, "x"), ...deep(created, "y")]), ["x -> y"]);
  // with a folder around it that stays, it is that much
  assertEquals(pairs([...deep(removed, "on/x"), ...deep(created, "on/y")]), ["on/x -> on/y"]);
  const renamedInside = [
    created("y", FOLDER),
    created("y/sub", FOLDER),
    ...whole(created, "y/sub/other", inside),
  ];
  assertEquals(pairs([...deep(removed, "x"), ...renamedInside]), ["x/sub/sub -> y/sub/other"]);
  const needed = new Set(["y"]);
  assertEquals(pairs([...deep(removed, "x"), ...deep(created, "y")], SEEKING, { ...FREE, needed }), [
    "x/sub -> y/sub",
  ]);
});

Deno.test("pairFolders() pairs nothing across the devices or mount points of the replica", () => {
  const changes = [...whole(removed, "m/x", { a: 1 }), ...whole(created, "y", { a: 1 })];
  assertEquals(pairs(changes), ["m/x -> y"]);
  assertEquals(pairs(changes, { ...SEEKING, devices: new Map([["m", 9]]) }), []);
  const mounts = { source: new Set<string>(), replica: new Set(["m"]) };
  const mounted = { ...SEEKING, criteria: { ...EXACTLY, mounts } };
  assertEquals(pairs(changes, mounted), []);
  assertEquals(placeOf("m/x/y", mounted), placeOf("m/z", mounted));
  assert(placeOf("mm/x", mounted) !== placeOf("m/x", mounted));
});

Deno.test("a time is certain when it has a fraction of a second, which the replica can hold, and is no tick old", () => {
  const rows: (readonly [string, File, File, Partial<Seeking>, boolean])[] = [
    ["a fraction", fileOf(5), fileOf(5), {}, true],
    ["ns only", { ...fileOf(5, ROUND), nanos: 5 }, { ...fileOf(5, ROUND), nanos: 5 }, {}, true],
    ["a whole second", fileOf(5, ROUND), fileOf(5, ROUND), {}, false],
    ["a whole second that is empty", fileOf(0, ROUND), fileOf(0, ROUND), {}, true],
    ["a whole second in the replica", fileOf(5), fileOf(5, ROUND), {}, false],
    ["--checksum", fileOf(5), fileOf(5), { criteria: { ...EXACTLY, checksum: true } }, false],
    ["coarse times", fileOf(5), fileOf(5), {
      criteria: { ...EXACTLY, capabilities: { ...EXACTLY.capabilities, step: 10 } },
    }, false],
    ["edited just now", fileOf(5), fileOf(5), { began: EXACT + 5 }, false],
  ];
  for (const [what, entry, was, seeking, expected] of rows) {
    assertEquals(isCertain(entry, was, { ...SEEKING, ...seeking }), expected, what);
  }
});

Deno.test("withFoldersMoved() plans what lies in a moved folder as in one that both sides have", () => {
  const changes = listOf([
    ...whole(removed, "x", { same: 1, too: 8, size: 2, gone: 3, kind: 4, mode: 5 }),
    removed("x/sub", FOLDER),
    created("y", FOLDER),
    created("y/same", fileOf(1)),
    created("y/too", fileOf(8)),
    created("y/size", fileOf(22)),
    created("y/new", fileOf(6)),
    created("y/kind", FOLDER),
    created("y/kind/in", fileOf(7)),
    created("y/mode", { ...fileOf(5), mode: 0o600 }),
    created("y/sub", { ...FOLDER, mode: 0o700 }),
    removed("z", FILE),
  ]);
  const moves = finish(pairFolders(changes, SEEKING, FREE));
  const whereItIs = (path: string) => path;
  const after = finish(withFoldersMoved(changes, [], moves, NO_CONTENTS, whereItIs, SEEKING));
  assertEquals(words(after.changes), [
    "attributes y/mode",
    "attributes y/sub",
    "create y/kind",
    "create y/kind/in",
    "create y/new",
    "remove y/gone",
    "remove z",
    "update y/size",
    "x -> y",
  ]);
  const [kind] = [...each(after.changes)].filter(({ path }) => path === "y/kind");
  assertEquals(kind?.was?.kind, "file");
  assertEquals([...after.disturbed.keys()].sort(), ["y", "y/kind"]);
});

Deno.test("withFoldersMoved() keeps what it knows of hard links in a moved folder", () => {
  const shared = (size: number, id: string): File => ({ ...fileOf(size), nlink: 2, id });
  const [old, entry] = [shared(1, "r:1"), shared(1, "s:1")];
  const changes = listOf([
    ...whole(removed, "x", { a: 1, b: 2 }),
    ...["same", "gone", "kind"].map((name) => removed(`x/${name}`, old)),
    ...whole(created, "y", { a: 1, b: 2 }),
    ...["same", "new"].map((name) => created(`y/${name}`, entry)),
    created("y/kind", FOLDER),
  ]);
  const linked = [
    ...["same", "gone", "kind"].map((name) => ({ path: `x/${name}`, entry: null, was: old })),
    ...["same", "new"].map((name) => ({ path: `y/${name}`, entry, was: null })),
    { path: "else", entry, was: old },
  ];
  const moves = finish(pairFolders(changes, SEEKING, FREE));
  const after = finish(withFoldersMoved(changes, linked, moves, NO_CONTENTS, (path) => path, SEEKING));
  assertEquals(after.linked.map(({ path, entry, was }) => [path, entry?.id, was?.id]).sort(), [
    ["else", "s:1", "r:1"],
    ["y/gone", undefined, "r:1"],
    ["y/new", "s:1", undefined],
    ["y/same", "s:1", "r:1"],
  ]);
});

Deno.test("doubtsOf() are the files of which the time tells too little, and refute a move when they differ", () => {
  const eight = Object.fromEntries("abcdefgh".split("").map((name, i) => [name, i + 1]));
  const doubtful = (sizes: Record<string, number>, mtime: number) => {
    const changes = listOf([...whole(removed, "x", sizes, mtime), ...whole(created, "y", sizes, mtime)]);
    return finish(doubtsOf(changes, finish(pairFolders(changes, SEEKING, FREE)), (path) => path, SEEKING));
  };
  assertEquals(doubtful(eight, EXACT), []);
  assertEquals(doubtful({ a: 1, b: 2 }, EXACT).map(({ path }) => path), ["y/a", "y/b"]);
  assertEquals(doubtful({ a: LARGE, b: LARGE }, EXACT), []);
  const doubts = doubtful(eight, ROUND);
  assertEquals(doubts.length, 8);
  const [first] = doubts;
  const read = (source: string, replica: string): Contents => ({
    ...NO_CONTENTS,
    source: new Map([["y/a", source]]),
    replica: new Map([["x/a", replica]]),
  });
  assertEquals(isRefuted(first!, read("1", "1"), SEEKING), false);
  assertEquals(isRefuted(first!, read("1", "2"), SEEKING), true);
  assertEquals(isRefuted(first!, NO_CONTENTS, SEEKING), true);
});

/** The moves of single files: those that are clear, and those by contents. */
function filesMoved(
  changes: readonly Change[],
  source: [string, string][] = [],
  replica: [string, string][] = [],
): string[] {
  const { moves, doubtful } = finish(candidatesIn(listOf(changes), SEEKING));
  const contents = { ...NO_CONTENTS, source: new Map(source), replica: new Map(replica) };
  const proven = finish(provenMoves(doubtful, contents, (path) => path, SEEKING));
  return words(finish(withFilesMoved(listOf(changes), [], [...moves, ...proven])).changes);
}

Deno.test("a file is moved by its time alone only when it is large, its time exact, and no other fits", () => {
  const [old, made] = [removed("a", fileOf(LARGE)), created("b", fileOf(LARGE))];
  assertEquals(filesMoved([old, made]), ["a -> b"]);
  assertEquals(filesMoved([old, created("b", fileOf(LARGE, EXACT + 1))]), ["create b", "remove a"]);
  const rows: Change[][] = [
    [removed("a", fileOf(5)), created("b", fileOf(5))],
    [removed("a", fileOf(LARGE, ROUND)), created("b", fileOf(LARGE, ROUND))],
    [old, made, created("c", fileOf(LARGE))],
    [old, removed("c", fileOf(LARGE)), made],
  ];
  for (const changes of rows) {
    assertEquals(filesMoved(changes).filter((word) => word.includes("->")), []);
    assertEquals(
      filesMoved(changes, [["b", "1"], ["c", "2"]], [["a", "1"], ["c", "2"]]).includes("a -> b"),
      true,
    );
    assertEquals(filesMoved(changes, [["b", "2"]], [["a", "1"]]).filter((word) => word.includes("->")), []);
  }
});

Deno.test("of files with one content, those of one name are moved to one another", () => {
  const changes = ["x/a", "x/b", "x/c"].map((path) => removed(path, fileOf(5)))
    .concat(["y/c", "y/b", "y/z"].map((path) => created(path, fileOf(5))));
  const [source, replica] = [["y/c", "y/b", "y/z"], ["x/a", "x/b", "x/c"]].map((paths) =>
    paths.map((path): [string, string] => [path, "same"])
  );
  assertEquals(filesMoved(changes, source, replica), ["x/a -> y/z", "x/b -> y/b", "x/c -> y/c"]);
});

Deno.test("nothing empty, excepted, in the way or of our own making is moved by itself", () => {
  const rows: Change[][] = [
    [removed("a", fileOf(0)), created("b", fileOf(0))],
    [removed(".ours", fileOf(LARGE)), created("b", fileOf(LARGE))],
    [removed("a", fileOf(LARGE)), {
      kind: "create",
      path: "b",
      entry: fileOf(LARGE),
      was: { kind: "socket" },
    }],
    [removed("a", { ...fileOf(LARGE), nlink: 2 }), created("b", fileOf(LARGE))],
    [removed("a", fileOf(LARGE)), { kind: "update", path: "b", entry: fileOf(LARGE), was: FILE }],
  ];
  for (const changes of rows) assertEquals(filesMoved(changes).filter((word) => word.includes("->")), []);
  assertEquals(mayMove(listOf([removed("a", FILE)])), false);
  assertEquals(mayMove(listOf([created("a", FILE), created("b", FOLDER)])), false);
  assertEquals(mayMove(listOf([created("a", FILE), removed("b", FILE)])), true);
});

Deno.test("order() moves a folder after those that it will lie in, and before one that it leaves", () => {
  const move = (from: string, path: string): Change => ({
    kind: "move",
    from,
    path,
    entry: FOLDER,
    was: FOLDER,
  });
  const changes = [
    move("b", "n/a/deep/b"),
    created("n", FOLDER),
    move("a", "n/a"),
    created("n/a/new", FOLDER),
    move("o/in", "p"),
    move("o", "q"),
    move("n/a/left", "r"),
    { kind: "move", from: "f", path: "n/f", entry: FILE, was: FILE },
  ] as const;
  const { folders, moves, contents } = finish(order(listOf(changes)));
  const at = new Map(folders.flatMap((wave, i) => wave.flat().map(({ number }) => [number, i] as const)));
  for (const [first, then] of [[2, 0], [2, 3], [4, 5], [2, 6]] as const) {
    assert(at.get(first)! < at.get(then)!, `${first} before ${then}`);
  }
  assertEquals(folders.flatMap((wave) => wave.flat()).length, 7);
  assertEquals([moves, contents], [[7], []]);
});

Deno.test("many removals and creations that are no moves are looked through in short steps, by their numbers", () => {
  const many: Change[] = [];
  for (let i = 0; i < 20_000; i++) {
    many.push(removed(`o/${i}`, fileOf(i + 1)), created(`n/${i}`, fileOf(i + 1, EXACT + 1)));
  }
  let count = 0;
  const steps = candidatesIn(listOf(many), SEEKING);
  for (let step = steps.next(); !step.done; step = steps.next()) count++;
  assert(count > 40_000 * 2 / 1000, `${count} steps`);
});
