/** The watch by inotify on real folders: what it hears, and what it watches. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { libc } from "../../sync/libc.ts";
import { hearing, inotifyTest } from "../support/inotify.ts";
import { sh, until } from "../support/program.ts";
import { link, plant } from "../support/tree.ts";

inotifyTest("inotify tells what happens to entries, in folders old and new", async (at, options) => {
  plant(at, { a: "1", d: { e: { f: "1" } } });
  await using watch = await hearing(at, options);
  const rows: [string, () => void, string[]][] = [
    ["a change", () => plant(`${at}/d/e`, { f: "2" }), ["changed d/e/f"]],
    ["a mode", () => Deno.chmodSync(`${at}/a`, 0o600), ["changed a"]],
    ["a time", () => Deno.utimeSync(`${at}/a`, 1, 1), ["changed a"]],
    ["the mode of a folder", () => Deno.chmodSync(`${at}/d/e`, 0o700), ["changed d/e"]],
    ["the mode of the root", () => Deno.chmodSync(at, 0o711), ["changed "]],
    ["a hard link", () => Deno.linkSync(`${at}/a`, `${at}/d/b`), ["appeared d/b"]],
    ["a removal", () => Deno.removeSync(`${at}/d/b`), ["disappeared d/b"]],
    ["reading", () => Deno.readTextFileSync(`${at}/a`), []],
    // what is in a new folder is found by the look that its hint brings
    ["a branch", () => plant(at, { n: { e: { w: { f: "1" } } } }), ["appeared n"]],
    ["in the branch", () => plant(`${at}/n/e/w`, { f: "2" }), ["changed n/e/w/f"]],
    ["a move", () => Deno.renameSync(`${at}/n/e`, `${at}/d/m`), ["appeared d/m", "disappeared n/e"]],
    ["below what was moved", () => plant(`${at}/d/m/w`, { g: "1" }), ["appeared d/m/w/g"]],
    ["a folder's removal", () => Deno.removeSync(`${at}/n`), ["disappeared n"]],
    ["a folder made and removed", () => {
      Deno.mkdirSync(`${at}/gone`);
      Deno.removeSync(`${at}/gone`);
    }, ["disappeared gone"]],
  ];
  for (const [what, act, expected] of rows) {
    const heard = await watch.of(act);
    const told = what === "a branch" ? heard.filter((word) => !word.includes("n/")) : heard;
    const expectedOrMore = what === "a folder made and removed" && told.length > 1
      ? ["appeared gone", ...expected]
      : expected;
    assertEquals([what, told], [what, expectedOrMore]);
  }
});

inotifyTest("a folder that is moved keeps its watch, and loses it outside", async (at, options) => {
  const root = `${at}/root`;
  plant(root, { a: { b: { c: { f: "1" } } }, x: {} });
  await using watch = await hearing(root, options);
  const { of, watches } = watch;
  assertEquals(await watches(), 5);
  await of(() => Deno.renameSync(`${root}/a`, `${root}/x/y`));
  assertEquals(await of(() => plant(`${root}/x/y/b/c`, { f: "2" })), ["changed x/y/b/c/f"]);
  assertEquals(await watches(), 5);
  assertEquals(await of(() => Deno.renameSync(`${root}/x/y`, `${at}/out`)), ["disappeared x/y"]);
  assertEquals(await of(() => plant(`${at}/out/b/c`, { f: "3" })), []);
  await until("nothing of it is watched", async () => await watches() === 2);
  assertEquals(await of(() => Deno.renameSync(`${at}/out`, `${root}/in`)), ["appeared in"]);
  assertEquals(await of(() => plant(`${root}/in/b/c`, { f: "4" })), ["changed in/b/c/f"]);
  assertEquals(await watches(), 5);
});

inotifyTest("two folders that change places in one step are told apart", async (at, options) => {
  const renameat2 = libc({
    renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  })!.renameat2;
  const path = (name: string) => new TextEncoder().encode(`${at}/${name}\0`);
  const exchange = (one: string, other: string) => void renameat2(-100, path(one), -100, path(other), 2);
  plant(at, { a: { in: { a: "1" } }, b: { in: { b: "1" } }, file: "1" });
  await using watch = await hearing(at, options);
  const { of } = watch;
  const all = ["appeared a", "appeared b", "disappeared a", "disappeared b"];
  assertEquals(await of(() => exchange("a", "b")), all);
  assertEquals(await of(() => plant(`${at}/a/in`, { b: "2" })), ["changed a/in/b"]);
  assertEquals(await of(() => plant(`${at}/b/in`, { a: "2" })), ["changed b/in/a"]);
  await of(() => exchange("a", "file"));
  assertEquals(await of(() => plant(`${at}/file/in`, { b: "3" })), ["changed file/in/b"]);
});

inotifyTest("names are told by their bytes, and paths are as long as they are", async (at, options) => {
  const long = "d".repeat(250);
  const deep = Array.from({ length: 20 }, () => long).join("/");
  const inDeep = (act: string) => sh(`for i in $(seq 20); do cd ${long}; done; ${act}`, at);
  await sh(String.raw`mkdir -p $'\xff/\xed\xb2\x80' ü 🐟`, at);
  await sh(`for i in $(seq 20); do mkdir ${long}; cd ${long}; done`, at);
  try {
    await using watch = await hearing(at, options);
    const odd = "\udcff/\udced\udcb2\udc80/a\udcfe";
    const act = String.raw`> $'\xff/\xed\xb2\x80/a\xfe'; > ü/f; mkdir 🐟/n; > 🐟/n/$'\x80'`;
    const heard = (await watch.of(() => sh(act, at))).filter((word) => !word.includes("🐟/n/"));
    assertEquals(heard, [`appeared ü/f`, `appeared ${odd}`, `appeared 🐟/n`].sort());
    assertEquals(await watch.of(() => inDeep("mkdir n")), [`appeared ${deep}/n`]);
    assertEquals(await watch.of(() => inDeep("> n/f")), [`appeared ${deep}/n/f`]);
  } finally {
    await sh("rm -rf *", at);
  }
});

inotifyTest("links are not followed, wherever they lead", async (at, options) => {
  const root = `${at}/root`;
  plant(at, { out: { d: { f: "1" } }, root: { a: { f: "1" } } });
  plant(root, { loop: link("."), out: link("../out"), b: link("a"), gone: link("nowhere") });
  await using watch = await hearing(root, options);
  const { of, watches } = watch;
  assertEquals(await watches(), 2);
  assertEquals(await of(() => plant(`${at}/out/d`, { f: "2" })), []);
  assertEquals(await of(() => plant(`${root}/b`, { f: "2" })), ["changed a/f"]);
  assertEquals(await of(() => plant(root, { later: link("../out") })), ["appeared later"]);
  assertEquals(await of(() => plant(`${at}/out/d`, { f: "3" })), []);
});

inotifyTest("events that were lost are one loss, and what was made meanwhile is watched", async (at) => {
  plant(at, { d: { old: {} } });
  await using watch = await hearing(at, { isThreaded: false });
  const { heard, of } = watch;
  const most = Number(await sh("cat /proc/sys/fs/inotify/max_queued_events", at));
  // this thread reads nothing meanwhile; what is said twice in a row is one event
  for (let i = 0; i < most; i++) Deno.utimeSync(i % 2 === 0 ? `${at}/d` : `${at}/d/old`, i, i);
  plant(`${at}/d`, { new: { e: {} } });
  Deno.renameSync(`${at}/d/old`, `${at}/d/moved`);
  await until("the loss is told", () => heard.some(({ kind }) => kind === "loss"));
  assertEquals(await of(() => plant(`${at}/d/new/e`, { f: "1" })), ["appeared d/new/e/f"]);
  assertEquals(await of(() => plant(`${at}/d/moved`, { f: "1" })), ["appeared d/moved/f"]);
  assertEquals(heard.filter(({ kind }) => kind === "loss").length, 1);
});

inotifyTest("a root that is moved or removed is told, and nothing after it", async (at, options) => {
  const acts = [
    () => Deno.renameSync(`${at}/root`, `${at}/away`),
    () => Deno.removeSync(`${at}/root`, { recursive: true }),
  ];
  for (const act of acts) {
    plant(`${at}/root`, { d: { f: "1" } });
    await using watch = await hearing(`${at}/root`, options);
    act();
    await until("it is told", () => watch.heard.at(-1)?.kind === "root");
  }
});

inotifyTest("a root that is not there, or is no folder, cannot be watched", async (at, options) => {
  plant(at, { file: "1" });
  for (const name of ["gone", "file"]) {
    await assertRejects(() => hearing(`${at}/${name}`, options), Deno.errors.NotFound);
  }
});

inotifyTest("20,000 folders are watched, while this thread does other things", async (at, options) => {
  if (options.isThreaded) return; // the folders take longer to make than to watch
  await sh("for i in $(seq 200); do mkdir -p d$i/e; (cd d$i/e; mkdir $(seq 99)); done", at);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await using watch = await hearing(at, options);
  clearInterval(timer);
  const { of, watches } = watch;
  assertEquals(await watches(), 1 + 200 * 101);
  // some 200 ms of work, of which none in one piece
  assert(turns >= 5, `${turns} turns`);
  assertEquals(await of(() => plant(`${at}/d200/e/99`, { f: "1" })), ["appeared d200/e/99/f"]);
  assertEquals(await of(() => Deno.renameSync(`${at}/d1`, `${at}/d2/moved`)), [
    "appeared d2/moved",
    "disappeared d1",
  ]);
  assertEquals(await of(() => plant(`${at}/d2/moved/e/99`, { f: "1" })), ["appeared d2/moved/e/99/f"]);
});
