/** Jobs that have slices of the names in a folder: as they are read, and as real runs. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { jobsIn } from "../../sync/jobs/file.ts";
import { lockstep, type Ran, running, until } from "../support/program.ts";
import { SYSTEM } from "../../sync/system.ts";
import { assertInSync, inFolder, isThere, namesIn, plant, temporaryNames } from "../support/tree.ts";
import { splitText } from "../support/split.ts";
import { unixPaths } from "../support/paths.ts";

type Slices = Record<string, readonly [string, string | null]>;

/** A split of "/s" whose jobs lie at some paths. */
function textOf(paths: Record<string, string>, slices: Slices): string {
  return splitText(paths, { source: "/s", replica: "/r", names: 7, slices, status: "/t" });
}

function read(paths: Record<string, string>, slices: Slices) {
  return jobsIn(textOf(paths, slices), "/f/j.jsonc", () => undefined);
}

Deno.test("jobs of a split know their slices, and what of their folder is another's", () => {
  const paths = { a: "", b: "", part: "x", deep: "y/z", c: "y/w", d: "y/w" };
  const file = read(paths, { a: ["", "m"], b: ["m", null], c: ["k", null], d: ["", "k"] });
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  const parts = Object.fromEntries(file.jobs.map(({ name, options: { part } }) => {
    const { path, slice, except, sliced } = part!;
    return [name, { path, slice, except, sliced }];
  }));
  const root = { path: "", except: ["y", "x"], sliced: [] };
  const below = { path: "y/w", except: [], sliced: [] };
  assertEquals(parts, {
    a: { ...root, slice: { from: "", to: "m" } },
    b: { ...root, slice: { from: "m", to: null } },
    part: { path: "x", slice: undefined, except: [], sliced: [] },
    deep: { path: "y/z", slice: undefined, except: [], sliced: [] },
    c: { ...below, slice: { from: "k", to: null } },
    d: { ...below, slice: { from: "", to: "k" } },
    top: {
      path: "",
      slice: undefined,
      except: ["x", "y/z"],
      sliced: [{ path: "", but: ["y"] }, { path: "y/w", but: [] }],
    },
  });
  assertEquals(file.jobs.map(({ options }) => options.part!.names), Object.keys(parts).map(() => 7));
});

const ROWS:
  readonly (readonly [what: string, paths: Record<string, string>, slices: Slices, fault: string])[] = [
    [
      "a gap",
      { a: "x", b: "x" },
      { a: ["", "k"], b: ["m", null] },
      'the slices of "x" do not have each name once',
    ],
    ["two at once", { a: "x", b: "x" }, { a: ["", "m"], b: ["k", null] }, 'the slices of "x" do not have'],
    ["no beginning", { a: "x" }, { a: ["a", null] }, 'the slices of "x" do not have'],
    ["no end", { a: "" }, { a: ["", "z"] }, 'the slices of "." do not have'],
    ["none of it", { a: "" }, {}, 'only "top" has all the rest'],
    ["a slice for top", { a: "x" }, { top: ["", null] }, 'only "top" has all the rest'],
    ["two wholes", { a: "x", b: "x" }, { a: ["", null] }, 'is the replica of job "a", too'],
    [
      "no list",
      { a: "x" },
      { a: "x" as unknown as [string, null] },
      "its slices is not what lockstep split writes",
    ],
    [
      "a number",
      { a: "x" },
      { a: ["", 3 as unknown as null] },
      "its slices is not what lockstep split writes",
    ],
  ];

for (const [what, paths, slices, fault] of ROWS) {
  Deno.test(`a file of jobs with slices, ${what}: ${fault}`, () => {
    const file = read(paths, slices);
    if (!("faults" in file)) throw new Error("Nothing is wrong");
    assertStringIncludes(file.faults.map(unixPaths).join("\n"), fault);
  });
}

const HOMES = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`home${i}`, { f: "1", g: "2" }]));

/** A real split of very many folders, for four tasks; `test` gets what runs words of `lockstep run`. */
function realTest(
  name: string,
  test: (at: string, run: (...words: readonly string[]) => Promise<Ran>) => Promise<void>,
): void {
  Deno.test({
    // where a file in the replica is locked, only one run can have it
    name: `${name}${SYSTEM.locksFolders ? "" : " (skipped: folders cannot be locked here)"}`,
    ignore: !SYSTEM.locksFolders,
    fn: () =>
      inFolder(async (at) => {
        plant(`${at}/source`, { home: HOMES, file: "3" });
        await split(at);
        await test(at, (...words) => lockstep(["run", "-c", `${at}/jobs.jsonc`, ...words]));
      }),
  });
}

async function split(at: string, ...options: readonly string[]): Promise<void> {
  const words = ["split", `${at}/source`, `${at}/replica`, "--into=4", "-o", `${at}/jobs.jsonc`];
  const ran = await lockstep([...words, ...options]);
  assertEquals(ran.status, STATUS.inSync, ran.err);
}

realTest(
  "tasks with slices of one folder at the same time, and then top, make it what it is",
  async (at, run) => {
    plant(`${at}/replica`, { home: { ...HOMES, home1x: { h: "extra" }, home9: { f: "old" } } });
    const tasks = await Promise.all(["0", "1", "2", "3"].map((index) => run("--job-index", index)));
    for (const { status, err } of [...tasks, await run("top")]) assertEquals(status, STATUS.inSync, err);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(namesIn(`${at}/jobs.status`).filter((name) => name.endsWith(".json")), [
      ...["1", "2", "3", "4"].map((index) => `home-slice${index}.json`),
      "top.json",
    ]);
    const ran = await lockstep(["status", "-c", `${at}/jobs.jsonc`]);
    assertStringIncludes(ran.out, "5 of 5 jobs in sync");
    // what comes and goes needs no other split, and after one all is as it was
    Deno.removeSync(`${at}/source/home/home7`, { recursive: true });
    plant(`${at}/source/home`, { another: { f: "new" }, zz: "new" });
    assertEquals((await run()).status, STATUS.inSync);
    assertInSync(`${at}/source`, `${at}/replica`);
    await split(at);
    const again = await run("--lines=none");
    assertEquals(again.out.match(/in sync: nothing to do/g)?.length, 5, again.out);
  },
);

realTest(
  "a task with a slice that is killed is begun anew, and top clears up what it left",
  async (at, run) => {
    plant(`${at}/source/home`, { big: "x".repeat(40_000_000) });
    await split(at, "--bwlimit=20MiB");
    const words = ["run", "-c", `${at}/jobs.jsonc`, "home-slice1"];
    const home = `${at}/replica/home`;
    await using task = running(words);
    await until("a file is being copied", () => isThere(home) && temporaryNames(home).length > 0);
    // it stays at work while the same slice is held, and another one is not
    task.process.kill("SIGSTOP");
    assertEquals((await run("home-slice1")).status, STATUS.locked);
    assertEquals((await run("home-slice2")).status, STATUS.inSync);
    await task.stop("SIGKILL");
    assertEquals(temporaryNames(home).length, 1);
    assertEquals((await run()).status, STATUS.inSync);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(temporaryNames(home), []);
  },
);
