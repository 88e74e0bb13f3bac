/** The one executable. Making it needs Deno's runtime for executables, which DENORT_BIN can name where it cannot be fetched. */
import { assertEquals } from "@std/assert";
import { command } from "../support/program.ts";
import { assertInSync, inFolder, link, plant } from "../support/tree.ts";

const runtime = Deno.env.get("DENORT_BIN");

Deno.test({
  name: `lockstep as one executable mirrors in threads${
    runtime ? "" : " (skipped: DENORT_BIN names no runtime)"
  }`,
  ignore: !runtime,
  fn: () =>
    inFolder(async (at) => {
      const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)));
      const words: string[] = tasks.compile.split(" ").slice(1).map((word: string) =>
        word === "lockstep" ? `${at}/lockstep` : word
      );
      const compiled = await new Deno.Command(Deno.execPath(), {
        args: words,
        cwd: new URL("../..", import.meta.url),
      }).output();
      assertEquals(compiled.success, true);
      for (let i = 0; i < 100; i++) plant(`${at}/source/d${i}`, { a: "1", l: link("a") });
      assertEquals((await command(`${at}/lockstep`, `${at}/source`, `${at}/replica`))?.status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
    }),
});
