import { assertEquals, assertNotEquals } from "@std/assert";
import { isStill, rootAt } from "../../sync/disk/root.ts";
import { inFolder } from "../support/tree.ts";

Deno.test("rootAt() knows a folder that was made anew from the old one, though it may get its number", () =>
  inFolder(async (at) => {
    for (let i = 0; i < 20; i++) {
      Deno.mkdirSync(`${at}/root`);
      const before = await rootAt(`${at}/root`);
      assertEquals(await isStill(before!), true);
      Deno.removeSync(`${at}/root`);
      // times of birth are told in ms
      await new Promise((resolve) => setTimeout(resolve, 12));
      Deno.mkdirSync(`${at}/root`);
      assertNotEquals((await rootAt(`${at}/root`))?.id, before?.id);
      Deno.removeSync(`${at}/root`);
    }
  }));
