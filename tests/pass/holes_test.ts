/** What the native edge makes of holes. */
import { assert, assertEquals } from "@std/assert";
import type { Edge } from "../../sync/engine/config.ts";
import { hasNative } from "../support/edges.ts";
import { failuresOf, mirror, UNLIMITED } from "../support/mirror.ts";
import { sh } from "../support/program.ts";
import { inFolder, plant } from "../support/tree.ts";

const NATIVE = { edge: "native" as Edge, fifos: true, limits: UNLIMITED };

Deno.test({
  name: "a sparse file of 1 TiB is copied by its data alone, and keeps its holes",
  ignore: !hasNative,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: {}, replica: {} });
      await sh(
        "truncate -s 1T source/f; printf middle | dd of=source/f bs=1 seek=500G conv=notrunc status=none",
        at,
      );
      const before = performance.now();
      const made = await mirror(`${at}/source`, `${at}/replica`, NATIVE);
      assertEquals(failuresOf(made), []);
      // to read a TiB of zeros takes minutes
      assert(performance.now() - before < 60_000);
      assertEquals(
        await sh("stat -c %s replica/f; dd if=replica/f bs=1 skip=500G count=6 status=none", at),
        `${2 ** 40}\nmiddle`,
      );
      assert(Number(await sh("stat -c %b replica/f", at)) < 1000);
    }),
});
