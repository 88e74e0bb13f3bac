/** Checks of real folders: what differs, what is rotten, what is healed, in slices and at a rate; nothing else is written. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { keeper } from "../../sync/check/keeper.ts";
import type { Edge } from "../../sync/engine/config.ts";
import { SinceFault } from "../../sync/records/since.ts";
import { checked, EDGES_HERE, rot } from "../support/check.ts";
import { configOf, mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { seeded } from "../support/random.ts";
import {
  assertInSync,
  file,
  folder,
  hardLink,
  harvest,
  inFolder,
  IS_WINDOWS,
  link,
  plant,
  sparse,
  type Tree,
} from "../support/tree.ts";

/** A name with an end of line and a backslash; Windows has no such names. */
const ODD = IS_WINDOWS ? "n~l" : "n\nl\\";

const POOLS = poolsOfFile();
const OLD = 1_000_000_000_000;

/** A mirror with a manifest, of a tree. */
async function mirrored(at: string, tree: Tree, edge: Edge): Promise<void> {
  plant(`${at}/s`, tree);
  const outcome = await pass(at, edge);
  assertEquals([outcome.report.ended, outcome.report.failed], ["complete", 0]);
}

function pass(at: string, edge: Edge, config = {}) {
  const [source, replica] = [`${at}/s`, `${at}/r`];
  const companions = [keeper(`${at}/m`, { ...configOf(source, replica), edge, ...config })];
  return mirror(source, replica, { edge, companions, limits: UNLIMITED, ...config });
}

/** In each way in which turns can be taken, over each edge. */
function eachWay(
  name: string,
  test: (at: string, edge: Edge, pool: typeof POOLS[number][1]) => Promise<void>,
): void {
  for (const edge of EDGES_HERE) {
    for (const [how, pool] of POOLS) {
      Deno.test(`${name}, ${edge}, ${how}`, () => inFolder((at) => test(at, edge, pool)));
    }
  }
}

const TREE: Tree = {
  a: file("one", 0o644, OLD),
  big: file("0123456789".repeat(60_000), 0o600, OLD),
  empty: file("", 0o644, OLD),
  holes: sparse(300_000, "end", 0o644, OLD),
  sub: folder(
    { b: file("two", 0o644, OLD), [ODD]: file("odd", 0o644, OLD), l: link("b", OLD) },
    0o755,
    OLD,
  ),
};

eachWay("verify finds nothing where all is the same, and writes nothing", async (at, edge, pool) => {
  await mirrored(at, TREE, edge);
  const before = [harvest(`${at}/s`), harvest(`${at}/r`), Deno.readTextFileSync(`${at}/m`)];
  const both = await checked(`${at}/s`, `${at}/r`, { config: { edge }, pool });
  assertEquals([both.found, both.verified.ended, both.verified.files], [[], "complete", 6]);
  const alone = await checked(null, `${at}/r`, { manifest: `${at}/m`, config: { edge }, pool });
  assertEquals([alone.found, alone.verified.ended, alone.verified.files], [[], "complete", 6]);
  assertEquals([harvest(`${at}/s`), harvest(`${at}/r`), Deno.readTextFileSync(`${at}/m`)], before);
});

eachWay("verify tells all that differs, each once", async (at, edge, pool) => {
  const [s, r] = [`${at}/s`, `${at}/r`];
  await mirrored(at, TREE, edge);
  rot(`${r}/a`);
  rot(`${s}/big`);
  Deno.writeTextFileSync(`${s}/new`, "new");
  Deno.writeTextFileSync(`${r}/own`, "own");
  Deno.chmodSync(`${r}/empty`, 0o600);
  Deno.writeTextFileSync(`${r}/sub/b`, "twe");
  Deno.utimeSync(`${r}/sub/b`, 5, 5);
  Deno.removeSync(`${r}/sub/l`);
  for (const path of [s, r, `${s}/sub`, `${r}/sub`]) Deno.utimeSync(path, 7, 7);
  const { found, verified } = await checked(s, r, { config: { edge }, pool });
  assertEquals(found, [
    "content a",
    "content big",
    "differs mode empty",
    "missing new",
    "extra own",
    "differs content,time sub/b",
    "missing sub/l",
  ]);
  assertEquals([verified.findings, verified.healed, verified.failed], [7, 0, 0]);
});

eachWay("verify by a manifest tells rot from edits, and what came and went", async (at, edge, pool) => {
  const r = `${at}/r`;
  await mirrored(at, TREE, edge);
  rot(`${r}/a`);
  rot(`${r}/big`);
  rot(`${r}/holes`);
  Deno.writeTextFileSync(`${r}/own`, "own");
  Deno.writeTextFileSync(`${r}/empty`, "no more");
  Deno.writeTextFileSync(`${r}/sub/b`, "twe");
  Deno.removeSync(`${r}/sub/${ODD}`);
  const { found } = await checked(null, r, { manifest: `${at}/m`, config: { edge }, pool });
  const wanted = ["rot replica a", "rot replica big", "edited empty", "rot replica holes", "unnoted own"];
  assertEquals(found, [...wanted, "edited sub/b", `gone sub/${ODD}`]);
});

/** What is done to a file of the source and of the replica, what is found, and what is left of both. */
const DEEDS:
  readonly (readonly [source: string, replica: string, found: string[], left: readonly [string, string]])[] =
    [
      ["nothing", "nothing", [], ["one", "one"]],
      ["nothing", "rot", ["healed f"], ["one", "one"]],
      ["rot", "nothing", ["rot source f"], ["on!", "one"]],
      ["rot", "rot", ["rot both f"], ["on!", "on!"]],
      ["rot", "other rot", ["rot both f"], ["on!", "on?"]],
      ["edit", "nothing", [], ["new", "one"]],
      ["edit", "rot", ["rot replica source-edited f"], ["new", "on!"]],
      ["remove", "nothing", [], ["", "one"]],
      ["remove", "rot", ["rot replica source-gone f"], ["", "on!"]],
      ["nothing", "edit", ["edited f"], ["one", "new"]],
      ["rot", "edit", ["edited f"], ["on!", "new"]],
      ["nothing", "remove", ["gone f"], ["one", ""]],
      ["touch", "rot", ["healed f"], ["one", "one"]],
    ];

function doTo(path: string, deed: string): void {
  if (deed === "rot") rot(path);
  else if (deed === "other rot") rot(path, 0x3f);
  else if (deed === "edit") Deno.writeTextFileSync(path, "new");
  else if (deed === "remove") Deno.removeSync(path);
  else if (deed === "touch") Deno.utimeSync(path, 9, 9);
}

function contentOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

for (const edge of EDGES_HERE) {
  for (const [source, replica, found, left] of DEEDS) {
    Deno.test(`verify --heal, when the source has ${source} and the replica ${replica}, ${edge}`, () =>
      inFolder(async (at) => {
        await mirrored(at, { f: file("one", 0o644, OLD), g: file("other", 0o644, OLD) }, edge);
        doTo(`${at}/s/f`, source);
        doTo(`${at}/r/f`, replica);
        const before = harvest(`${at}/s`);
        const options = { manifest: `${at}/m`, heal: true, config: { edge } };
        const come = await checked(`${at}/s`, `${at}/r`, options);
        assertEquals(come.found, found);
        assertEquals([contentOf(`${at}/s/f`), contentOf(`${at}/r/f`)], [...left]);
        assertEquals(harvest(`${at}/s`), before, "the source was not touched");
        const isHealed = found[0] === "healed f";
        assertEquals([come.verified.findings, come.verified.healed], [
          isHealed ? 0 : found.length,
          isHealed ? 1 : 0,
        ]);
        const again = await checked(`${at}/s`, `${at}/r`, options);
        assertEquals(again.found, source === "touch" ? ["edited f"] : isHealed ? [] : found);
      }));
  }
}

eachWay("healing leaves hard links, modes and the times of folders as they were", async (at, edge, pool) => {
  plant(`${at}/s`, { sub: folder({ a: file("one", 0o640, OLD), b: hardLink("a") }, 0o755, OLD) });
  await pass(at, edge);
  const before = harvest(`${at}/r`);
  rot(`${at}/r/sub/a`);
  const options = { manifest: `${at}/m`, heal: true, config: { edge }, pool };
  const { found } = await checked(`${at}/s`, `${at}/r`, options);
  assertEquals(found, ["healed sub/a", "healed sub/b"]);
  assertEquals(harvest(`${at}/r`), before);
  assertInSync(`${at}/s`, `${at}/r`);
});

eachWay("a check in slices reads each file once, and then begins anew", async (at, edge, pool) => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`d${i}`, folder({ f: file(`${i}`, 0o644, OLD) })]),
  );
  await mirrored(at, many, edge);
  rot(`${at}/r/d3/f`);
  const found: string[] = [];
  let [files, runs] = [0, 0];
  for (let ended = "slice"; ended === "slice"; runs++) {
    let clock = 0;
    // time is over as soon as anything was read
    const options = { since: `${at}/state`, time: 1, now: () => clock, config: { edge }, pool };
    const come = await checked(`${at}/s`, `${at}/r`, { ...options, tell: () => clock++ });
    found.push(...come.found);
    files += come.verified.files;
    ended = come.verified.ended;
    assert(come.verified.files > 0 && runs < 100, `${come.verified.files}`);
    assertEquals(come.verified.of.files, 40);
  }
  assertEquals(found, ["content d3/f"]);
  assertEquals(files, 40);
  const again = await checked(`${at}/s`, `${at}/r`, { since: `${at}/state`, config: { edge }, pool });
  assertEquals([again.verified.files, again.verified.ended, again.found], [40, "complete", ["content d3/f"]]);
});

Deno.test("a check with no time left still reads something, and says how many more runs it takes", () =>
  inFolder(async (at) => {
    const many = Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [`d${i}`, folder({ f: file("x", 0o644, OLD) })]),
    );
    await mirrored(at, many, "portable");
    const come = await checked(`${at}/s`, `${at}/r`, { since: `${at}/state`, time: 0 });
    assertEquals([come.verified.files, come.verified.ended, come.verified.runs], [1, "slice", 9]);
  }));

Deno.test("how far a check came is refused for other folders, and when it is none", () =>
  inFolder(async (at) => {
    plant(at, {
      s: { a: "1" },
      other: { a: "1" },
      text: "some text",
      json: "{}\n",
      cut: '{"lockstep":"checked since"',
    });
    for (const replica of ["r", "q"]) await mirror(`${at}/s`, `${at}/${replica}`);
    await checked(`${at}/s`, `${at}/r`, { since: `${at}/state` });
    await assertRejects(() => checked(`${at}/s`, `${at}/q`, { since: `${at}/state` }), SinceFault, "other");
    for (const name of ["text", "json", "cut"]) {
      await assertRejects(
        () => checked(`${at}/s`, `${at}/r`, { since: `${at}/${name}` }),
        SinceFault,
        "foreign",
      );
    }
    assertEquals(Deno.readTextFileSync(`${at}/text`), "some text");
  }));

Deno.test("what is another file at the second look is changing, and what is right by then is no finding", () =>
  inFolder(async (at) => {
    const [s, r] = [`${at}/s`, `${at}/r`];
    plant(s, {
      a: file("1", 0o644, OLD),
      b: file("1", 0o644, OLD),
      c: file("1", 0o644, OLD),
      d: file("1", 0o644, OLD),
    });
    await mirror(s, r);
    rot(`${r}/a`);
    rot(`${r}/b`);
    rot(`${r}/d`);
    Deno.writeTextFileSync(`${s}/new`, "new");
    const settle = async () => {
      Deno.writeTextFileSync(`${r}/b`, "copied just now");
      await mirror(s, r, { checksum: true, choice: { ...configOf(s, r).choice }, limits: UNLIMITED });
      rot(`${r}/d`);
      Deno.writeTextFileSync(`${s}/b`, "and edited again");
      for (const root of [s, r]) Deno.utimeSync(root, 7, 7);
    };
    const { found, verified } = await checked(s, r, { settle });
    assertEquals(found, ["changing b", "content d"]);
    assertEquals([verified.findings, verified.changing], [1, 1]);
  }));

Deno.test("a check that is stopped tells what was found, and where it came to", () =>
  inFolder(async (at) => {
    plant(`${at}/s`, { a: file("1", 0o644, OLD), gone: "x" });
    await mirror(`${at}/s`, `${at}/r`);
    Deno.removeSync(`${at}/r/gone`);
    for (const root of ["s", "r"]) Deno.utimeSync(`${at}/${root}`, 7, 7);
    const stop = new AbortController();
    stop.abort();
    const before = await checked(`${at}/s`, `${at}/r`, { signal: stop.signal });
    assertEquals([before.verified.ended, before.verified.files], ["interrupted", 0]);
    const later = new AbortController();
    const settle = () => {
      later.abort();
      return Promise.resolve();
    };
    const { found, verified } = await checked(`${at}/s`, `${at}/r`, { signal: later.signal, settle });
    assertEquals(
      [found, verified.ended],
      [["missing gone"], "interrupted"],
    );
  }));

Deno.test("verify leaves alone what is excluded, and its own files in a tree", () =>
  inFolder(async (at) => {
    const [s, r] = [`${at}/s`, `${at}/r`];
    plant(s, { a: "1", ".lockstepignore": "x\n", x: "source" });
    await mirror(s, r);
    plant(`${r}`, { x: "replica", "sync.log": "log" });
    Deno.utimeSync(s, 7, 7);
    Deno.utimeSync(r, 7, 7);
    const config = { ownLogs: [`${r}/sync.log`] };
    assertEquals((await checked(s, r, { config })).found, []);
    const companions = [keeper(`${at}/m`, configOf(s, r))];
    await mirror(s, r, { companions, ...config });
    assertEquals((await checked(null, r, { config, manifest: `${at}/m` })).found, []);
  }));

Deno.test("a file that cannot be read is a failure, and not a difference", () =>
  inFolder(async (at) => {
    if (Deno.uid() === 0) return;
    plant(`${at}/s`, { a: "1", b: "2" });
    await mirror(`${at}/s`, `${at}/r`);
    Deno.chmodSync(`${at}/r/a`, 0);
    Deno.chmodSync(`${at}/s/a`, 0);
    const { found, verified } = await checked(`${at}/s`, `${at}/r`);
    assertEquals([found, verified.failed], [[], 2]);
  }));

Deno.test("verify finds just the files of random trees that were changed without a trace", () =>
  inFolder((at) =>
    seeded(async (dice) => {
      const names: string[] = [];
      const grown = (path: string, depth: number): Tree => {
        const tree: Record<string, Tree[string]> = {};
        for (let i = 0; i < 6; i++) {
          const name = `${"abcdef"[i]}${["", "\n", "\\", " ", "é"][dice.below(5)]}`;
          if (dice.below(3) === 0 && depth > 0) {
            tree[name] = folder(grown(`${path}${name}/`, depth - 1), 0o755, OLD);
          } else {
            tree[name] = file("x".repeat(1 + dice.below(400_000 * dice.below(2) + 3)), 0o644, OLD);
            names.push(`${path}${name}`);
          }
        }
        return tree;
      };
      await mirrored(at, grown("", 3), EDGES_HERE.at(-1)!);
      const rotten = names.filter(() => dice.below(4) === 0).sort();
      for (const name of rotten) rot(`${at}/r/${name}`);
      const edge = EDGES_HERE.at(-1)!;
      const pool = POOLS[2]![1];
      const both = await checked(`${at}/s`, `${at}/r`, { config: { edge }, pool });
      assertEquals(both.found, rotten.map((name) => `content ${name}`));
      const options = { manifest: `${at}/m`, config: { edge }, pool };
      assertEquals(
        (await checked(null, `${at}/r`, options)).found,
        rotten.map((name) => `rot replica ${name}`),
      );
      const healing = await checked(`${at}/s`, `${at}/r`, { ...options, heal: true });
      assertEquals(healing.found, rotten.map((name) => `healed ${name}`));
      assertInSync(`${at}/s`, `${at}/r`);
      assertEquals((await checked(null, `${at}/r`, options)).found, []);
    })
  ));
