/** Which edge is chosen, by what Deno lets a program do. */
import { assertEquals } from "@std/assert";
import { chooseEdge, type Chosen } from "../../sync/disk/edge.ts";
import { agrees } from "../../sync/disk/native/check.ts";
import type { Edge } from "../../sync/engine/config.ts";
import { hasNative } from "../support/edges.ts";
import { lockstep, sh } from "../support/program.ts";
import { file, folder, inFolder, plant } from "../support/tree.ts";

const BOTH = ["--allow-read", "--allow-write"];
const native = { ignore: !hasNative };

Deno.test("chooseEdge() takes the portable edge when it is asked for, and then asks nothing else", async () => {
  assertEquals(await chooseEdge("portable", "/nowhere"), { edge: "portable", why: null });
});

Deno.test(
  "chooseEdge() takes the native edge where it can, for a source that is not there, too",
  native,
  () =>
    inFolder(async (at) => {
      const best: Chosen = { edge: "native", why: null };
      for (const source of [at, `${at}/not/there`]) {
        for (const asked of [null, "native"] satisfies (Edge | null)[]) {
          assertEquals(await chooseEdge(asked, source), best);
        }
      }
    }),
);

Deno.test(
  "agrees() compares what the C library and Deno see of files, folders and links",
  native,
  () =>
    inFolder(async (at) => {
      plant(at, { a: file("12345", 0o4751, -1500), d: folder({ b: "" }, 0o1777), big: "" });
      await sh("ln a c; ln -s a l; truncate -s 5T big; chown 1:4294967294 a || [ $(id -u) != 0 ]", at);
      for (const name of ["a", "c", "d", "l", "big"]) {
        assertEquals([name, await agrees(`${at}/${name}`)], [name, true]);
      }
      assertEquals(await agrees("/dev/null"), true);
    }),
);

Deno.test(
  "the program uses the native edge with --allow-ffi, the portable one without, and says so",
  native,
  () =>
    inFolder(async (at) => {
      plant(at, { source: { a: "1" }, replica: {} });
      const words = [`${at}/source`, `${at}/replica`, "--verbose"];
      const free = await lockstep(words, { flags: [...BOTH, "--allow-ffi"], edge: "as flags say" });
      assertEquals([free.status, free.out.includes("the edge is native\n")], [0, true]);
      const plain = await lockstep(words, { flags: BOTH, edge: "as flags say" });
      assertEquals([plain.status, plain.out.includes("the edge is portable: Deno may not use")], [0, true]);
      const asked = await lockstep([...words, "--edge=portable"], {
        flags: [...BOTH, "--allow-ffi"],
        edge: "as flags say",
      });
      assertEquals([asked.status, asked.out.includes("the edge is portable\n")], [0, true]);
      const quiet = await lockstep(words.slice(0, 2), { flags: BOTH, edge: "as flags say" });
      assertEquals([quiet.status, (quiet.out + quiet.err).includes("edge")], [0, false]);
    }),
);

Deno.test("--edge=native without --allow-ffi is wrong usage, and one line says what to do", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" } });
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--edge=native"], {
      flags: BOTH,
      edge: "as flags say",
    });
    assertEquals(ran.status, 1);
    assertEquals(ran.err.split("\n").length, 2);
    if (hasNative) assertEquals(ran.err.includes("run with --allow-ffi"), true);
    assertEquals([...Deno.readDirSync(at)].map(({ name }) => name), ["source"]);
  }));
