/** What the native edge makes of holes. */
import { assert, assertEquals } from "@std/assert";
import type { Edge } from "../../sync/engine/config.ts";
import { hasNative } from "../support/edges.ts";
import { failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { sh } from "../support/program.ts";
import { inFolder, plant } from "../support/tree.ts";

const NATIVE = { edge: "native" as Edge, fifos: true, limits: UNLIMITED };

/** To read a TiB of zeros takes minutes. */
const AT_MOST = 60_000;

/** A file of 1 TiB that has a few bytes in its middle. */
const make = (name: string, word: string) =>
  `truncate -s 1T ${name}; printf ${word} | dd of=${name} bs=1 seek=500G conv=notrunc status=none`;

function holesTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test({ name, ignore: !hasNative, fn: () => inFolder(test) });
}

holesTest("a sparse file of 1 TiB is copied by its data alone, and keeps its holes", async (at) => {
  plant(at, { source: {}, replica: {} });
  await sh(make("source/f", "middle"), at);
  const before = performance.now();
  const made = await mirror(`${at}/source`, `${at}/replica`, NATIVE);
  assertEquals(failuresOf(made), []);
  assert(performance.now() - before < AT_MOST);
  assertEquals(
    await sh("stat -c %s replica/f; dd if=replica/f bs=1 skip=500G count=6 status=none", at),
    `${2 ** 40}\nmiddle`,
  );
  assert(Number(await sh("stat -c %b replica/f", at)) < 1000);
});

holesTest("sparse files are compared by their data alone", async (at) => {
  plant(at, { source: {}, replica: {} });
  await sh(
    `${make("source/f", "middle")}; ${
      make("replica/f", "middle")
    }; touch -r source/f replica/f; touch -r source replica`,
    at,
  );
  const before = performance.now();
  const pass = (options: { checksum: boolean }) =>
    mirror(`${at}/source`, `${at}/replica`, { ...NATIVE, ...options });
  assertEquals((await pass({ checksum: true })).changes, []);
  await sh(`${make("replica/f", "Middle")}; touch -r source/f replica/f`, at);
  assertEquals((await pass({ checksum: false })).changes, []);
  assertEquals((await pass({ checksum: true })).changes, ["update file f"]);
  // edited in the tick of the clock in which it was copied: compared by its content
  await sh(`${make("source/f", "MIDDLE")}; touch -d '+1 second' source/f`, at);
  assertEquals(failuresOf(await pass({ checksum: false })), []);
  assertEquals(failuresOf(await pass({ checksum: false })), []);
  assertEquals(await sh("dd if=replica/f bs=1 skip=500G count=6 status=none", at), "MIDDLE");
  assert(performance.now() - before < AT_MOST);
});
