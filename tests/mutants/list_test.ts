/** Each mutant can be put into the program as it is now: a text that has moved or changed is noticed here. */
import { assertEquals } from "@std/assert";
import { MUTANTS } from "./list.ts";

const SYNC = new URL("../../sync/", import.meta.url);

Deno.test("the text that a mutant takes out stands once in its module", () => {
  for (const { name, edits } of MUTANTS) {
    for (const [module, before] of edits) {
      const text = Deno.readTextFileSync(new URL(module, SYNC));
      assertEquals(text.split(before).length - 1, 1, `${name}: ${module}`);
    }
  }
});
