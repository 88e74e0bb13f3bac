/** Folders that a link in the tree leads to as well: the watch tells of them by the link's name. */
import { assert, assertEquals } from "@std/assert";
import { aliasesIn, carries, unaliased } from "../../sync/timing/spelling.ts";
import { running, until } from "../support/program.ts";
import { assertInSync, inFolder, isInSync, link, plant, readIfThere } from "../support/tree.ts";
import { watchTest } from "../support/watches.ts";

const ALIASES = new Map([["lib64", "lib"], ["current", "releases/5"], ["lib/x", "releases"], [
  "loop",
  "loop/loop",
]]);

Deno.test("unaliased() is where a path lies, whatever the links on the way, and leaves the last name", () => {
  const rows: [string, string][] = [
    ["lib64/py/f", "lib/py/f"],
    ["lib64", "lib64"],
    ["current/f", "releases/5/f"],
    ["lib64/x/5/f", "releases/5/f"],
    ["lib/f", "lib/f"],
    ["lib640/f", "lib640/f"],
    ["f", "f"],
  ];
  for (const [path, real] of rows) assertEquals([path, unaliased(path, ALIASES)], [path, real]);
  unaliased("loop/f", ALIASES); // comes to an end
});

Deno.test("carries() knows what takes a link away, or the folder that it leads to", () => {
  const rows: [string, boolean][] = [
    ["lib64", true],
    ["releases", true],
    ["releases/5", true],
    ["lib", true],
    [
      "lib64/f",
      false,
    ],
    ["releases/5/f", false],
    ["other", false],
  ];
  for (const [path, is] of rows) assertEquals([path, carries(path, ALIASES)], [path, is]);
});

Deno.test("aliasesIn() has the links that lead to folders below the root, and no others", () =>
  inFolder(async (at) => {
    plant(at, { out: {}, s: { lib: { py: { f: "1" } }, deep: {} } });
    plant(`${at}/s`, {
      lib64: link("lib"),
      file: link("lib/py/f"),
      gone: link("nowhere"),
      out: link("../out"),
    });
    plant(`${at}/s/deep`, { up: link("../lib/py"), root: link("..") });
    assertEquals(
      new Map([...await aliasesIn(`${at}/s`)].sort()),
      new Map([["deep/up", "lib/py"], ["lib64", "lib"]]),
    );
  }));

watchTest(
  "lockstep --watch follows folders that links lead to as well, on both sides, whatever becomes of the links",
  async (at, { grants }) => {
    const [source, replica, log] = [`${at}/source`, `${at}/replica`, `${at}/sync.log`];
    plant(at, { replica: {}, out: { "5": {} }, moved: { a: { f: "1" } } });
    plant(source, { lib: { py: { a: "1" } }, releases: { "5": { a: "1" }, "6": { a: "1" } } });
    plant(source, { lib64: link("lib"), current: link("releases/5"), outside: link("../out") });
    plant(`${at}/moved`, { b: link("a") });
    const words = [source, replica, "1h", log, "--watch", "-v"];
    {
      // what the replica's own watch follows must be there when it begins
      await using first = running(words, { grants });
      await until("the first pass is made", () => / in sync/.test(readIfThere(log)));
      await first.stop();
      Deno.removeSync(log);
    }
    await using run = running(words, { grants });
    await until("the first pass is made", () => / in sync/.test(readIfThere(log)));
    const edits: [string, () => void][] = [
      ["an edit below lib", () => plant(`${source}/lib/py`, { a: "changed", b: "new" })],
      ["an edit below releases/5", () => plant(`${source}/releases/5`, { a: "changed" })],
      ["an edit through a link", () => plant(`${source}/lib64/py`, { c: "1" })],
      ["a new folder", () => plant(`${source}/lib`, { new: { f: "1" } })],
      ["a file in it", () => plant(`${source}/lib/new`, { g: "1" })],
      ["a removal", () => Deno.removeSync(`${source}/lib/py/b`)],
      ["an edit in the replica", () => plant(`${replica}/lib/py`, { a: "spoilt", hand: "1" })],
      ["a mode", () => Deno.chmodSync(`${source}/lib/py`, 0o700)],
    ];
    const steps: [string, () => void][] = [
      ["a link that leads elsewhere", () => {
        Deno.symlinkSync("releases/6", `${source}/next`);
        Deno.renameSync(`${source}/next`, `${source}/current`);
      }],
      ["an edit in what it led to", () => plant(`${source}/releases/5`, { b: "1" })],
      ["an edit in what it leads to", () => plant(`${source}/releases/6`, { b: "1" })],
      ["a link that goes", () => Deno.removeSync(`${source}/lib64`)],
      ["an edit in what it led to", () => plant(`${source}/lib/py`, { d: "1" })],
      [
        "a folder with a link in it that is moved in",
        () => Deno.renameSync(`${at}/moved`, `${source}/moved`),
      ],
      ["an edit below that", () => plant(`${source}/moved/a`, { f: "changed" })],
      [
        "a folder that a link leads to is moved",
        () => Deno.renameSync(`${source}/releases`, `${source}/rel`),
      ],
      ["an edit below that", () => plant(`${source}/rel/6`, { c: "1" })],
      ["an edit outside", () => plant(`${at}/out/5`, { a: "1" })],
    ];
    const wholePasses = () => readIfThere(log).match(/pass \d+ begins\n/g)?.length;
    for (const [what, act] of [...edits, ...steps]) {
      // no edit needs a look at everything
      if (what === steps[0]![0]) assertEquals(wholePasses(), 1);
      act();
      const began = Date.now();
      await until(`it is in sync after ${what}`, () => isInSync(source, replica));
      assert(Date.now() - began < 150_000);
    }
    assertEquals((await run.stop()).status, 0);
    assertInSync(source, replica);
  },
);

watchTest(
  "lockstep --watch hears of the source where links in the replica lead into it, and after they are gone",
  async (at, { grants }) => {
    const [source, replica, log] = [`${at}/source`, `${at}/replica`, `${at}/sync.log`];
    plant(source, { releases: { "5": { a: "1" } }, current: link(`${source}/releases/5`) });
    // a replica that is made by the first pass is watched after it, and all is compared again then
    await using run = running([source, replica, "1h", log, "--watch", "-v"], { grants });
    await until("the replica is watched", () => /pass 2 begins/.test(readIfThere(log)));
    await until("it is in sync", () => isInSync(source, replica));
    const steps: [string, () => void][] = [
      ["an edit where the link leads", () => plant(`${source}/releases/5`, { a: "changed", b: "1" })],
      ["the link goes", () => Deno.removeSync(`${source}/current`)],
      ["an edit where it led", () => plant(`${source}/releases/5`, { a: "changed again", c: "1" })],
    ];
    for (const [what, act] of steps) {
      act();
      await until(`it is in sync after this: ${what}`, () => isInSync(source, replica));
    }
    assertEquals((await run.stop()).status, 0);
  },
);
