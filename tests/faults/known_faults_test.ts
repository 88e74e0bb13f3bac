/** Faults that other mirrors had or have, each by the number that it has in their tracker. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { asOrdinary } from "../support/limits.ts";
import { lockstep, running, start, until } from "../support/program.ts";
import { assertInSync, files, harvest, isThere, link, plant, readIfThere } from "../support/tree.ts";
import { faultTest } from "./tools.ts";

const FILES = files(100);

faultTest("rclone 1032: an empty source does not wipe the replica", [], async (at) => {
  plant(at, { source: {}, replica: { a: "1", d: { b: "1" } } });
  const before = harvest(`${at}/replica`);
  const ran = await lockstep([`${at}/source`, `${at}/replica`]);
  assertEquals([ran.status, harvest(`${at}/replica`)], [25, before]);
});

// rsync and rclone remove as many as the bound allows and stop then
faultTest(
  "rsync and rclone --max-delete: a bound that would be passed lets nothing be removed, and nothing else be done",
  [],
  async (at) => {
    plant(at, { source: { f0: "1", new: "1" }, replica: FILES });
    const before = harvest(`${at}/replica`);
    for (const bound of [[], ["--max-delete", "5"], ["--max-delete", "10%"]]) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`, ...bound]);
      assertEquals([ran.status, harvest(`${at}/replica`)], [25, before]);
    }
  },
);

faultTest(
  "rclone 3594: a folder that cannot be read does not block removals elsewhere",
  ["ordinary"],
  async (at) => {
    plant(at, {
      source: { closed: { in: "1" }, d: {} },
      replica: { closed: { in: "1" }, d: { gone: "1" }, gone: "1" },
    });
    Deno.chmodSync(`${at}/source/closed`, 0);
    const ran = await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() });
    assertEquals(ran.status, 23);
    assertEquals([
      isThere(`${at}/replica/gone`),
      isThere(`${at}/replica/d/gone`),
      isThere(`${at}/replica/closed/in`),
    ], [false, false, true]);
  },
);

faultTest(
  "rclone 7993: a pass that takes longer than the interval does not overlap with the next",
  [],
  async (at) => {
    plant(at, { source: files(3000) });
    const process = start([`${at}/source`, `${at}/replica`, "1ms", "-v", "--log-file", `${at}/log`]);
    await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
    await until("some passes are made", () => readIfThere(`${at}/log`).split("nothing to do").length > 5);
    process.kill("SIGTERM");
    assertEquals((await process.status).code, 0);
    const words = [...readIfThere(`${at}/log`).matchAll(/(pass \d+ begins|in sync)/g)].map(([word]) =>
      word.split(" ")[0]
    );
    words.forEach((word, i) => assertEquals(word, i % 2 === 0 ? "pass" : "in"));
    assert(words.length > 8);
  },
);

faultTest(
  "rclone 8749: extraneous links are removed, dangling ones and those to folders too, and what they lead to stays",
  [],
  async (at) => {
    plant(at, {
      source: { a: "1" },
      outside: { precious: "1" },
      replica: { a: "1", x: link("../outside"), y: link("none"), d: { z: link("../../outside/precious") } },
    });
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(readIfThere(`${at}/outside/precious`), "1");
  },
);

// rsync copies it into itself until the path is too long
faultTest("rsync: a replica inside the source is not copied into itself", [], async (at) => {
  plant(at, { source: { a: "1" } });
  const ran = await lockstep([`${at}/source`, `${at}/source/replica`]);
  assertEquals(ran.status, 3);
  assertStringIncludes(ran.err, "it lies inside the source");
  assertEquals(isThere(`${at}/source/replica`), false);
});

// by size and time in whole seconds, rsync -a sees no difference
faultTest("rsync -a: an edit of the same size within the same second is not missed", [], async (at) => {
  plant(at, { source: { a: "0" } });
  await using run = running([`${at}/source`, `${at}/replica`, "5ms", "-q"]);
  for (let i = 1; i < 10; i++) {
    Deno.writeTextFileSync(`${at}/source/a`, `${i}`);
    await until("the edit is mirrored", () => readIfThere(`${at}/replica/a`) === `${i}`);
  }
  assertEquals((await run.stop()).status, 0);
});

// several mirrors print names as they are, and a name can then take over the terminal or forge a line
faultTest("a name with escape sequences and a forged line is one clean line in the log", [], async (at) => {
  const name = "x\x1b]0;owned\x07\n2026-01-01T00:00:00.000+00:00 INFO in sync";
  plant(at, { source: { [name]: "1" } });
  const ran = await lockstep([`${at}/source`, `${at}/replica`, "--owner=never", "--log-file", `${at}/log`]);
  assertEquals(ran.out, readIfThere(`${at}/log`));
  assertEquals(ran.out.split("\n").length, 5);
  assert(!ran.out.includes("\x1b"));
});
