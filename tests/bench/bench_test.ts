/** The pure parts of the benchmark; its numbers are its own business. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { CASES, chosen } from "./case.ts";
import type { Measured } from "./measure.ts";
import { DEEDS, type Latency, latencyTables } from "./latency.ts";
import { median, percentile, ratio } from "./numbers.ts";
import { options } from "./options.ts";
import type { ProgramName } from "./program.ts";
import { result } from "./result.ts";
import { longestWait, type Run, together } from "./run.ts";
import { table, tables } from "./table.ts";
import { type Fleeting, splitIn, WAYS } from "./fleet.ts";
import { fleetTables } from "./fleet_table.ts";
import { FEWEST, skewed } from "./skew.ts";
import { edit, editCrowds, folderOf, plant, plantCrowds, type Shape, SHAPES } from "./tree.ts";
import { harvest, inFolder } from "../support/tree.ts";

const MIB = 1024 * 1024;

/** The case of that title, with runs of so many seconds in so much memory. */
function measured(title: string, seconds: Partial<Record<ProgramName, number[]>>, mib = 10): Measured {
  const runs = Object.entries(seconds).map(([name, times]) =>
    [
      name as ProgramName,
      times.map((seconds): Run => ({ seconds, cpu: 1, memory: mib * MIB, wait: null })),
    ] as const
  );
  return { case: CASES.find((one) => one.title === title)!, rounds: 3, runs: new Map(runs) };
}

Deno.test("median() is the middle, or lies between the two in the middle", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertThrows(() => median([]), RangeError);
});

Deno.test("percentile() is the least that a share of the numbers does not exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assertEquals([0, 0.01, 0.95, 1].map((share) => percentile(hundred, share)), [1, 1, 95, 100]);
  assertEquals(percentile([7], 0.95), 7);
  assertThrows(() => percentile([], 0.5), RangeError);
});

Deno.test("latencyTables() has median and 95th percentile, and says whether the targets are met", () => {
  const one = (program: string, files: number, age: number, cost: number | null, rest: number | null) =>
    ({
      program,
      files,
      ages: Object.fromEntries(DEEDS.map((deed) => [deed, [age, age, 999]])),
      cost,
      rest,
    }) as unknown as Latency;
  const [small, other] = [one("lockstep --watch", 1000, 210, 10, 0.0002), one("lsyncd", 1000, 9, 9, 0)];
  const met = latencyTables([small, other, one("lockstep --watch", 100_000, 250, 12, 0.0009)]);
  assertEquals(met.match(/\| yes \|/g)?.length, 3);
  assert(met.includes("| 250 (999) "), met);
  assert(met.includes("100,000 files"), met);
  const missed = latencyTables([small, one("lockstep --watch", 100_000, 401, 13, 0.0011)]);
  assertEquals(missed.match(/\| NO +\|/g)?.length, 3, missed);
  // where there is no /proc
  assertEquals(
    latencyTables([one("lockstep --watch", 1000, 210, null, null)]).match(/\| yes \|/g)?.length,
    1,
  );
});

Deno.test("ratio() compares what ran in the same round", () => {
  assertEquals(ratio([1, 4, 3], [2, 2, 2]), { median: 1.5, least: 0.5, most: 2 });
  assertEquals(ratio([1], [2, 100]), { median: 0.5, least: 0.5, most: 0.5 });
  assertEquals(ratio([1], []), null);
});

Deno.test("result() says whether a target is met", () => {
  const title = "100,000 small files, first copy";
  const met = result(measured(title, { lockstep: [8, 8, 9], rsync: [10, 10, 10] }));
  assertEquals(met.verdict, { met: true, target: "0.85 × rsync", found: "0.80" });
  const missed = result(measured(title, { lockstep: [9, 9, 8], rsync: [10, 10, 10] }));
  assertEquals(missed.verdict?.met, false);
  const alone = result(measured(title, { lockstep: [9] }));
  assertEquals(alone.verdict, null);
});

Deno.test("result() holds memory against its bound, and wall time against no other program", () => {
  const large = result(
    measured("a million files, nothing changed", { lockstep: [1], rsync: [1] }, 251),
  );
  assertEquals(large.verdict, { met: false, target: "1.15 × rsync, 250 MiB", found: "1.00, 251 MiB" });
  const five = result(measured("five files", { lockstep: [0.09], rsync: [0.001] }));
  assertEquals(five.verdict, { met: true, target: "90 ms", found: "90 ms" });
});

Deno.test("result() measures --checksum by sha256sum, and shows its ratio to rsync -c", () => {
  const { verdict, outcomes } = result(
    measured("--checksum, 4 files of 1 GiB, nothing changed", {
      checksum: [3],
      rsyncChecksum: [1],
      sha256sum: [6],
    }),
  );
  assertEquals(verdict, { met: true, target: "0.6 × sha256sum, both trees", found: "0.50" });
  assertEquals(outcomes[0]?.toRsync?.median, 3);
});

Deno.test("table() gives all cells of a column one width", () => {
  assertEquals(
    table([["case", "s"], ["five", "0.09 s"]]),
    "| case | s      |\n| ---- | ------ |\n| five | 0.09 s |",
  );
});

Deno.test("tables() shows growth, threads and lines where they were measured, and nothing of them where not", () => {
  const small = result(
    measured("100,000 small files, first copy", {
      lockstep: [2],
      rsync: [3],
      oneThread: [4],
      quiet: [1.9],
      logged: [2.1],
    }),
  );
  const tenth = result(measured("10,000 small files, first copy", { lockstep: [0.2], rsync: [0.3] }));
  const text = tables([tenth, small]);
  for (const word of ["| growth", "| threads", "| lines of a first copy", "10,000", "20.0"]) {
    assert(text.includes(word), word);
  }
  assertEquals(tables([tenth]).split("\n\n").length, 1);
  assertEquals(tables([]), "");
});

Deno.test("tables() has the longest wait of the main thread, and whether it is short enough", () => {
  const said = longestWait(
    "12:00 INFO in sync: nothing to do, 1s\n12:00 DEBUG longest wait of the main thread: 101 ms\n",
  );
  assertEquals([said, longestWait("nothing")], [101, null]);
  const one = measured("60,000 names of one file, nothing changed", { lockstep: [1], rsync: [1] });
  const runs = new Map(one.runs).set(
    "verbose",
    [30, said].map((wait): Run => ({ seconds: 1, cpu: 1, memory: 1, wait })),
  );
  assert(/60,000 names[^|]*\| 101 +\| NO/.test(tables([result({ ...one, runs })])));
});

Deno.test("chosen() takes cases by any of their names, and the largest only when asked for", () => {
  assertEquals(chosen(["deep"], false, "portable").length, 2);
  assertEquals(chosen(["million"], false, "portable"), []);
  assertEquals(chosen(["million"], true, "portable").length, 2);
  assertEquals(chosen([], true, "portable"), CASES);
  const [first] = chosen(["unchanged"], false, "native");
  assertEquals([first?.programs.slice(0, 2), first?.target], [["native", "lockstep"], first?.native]);
});

Deno.test("options() says what it cannot understand", () => {
  assertEquals(options(["flat", "--rounds", "2", "--big"]), {
    names: ["flat"],
    rounds: 2,
    big: true,
    json: false,
    edge: "portable",
    files: 1_000_000,
    folder: null,
  });
  const fleet = options(["fleet", "--files", "20000"]);
  assertEquals(typeof fleet === "string" ? fleet : fleet.files, 20_000);
  assertEquals(chosen(["fleet"], true, "portable"), []);
  assertEquals(typeof options(["latency"]), "object");
  assertEquals(chosen(["latency"], true, "portable"), []);
  for (
    const words of [["flatt"], ["--rouns", "2"], ["--rounds", "0"], ["--rounds", "x"], [
      "fleet",
      "--files",
      "9",
    ]]
  ) {
    assertEquals(typeof options(words), "string", words.join(" "));
  }
});

Deno.test("plant() and edit() make the same of the same seed", async () => {
  const shape: Shape = { folders: 4, files: 30, levels: 2, sizes: [0, 100] };
  await inFolder((folder) => {
    for (const name of ["a", "b"]) {
      plant(`${folder}/${name}`, shape, 7);
      edit(`${folder}/${name}`, shape, 0);
    }
    const [a, b] = ["a", "b"].map((name) =>
      harvest(`${folder}/${name}`).map((line) => line.replace(/ \d{13}\b/, " then"))
    );
    assertEquals(a, b);
    assertEquals(a!.filter((line) => line.includes(" file ")).length, 120);
    assertEquals(folderOf(shape, 3), "d1/l");
  });
  assertEquals(folderOf(SHAPES.small, 999), "d999");
});

Deno.test("skewed() makes as many files as it is asked for, most of them in a few folders, and one folder flat", () => {
  for (const files of [FEWEST, 20_000, 1_000_000]) {
    const crowds = skewed(files);
    const below = (top: string) =>
      crowds.filter(({ path }) => path === top || path.startsWith(`${top}/`)).reduce(
        (n, one) => n + one.files,
        0,
      );
    assertEquals(crowds.reduce((sum, one) => sum + one.files, 0), files);
    assertEquals(new Set(crowds.map(({ path }) => path)).size, crowds.length);
    assert(crowds.every((one) => one.files > 0));
    assertEquals(below("flat"), files / 50);
    assert(below("t0") > files / 5 && below("t39") < files / 100 && below("t39") > 10, String(below("t39")));
  }
});

Deno.test("plantCrowds() and editCrowds() make the same of the same seed", async () => {
  const crowds = [{ path: "", files: 3 }, { path: "a", files: 150 }, { path: "a/b/c", files: 47 }];
  await inFolder((folder) => {
    for (const name of ["a", "b"]) {
      plantCrowds(`${folder}/${name}`, crowds, [0, 100], 7);
      editCrowds(`${folder}/${name}`, crowds, [0, 100], 0);
    }
    const [a, b] = ["a", "b"].map((name) =>
      harvest(`${folder}/${name}`).map((line) => line.replace(/ \d{13}\b/, " then"))
    );
    assertEquals(a, b);
    assertEquals(a!.filter((line) => line.includes(" file ")).length, 200);
  });
});

Deno.test("together() adds up processor times, and takes the memory of the largest process", () => {
  const one: Run = { seconds: 3, cpu: 2, memory: 7, wait: null };
  assertEquals(together([one, { ...one, memory: 5 }], 4), { seconds: 4, cpu: 4, memory: 7, wait: null });
  assertEquals(together([one, { ...one, cpu: null, memory: null }], 4), {
    seconds: 4,
    cpu: null,
    memory: null,
    wait: null,
  });
});

Deno.test("splitIn() reads what a run needs of the file that lockstep split makes", () => {
  const text = '// Made by lockstep split\n{ "split": { "id": "1a2b3c4d", "shares": [2, 1] }, "jobs": {} }';
  assertEquals(splitIn(text), { id: "1a2b3c4d", tasks: 2 });
});

Deno.test("fleetTables() compares with one process, and says where the fleet's time went", () => {
  const run = (seconds: number): Run => ({ seconds, cpu: seconds * 2, memory: MIB, wait: null });
  const found = WAYS.map((way): Fleeting => ({
    act: "first copy",
    way,
    whole: run(way === "fleet" ? 6 : 4),
    parts: way === "fleet" ? { split: run(0.5), tasks: [run(4), run(5)], top: run(1) } : null,
  }));
  const text = fleetTables(found, 20_000);
  assert(/20,000 files/.test(text), text);
  assert(/\| first copy +\| fleet +\| 1 +\| 6\.00 +\| 1\.50 \(1\.50–1\.50\)/.test(text), text);
  assert(
    /\| first copy +\| 2 +\| 0\.50 \(1\.00\) +\| 9\.00 \(18\.0\) +\| 5\.00 +\| 1\.00 \(2\.00\)/.test(text),
    text,
  );
});
