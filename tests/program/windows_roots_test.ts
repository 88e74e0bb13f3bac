/** Roots of Windows in the real program: their spellings, long paths, the lock of the replica, and folders that take their place. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { isLockedByFile } from "../../sync/disk/locking.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import { lockstep, running, until } from "../support/program.ts";
import { harvest, inFolder, IS_WINDOWS, isThere, namesIn, plant, type Tree } from "../support/tree.ts";

/** A test of a system with drives, in a folder of its own, without links on its way. */
function windowsTest(name: string, test: (at: string) => Promise<void>): void {
  Deno.test({
    name: IS_WINDOWS ? name : `${name} (skipped: not Windows)`,
    ignore: !IS_WINDOWS,
    fn: () => inFolder((at) => test(Deno.realPathSync(at))),
  });
}

/** Where Deno itself would stop what the program is to refuse. */
const WRITABLE = { flags: ["--allow-read", "--allow-write"] };

/** What is in a tree, without the lines of its root. */
function contents(root: string): string[] {
  return harvest(root).filter((line) => !line.startsWith(". "));
}

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
    await using run = running([`${at}\\s`, `${at}\\r`, "1h"]);
    await until("it is mirrored", () => isThere(`${at}\\r\\a`));
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

windowsTest("one folder by two spellings is one folder, and so is what lies in it", async (at) => {
  plant(at, { Photos: { a: "1" } });
  const other = `${at}\\photos\\`.toUpperCase();
  for (
    const [replica, words] of [
      [other, "same folder"],
      [`${other}\\..\\Photos`, "same folder"],
      [`\\\\?\\${at}\\photos`, "same folder"],
      [`${at}/PHOTOS/in`, "inside the source"],
      [at.toLowerCase(), "holds the source"],
    ] as const
  ) {
    const { status, out, err } = await lockstep([`${at}\\Photos`, replica], WRITABLE);
    assertEquals(status, 3, `${replica}: ${out}${err}`);
    assertStringIncludes(out + err, words.split(" ").at(-1)!, replica);
  }
  const quote = await lockstep([`${at}\\Photos`, `${at}\\r" --dry-run`]);
  assertEquals(quote.status, STATUS.usage);
  assertStringIncludes(quote.err, "quote");
});

windowsTest(
  "a root may begin with the drive at hand, the current folder or a drive with its own",
  async (at) => {
    plant(at, { s: { a: "1" }, here: {} });
    const [drive, rest] = [at.slice(0, 2), at.slice(2)];
    const cwd = `${at}\\here`;
    for (
      const [source, replica] of [
        [`${rest}\\s`, "one"],
        ["..\\s", "./two"],
        [`${drive}..\\s`, `${drive}three`],
        [`\\\\?\\${at}\\s`, `..\\here\\four\\`],
      ] as const
    ) {
      const { status, out, err } = await lockstep([source, replica], { cwd });
      assertEquals(status, 0, `${source} ${replica}: ${out}${err}`);
    }
    assertEquals(namesIn(cwd).toSorted(), ["four", "one", "three", "two"]);
    for (const name of namesIn(cwd)) assertEquals(contents(`${cwd}\\${name}`), contents(`${at}\\s`));
  },
);

windowsTest(
  "paths far longer than 260 characters are mirrored, and nothing is done a second time",
  async (at) => {
    let tree: Tree = { deep: "1", ["ö".repeat(30)]: "2" };
    for (let i = 0; i < 12; i++) tree = { [`${"n".repeat(40)}${i}`]: tree };
    plant(at, { s: tree });
    for (const replica of [`${at}\\r`, `\\\\?\\${at}\\v`]) {
      const first = await lockstep([`${at}\\s`, replica]);
      assertEquals(first.status, 0, first.out + first.err);
      assertEquals(contents(replica.replace("\\\\?\\", "")), contents(`${at}\\s`));
      const second = await lockstep([`${at}\\s`, replica]);
      assertStringIncludes(second.out, "nothing to do");
    }
    Deno.removeSync(`${at}\\s\\${"n".repeat(40)}11`, { recursive: true });
    plant(`${at}\\s`, { left: "1" });
    const last = await lockstep([`${at}\\s`, `${at}\\r`, "--max-delete=100%"]);
    assertEquals(last.status, 0, last.out + last.err);
    assertEquals(namesIn(`${at}\\r`), ["left"]);
    // Wine sets no modes of files so deep, which the end of a test does
    Deno.removeSync(`${at}\\v`, { recursive: true });
  },
);

windowsTest(
  "a loop goes on when its roots change, and not with another folder in their place",
  async (at) => {
    plant(at, { s: { a: "1" }, r: {} });
    await using run = running([`${at}\\s`, `${at}\\r`, "200ms", "--json"]);
    await until("the first pass is over", () => isThere(`${at}\\r\\a`));
    for (const name of ["b", "c"]) {
      plant(`${at}\\s`, { [name]: "1" });
      await until("the change is mirrored", () => isThere(`${at}\\r\\${name}`));
    }
    // what takes its place has another number
    Deno.renameSync(`${at}\\s`, `${at}\\moved`);
    plant(at, { s: { d: "1" } });
    const { out } = await lockstep([`${at}\\moved`, `${at}\\beside`]);
    assert(out.includes("in sync"));
    assertEquals(isThere(`${at}\\r\\d`), false);
    const ran = await run.stop("SIGKILL");
    assertStringIncludes(ran.out, "another-root");
    assertEquals(namesIn(`${at}\\r`).filter((name) => name !== LOCK_NAME).toSorted(), ["a", "b", "c"]);
  },
);

windowsTest("a log in either folder is neither mirrored nor removed, however it is spelled", async (at) => {
  plant(at, { s: { a: "1" } });
  for (const [replica, log] of [["r", `${at}/R/sync.log`], ["q", `${at}\\S\\sync.log`]] as const) {
    for (let round = 0; round < 2; round++) {
      const { status, out, err } = await lockstep([`${at}\\s`, `${at}\\${replica}`, log], WRITABLE);
      assertEquals([status, /(create|remove) file "sync/.test(out)], [0, false], out + err);
    }
  }
  const found = ["s", "r", "q"].map((folder) => namesIn(`${at}\\${folder}`).toSorted());
  assertEquals(found, [["a", "sync.log"], ["a", "sync.log"], ["a"]]);
});

windowsTest(
  "jobs are told apart by their folders in any case, and begin in the folder of their file",
  async (at) => {
    plant(at, { s: { a: "1" }, t: {} });
    const file = `${at}\\lockstep.jsonc`;
    const check = async (jobs: object) => {
      Deno.writeTextFileSync(file, JSON.stringify({ jobs }));
      return await lockstep(["check", "--config", file]);
    };
    const both = await check({
      one: { source: "s", replica: "R" },
      other: { source: ".\\t", replica: `${at}/r/` },
    });
    assertEquals(both.status, STATUS.usage, both.out);
    assertStringIncludes(both.err, "is the replica of job");
    const inside = await check({ one: { source: "s", replica: `${at}\\S\\in` } });
    assertStringIncludes(inside.err, "lies in the source");
    const circle = await check({
      one: { source: "s", replica: "B" },
      other: { source: "b", replica: `${at}\\S` },
    });
    assertStringIncludes(circle.err, "circle");
    assertEquals((await check({ one: { source: "s", replica: "out\\..\\R" } })).status, 0);
    const ran = await lockstep(["run", "--config", file]);
    assertEquals(ran.status, 0, ran.out + ran.err);
    assertEquals(namesIn(`${at}\\R`), ["a"]);
  },
);
