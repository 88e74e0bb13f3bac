/** The real program following renames in a source: the interval is an hour, so whatever is done is done by the watch. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { running, until } from "../support/program.ts";
import { assertInSync, files, isThere, plant, readIfThere } from "../support/tree.ts";
import { watchTest } from "../support/watches.ts";

watchTest(
  "lockstep --watch moves what is renamed in the source, whole folders, too",
  async (at, { grants }) => {
    const [source, replica, path] = [`${at}/source`, `${at}/replica`, `${at}/sync.log`];
    plant(source, { a: { deep: files(12) }, d: {}, f: "moved", k: "k" });
    const words = [source, replica, "1h", path, "--watch", "--settle-time", "100ms", "-v"];
    await using program = running(words, { grants });
    const log = () => readIfThere(path);
    // two renames that follow closely may be seen by halves, and are copied then
    const rest = () => {
      let [before, since] = ["", 0];
      return until("nothing is done any more", () => {
        if (log() !== before) [before, since] = [log(), performance.now()];
        return /in sync[^\n]*\n$/.test(before) && performance.now() - since > 600;
      });
    };
    await rest();
    for (const [from, to] of [["a", "d/b"], ["f", "d/b/f"], ["d/b", "c"], ["c/deep", "deep"]] as const) {
      const before = log().length;
      Deno.renameSync(`${source}/${from}`, `${source}/${to}`);
      await until(`${to} is there`, () => isThere(`${replica}/${to}`));
      await rest();
      const told = log().slice(before);
      assertStringIncludes(told, `"${from}" -> "${to}"`);
      assertEquals(told.match(/INFO (create|remove) /g), null, told);
      assertInSync(source, replica);
    }
    assertEquals((await program.stop()).status, 0);
  },
);
