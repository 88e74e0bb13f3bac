/** What of a tree is mirrored by choice: what is excluded is left alone on both sides, and the rest obeys the two laws. */
import { assertEquals } from "@std/assert";
import type { Capabilities } from "../../sync/engine/capabilities.ts";
import { ALL, type Choice, IGNORE_FILE, UNBOUNDED } from "../../sync/engine/filter.ts";
import { each } from "../../sync/engine/changes.ts";
import { prune } from "../../sync/engine/prune.ts";
import { finish } from "../../sync/engine/steps.ts";
import {
  configOf,
  failuresOf,
  foundWhere,
  LIMITS,
  mirror,
  type Outcome,
  poolsOfFile,
  UNLIMITED,
} from "../support/mirror.ts";
import {
  file,
  files,
  folder,
  hardLink,
  harvest,
  inFolder,
  inMemory,
  link,
  namesIn,
  plant,
  Planted,
  type Tree,
} from "../support/tree.ts";

const POOLS = poolsOfFile();

function excluding(...patterns: string[]): Choice {
  return { ...ALL, rules: patterns.map((pattern) => ({ pattern, from: "--exclude" })) };
}

/** The paths in a tree with their contents: "" for a folder, "-> a" for a link. */
function contents(root: string, path = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of namesIn(`${root}/${path}`)) {
    const at = path === "" ? name : `${path}/${name}`;
    const { isSymlink, isDirectory, isFile } = Deno.lstatSync(`${root}/${at}`);
    if (isSymlink) found[at] = `-> ${Deno.readLinkSync(`${root}/${at}`)}`;
    else if (isDirectory) Object.assign(found, { [`${at}/`]: "" }, contents(root, at));
    else found[at] = isFile ? Deno.readTextFileSync(`${root}/${at}`) : "special";
  }
  return found;
}

const NEW = 1_700_000_000_000;
const OLD = 1_000_000_000_000;
const KILLED = ".lockstep-0123abcd-1";

interface Case {
  readonly name: string;
  readonly choice: Choice;
  readonly source: Tree;
  readonly replica: Tree;
  /** What the replica has then, as `contents` says it. */
  readonly then: Readonly<Record<string, string>>;
  readonly failures?: readonly string[];
  /** The entries of each side that count. */
  readonly listed?: readonly [source: number, replica: number];
}

const CASES: readonly Case[] = [
  {
    name: "names",
    choice: excluding("*.o", "!keep.o", "node_modules"),
    source: {
      "a.o": "1",
      "keep.o": "1",
      b: "1",
      d: { "c.o": "1", node_modules: { x: "1" } },
      node_modules: "1",
    },
    replica: { "a.o": "old", d: { "e.o": "mine", node_modules: { y: "mine" }, gone: "1" } },
    then: {
      "a.o": "old",
      b: "1",
      "d/": "",
      "d/e.o": "mine",
      "d/node_modules/": "",
      "d/node_modules/y": "mine",
      "keep.o": "1",
    },
    listed: [3, 2],
  },
  {
    name: "folders only",
    choice: excluding("x/"),
    source: { a: { x: "file" }, b: { x: { y: "1" } }, c: { x: link("y") }, x: { y: "1" } },
    replica: { a: {}, b: { x: { z: "mine" } }, d: { x: { z: "mine" }, gone: "1" } },
    then: {
      "a/": "",
      "a/x": "file",
      "b/": "",
      "b/x/": "",
      "b/x/z": "mine",
      "c/": "",
      "c/x": "-> y",
      "d/": "",
      "d/x/": "",
      "d/x/z": "mine",
    },
  },
  {
    name: "anything but folders",
    choice: excluding("*", "!*/", "!*.c"),
    source: { "a.c": "1", a: "1", d: { "b.c": "1", b: "1", l: link("b") } },
    replica: { a: "mine", d: { b: "mine", "gone.c": "1" }, e: { f: { "gone.c": "1" }, g: { mine: "1" } } },
    then: {
      a: "mine",
      "a.c": "1",
      "d/": "",
      "d/b": "mine",
      "d/b.c": "1",
      "e/": "",
      "e/g/": "",
      "e/g/mine": "1",
    },
    listed: [3, 6],
  },
  {
    name: "ignore files in folders of folders",
    choice: excluding("!always.log"),
    source: {
      [IGNORE_FILE]: "*.log\n/only\n",
      "a.log": "1",
      only: "1",
      d: {
        [IGNORE_FILE]: "!b.log\nonly\n",
        "a.log": "1",
        "b.log": "1",
        "always.log": "1",
        e: { only: "1", "b.log": "1", f: { [IGNORE_FILE]: "b.log\n!only", only: "1", "b.log": "1" } },
      },
      g: { only: "1" },
    },
    replica: { d: { "a.log": "mine", e: { f: { "b.log": "mine" } } }, h: { "x.log": "mine", only: "gone" } },
    then: {
      [IGNORE_FILE]: "*.log\n/only\n",
      "d/": "",
      [`d/${IGNORE_FILE}`]: "!b.log\nonly\n",
      "d/a.log": "mine",
      "d/always.log": "1",
      "d/b.log": "1",
      "d/e/": "",
      "d/e/b.log": "1",
      "d/e/f/": "",
      [`d/e/f/${IGNORE_FILE}`]: "b.log\n!only",
      "d/e/f/b.log": "mine",
      "d/e/f/only": "1",
      "g/": "",
      "g/only": "1",
      "h/": "",
      "h/x.log": "mine",
    },
  },
  {
    name: "in a folder that only the replica has",
    choice: excluding("keep"),
    source: { a: "1" },
    replica: { d: { e: { keep: { x: "mine" }, gone: "1" }, f: { gone: "1" }, gone: "1" }, g: { gone: "1" } },
    then: { a: "1", "d/": "", "d/e/": "", "d/e/keep/": "", "d/e/keep/x": "mine" },
  },
  {
    name: "a file where the replica has an excluded folder",
    choice: excluding("x/"),
    source: { a: "1", d: { x: "new" } },
    replica: { d: { x: { y: "mine" } } },
    then: { a: "1", "d/": "", "d/x/": "", "d/x/y": "mine" },
    failures: ["read replica d/x EXCLUDED"],
  },
  {
    name: "a folder where the replica has an excluded file",
    choice: excluding("x", "!x/"),
    source: { a: "1", x: { y: "1" } },
    replica: { x: "mine" },
    then: { a: "1", x: "mine" },
    failures: ["read replica x EXCLUDED"],
  },
  {
    name: "an excluded folder where the replica has a file that is not",
    choice: excluding("x/"),
    source: { a: "1", x: { y: "1" } },
    replica: { x: "gone" },
    then: { a: "1" },
  },
  {
    name: "a file in the place of a folder with something excluded",
    choice: excluding("keep"),
    source: { a: "1", x: "new" },
    replica: { x: { y: { keep: "mine" }, gone: "1" } },
    then: { a: "1", "x/": "", "x/gone": "1", "x/y/": "", "x/y/keep": "mine" },
    failures: ["create replica x OCCUPIED"],
  },
  {
    name: "excluded entries that change their kind",
    choice: excluding("x*"),
    source: { x1: { a: "1" }, x2: "1", x3: link("a"), b: "1" },
    replica: { x1: "mine", x2: { y: "mine" }, x3: { z: "mine" } },
    then: { b: "1", x1: "mine", "x2/": "", "x2/y": "mine", "x3/": "", "x3/z": "mine" },
  },
  {
    name: "files of which one name is excluded",
    choice: excluding("*.x"),
    source: { a: "1", "a.x": hardLink("a"), b: hardLink("a") },
    replica: { a: file("1", 0o600, OLD), "a.x": hardLink("a"), c: hardLink("a") },
    then: { a: "1", "a.x": "1", b: "1" },
  },
  {
    name: "what killed runs left over",
    choice: excluding(".*", "keep", "*[0-9]"),
    source: { a: "1" },
    replica: { [KILLED]: { keep: "1", x1: "1" }, d: { [`${KILLED}2`]: "1", keep: "mine" } },
    then: { a: "1", "d/": "", "d/keep": "mine" },
  },
  {
    name: "names that mean something in patterns, and to nobody",
    choice: excluding("\\#a", "b\\ ", "*\n"),
    source: { "#a": "1", "b ": "1", "c\n": "1", "[d]*": { [IGNORE_FILE]: "e", e: "1" }, dx: { e: "1" } },
    replica: { "[d]*": { e: "mine" } },
    then: {
      "[d]*/": "",
      [`[d]*/${IGNORE_FILE}`]: "e",
      "[d]*/e": "mine",
      "dx/": "",
      "dx/e": "1",
    },
  },
  {
    name: "sizes",
    choice: { ...ALL, bounds: { ...UNBOUNDED, minSize: 2, maxSize: 4 } },
    source: {
      small: "1",
      least: "22",
      most: "4444",
      large: "55555",
      grown: "55555",
      shrunk: "333",
      l: link("a"),
      d: {},
      same: file("55555", 0o644, OLD),
    },
    replica: {
      grown: "333",
      shrunk: "55555",
      mine: "55555",
      gone: "333",
      e: { mine: "1", gone: "22" },
      same: file("55555", 0o644, OLD),
    },
    then: {
      "d/": "",
      "e/": "",
      "e/mine": "1",
      grown: "333",
      l: "-> a",
      least: "22",
      mine: "55555",
      most: "4444",
      same: "55555",
      shrunk: "333",
    },
    listed: [5, 4],
  },
  {
    name: "dates",
    choice: { ...ALL, bounds: { ...UNBOUNDED, newerThan: { kind: "date", ms: OLD } } },
    source: { old: file("1", 0o644, OLD), new: file("1", 0o644, OLD + 1), d: folder({}, 0o755, OLD) },
    replica: { mine: file("1", 0o644, OLD), gone: file("1", 0o644, NEW) },
    then: { "d/": "", mine: "1", new: "1" },
  },
  {
    name: "ages",
    choice: { ...ALL, bounds: { ...UNBOUNDED, olderThan: { kind: "age", ms: 3_600_000 } } },
    source: { new: "1", old: file("1", 0o644, OLD) },
    replica: { mine: "1", gone: file("1", 0o644, OLD) },
    then: { mine: "1", old: "1" },
  },
  {
    name: "a file out of bounds in the place of something else",
    choice: { ...ALL, bounds: { ...UNBOUNDED, maxSize: 2 } },
    source: { x: "333", y: "333", z: { a: "1" }, b: "1" },
    replica: { x: { mine: "1" }, y: link("mine"), z: "333" },
    then: { b: "1", "x/": "", "x/mine": "1", y: "-> mine", "z/": "", "z/a": "1" },
  },
  {
    name: "excluded entries, which are to be deleted",
    choice: { ...excluding("*.o", "x/", "!y", "s"), deleteExcluded: true },
    source: { "a.o": "1", b: "1", x: { c: "1" }, d: { x: "file" }, s: file("1", 0o644, OLD) },
    replica: {
      "a.o": "1",
      "c.o": "1",
      x: { c: "1" },
      d: { x: { "a.o": "1" } },
      e: { "a.o": "1" },
      s: file("1", 0o644, OLD),
    },
    then: { b: "1", "d/": "", "d/x": "file" },
  },
  {
    name: "what is the same, and to be deleted, since files of the name are excluded",
    choice: { ...excluding("s", "!s/"), deleteExcluded: true },
    source: { s: file("1", 0o644, OLD), a: "1", d: { s: {} } },
    replica: { s: file("1", 0o644, OLD) },
    then: { a: "1", "d/": "", "d/s/": "" },
  },
  {
    name: "files out of bounds, which are to be deleted",
    choice: { ...ALL, bounds: { ...UNBOUNDED, maxSize: 2 }, deleteExcluded: true },
    source: { a: "1", same: file("333", 0o644, OLD), large: "4444", z: { b: "1" } },
    replica: { same: file("333", 0o644, OLD), large: "1", mine: "333", e: { mine: "333" }, z: "333" },
    then: { a: "1", "z/": "", "z/b": "1" },
  },
  {
    name: "nothing removed",
    choice: { ...ALL, noDelete: true },
    source: { a: "newer", b: { c: "1" }, e: "file", f: { g: "1" }, l: link("a") },
    replica: {
      a: "old",
      d: "kept",
      b: { x: "kept" },
      e: { y: "kept" },
      f: "file",
      l: "file",
      [KILLED]: { z: "1" },
    },
    then: {
      a: "newer",
      "b/": "",
      "b/c": "1",
      "b/x": "kept",
      d: "kept",
      "e/": "",
      "e/y": "kept",
      "f/": "",
      "f/g": "1",
      l: "-> a",
    },
    failures: ["create replica e NO_DELETE"],
  },
];

/** Both passes over two trees: the source stays as it is, and the second pass changes nothing and says the same. */
async function twice(at: string, options: Parameters<typeof mirror>[2]): Promise<[Outcome, Outcome]> {
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  const before = harvest(source);
  // what was just made on both sides is no move yet, and may be one a tick of the clock later
  const shown = await mirror(source, replica, { limits: UNLIMITED, moves: false, ...options, dryRun: true });
  const first = await mirror(source, replica, { limits: UNLIMITED, moves: false, ...options });
  // a dry run shows what is done
  assertEquals(shown.changes, first.changes);
  const after = harvest(replica);
  const second = await mirror(source, replica, { limits: UNLIMITED, ...options });
  assertEquals([second.changes, failuresOf(second)], [[], failuresOf(first)]);
  assertEquals([harvest(source), harvest(replica)], [before, after]);
  return [first, second];
}

for (const { name, choice, source, replica, then, failures = [], listed } of CASES) {
  for (const [how, pool] of POOLS) {
    Deno.test(`pass() leaves alone what is excluded: ${name}, ${how}`, () =>
      inFolder(async (at) => {
        plant(at, { source, replica });
        const [first, second] = await twice(at, { choice, pool });
        assertEquals([failuresOf(first), contents(`${at}/replica`)], [failures, then]);
        if (listed) {
          assertEquals([first.report.entries.source, first.report.entries.replica], listed);
          assertEquals(second.report.entries.source, listed[0]);
        }
      }));
  }
}

/** What comparing two trees comes to that the choice is of, with a replica that can hold so much. */
async function compared(at: string, choice: Choice, less: Partial<Capabilities>) {
  const asked = { ...configOf(`${at}/source`, `${at}/replica`), choice };
  const { found: { changes, failures, kept }, probes } = await foundWhere(asked, less);
  const left = finish(prune(changes, failures, kept)).changes;
  const words = [...each(left)].map(({ kind, path }) => `${kind} ${path}`).sort();
  return { changes: words, failures: failures.map(({ reason }) => reason.code), probes };
}

for (
  const [what, choice, source, replica, expected] of [
    ["an excluded name", excluding("Thumbs.db"), { "Thumbs.db": "1" }, { "thumbs.db": "22" }, []],
    ["an excluded folder", excluding("Out/"), { Out: { a: "1" } }, { out: { b: "1" } }, []],
    // what the source has is no such name: it is the same file
    ["a name that is excluded as the replica has it", excluding("Thumbs.db"), { "thumbs.db": "1" }, {
      "Thumbs.db": "22",
    }, ["update thumbs.db"]],
    ["one of two names", excluding("A"), { A: "1", a: "333" }, { A: "22" }, ["update a"]],
    ["a folder in the place of an excluded file", excluding("Out", "!Out/"), { Out: { a: "1" } }, {
      out: "1",
    }, ["EXCLUDED"]],
    ["a file out of bounds", { ...ALL, bounds: { ...UNBOUNDED, maxSize: 2 } }, { A: "333" }, { a: "1" }, []],
    ["a name that goes", excluding("A"), {}, { a: "1" }, ["remove a"]],
  ] as const
) {
  Deno.test(`pass() excludes by the names of the source where the replica takes names for one: ${what}`, () =>
    inFolder(async (at) => {
      const more = { z: file("1", 0o644, OLD) };
      plant(at, { source: { ...source, ...more }, replica: { ...replica, ...more } });
      for (const side of ["source", "replica"]) Deno.utimeSync(`${at}/${side}`, new Date(OLD), new Date(OLD));
      const { changes, failures } = await compared(at, choice, { cases: false });
      assertEquals([...changes, ...failures], [...expected]);
    }));
}

for (const [how, pool] of POOLS) {
  Deno.test(`pass() leaves alone what is excluded of a folder that is compared in parts, ${how}`, () =>
    inMemory(async (at) => {
      const many = { ...files(5000), ...files(300, "1", (i) => `x${i}`), [IGNORE_FILE]: "x*\n!x7\ny/" };
      const others = {
        ...files(300, "22", (i) => `x${i}`),
        ...files(2500, "1"),
        y: { mine: "1" },
        gone: "1",
      };
      plant(at, { source: { many, y: { many } }, replica: { many: others, y: { many: others } } });
      const [first, second] = await twice(at, { pool });
      assertEquals(failuresOf(first), []);
      for (const folder of ["many", "y/many"]) {
        const names = namesIn(`${at}/replica/${folder}`);
        assertEquals(names.length, 5000 + 300 + 2);
        assertEquals(names.includes("gone"), false);
        assertEquals(Deno.readTextFileSync(`${at}/replica/${folder}/x6`), "22");
        assertEquals(Deno.readTextFileSync(`${at}/replica/${folder}/x7`), "1");
        assertEquals(names.includes("f4999"), true);
      }
      // f0 to f4999, x7 and the ignore file in each, and the three folders
      assertEquals(second.report.entries.source, 2 * 5002 + 3);
    }));

  Deno.test(`pass() in a part of the trees excludes as a whole one does, ${how}`, () =>
    inFolder(async (at) => {
      const [source, replica] = [`${at}/source`, `${at}/replica`];
      plant(at, {
        source: {
          [IGNORE_FILE]: "*.o",
          d: { [IGNORE_FILE]: "out/", e: { "a.o": "1", a: "1", out: { b: "1" } }, out: { e: { a: "1" } } },
        },
        replica: { d: { e: { "z.o": "mine" }, out: { e: { mine: "1" } } } },
      });
      const known = { source: 10, replica: 10 };
      const part = async (scope: { folders?: string[]; branches?: string[] }, choice = ALL) => {
        const { changes, report } = await mirror(source, replica, {
          pool,
          choice,
          limits: UNLIMITED,
          scope: { ...scope, known },
        });
        assertEquals(report.ended, "complete");
        return changes.filter((change) => !change.startsWith("attributes"));
      };
      assertEquals(await part({ folders: ["d/out/e", "d/out"] }), []);
      assertEquals(await part({ branches: ["d/out"] }), []);
      assertEquals(await part({ folders: ["d/e"] }), ["create file d/e/a"]);
      assertEquals(await part({ branches: ["d/e/out/c"] }), []);
      assertEquals(await part({ folders: ["d"] }, { ...ALL, deleteExcluded: true }), [
        `create file d/${IGNORE_FILE}`,
        "remove file d/e/z.o",
        "remove file d/out/e/mine",
        "remove folder d/out",
        "remove folder d/out/e",
      ]);
      // in what is to be deleted nothing is mirrored
      plant(`${replica}/d/out`, { e: { mine: "1" } });
      assertEquals(await part({ branches: ["d/out/e"] }, { ...ALL, deleteExcluded: true }), [
        "remove file d/out/e/mine",
        "remove folder d/out",
        "remove folder d/out/e",
      ]);
      // a new ignore file counts for all that is below it
      Deno.writeTextFileSync(`${source}/d/${IGNORE_FILE}`, "!a.o");
      assertEquals(await part({ folders: ["d"] }), [
        "create file d/e/a.o",
        "create file d/e/out/b",
        "create file d/out/e/a",
        "create folder d/e/out",
        "create folder d/out",
        "create folder d/out/e",
        `update file d/${IGNORE_FILE}`,
      ]);
      assertEquals((await twice(at, { pool }))[0].changes, [`create file ${IGNORE_FILE}`]);
    }));
}

Deno.test("pass() with patterns that only exclude more removes nothing", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(at, { source: { a: "1", b: "1", d: { a: "1", e: { a: "1" } } } });
    await mirror(source, replica);
    const before = harvest(replica);
    const bounds = { ...UNBOUNDED, minSize: 2 };
    for (const choice of [excluding("a"), excluding("d/"), excluding("*"), { ...ALL, bounds }]) {
      assertEquals((await mirror(source, replica, { choice })).changes, []);
    }
    plant(source, { [IGNORE_FILE]: "d" });
    Deno.removeSync(`${source}/d/e`, { recursive: true });
    await mirror(source, replica);
    assertEquals(
      harvest(`${replica}/d`),
      before.flatMap((line) => /^\.\/d(\/| )/.test(line) ? `.${line.slice(3)}` : []),
    );
  }));

Deno.test("pass() looks at what is left when it judges a plan by its numbers", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    const refused = async (choice: Choice, limits = LIMITS) => {
      const { events } = await mirror(source, replica, { choice, limits, moves: false });
      return events.flatMap((event) => event.kind === "refused" ? [event.rule] : []);
    };
    plant(at, {
      source: { keep: filesAt(100), node_modules: { a: "1" } },
      replica: { node_modules: { mine: "1" } },
    });
    const choice = excluding("node_modules/");
    assertEquals((await mirror(source, replica, { choice })).report.entries, { source: 101, replica: 0 });
    assertEquals((await mirror(source, replica, { choice })).report.entries, { source: 101, replica: 101 });
    // a source with nothing but what is excluded is empty
    Deno.removeSync(`${source}/keep`, { recursive: true });
    assertEquals(await refused(choice), ["empty-source"]);
    plant(source, { keep: filesAt(30) });
    assertEquals(await refused(choice), ["max-delete"]);
    // and so is one of which all is excluded, where it is to be deleted
    assertEquals(await refused({ ...excluding("*"), deleteExcluded: true }), ["empty-source"]);
    assertEquals(await refused({ ...excluding("f*"), deleteExcluded: true }), ["nothing-kept"]);
    assertEquals(await refused({ ...excluding("f*"), deleteExcluded: true }, UNLIMITED), []);
    assertEquals(contents(replica), { "keep/": "", "node_modules/": "", "node_modules/a": "1" });
    assertEquals(await refused({ ...ALL, noDelete: true }), []);
    Deno.removeSync(`${source}/node_modules`, { recursive: true });
    Deno.removeSync(`${source}/keep`, { recursive: true });
    const none = await mirror(source, replica, { choice: { ...ALL, noDelete: true } });
    assertEquals(none.changes, []);
  }));

Deno.test("pass() leaves alone our own logs, whatever the patterns", () =>
  inFolder(async (at) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(at, { source: { a: "1", d: { log: "1" } }, replica: { d: { log: "ours" }, "x.log": "mine" } });
    const choice = { ...excluding("*.log", "log"), deleteExcluded: true };
    const ownLogs = [`${replica}/d/log`];
    const first = await mirror(source, replica, { choice, ownLogs, limits: UNLIMITED });
    assertEquals(failuresOf(first), []);
    assertEquals(contents(replica), { a: "1", "d/": "", "d/log": "ours" });
    assertEquals((await mirror(source, replica, { choice, ownLogs, limits: UNLIMITED })).changes, []);
  }));

Deno.test("pass() does not ask what a replica can hold where all that there is to do stays undone", async () => {
  for (
    const [choice, replica] of [
      [excluding("keep"), { d: { e: { keep: "1" } } }],
      [{ ...ALL, bounds: { ...UNBOUNDED, maxSize: 2 } }, { d: { e: { large: "333" } } }],
      [{ ...ALL, noDelete: true }, { d: { e: { keep: "1" } }, f: "1" }],
    ] as const
  ) {
    await inFolder(async (at) => {
      const a = file("1", 0o644, OLD);
      plant(at, { source: folderAt({ a }), replica: folderAt({ a, ...replica }) });
      for (const less of [{}, { cases: false }]) {
        assertEquals(await compared(at, choice, less), { changes: [], failures: [], probes: 0 });
      }
      if (choice.noDelete) return;
      plant(`${at}/replica/d`, { gone: {} });
      for (const less of [{}, { cases: false }]) {
        const once = { changes: ["remove d/gone"], failures: [], probes: 1 };
        assertEquals(await compared(at, choice, less), once);
      }
    });
  }
});

function folderAt(tree: Tree): Planted {
  return folder(tree, 0o755, OLD);
}

function filesAt(count: number): Tree {
  return Object.fromEntries(Object.keys(files(count)).map((name) => [name, file("1", 0o644, OLD)]));
}
