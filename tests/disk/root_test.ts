import { assertEquals, assertNotEquals } from "@std/assert";
import { isStill, rootAt } from "../../sync/disk/root.ts";
import { until } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";

/** The time of birth of a folder that is made now, in ms. */
function birthOf(path: string): number {
  Deno.mkdirSync(path);
  const birth = Deno.statSync(path).birthtime!.getTime();
  Deno.removeSync(path);
  return birth;
}

Deno.test("rootAt() knows a folder that was made anew from the old one, though it may get its number", () =>
  inFolder(async (at) => {
    for (let i = 0; i < 20; i++) {
      Deno.mkdirSync(`${at}/root`);
      const birth = Deno.statSync(`${at}/root`).birthtime!.getTime();
      const before = await rootAt(`${at}/root`);
      assertEquals(await isStill(before!), true);
      Deno.removeSync(`${at}/root`);
      await until("times of birth have gone on", () => birthOf(`${at}/clock`) > birth);
      Deno.mkdirSync(`${at}/root`);
      assertNotEquals((await rootAt(`${at}/root`))?.id, before?.id);
      Deno.removeSync(`${at}/root`);
    }
  }));
