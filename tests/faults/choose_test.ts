/** What is excluded when something goes wrong: nothing of it is copied or removed, and an ignore file is never guessed at. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ALL, IGNORE_FILE } from "../../sync/engine/filter.ts";
import { failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { EDGE } from "../support/edges.ts";
import { asOrdinary } from "../support/limits.ts";
import { lockstep, sh } from "../support/program.ts";
import { file, files, harvest, isThere, link, namesIn, plant, readIfThere } from "../support/tree.ts";
import { ERRNO, faultTest, shimmed } from "./tools.ts";

/** A folder whose ignore file excludes what the replica has more, and one beside it. */
function plantIgnored(at: string): string[] {
  plant(at, {
    source: { d: { [IGNORE_FILE]: "out/\n", a: "1", e: { b: "1" } }, beside: "1" },
    replica: { d: { [IGNORE_FILE]: "", out: { mine: "1" }, gone: "1", e: { gone: "1" } }, gone: "1" },
  });
  return harvest(`${at}/replica/d`);
}

for (
  const [what, breaks] of [
    ["may not be read", `chmod 000 "d/${IGNORE_FILE}"`],
    ["is too large to be one", `truncate -s 1048577 "d/${IGNORE_FILE}"`],
  ] as const
) {
  faultTest(`an ignore file that ${what} fails its folder, and nothing in that is touched`, [
    "ordinary",
  ], async (at) => {
    const before = plantIgnored(at);
    await sh(breaks, `${at}/source`);
    for (const status of [23, 23]) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() });
      assertEquals(ran.status, status, ran.err);
      assertStringIncludes(ran.err, `Cannot list "d" in the source: its ${IGNORE_FILE} cannot be read: `);
      assertEquals(harvest(`${at}/replica/d`), before);
      assertEquals(namesIn(`${at}/replica`), ["beside", "d"]);
    }
    await sh(`rm -f "d/${IGNORE_FILE}"; echo out/ > "d/${IGNORE_FILE}"`, `${at}/source`);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    assertEquals(namesIn(`${at}/replica/d`), [IGNORE_FILE, "a", "e", "out"]);
  });
}

for (const [call, error] of [["open", "EIO"], ["stat", "EIO"], ["read", "ESTALE"]] as const) {
  faultTest(
    `an ignore file that fails with ${error} in ${call} fails its folder, and nothing in that is touched`,
    [
      "cc",
    ],
    async (at) => {
      const before = plantIgnored(at);
      const log = `${at}/shim.log`;
      const shim = {
        UNDER: `${at}/source/d/${IGNORE_FILE}`,
        CALL: call,
        ERROR: ERRNO[error],
        WHEN: "1+",
        LOG: log,
      };
      const ran = await lockstep([`${at}/source`, `${at}/replica`], await shimmed(shim));
      assert(readIfThere(log) !== "", "no call failed");
      assertEquals(ran.status, 23, ran.err);
      assertStringIncludes(ran.err, `Cannot list "d" in the source: its ${IGNORE_FILE} cannot be read: `);
      assertEquals(harvest(`${at}/replica/d`), before);
    },
  );
}

faultTest("an ignore file in the root that may not be read refuses the pass", ["ordinary"], async (at) => {
  plant(at, { source: { [IGNORE_FILE]: file("*.o", 0o000), a: "1" }, replica: { "a.o": "mine", gone: "1" } });
  const before = harvest(`${at}/replica`);
  const ran = await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() });
  assertEquals(ran.status, 3, ran.err);
  assertStringIncludes(ran.err, "nothing was touched");
  assertEquals(harvest(`${at}/replica`), before);
});

faultTest("only a file is an ignore file: no link is followed, and no FIFO is waited for", [], async (at) => {
  plant(at, {
    patterns: "*",
    source: {
      l: { [IGNORE_FILE]: link("../../patterns"), a: "1" },
      d: { [IGNORE_FILE]: { a: "1" }, a: "1" },
    },
    replica: { f: { a: "gone" } },
  });
  await sh(`mkdir f && mkfifo "f/${IGNORE_FILE}" && echo 1 > f/b`, `${at}/source`);
  const ran = await lockstep([`${at}/source`, `${at}/replica`]);
  assertEquals(ran.status, 0, ran.err);
  const { unmirrored = [] } = {
    unmirrored: namesIn(`${at}/replica/f`).filter((name) => name !== IGNORE_FILE),
  };
  assertEquals(unmirrored, ["b"]);
  assertEquals(namesIn(`${at}/replica/l`), [IGNORE_FILE, "a"]);
  assertEquals(namesIn(`${at}/replica/d`), [IGNORE_FILE, "a"]);
});

faultTest("patterns may have bytes that are not UTF-8", ["native"], async (at) => {
  if (EDGE !== "native") return;
  const make = "mkdir -p source/d replica; cd source; touch d/caf$'\\xe9' d/caf$'\\xe8' d/caf$'\\xc3\\xa9'";
  await sh(`${make}; printf '*\\xe9\\n' > ${IGNORE_FILE}`, at);
  const outcome = await mirror(`${at}/source`, `${at}/replica`);
  assertEquals(failuresOf(outcome), []);
  assertEquals((await sh("LC_ALL=C ls -b replica/d", at)).split("\n"), ["caf\\303\\251", "caf\\350"]);
});

faultTest(
  "excluded folders are not listed, were they mount points or locked",
  ["mount", "ordinary"],
  async (at, mount) => {
    plant(at, {
      disk: { a: "1" },
      source: { d: { x: {} }, x: { b: "1" }, a: "1" },
      replica: { x: { mine: "1" }, old: { x: {} } },
    });
    await mount("--bind", `${at}/disk`, `${at}/source/d/x`);
    await mount("-t", "tmpfs", "tmpfs", `${at}/replica/old/x`);
    plant(`${at}/replica/old/x`, { mine: "1" });
    await sh("chmod 000 source/x replica/x", at);
    const words = [`${at}/source`, `${at}/replica`, "--exclude=x/"];
    for (let pass = 0; pass < 2; pass++) {
      const ran = await lockstep(words, { through: asOrdinary() });
      assertEquals([ran.status, ran.err], [0, ""]);
      assertEquals(namesIn(`${at}/replica`), ["a", "d", "old", "x"]);
      assertEquals(namesIn(`${at}/replica/d`), []);
      assertEquals(isThere(`${at}/replica/old/x/mine`), true);
    }
    await sh("chmod 700 source/x replica/x", at);
    assertEquals(namesIn(`${at}/replica/x`), ["mine"]);
  },
);

faultTest("excluded folders cost no call below them", ["strace"], async (at) => {
  plant(at, {
    source: { a: "1", node_modules: { a: files(20), b: { c: "1" } } },
    replica: { node_modules: { d: { e: "1" } }, old: { node_modules: { f: { g: "1" } } } },
  });
  const log = `${at}/strace.log`;
  const through = ["strace", "-f", "-y", "-o", log, "-e", "trace=%file,getdents64"];
  for (let pass = 0; pass < 2; pass++) {
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--exclude=node_modules/"], { through });
    assertEquals([ran.status, ran.err], [0, ""]);
    const calls = Deno.readTextFileSync(log).split("\n").filter((line) => line.includes(at)).join("\n");
    assert(calls.includes(`${at}/source`));
    // neither by path nor in an open folder
    assertEquals(
      calls.split("\n").filter((line) => /node_modules[/>]|"node_modules", .*O_DIRECTORY/.test(line)),
      [],
    );
  }
});

faultTest(
  "with noDelete no mount point or unknown entry of the replica alone is a failure",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: "1", n: "file" }, replica: { m: {}, n: {} } });
    await mount("-t", "tmpfs", "tmpfs", `${at}/replica/m`);
    await mount("-t", "tmpfs", "tmpfs", `${at}/replica/n`);
    const choice = { ...ALL, noDelete: true };
    const outcome = await mirror(`${at}/source`, `${at}/replica`, { choice, limits: UNLIMITED });
    assertEquals(failuresOf(outcome), ["remove replica n MOUNTED"]);
    assertEquals(namesIn(`${at}/replica`), ["a", "m", "n"]);
  },
);

faultTest(
  "an excluded name of a file keeps its content and attributes when other names of it change",
  [],
  async (at) => {
    for (
      const [mode, mtime, content] of [[0o600, 1e12, "1"], [0o644, 1e12, "22"], [0o644, 1.5e12, "1"]] as const
    ) {
      await sh("rm -rf source replica", at);
      plant(at, { source: { a: file(content, mode, mtime) }, replica: { a: file("1", 0o644, 1e12) } });
      Deno.linkSync(`${at}/replica/a`, `${at}/replica/b.x`);
      const before = harvest(`${at}/replica`, { hardLinks: false }).filter((line) => line.includes("b.x"));
      const choice = { ...ALL, rules: [{ pattern: "*.x", from: "--exclude" }] };
      for (let pass = 0; pass < 2; pass++) {
        const { changes } = await mirror(`${at}/source`, `${at}/replica`, { choice, limits: UNLIMITED });
        assertEquals(changes.length > 0, pass === 0);
        const lines = harvest(`${at}/replica`, { hardLinks: false });
        assertEquals(lines.filter((line) => line.includes("b.x")), before);
        assertEquals(
          lines.find((line) => line.startsWith("./a ")),
          harvest(`${at}/source`).find((line) => line.startsWith("./a ")),
        );
      }
    }
  },
);
