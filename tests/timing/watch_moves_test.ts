/** The real program following renames in a source: the interval is an hour, so whatever is done is done by the watch. */
import { assertEquals } from "@std/assert";
import { running, until } from "../support/program.ts";
import { assertInSync, files, isThere, plant, readIfThere } from "../support/tree.ts";
import { watchTest } from "../support/watches.ts";

/** How often something is renamed at most: on a machine that is busy a rename may be seen by halves, and is copied then. */
const TRIES = 6;
const SETTLE_MS = 300;

watchTest(
  "lockstep --watch moves what is renamed in the source, whole folders, too",
  async (at, { grants }) => {
    const [source, replica, path] = [`${at}/source`, `${at}/replica`, `${at}/sync.log`];
    plant(source, { a: { deep: files(12) }, d: {}, f: "moved", k: "k" });
    const words = [source, replica, "1h", path, "--watch", "--settle-time", `${SETTLE_MS}ms`, "-v"];
    await using program = running(words, { grants });
    const log = () => readIfThere(path);
    const rest = () => {
      let [before, since] = ["", 0];
      return until("nothing is done any more", () => {
        if (log() !== before) [before, since] = [log(), performance.now()];
        return /in sync[^\n]*\n$/.test(before) && performance.now() - since > 4 * SETTLE_MS;
      });
    };
    /** Returns what is told of a rename. */
    const rename = async (from: string, to: string) => {
      const before = log().length;
      Deno.renameSync(`${source}/${from}`, `${source}/${to}`);
      await until(`${to} is there`, () => isThere(`${replica}/${to}`) && !isThere(`${replica}/${from}`));
      await rest();
      assertInSync(source, replica);
      return log().slice(before);
    };
    await rest();
    for (const [from, to] of [["a", "d/b"], ["f", "d/b/f"], ["d/b", "c"], ["c/deep", "deep"]] as const) {
      const isMove = (told: string) =>
        told.includes(`"${from}" -> "${to}"`) && !/INFO (create|remove) /.test(told);
      const tried = [await rename(from, to)];
      while (!isMove(tried.at(-1)!) && tried.length < TRIES) {
        await rename(to, from);
        tried.push(await rename(from, to));
      }
      assertEquals(isMove(tried.at(-1)!), true, tried.join("\n"));
    }
    assertEquals((await program.stop()).status, 0);
  },
);
