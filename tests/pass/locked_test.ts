/** The files by which other systems lock a replica, among the names of a pass: our own, another run's, and a killed run's. */
import { assert, assertEquals } from "@std/assert";
import { lockByFile } from "../../sync/disk/lock_file.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import { mirror, poolsOfFile, UNLIMITED } from "../support/mirror.ts";
import { sh } from "../support/program.ts";
import { assertInSync, inFolder, IS_WINDOWS, isThere, namesIn, plant } from "../support/tree.ts";

const POOLS = poolsOfFile();

for (const [how, pool] of POOLS) {
  Deno.test(`a lock in the root of either side is neither mirrored nor removed nor counted, ${how}`, () =>
    inFolder(async (at) => {
      plant(at, { s: { a: "1", d: {} }, r: {} });
      assertEquals((await mirror(`${at}/s`, `${at}/r`, { pool })).report.ended, "complete");
      const locks = [];
      for (const side of ["s", "r"]) {
        const locking = await lockByFile(`${at}/${side}`);
        if (locking.kind !== "locked") throw new Error(locking.kind);
        locks.push(locking.lock);
      }
      // a dry run makes none of its own, so what is there is the other run's
      for (
        const { events, changes, report } of [await mirror(`${at}/s`, `${at}/r`, { pool, dryRun: true })]
      ) {
        // who looks for more than ms sees that the time of the root was put back
        assertEquals(changes.filter((change) => change !== "attributes folder "), []);
        assertEquals(report.ended, "complete");
        const compared = events.find((event) => event.kind === "compared");
        assertEquals([compared?.source, compared?.replica], [2, 2]);
      }
      for (const lock of locks) await lock.close();
      plant(`${at}/s`, { [LOCK_NAME]: "" });
      assertEquals((await mirror(`${at}/s`, `${at}/r`, { pool })).changes, ["attributes folder "]);
      assertEquals(namesIn(`${at}/r`).toSorted(), ["a", "d"]);
    }));

  Deno.test(`a folder of the replica in which another run is at work is left alone, ${how}`, () =>
    inFolder(async (at) => {
      plant(at, {
        s: { a: "1", d: { x: "new" } },
        r: { d: { x: "old, of the other run", y: "1" }, e: { in: { z: "1" }, f: "other" } },
      });
      const folders = [`${at}/r/d`, `${at}/r/e/in`];
      const locks = await Promise.all(folders.map(lockByFile));
      const { events, changes } = await mirror(`${at}/s`, `${at}/r`, { pool, limits: UNLIMITED });
      const failed = events.filter((event) => event.kind === "failure");
      assertEquals(failed.map(({ path, reason }) => `${path} ${reason.code}`).toSorted(), [
        "d LOCKED",
        "e/in LOCKED",
      ]);
      const made = changes.filter((change) => !change.startsWith("attributes folder "));
      assertEquals(made.toSorted(), ["create file a", "remove file e/f"]);
      assertEquals(namesIn(`${at}/r/d`).toSorted(), [LOCK_NAME, "x", "y"]);
      assert(isThere(`${at}/r/e/in/z`));
      for (const locking of locks) if (locking.kind === "locked") await locking.lock.close();
      // a killed run would have left its file
      plant(`${at}/r/d`, { [LOCK_NAME]: "" });
      await mirror(`${at}/s`, `${at}/r`, { pool, limits: UNLIMITED });
      assertInSync(`${at}/s`, `${at}/r`);
      assertEquals((await mirror(`${at}/s`, `${at}/r`, { pool })).changes, []);
    }));
}

Deno.test("what has the name of a lock in the replica, and is none, is cleared up like any other temporary name", () =>
  inFolder(async (at) => {
    plant(at, { s: { a: "1", d: {} }, r: { [LOCK_NAME]: { data: { f: "x" } }, d: { [LOCK_NAME]: "" } } });
    if (!IS_WINDOWS) await sh(`mkfifo 'r/d/fifo' && mv r/d/fifo 'r/d/${LOCK_NAME}'`, at);
    assertEquals((await mirror(`${at}/s`, `${at}/r`, { limits: UNLIMITED })).report.ended, "complete");
    assertInSync(`${at}/s`, `${at}/r`);
  }));

Deno.test("a pass over some folders leaves alone what lies in a folder in which another run is at work", () =>
  inFolder(async (at) => {
    plant(at, { s: { d: { e: { x: "new" } }, f: { x: "new" } }, r: { d: { e: {} }, f: {} } });
    const locking = await lockByFile(`${at}/r/d`);
    const scope = { folders: ["d/e", "f"], known: { source: 6, replica: 4 } };
    const { events, changes } = await mirror(`${at}/s`, `${at}/r`, { scope });
    const failed = events.filter((event) => event.kind === "failure");
    assertEquals(failed.map(({ path, reason }) => `${path} ${reason.code}`), ["d LOCKED"]);
    assertEquals(changes.filter((change) => change.startsWith("create")), ["create file f/x"]);
    if (locking.kind === "locked") await locking.lock.close();
  }));
