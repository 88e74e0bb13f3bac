/** The lock of the replica on Windows, in the real program. Its rules are in `disk/lock_file_test.ts`. */
import { assertEquals } from "@std/assert";
import { isLockedByFile } from "../../sync/disk/locking.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import { lockstep, running, until } from "../support/program.ts";
import { harvest, isThere, namesIn, plant, readIfThere } from "../support/tree.ts";
import { contents, windowsTest } from "../support/windows.ts";

windowsTest(
  "a second run is refused with 40 while one is at work, whatever the replica is called",
  async (at) => {
    plant(at, { s: { a: "1" }, t: { b: "1" }, R: { in: {} } });
    await using _run = running([`${at}\\s`, `${at}\\R`, "1h", "--max-delete=100%"]);
    await until("the first is mirrored and waits", () => isThere(`${at}\\R\\a`) && !isThere(`${at}\\R\\in`));
    assertEquals(await isLockedByFile(`${at}\\R`), true);
    for (const replica of [`${at}\\r`, `${at}/R/`, `\\\\?\\${at}\\R`]) {
      const { status, out, err } = await lockstep([`${at}\\t`, replica]);
      assertEquals([status, out.includes("create")], [40, false], out + err);
    }
    assertEquals((await lockstep([`${at}\\t`, `${at}\\R\\new`])).status, 40);
    assertEquals(namesIn(`${at}\\R`).toSorted(), [LOCK_NAME, "a"]);
    // to look is no work
    const looking = { flags: ["--allow-read"] };
    assertEquals((await lockstep([`${at}\\s`, `${at}\\R`, "--dry-run"], looking)).status, 0);
    // and who copies the replica does not copy its lock
    assertEquals((await lockstep([`${at}\\R`, `${at}\\copy`])).status, 0);
    assertEquals(namesIn(`${at}\\copy`), ["a"]);
  },
);

windowsTest("after a killed run the next one takes its lock over, and leaves none", async (at) => {
  plant(at, { s: { a: "1" }, r: {} });
  {
    await using run = running([`${at}\\s`, `${at}\\r`, "1h", `${at}\\l.log`]);
    await until("the first pass is over", () => readIfThere(`${at}\\l.log`).includes("in sync"));
    await run.stop("SIGKILL");
  }
  assertEquals(namesIn(`${at}\\r`).toSorted(), [LOCK_NAME, "a"]);
  for (const words of [["--dry-run"], []]) {
    const { status, out, err } = await lockstep([`${at}\\s`, `${at}\\r`, ...words]);
    assertEquals([status, /create|remove|attributes folder/.test(out)], [0, false], out + err);
  }
  assertEquals(contents(`${at}\\r`), contents(`${at}\\s`));
});

windowsTest("what only looks makes no lock", async (at) => {
  plant(at, { s: { a: "1" }, r: { a: "1" } });
  await lockstep([`${at}\\s`, `${at}\\r`]);
  const before = harvest(at);
  const looking = { flags: ["--allow-read"] };
  for (
    const words of [
      [`${at}\\s`, `${at}\\r`, "--dry-run"],
      ["plan", `${at}\\s`, `${at}\\r`, "-o", "-"],
      ["explain", "a", `${at}\\s`, `${at}\\r`],
      ["explain", `${at}\\S\\A`, `${at}\\s`, `${at}\\r`],
      ["verify", `${at}\\s`, `${at}\\r`],
    ]
  ) {
    const { status, out, err } = await lockstep(words, looking);
    assertEquals(status, 0, `${words}: ${out}${err}`);
  }
  assertEquals(harvest(at), before);
});
