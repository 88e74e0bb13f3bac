/** Roots of Windows in the real program: their spellings, and folders that take their place. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import { lockstep, running, until } from "../support/program.ts";
import { isThere, namesIn, plant } from "../support/tree.ts";
import { contents, windowsTest, WRITABLE } from "../support/windows.ts";

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
