/** The real program where its guard refuses: what it refuses, how that is looked at, and how it is let through. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { ended, has, lockstep, start, until } from "../support/program.ts";
import { onTerminal } from "../support/terminal.ts";
import { assertInSync, files, harvest, inFolder, isThere, plant, readIfThere } from "../support/tree.ts";

Deno.test("lockstep refuses to wipe a small folder that is no replica, and goes on with the option that it names", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { photo: "1" });
    plant(`${at}/nas`, files(10, "precious"));
    const before = harvest(`${at}/nas`);
    const refused = await lockstep([`${at}/source`, `${at}/nas`]);
    assertEquals(refused.status, STATUS.refused);
    assertStringIncludes(refused.err, "all its 10 entries would be deleted");
    assertStringIncludes(refused.err, "Look at it with --dry-run; if you mean it, add --max-delete 10");
    assertEquals(harvest(`${at}/nas`), before);
    assertEquals((await lockstep([`${at}/source`, `${at}/nas`, "--max-delete", "10"])).status, 0);
    assertInSync(`${at}/source`, `${at}/nas`);
  }));

Deno.test("lockstep is not misled by what systems put into every folder", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { photo: "1", ".DS_Store": "same" });
    plant(`${at}/nas`, { ...files(40, "precious"), ".DS_Store": "same" });
    const time = new Date(1e12);
    for (const side of ["source", "nas"]) Deno.utimeSync(`${at}/${side}/.DS_Store`, time, time);
    assertEquals((await lockstep([`${at}/source`, `${at}/nas`])).status, STATUS.refused);
  }));

Deno.test("lockstep is not misled by names that a strange folder shares with the source", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { src: { main: "mine", ".keep": "" }, "README.md": "mine", docs: {} });
    plant(`${at}/nas`, { src: files(12, "theirs"), "README.md": "theirs", docs: { manual: "theirs" } });
    plant(`${at}/nas/src`, { ".keep": "" });
    const before = harvest(`${at}/nas`);
    assertEquals((await lockstep([`${at}/source`, `${at}/nas`])).status, STATUS.refused);
    assertEquals(harvest(`${at}/nas`), before);
  }));

Deno.test("lockstep does not take a replica for a strange folder when one file of it stays", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, files(30, "1"));
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    for (let i = 1; i < 30; i++) Deno.removeSync(`${at}/source/f${i}`);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
    // new contents everywhere, and nothing removed
    plant(`${at}/source`, files(30, "other"));
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    plant(`${at}/source`, files(30, "all of them changed"));
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

/** A test on a terminal, with a source that would keep nothing of what is in the folder `nas`. */
function terminalTest(name: string, test: (at: string, before: unknown) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !has("script"),
    fn: () =>
      inFolder((at) => {
        plant(`${at}/source`, { photo: "1" });
        plant(`${at}/nas`, { a: "precious", b: "precious" });
        return test(at, harvest(`${at}/nas`));
      }),
  });
}

terminalTest(
  "lockstep on a terminal asks before it keeps nothing of a folder, and only a yes is one",
  async (at, before) => {
    for (const answer of ["n\n", "\n", "yn\n", "\x04"]) {
      const { status, out } = await onTerminal([`${at}/source`, `${at}/nas`], answer);
      assertEquals([answer, status], [answer, STATUS.refused]);
      assertStringIncludes(out, `2 entries would be deleted from it, "a", "b". Look first: --dry-run.`);
      assertEquals(harvest(`${at}/nas`), before);
    }
    assertEquals((await onTerminal([`${at}/source`, `${at}/nas`, "-n"], "")).status, 0);
    assertEquals((await onTerminal([`${at}/source`, `${at}/nas`], "y\n")).status, 0);
    assertInSync(`${at}/source`, `${at}/nas`);
  },
);

terminalTest(
  "lockstep in a loop takes a no for all passes, however few entries would go",
  async (at, before) => {
    const words = [`${at}/source`, `${at}/nas`, "10ms", "--passes=5"];
    const { status, out } = await onTerminal(words, "n\n", { after: "[y/N]" });
    assertEquals([status, out.split("[y/N]").length], [STATUS.refused, 2]);
    assertEquals(harvest(`${at}/nas`), before);
  },
);

terminalTest("lockstep hears Ctrl-C while it asks, and touches nothing", async (at, before) => {
  const { status } = await onTerminal([`${at}/source`, `${at}/nas`], "\x03", { after: "[y/N]" });
  assertEquals([status, harvest(`${at}/nas`)], [STATUS.interrupted, before]);
});

Deno.test("lockstep --dry-run lists what is refused in order of path, then refuses it with 25", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { "a-b": "1", a: { z: "1" } });
    plant(`${at}/replica`, { old: files(60, "22") });
    const before = harvest(at);
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--dry-run", "--json"]);
    assertEquals(ran.status, STATUS.refused);
    const events = ran.out.trimEnd().split("\n").map((line) => JSON.parse(line));
    // the roots may differ in their time
    const planned = events.filter(({ kind, path }) => kind === "change" && path !== "").map(({ path }) =>
      path
    );
    assertEquals(planned.slice(0, 6), ["a", "a/z", "a-b", "old", "old/f0", "old/f1"]);
    assertEquals([planned.length, planned.at(-1)], [61 + 3, "old/f9"]);
    assertEquals(events.slice(-2).map(({ kind }) => kind), ["refused", "end"]);
    assertEquals([events.at(-1).removed, events.at(-1).status], [61, STATUS.refused]);
    const lines = await lockstep([`${at}/source`, `${at}/replica`, "--dry-run"]);
    assertEquals(lines.out.split(/ (?:create|remove) .* \(planned\)\n/).length - 1, 61 + 3);
    assertMatch(lines.err, /nothing was touched\. If you mean it, add --max-delete 61\n/);
    assertMatch(
      lines.err,
      /planned, but refused: created 3, updated 0, attributes [01], removed 61, failed 0/,
    );
    assertEquals(harvest(at), before);
  }));

Deno.test("lockstep in a loop lets a refused plan through once, by a file that was written after the refusal", () =>
  inFolder(async (at) => {
    const log = `${at}/sync.log`;
    const allow = `${log}.allow`;
    plant(`${at}/source`, { a: "1" });
    plant(`${at}/replica`, files(12, "22"));
    plant(at, { "sync.log.allow": "--max-delete 100\n" });
    Deno.utimeSync(allow, 1e9, 1e9);
    const process = start([`${at}/source`, `${at}/replica`, "20ms", log, "-v", "--max-delete", "5"]);
    const passes = () => readIfThere(log).split(" begins").length;
    const refusedFor = async (count: number) => {
      const first = passes();
      await until("more passes are refused", () => passes() > first + count);
    };
    try {
      await until("it is refused", () => readIfThere(log).includes("Refused"));
      assertStringIncludes(readIfThere(log), `put "--max-delete 12" into the file "${allow}"`);
      await refusedFor(5);
      assertEquals([isThere(allow), isThere(`${at}/replica/f0`)], [true, true]);
      // too few, and what is no such option
      for (const words of ["--max-delete 3", "--durable", "yes"]) {
        Deno.removeSync(allow);
        Deno.writeTextFileSync(allow, words);
        await refusedFor(5);
        assert(isThere(`${at}/replica/f0`), words);
        if (!isThere(allow)) Deno.writeTextFileSync(allow, "");
      }
      Deno.writeTextFileSync(allow, "--max-delete 12\n");
      await until("it is let through", () => isThere(`${at}/replica/a`));
      await until("a pass is complete", () => readIfThere(log).includes("in sync: created 1"));
      assertEquals(isThere(allow), false);
      assertStringIncludes(readIfThere(log), "Let through once by ");
      // only once
      plant(`${at}/more`, files(12));
      Deno.renameSync(`${at}/more`, `${at}/replica/more`);
      await until("the next is refused", () => readIfThere(log).includes(`put "--max-delete 13"`));
      assert(isThere(`${at}/replica/more/f0`));
    } finally {
      process.kill("SIGTERM");
      assertEquals((await ended(process)).status, 0);
    }
  }));

Deno.test("lockstep is not misled by a few files that a strange folder has under other names", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { mine: "1", a: { b: "a common licence" } });
    plant(`${at}/nas`, { ...files(12, "theirs"), LICENCE: "a common licence", one: "1" });
    const before = harvest(`${at}/nas`);
    assertEquals((await lockstep([`${at}/source`, `${at}/nas`])).status, STATUS.refused);
    assertEquals(harvest(`${at}/nas`), before);
    // a replica of which more was moved than removed
    plant(`${at}/replica`, { ...files(12, "theirs"), LICENCE: "a common licence", one: "1" });
    for (let i = 0; i < 12; i++) Deno.removeSync(`${at}/replica/f${i}`);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

Deno.test({
  name: "lockstep says of a trash below /dev what Deno asks for, and not that the folder is missing (Linux)",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { a: "1" });
      const { status, err } = await lockstep([`${at}/source`, `${at}/replica`, "--trash=/dev/shm/tr"]);
      assertEquals(status, STATUS.usage);
      assertStringIncludes(err, '"/dev/shm/tr" cannot be made: Deno may not look there without --allow-all');
    }),
});
