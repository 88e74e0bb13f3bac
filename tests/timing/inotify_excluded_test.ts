/** What is excluded, and the watch by inotify: it has no watch, and nothing is heard of it. */
import { assertEquals } from "@std/assert";
import type { Rule } from "../../sync/engine/filter.ts";
import { hearing, inotifyTest } from "../support/inotify.ts";
import { sh, until } from "../support/program.ts";
import { plant } from "../support/tree.ts";

function rulesOf(...patterns: readonly string[]): Rule[] {
  return patterns.map((pattern) => ({ pattern, from: "--exclude" }));
}

const MANY = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`d${i}`, { e: { f: "1" } }]));

inotifyTest("inotify watches no folder that is excluded, nor what lies in it", async (at, options) => {
  plant(at, {
    ".lockstepignore": "build/\n",
    node_modules: MANY,
    a: { node_modules: MANY, build: MANY, b: { ".lockstepignore": "!/build/\n/x*/\n", build: {}, xy: MANY } },
  });
  const exclusions = { rules: rulesOf("node_modules"), source: at };
  await using watch = await hearing(at, { ...options, exclusions });
  // the root, a, a/b and a/b/build
  assertEquals(await watch.watches(), 4);
  const rows: [string, () => void, string[]][] = [
    ["in an excluded folder", () => plant(`${at}/node_modules/d1/e`, { f: "2" }), []],
    ["in one of an ignore file", () => plant(`${at}/a/build/d1/e`, { g: "2" }), []],
    ["in one that is included again", () => plant(`${at}/a/b/build`, { f: "1" }), ["appeared a/b/build/f"]],
    ["the mode of an excluded folder", () => Deno.chmodSync(`${at}/a/b/xy`, 0o700), []],
    ["an excluded folder is made", () => plant(`${at}/a/b`, { xz: MANY }), []],
    ["and moved", () => Deno.renameSync(`${at}/a/b/xz`, `${at}/a/b/x`), []],
    ["and removed", () => Deno.removeSync(`${at}/a/b/x`, { recursive: true }), []],
    ["a file that is none of its kind", () => plant(`${at}/a/b`, { x: "1" }), ["appeared a/b/x"]],
    ["an excluded file", () => plant(`${at}/a/b`, { node_modules: "1" }), []],
  ];
  for (const [what, act, expected] of rows) assertEquals([what, await watch.of(act)], [what, expected]);
  assertEquals(await watch.watches(), 4);
});

inotifyTest("what is excluded depends on where a folder lies by now", async (at, options) => {
  plant(at, { a: { build: { d: {} }, c: { f: "1" } }, b: {} });
  const exclusions = { rules: rulesOf("/a/build", "/b/*/c", "out"), source: at };
  await using watch = await hearing(at, { ...options, exclusions });
  const { of, watches } = watch;
  assertEquals(await watches(), 4);
  assertEquals(await of(() => Deno.renameSync(`${at}/a`, `${at}/b/a`)), ["appeared b/a", "disappeared a"]);
  await until("what it has is watched by its new place", async () => await watches() === 5);
  assertEquals(await of(() => plant(`${at}/b/a/c`, { f: "2" })), []);
  assertEquals(await of(() => plant(`${at}/b/a/build/d`, { f: "1" })), ["appeared b/a/build/d/f"]);
  assertEquals(await of(() => Deno.renameSync(`${at}/b/a`, `${at}/a`)), ["appeared a", "disappeared b/a"]);
  await until("it is as it was", async () => await watches() === 4);
  assertEquals(await of(() => plant(`${at}/a/c`, { f: "3" })), ["changed a/c/f"]);
  // a folder that is excluded where it goes has left, and is new where it comes from there
  assertEquals(await of(() => Deno.renameSync(`${at}/a/c`, `${at}/out`)), ["disappeared a/c"]);
  await until("it is not watched", async () => await watches() === 3);
  assertEquals(await of(() => plant(`${at}/out`, { f: "4" })), []);
  assertEquals(await of(() => Deno.renameSync(`${at}/out`, `${at}/in`)), ["appeared in"]);
  assertEquals(await of(() => plant(`${at}/in`, { f: "5" })), ["changed in/f"]);
});

inotifyTest(
  "inotify tells when an ignore file is another one, and not when it is the same",
  async (at, options) => {
    const root = `${at}/source`;
    plant(root, { ".lockstepignore": "x\n", d: { e: {} } });
    await using watch = await hearing(root, { ...options, exclusions: { rules: [], source: root } });
    const rows: [string, () => void, string[]][] = [
      ["it is touched", () => Deno.utimeSync(`${root}/.lockstepignore`, 1, 1), ["changed .lockstepignore"]],
      ["it is written", () => plant(root, { ".lockstepignore": "y\n" }), ["rules"]],
      ["one is made", () => plant(`${root}/d/e`, { ".lockstepignore": "z\n" }), ["rules"]],
      ["another takes its place", () => {
        plant(at, { other: "v\n" });
        Deno.renameSync(`${at}/other`, `${root}/.lockstepignore`);
      }, ["rules"]],
      ["it is removed", () => Deno.removeSync(`${root}/.lockstepignore`), ["rules"]],
      ["one comes in a new folder", () => plant(root, { n: { ".lockstepignore": "v\n" } }), ["appeared n"]],
    ];
    for (const [what, act, expected] of rows) {
      const heard = await watch.of(act);
      // it may be there when its folder is watched first, and it may be empty then
      const told = what === "one comes in a new folder"
        ? heard.filter((word) => !/rules|n\/.lockstepignore/.test(word))
        : heard;
      assertEquals([what, told], [what, expected]);
    }
  },
);

inotifyTest("in a replica the ignore files of the source count", async (at, options) => {
  const [source, replica] = [`${at}/source`, `${at}/replica`];
  plant(source, { ".lockstepignore": "a/\n", d: { ".lockstepignore": "b/\n" } });
  plant(replica, { a: MANY, b: {}, c: { ".lockstepignore": "*\n", f: "1" }, d: { b: MANY } });
  await using watch = await hearing(replica, { ...options, exclusions: { rules: [], source } });
  // the root, b, c and d
  assertEquals(await watch.watches(), 4);
  const { of } = watch;
  assertEquals(await of(() => plant(`${replica}/c`, { f: "2" })), ["changed c/f"]);
  // a pass brings it; what counts is known
  assertEquals(await of(() => plant(replica, { ".lockstepignore": "a/\n" })), ["appeared .lockstepignore"]);
  plant(source, { ".lockstepignore": "b/\n" });
  assertEquals(await of(() => plant(replica, { ".lockstepignore": "b/\n" })), ["rules"]);
});

inotifyTest(
  "what is no file, or too large, is no ignore file, and none is waited for",
  async (at, options) => {
    const large = `x\n#${"-".repeat(1024 * 1024)}\n`;
    plant(at, {
      a: { x: {} },
      b: { x: {} },
      c: { ".lockstepignore": {}, x: {} },
      d: { ".lockstepignore": large },
    });
    plant(`${at}/d`, { x: {} });
    Deno.symlinkSync("../rules", `${at}/a/.lockstepignore`);
    plant(at, { rules: "x\n" });
    await sh("mkfifo b/.lockstepignore", at);
    await using watch = await hearing(at, { ...options, exclusions: { rules: [], source: at } });
    assertEquals(await watch.watches(), 10);
  },
);
