/**
 * The real program following changes of a source of which something is excluded. The interval is an hour, so that
 * whatever is done is done because of the watch.
 */
import { assert, assertEquals } from "@std/assert";
import { type Running, running, until } from "../support/program.ts";
import { isThere, link, plant, readIfThere } from "../support/tree.ts";
import { type Watch, watchTest } from "../support/watches.ts";

const SETTLE_MS = 100;

interface Following extends AsyncDisposable {
  log(): string;
  /** How many passes were made: all, and those over everything. */
  passes(): { readonly all: number; readonly whole: number };
  /** Do something and wait until no pass is made any more; how many were made of it. */
  after(act: () => void): Promise<number>;
  /** The same, and wait until something holds first. */
  until(what: string, act: () => void, isSo: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Start to follow `at/source`, and wait until it has come to rest. */
async function following(at: string, { grants }: Watch, more: readonly string[]): Promise<Following> {
  const path = `${at}/sync.log`;
  const timing = ["1h", path, "--watch", "--settle-time", `${SETTLE_MS}ms`, "-v"];
  const program: Running = running([`${at}/source`, `${at}/replica`, ...timing, ...more], { grants });
  const log = () => readIfThere(path);
  const passes = () => ({
    all: log().match(/pass \d+ begins/g)?.length ?? 0,
    whole: log().match(/pass \d+ begins\n/g)?.length ?? 0,
  });
  let marks = 0;
  const rest = async () => {
    // events come in their order: what came before the mark brings a pass with it, or before it
    const mark = `mark${marks++}`;
    // a link, since a file may be closed late by a child that another test is just starting, and be told twice
    plant(`${at}/source/marks`, { [mark]: link("nowhere") });
    await until("the mark is there", () => isThere(`${at}/replica/marks/${mark}`));
    let before = "";
    let since = performance.now();
    await until("nothing is done any more", () => {
      const now = log();
      if (now !== before) [before, since] = [now, performance.now()];
      return /in sync[^\n]*\n$/.test(now) && performance.now() - since > 6 * SETTLE_MS;
    });
  };
  await until("the first pass is made", () => / in sync/.test(log()));
  await rest();
  // on a busy machine, what the first pass did itself may be heard of after that
  await rest();
  return {
    log,
    passes,
    async after(act) {
      const before = passes().all;
      act();
      // what is heard of it has a pass of its own by then, before the mark's
      await new Promise((resolve) => setTimeout(resolve, 4 * SETTLE_MS));
      await rest();
      // one is the mark's
      return passes().all - before - 1;
    },
    async until(what, act, isSo) {
      act();
      await until(what, isSo);
      await rest();
    },
    async stop() {
      const ran = await program.stop();
      assertEquals([ran.status, ran.err], [0, ""]);
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

watchTest("lockstep --watch makes no pass for what is excluded, on both sides", async (at, watch) => {
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  plant(source, {
    ".lockstepignore": "*.tmp\n!keep.tmp\n",
    a: { f: "1", node_modules: { p: { f: "1" } } },
    b: { ".lockstepignore": "/out/\n", out: { f: "1" }, c: { out: { f: "1" } } },
    marks: {},
  });
  plant(replica, { a: { node_modules: { old: { f: "1" } } }, b: { out: { old: "1" } } });
  await using run = await following(at, watch, ["--exclude", "node_modules/"]);
  const quiet: [string, () => void][] = [
    ["a file in an excluded folder", () => plant(`${source}/a/node_modules/p`, { f: "2", g: "1" })],
    ["a folder in it", () => plant(`${source}/a/node_modules`, { q: { r: { f: "1" } } })],
    ["an excluded folder of the replica", () => plant(`${replica}/a/node_modules/old`, { f: "2", g: "1" })],
    ["one by an ignore file", () => plant(`${source}/b/out`, { f: "2", g: "1" })],
    ["one of the replica by an ignore file", () => plant(`${replica}/b/out`, { old: "2", g: "1" })],
    ["a file by its name", () => plant(`${source}/a`, { "x.tmp": "1" })],
    ["its removal", () => Deno.removeSync(`${source}/a/x.tmp`)],
    ["one of the replica", () => plant(`${replica}/a`, { "y.tmp": "1" })],
    ["a new excluded folder", () => plant(source, { node_modules: { p: { f: "1" } } })],
    ["its mode", () => Deno.chmodSync(`${source}/node_modules`, 0o700)],
    ["its removal", () => Deno.removeSync(`${source}/node_modules`, { recursive: true })],
  ];
  for (const [what, act] of quiet) assertEquals([what, await run.after(act)], [what, 0]);
  const { whole } = run.passes();
  const heard: [string, () => void, () => boolean][] = [
    ["a file beside it", () => plant(`${source}/a`, { f: "2" }), () => readIfThere(`${replica}/a/f`) === "2"],
    [
      "one that is included again",
      () => plant(`${source}/a`, { "keep.tmp": "1" }),
      () => isThere(`${replica}/a/keep.tmp`),
    ],
    [
      "a folder that is anchored elsewhere",
      () => plant(`${source}/b/c/out`, { f: "2" }),
      () => readIfThere(`${replica}/b/c/out/f`) === "2",
    ],
    [
      "a file of a name that excludes folders",
      () => plant(source, { node_modules: "a file" }),
      () => isThere(`${replica}/node_modules`),
    ],
    [
      "something by hand beside it",
      () => plant(`${replica}/a`, { hand: "1" }),
      () => !isThere(`${replica}/a/hand`),
    ],
  ];
  for (const [what, act, isSo] of heard) await run.until(what, act, isSo);
  assertEquals(run.passes().whole, whole);
  assertEquals(readIfThere(`${replica}/a/node_modules/old/f`), "2");
  assert(!isThere(`${replica}/a/node_modules/p`) && !isThere(`${replica}/a/x.tmp`));
  await run.stop();
});

watchTest("lockstep --watch heeds an ignore file that is made, edited and removed", async (at, watch) => {
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  plant(source, { a: { b: { out: { d: { f: "1" } }, in: { f: "1" } } }, marks: {} });
  plant(replica, {});
  await using run = await following(at, watch, []);
  const ignore = (text: string) => () => plant(`${source}/a`, { ".lockstepignore": text });
  const isIgnored = (text: string) => () => readIfThere(`${replica}/a/.lockstepignore`) === text;

  await run.until("out is excluded", ignore("out\n"), isIgnored("out\n"));
  const quiet = () => {
    plant(`${source}/a/b/out/d`, { f: "2" });
    plant(`${source}/a/b/out`, { e: { f: "1" } });
    plant(`${replica}/a/b/out/d`, { hand: "1" });
  };
  assertEquals(await run.after(quiet), 0);
  assertEquals([isThere(`${replica}/a/b/out/e`), readIfThere(`${replica}/a/b/out/d/f`)], [false, "1"]);

  const is = (path: string, text: string) => () => readIfThere(`${replica}/a/b/${path}`) === text;
  await run.until("in is excluded instead, and out is mirrored", ignore("in\n"), is("out/d/f", "2"));
  assert(is("out/e/f", "1")() && !isThere(`${replica}/a/b/out/d/hand`));
  assertEquals(await run.after(() => plant(`${source}/a/b/in`, { f: "2" })), 0);
  const { whole } = run.passes();
  await run.until("out is followed", () => plant(`${source}/a/b/out/d`, { f: "3" }), is("out/d/f", "3"));
  const hand = () => plant(`${replica}/a/b/out/e`, { f: "spoilt" });
  await run.until("out is followed in the replica", hand, is("out/e/f", "1"));
  assertEquals(run.passes().whole, whole);

  await run.until(
    "the file is removed",
    () => Deno.removeSync(`${source}/a/.lockstepignore`),
    is("in/f", "2"),
  );
  await run.until("in is followed", () => plant(`${source}/a/b/in`, { f: "3" }), is("in/f", "3"));
  const moved = () => {
    plant(source, { m: { ".lockstepignore": "b\n" } });
    Deno.renameSync(`${source}/a/b`, `${source}/m/b`);
  };
  await run.until("what is moved where it is excluded goes", moved, () => !isThere(`${replica}/a/b`));
  assertEquals(await run.after(() => plant(`${source}/m/b/in`, { f: "4" })), 0);
  assert(!isThere(`${replica}/m/b`));
  await run.stop();
});

watchTest("lockstep --watch with --delete-excluded heeds all of the replica", async (at, watch) => {
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  plant(source, { ".lockstepignore": "out\n", a: { out: { f: "1" }, "x.tmp": "1", f: "1" }, marks: {} });
  plant(replica, { a: {} });
  const more = ["--exclude", "*.tmp", "--delete-excluded", "--max-delete=100%"];
  await using run = await following(at, watch, more);
  assertEquals(await run.after(() => plant(`${source}/a/out`, { f: "2" })), 0);
  const copy = () => {
    // on both sides there is the same
    plant(`${replica}/a`, { "x.tmp": "1" });
    const { mtime } = Deno.statSync(`${source}/a/x.tmp`);
    Deno.utimeSync(`${replica}/a/x.tmp`, mtime!, mtime!);
  };
  await run.until("an excluded file goes again", copy, () => !isThere(`${replica}/a/x.tmp`));
  const byHand = () => plant(`${replica}/a`, { out: { f: "2" } });
  await run.until("an excluded folder goes again", byHand, () => !isThere(`${replica}/a/out`));
  await run.stop();
});

watchTest(
  "lockstep --watch with --no-delete heeds the ignore files of the source, whatever stays in the replica",
  async (at, watch) => {
    const [source, replica] = [`${at}/source`, `${at}/replica`];
    plant(source, { a: { f: "1" }, marks: {} });
    plant(replica, { a: { ".lockstepignore": "f\n" } });
    await using run = await following(at, watch, ["--no-delete"]);
    const hand = () => plant(`${replica}/a`, { f: "spoilt" });
    await run.until("it is set right", hand, () => readIfThere(`${replica}/a/f`) === "1");
    assert(isThere(`${replica}/a/.lockstepignore`));
    await run.stop();
  },
);

watchTest("lockstep --watch hears of what an excluded link leads to, too", async (at, watch) => {
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  plant(source, { packages: { one: { f: "1" } }, node_modules: {}, marks: {} });
  plant(`${source}/node_modules`, { one: link("../packages/one") });
  await using run = await following(at, watch, ["--exclude", "node_modules"]);
  const edit = () => plant(`${source}/packages/one`, { f: "2" });
  await run.until("it is there", edit, () => readIfThere(`${replica}/packages/one/f`) === "2");
  await run.stop();
});
