/** Reading back what was written, and keeping a manifest, when the disk lies, is full, or the program is killed. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { readManifest } from "../../sync/records/manifest.ts";
import { lockstep, start, until } from "../support/program.ts";
import {
  assertInSync,
  file,
  files,
  harvest,
  isThere,
  namesIn,
  plant,
  temporaryNames,
} from "../support/tree.ts";
import { ERRNO, faultTest, shimmed } from "./tools.ts";

const OLD = 1_000_000_000_000;
/** Copied by a call of the system, and by reading and writing; more of them than are made one after another. */
const TREE = { large: file("0123456789".repeat(30_000), 0o644, OLD), ...files(12, "small") };

const EDGES = [["portable", ["--edge=portable"], []], ["native", ["--edge=native"], [
  "--allow-ffi",
]]] as const;

for (const [edge, words, grants] of EDGES) {
  const needs = edge === "native" ? ["cc", "native"] as const : ["cc"] as const;
  const run = async (at: string, more: readonly string[], when: string) =>
    await lockstep([`${at}/s`, `${at}/r`, ...words, ...more], {
      edge: "as flags say",
      flags: ["--allow-read", "--allow-write"],
      grants: [...grants],
      ...await shimmed({ UNDER: `${at}/r`, CALL: "spoil", ERROR: 0, WHEN: when, LOG: `${at}/log` }),
    });

  faultTest(
    `a disk that writes something else spoils a copy, without --verify, ${edge}`,
    needs,
    async (at) => {
      plant(`${at}/s`, TREE);
      assertEquals((await run(at, [], "1+")).status, 0);
      const same = harvest(`${at}/s`).join() === harvest(`${at}/r`).join();
      assertEquals([same, isThere(`${at}/log`)], [false, true]);
    },
  );

  for (const durable of [[], ["--durable"]]) {
    const how = [edge, ...durable].join(", ");

    faultTest(`--verify copies once more what was written wrong, ${how}`, needs, async (at) => {
      plant(`${at}/s`, TREE);
      for (const when of ["1", "3"]) {
        const ran = await run(at, ["--verify", ...durable], when);
        assertEquals(ran.status, 0, ran.err);
        assertInSync(`${at}/s`, `${at}/r`);
        Deno.removeSync(`${at}/r`, { recursive: true });
      }
      assertEquals(Deno.readTextFileSync(`${at}/log`).match(/^spoil /gm)?.length, 2);
    });

    faultTest(
      `--verify never puts in place what is written wrong again and again, ${how}`,
      needs,
      async (at) => {
        plant(`${at}/s`, TREE);
        await lockstep([`${at}/s`, `${at}/r`]);
        const before = Deno.readTextFileSync(`${at}/r/f3`);
        for (const name of [...Object.keys(TREE), "new"]) {
          Deno.writeTextFileSync(`${at}/s/${name}`, "another");
        }
        const ran = await run(at, ["--verify", ...durable], "1+");
        assertEquals(ran.status, 23);
        assertStringIncludes(
          ran.err,
          'Cannot copy "f3" in the replica: what was written reads back differently, twice',
        );
        assertEquals(Deno.readTextFileSync(`${at}/r/f3`), before);
        assertEquals([temporaryNames(`${at}/r`), isThere(`${at}/r/new`)], [[], false]);
        assertEquals((await lockstep([`${at}/s`, `${at}/r`, "--verify"])).status, 0);
        assertInSync(`${at}/s`, `${at}/r`);
      },
    );
  }
}

faultTest("--verify asks the disk, and not the memory of the system, before a copy gets its name", [
  "strace",
  "native",
], async (at) => {
  plant(`${at}/s`, { a: "1", b: "2" });
  const calls = "fsync,syncfs,fadvise64,renameat";
  const traced = async (...words: string[]) => {
    const through = ["strace", "-f", "-y", "-o", `${at}/trace`, "-e", `trace=${calls}`];
    const flags = ["--allow-read", "--allow-write", "--allow-ffi"];
    const ran = await lockstep([`${at}/s`, `${at}/r`, ...words], { edge: "as flags say", flags, through });
    assertEquals(ran.status, 0, ran.err);
    const lines = Deno.readTextFileSync(`${at}/trace`).split("\n").filter((line) => line.includes(`${at}/r`));
    return lines.map((line) => /(\w+)\(/.exec(line)?.[1]);
  };
  assertEquals(await traced("--verify"), [
    "fsync",
    "fadvise64",
    "renameat",
    "fsync",
    "fadvise64",
    "renameat",
  ]);
  Deno.removeSync(`${at}/r`, { recursive: true });
  assertEquals(await traced(), ["renameat", "renameat"]);
});

async function noted(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of readManifest(path)) names.push(name);
  return names;
}

faultTest("a manifest whose disk is full stays as it was, and that is told", ["mount"], async (at, mount) => {
  plant(at, { s: files(40, "x"), disk: {} });
  await mount("-t", "tmpfs", "-o", "size=16k", "tmpfs", `${at}/disk`);
  const words = [`${at}/s`, `${at}/r`, "--manifest", `${at}/disk/m`];
  assertEquals((await lockstep(words)).status, 0);
  plant(`${at}/s`, files(100, "y", (i) => `g${i}`));
  const ran = await lockstep(words);
  assertEquals(ran.status, 23);
  assertStringIncludes(ran.err, "Cannot keep the manifest: no space left");
  assertInSync(`${at}/s`, `${at}/r`);
  assertEquals([namesIn(`${at}/disk`), (await noted(`${at}/disk/m`)).length], [["m"], 40]);
});

faultTest(
  "a run that is killed while it writes the manifest leaves the old one, and the next makes it right",
  [
    "cc",
  ],
  async (at) => {
    plant(at, { s: { a: "1" }, kept: {} });
    const words = [`${at}/s`, `${at}/r`, "--manifest", `${at}/kept/m`];
    assertEquals((await lockstep(words)).status, 0);
    Deno.writeTextFileSync(`${at}/s/b`, "2");
    for (const call of ["write", "sync", "rename"]) {
      const gate = {
        UNDER: `${at}/kept`,
        CALL: call,
        ERROR: 0,
        GATE: `${at}/never`,
        LOG: `${at}/log-${call}`,
      };
      const process = start(words, await shimmed(gate));
      await until(
        `it came to ${call}`,
        () => isThere(`${at}/log-${call}`) && Deno.statSync(`${at}/log-${call}`).size > 0,
      );
      process.kill("SIGKILL");
      await process.output();
      assertEquals(await noted(`${at}/kept/m`), ["a"]);
    }
    assertEquals((await lockstep(words)).status, 0);
    assertEquals([await noted(`${at}/kept/m`), namesIn(`${at}/kept`)], [["a", "b"], ["m"]]);
  },
);

faultTest(
  "a file that cannot be read to its end is told by a check, and is no difference",
  ["cc"],
  async (at) => {
    plant(`${at}/s`, { a: "1", b: "2" });
    await lockstep([`${at}/s`, `${at}/r`]);
    const shim = { UNDER: `${at}/r`, CALL: "read", ERROR: ERRNO.EIO, WHEN: "1+" };
    const ran = await lockstep(["verify", `${at}/s`, `${at}/r`, "--edge=portable"], {
      edge: "as flags say",
      flags: ["--allow-read"],
      ...await shimmed(shim),
    });
    assertEquals(ran.status, 23);
    assertStringIncludes(ran.err, 'Cannot read "a" in the replica: input/output error');
  },
);

faultTest(
  "what lies in a folder that cannot be listed stays noted, and is not told as gone",
  ["cc"],
  async (at) => {
    plant(at, { s: { a: "1", sub: { b: "2", c: "3" } } });
    const words = [`${at}/s`, `${at}/r`, "--manifest", `${at}/m`, "--edge=portable"];
    assertEquals((await lockstep(words, { edge: "as flags say" })).status, 0);
    Deno.writeTextFileSync(`${at}/s/new`, "4");
    const unlisted = { CALL: "readdir", ERROR: ERRNO.EIO };
    const source = await shimmed({ UNDER: `${at}/s/sub`, ...unlisted });
    assertEquals((await lockstep(words, { edge: "as flags say", ...source })).status, 23);
    assertEquals(await noted(`${at}/m`), ["a", "new", "b", "c"]);
    const alone = await lockstep(["verify", "--manifest", `${at}/m`, `${at}/r`, "--edge=portable"], {
      edge: "as flags say",
      flags: ["--allow-read"],
      ...await shimmed({ UNDER: `${at}/r/sub`, ...unlisted }),
    });
    assertEquals([alone.status, alone.err.includes("is missing")], [23, false]);
    assertStringIncludes(alone.err, 'Cannot list "sub" in the replica: input/output error');
  },
);
