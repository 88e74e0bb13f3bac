/** Paths on Windows that are longer than its older programs take, in the real program. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { lockstep } from "../support/program.ts";
import { isThere, namesIn, plant, type Tree } from "../support/tree.ts";
import { contents, windowsTest } from "../support/windows.ts";

windowsTest(
  "paths far longer than 260 characters are mirrored, and nothing is done a second time",
  async (at) => {
    let tree: Tree = { deep: "1", ["ö".repeat(30)]: "2" };
    for (let i = 0; i < 12; i++) tree = { [`${"n".repeat(40)}${i}`]: tree };
    plant(at, { s: tree });
    // with less Deno asks where a path really leads, which Wine cannot tell of those that are so long
    const free = { flags: ["-A"] };
    try {
      for (const replica of [`${at}\\r`, `\\\\?\\${at}\\v`]) {
        const first = await lockstep([`${at}\\s`, replica], free);
        assertEquals(first.status, 0, first.out + first.err);
        assertEquals(contents(replica.replace("\\\\?\\", "")), contents(`${at}\\s`));
        const second = await lockstep([`${at}\\s`, replica], free);
        assertStringIncludes(second.out, "nothing to do");
      }
      Deno.removeSync(`${at}\\s\\${"n".repeat(40)}11`, { recursive: true });
      plant(`${at}\\s`, { left: "1" });
      const last = await lockstep([`${at}\\s`, `${at}\\r`, "--max-delete=100%"], free);
      assertEquals(last.status, 0, last.out + last.err);
      assertEquals(namesIn(`${at}\\r`), ["left"]);
    } finally {
      // nor can the end of a test reach them
      for (const tree of ["s", "r", "v"]) {
        if (isThere(`${at}\\${tree}`)) Deno.removeSync(`${at}\\${tree}`, { recursive: true });
      }
    }
  },
);
