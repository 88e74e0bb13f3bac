/** The real program that cuts a tree into jobs. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { type JobFile, readJobFile } from "../../sync/jobs/file.ts";
import { hasNative } from "../support/edges.ts";
import { asOrdinary, HAS_ORDINARY } from "../support/limits.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { lockstep, type Ran, type Setting, sh } from "../support/program.ts";
import {
  files,
  folder,
  harvest,
  inFolder,
  isThere,
  link,
  namesIn,
  plant,
  removeIfThere,
  type Tree,
} from "../support/tree.ts";

const LEAF = files(10);
const SOURCE: Tree = {
  a: { x: LEAF, y: LEAF, z: LEAF, f: "" },
  b: { x: LEAF },
  "c d": LEAF,
  e: LEAF,
  file: "",
  l: link("a"),
};

interface Place {
  readonly source: string;
  readonly replica: string;
  readonly jobs: string;
}

function splitTest(
  name: string,
  test: (place: Place, at: string) => Promise<void>,
  options: { readonly ignore?: boolean } = {},
): void {
  Deno.test(name, options, () =>
    inFolder(async (at) => {
      plant(at, { source: SOURCE, replica: {} });
      await test({ source: `${at}/source`, replica: `${at}/replica`, jobs: `${at}/jobs.jsonc` }, at);
    }));
}

async function split(
  { source, replica, jobs }: Place,
  options: readonly string[] = [],
  setting: Setting = {},
): Promise<Ran> {
  return await lockstep(["split", source, replica, "--into=4", "-o", jobs, ...options], setting);
}

async function read({ jobs }: Place): Promise<JobFile & { readonly split: NonNullable<JobFile["split"]> }> {
  const file = await readJobFile(jobs);
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  return { ...file, split: file.split! };
}

/** The paths of the parts of a split. */
async function partsOf(place: Place): Promise<string[]> {
  const { jobs } = await read(place);
  return jobs.slice(0, -1).map(({ options }) => options.part!.path).sort();
}

/** What is seen of the planted source, by depth. */
const SEEN = [6, 25, 40];

splitTest(
  "lockstep split writes a file of jobs that are apart and all of the tree, and touches neither tree",
  async (place, at) => {
    const before = [harvest(place.source), harvest(place.replica)];
    const ran = await split(place);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertMatch(
      ran.out,
      /^Split into 4 jobs and top: 71 entries seen, the largest has [\d.]+ times a task's fair share\nsplit [0-9a-f]{8}\n$/,
    );
    assertEquals([harvest(place.source), harvest(place.replica)], before);
    assertEquals(namesIn(at), ["jobs.jsonc", "jobs.status", "replica", "source"]);
    assertEquals(await partsOf(place), ["a", "b", "c d", "e"]);
    const { split: made, jobs } = await read(place);
    assertStringIncludes(ran.out, `split ${made.id}\n`);
    assertEquals([made.source, made.replica, made.status], [
      place.source,
      place.replica,
      `${at}/jobs.status`,
    ]);
    assertEquals([made.seen, made.whole, made.shares], [SEEN, true, [1, 1, 1, 1]]);
    assertEquals(jobs.at(-1)!.options.part, {
      source: place.source,
      replica: place.replica,
      path: "",
      except: jobs.slice(0, -1).map(({ options }) => options.part!.path),
      lock: `${at}/jobs.status/top.lock`,
      sliced: [],
      seen: made.inParts,
      names: 4,
    });
    assertEquals((await lockstep(["check", "--config", place.jobs])).status, 0);
  },
);

splitTest(
  "lockstep split makes the same jobs of the same tree, however many threads list it, under another id",
  async (place) => {
    const made = [];
    for (
      const [flags, words] of [
        [[], ["--threads=1"]],
        [[], ["--threads=4"]],
        [[], ["--whole", "--threads=1"]],
        ...hasNative ? [[["--allow-ffi"], ["--threads=1"]] as const] : [],
      ] as const
    ) {
      await split({ ...place }, ["--into=8", ...words].slice(1), { grants: flags, edge: "as flags say" });
      const { jobs, split: { id, made: _, ...rest } } = await read(place);
      made.push({ id, jobs: jobs.map(({ name, options: { part } }) => ({ name, part })), rest });
    }
    for (const one of made) assertEquals([one.jobs, one.rest], [made[0]!.jobs, made[0]!.rest]);
    assertEquals(new Set(made.map(({ id }) => id)).size, made.length);
  },
);

splitTest(
  "lockstep split neither counts nor makes parts of what is excluded, by options and ignore files",
  async (place) => {
    await split(place, ["--exclude=/a/x/", "--exclude", "f1", "--include=/e/f1"]);
    const { split: { seen } } = await read(place);
    // without x and its 10, and without f1 in four of the others
    assertEquals(seen, [6, 24 - 1, 40 - 10 - 3]);
    Deno.writeTextFileSync(`${place.source}/.lockstepignore`, "y/\n!/b/\n");
    Deno.writeTextFileSync(`${place.source}/a/.lockstepignore`, "f?\n");
    Deno.writeTextFileSync(`${place.source}/a/z/.lockstepignore`, "!f2\n");
    await split(place);
    // the two files are entries, too
    assertEquals((await read(place)).split.seen, [7, 25 - 1 + 1, 40 - 10 - 10 - 9 + 1]);
    assertEquals((await partsOf(place)).includes("a/y"), false);
  },
);

splitTest(
  "lockstep split writes its file for all who may read what is made here, and leaves a mode that was set",
  async (place) => {
    const modeOf = (path: string) => Deno.statSync(path).mode! & 0o777;
    await split(place);
    Deno.writeTextFileSync(`${place.jobs}.other`, "");
    assertEquals(modeOf(place.jobs), modeOf(`${place.jobs}.other`));
    Deno.chmodSync(place.jobs, 0o600);
    await split(place);
    assertEquals(modeOf(place.jobs), 0o600);
  },
  { ignore: Deno.build.os === "windows" },
);

splitTest("lockstep split leaves out temporary names, as a pass does", async (place) => {
  plant(`${place.source}/.lockstep-12345678-1`, LEAF);
  plant(place.source, { ".lockstep-12345678-2": "" });
  await split(place);
  assertEquals((await read(place)).split.seen, SEEN);
});

splitTest(
  "lockstep split tells a folder that it cannot list, counts it as one entry and leaves it to top",
  async (place) => {
    plant(place.source, { shut: folder(LEAF, 0), e: { shut: folder({ x: LEAF }, 0o300) } });
    const ran = await split(place, [], { through: asOrdinary() });
    assertEquals(ran.status, STATUS.failures);
    assertMatch(ran.err, /^lockstep: Cannot list "(e\/)?shut" in the source: .*\n.*shut.*\n$/);
    assertEquals((await read(place)).split.seen, [7, 26, 40]);
    assertEquals(await partsOf(place), ["a", "b", "c d", "e"]);
  },
  { ignore: !HAS_ORDINARY },
);

splitTest(
  "lockstep split makes no part where the replica has something that is no folder on the way",
  async (place, at) => {
    plant(at, { elsewhere: {} });
    plant(place.replica, { b: "", a: { x: "", y: link(`${at}/elsewhere`) }, "c d": link("nowhere"), e: {} });
    const ran = await split(place);
    assertEquals([ran.status, await partsOf(place)], [0, ["a", "e"]]);
    await split(place, ["--whole"]);
    plant(place.source, { a: { z: files(300) } });
    await split(place);
    assertEquals(await partsOf(place), ["a/z", "e"]);
  },
);

splitTest(
  "lockstep split makes parts for a replica that is not there yet, and does not make it",
  async (place) => {
    removeIfThere(place.replica);
    assertEquals([(await split(place)).status, isThere(place.replica)], [0, false]);
    assertEquals((await partsOf(place)).length, 4);
  },
);

splitTest("lockstep split says nothing of a part that few entries make too heavy", async (place) => {
  const { source, replica, jobs } = place;
  const many = await lockstep(["split", source, replica, "--into=64", "-o", jobs]);
  assertEquals([many.status, many.err], [0, ""]);
  assertMatch(many.out, /the largest has \d+(\.\d)? times a task's fair share\n/);
});

splitTest("lockstep split says which part is too heavy and cannot be cut", async (place) => {
  plant(place.source, { "c d": files(1200) });
  const ran = await split(place);
  assertEquals(ran.status, 0);
  assertMatch(
    ran.err,
    /^lockstep: Not cut any further: "c d" has 1,201 entries, [\d.]+ times a task's fair share\n$/,
  );
});

splitTest(
  "lockstep split --judge refuses a source that has lost more than the bound, and leaves the split before",
  async (place) => {
    const first = await split(place, ["--judge"]);
    assertEquals(first.status, 0);
    assertMatch(first.err, /^lockstep: There is no split before at .*: nothing to compare with\n$/);
    const before = Deno.readTextFileSync(place.jobs);
    assertEquals((await split(place, ["--judge"])).err, "");
    assert(Deno.readTextFileSync(place.jobs) !== before);
    const kept = Deno.readTextFileSync(place.jobs);
    for (const name of ["a", "b", "e"]) removeIfThere(`${place.source}/${name}`);
    const refused = await split(place, ["--judge"]);
    assertEquals([refused.status, refused.out, Deno.readTextFileSync(place.jobs)], [
      STATUS.refused,
      "",
      kept,
    ]);
    assertStringIncludes(refused.err, "13 of the 71 entries that the split before saw; 58 fewer (82%)");
    assertStringIncludes(refused.err, "add --max-shrink 58");
    for (const bound of ["57", "81%", "0"]) {
      assertEquals((await split(place, ["--judge", "--max-shrink", bound])).status, STATUS.refused, bound);
    }
    for (const bound of ["58", "82%"]) {
      Deno.writeTextFileSync(place.jobs, kept);
      assertEquals((await split(place, ["--judge", `--max-shrink=${bound}`])).status, 0, bound);
    }
  },
);

splitTest("lockstep split --judge tells what the source has lost that may be lost", async (place) => {
  await split(place);
  assert(!(await split(place, ["--judge"])).out.includes("fewer"));
  removeIfThere(`${place.source}/e`);
  const told = JSON.parse((await split(place, ["--judge", "--json"])).out);
  assertEquals([told.judged, violations(told, schemaOfEvents())], [{ before: 71, now: 60 }, []]);
  removeIfThere(`${place.source}/file`);
  assertMatch(
    (await split(place, ["--judge"])).out,
    /\n1 entry fewer \(2%\) than the split before saw\nsplit /,
  );
  // more elsewhere makes up for it
  plant(place.source, { e: LEAF });
  removeIfThere(`${place.source}/l`);
  assert(!(await split(place, ["--judge"])).out.includes("fewer"));
});

splitTest(
  "lockstep split tells which folders of the trash are of no job any more, and have something",
  async (place, at) => {
    const asked = [`--trash=${at}/trash`];
    const FULL = { flags: ["--allow-read", "--allow-write"] };
    plant(place.replica, { e: { old: "" }, b: { old: "" } });
    await split(place, asked);
    const run = await lockstep(["run", "--config", place.jobs]);
    assertEquals([run.status, run.err], [0, ""]);
    assertEquals((await split(place, asked)).err, "");
    removeIfThere(`${place.source}/e`, `${place.source}/b`);
    const ran = await split(place, asked);
    assertEquals(ran.status, 0);
    assertStringIncludes(
      ran.err,
      `/trash" has folders of no job of this split, which no --trash-keep clears: `,
    );
    assertStringIncludes(
      ran.err,
      `: "b", "e". Clear each by lockstep trash empty <trash>/<folder> --older-than 30d\n`,
    );
    const emptied = await lockstep(["trash", "empty", `${at}/trash/e`, "--yes"], FULL);
    assertEquals([emptied.status, emptied.err], [0, ""]);
    assertStringIncludes((await split(place, asked)).err, `/trash" has a folder of no job of this split`);
    await lockstep(["trash", "empty", `${at}/trash/b`, "--yes"], FULL);
    assertEquals((await split(place, asked)).err, "");
  },
);

splitTest(
  "lockstep split --judge compares as deep as the split before saw, and all where that saw all",
  async (place) => {
    await split(place);
    const text = Deno.readTextFileSync(place.jobs);
    Deno.writeTextFileSync(place.jobs, text.replace('"seen": [6, 25, 40]', '"seen": [6, 25]'));
    removeIfThere(...["x", "y", "z"].map((name) => `${place.source}/a/${name}/f0`));
    assertEquals((await split(place, ["--judge", "--max-shrink=0"])).status, 0);
    removeIfThere(`${place.source}/e/f0`);
    assertEquals((await split(place, ["--judge", "--max-shrink=0"])).status, STATUS.refused);
  },
);

splitTest(
  "lockstep split --judge does not compare numbers of other trees, or of another choice",
  async (place, at) => {
    await split(place);
    const kept = Deno.readTextFileSync(place.jobs);
    plant(at, { other: SOURCE });
    for (
      const [other, options, what] of [
        [{ ...place, source: `${at}/other` }, [], "is of another source"],
        [{ ...place, replica: `${at}/other` }, [], "is of another replica"],
        [place, ["--exclude=x"], "leaves out other entries"],
        [place, ["-x"], "leaves out other entries"],
      ] as const
    ) {
      const ran = await split(other, ["--judge", ...options]);
      assertEquals([ran.status, ran.err.includes(what), ran.err.split("\n").length], [1, true, 2], ran.err);
      assertEquals(Deno.readTextFileSync(place.jobs), kept);
    }
    assertEquals((await split(place, ["--judge", "--checksum", "--trash"])).status, 0);
  },
);

splitTest(
  "lockstep split overwrites no file that it has not made, and writes into neither tree",
  async (place, at) => {
    plant(at, { "by-hand.jsonc": '{"jobs": {}}', empty: "", folder: {}, "n.jsonc": "" });
    Deno.removeSync(`${at}/n.jsonc`);
    if (Deno.build.os !== "windows") await sh("ln -s nowhere link", at);
    const before = harvest(at);
    for (
      const options of [
        ["-o", `${at}/by-hand.jsonc`],
        ["-o", `${at}/empty`],
        ["-o", `${at}/folder`],
        ["-o", `${at}/link`],
        ["-o", `${at}/none/jobs.jsonc`],
        ["-o", `${place.source}/jobs.jsonc`],
        ["-o", `${place.replica}/jobs.jsonc`],
        ["--status", `${place.source}/s`],
        ["--status", `${place.replica}`],
        ["--status", `${at}/empty`],
        ["--status", `${at}/none/s`],
        ["--logs", `${place.replica}/logs`],
        ["--logs", `${at}/empty`],
        [`--trash=${place.replica}/trash`],
        [`--trash=${at}`],
        [`--exclude-from=${at}/none`],
      ]
    ) {
      const output = options[0] === "-o" ? [] : ["-o", `${at}/n.jsonc`];
      const ran = await lockstep(["split", place.source, place.replica, "--into=4", ...output, ...options]);
      assertEquals([options, ran.status, ran.err.split("\n").length, ran.out], [options, 1, 2, ""], ran.err);
      assertEquals(harvest(at), before);
    }
  },
);

splitTest(
  "lockstep split gives each job a log and a trash of its own, where that is asked for",
  async (place, at) => {
    const ran = await split(place, [
      `--trash=${at}/trash`,
      "--trash-keep=30d",
      "--logs",
      `${at}/logs`,
      "--status",
      `${at}/st`,
    ]);
    assertEquals([ran.status, ran.err], [0, ""]);
    assertEquals(namesIn(at), ["jobs.jsonc", "logs", "replica", "source", "st", "trash"]);
    const { jobs, split: { status } } = await read(place);
    assertEquals(status, `${at}/st`);
    for (const { name, options: { log, undo: { trash } } } of jobs) {
      assertEquals([log, trash?.folder, trash?.keep], [
        `${at}/logs/${name}.log`,
        `${at}/trash/${name}`,
        30 * 86_400_000,
      ]);
    }
    // a trash of a mirror is none for jobs
    plant(place.replica, { gone: "" });
    await lockstep([place.source, place.replica, `--trash=${at}/used`]);
    assertEquals((await split(place, [`--trash=${at}/used`])).status, 1);
  },
);

splitTest("lockstep split --json tells all of it in one object, and --quiet nothing", async (place) => {
  const { out } = await split(place, ["--json"]);
  const { time: _, id, made, ...rest } = JSON.parse(out);
  const { split: of } = await read(place);
  assertEquals([id, made], [of.id, of.made]);
  assertEquals(rest, {
    v: 2,
    kind: "split",
    source: place.source,
    replica: place.replica,
    seen: SEEN,
    whole: true,
    shares: [1, 1, 1, 1],
    jobs: 4,
    largest: 35,
    top: 2,
    fair: 18,
    judged: null,
    path: place.jobs,
  });
  assertEquals(violations(JSON.parse(out), schemaOfEvents()), []);
  assertEquals((await split(place, ["-q"])).out, "");
});

splitTest("lockstep split says in one line what makes no sense for jobs", async (place) => {
  for (
    const [options, what] of [
      [["30"], "one pass each"],
      [["sync.log"], "--logs"],
      ...["--interval=5m", "--cron=daily", "-w", "--once", "--delay=1s", "--for=1h", "--passes=2"].map((
        word,
      ) => [[word], "one pass each"] as const),
      [["--ask"], "--ask"],
      [["-n"], "--dry-run"],
      [["--log-file=x.log"], "--logs"],
      [["--state=x", "--keep-edits"], "--state"],
      [["--bring-back", "--state=x"], ""],
      [["--manifest=x"], "--manifest"],
      [["--metrics=x"], "--metrics"],
      [["--report=x"], "--report"],
      [["-v"], "--verbose"],
      [["--nice=5"], "--nice"],
      [["--into=1"], "given twice"],
      [["--max-shrink=5"], "--judge"],
      [["--judge", "--max-shrink=x"], "--max-shrink takes"],
      [["--whole=yes"], "takes no value"],
      [["--nonsense"], "no option"],
      [["--exclude=a", "--exclude-vcs", "--exclude=b"], "--exclude-from"],
    ] as const
  ) {
    const ran = await split(place, options);
    assertEquals([options, ran.status, ran.err.split("\n").length], [options, 1, 2], ran.err);
    assertStringIncludes(ran.err, what);
    assertEquals(isThere(place.jobs), false);
  }
  const { source, replica } = place;
  for (
    const words of [
      [source],
      [source, replica],
      [source, replica, "--into=4"],
      [source, replica, "-o", place.jobs],
      [source, replica, "--into=1", "-o", place.jobs],
      [source, replica, "--into=4097", "-o", place.jobs],
      [source, replica, "--into=x", "-o", place.jobs],
      [source, replica, "--into", "4", "-o"],
    ]
  ) {
    const ran = await lockstep(["split", ...words]);
    assertEquals([words, ran.status, ran.err.split("\n").length], [words, 1, 2], ran.err);
  }
});

splitTest("lockstep split refuses folders that are no two trees, with status 3", async (place, at) => {
  for (
    const [source, replica] of [
      [`${at}/none`, place.replica],
      [place.source, `${place.source}/a`],
      [`${place.source}/a`, place.source],
      [`${place.source}/file`, place.replica],
      [place.source, `${at}/none/replica`],
      [place.source, place.source],
    ] as const
  ) {
    const ran = await split({ ...place, source, replica }, [], { flags: ["--allow-read", "--allow-write"] });
    assertEquals([source, replica, ran.status, isThere(place.jobs)], [
      source,
      replica,
      STATUS.unusable,
      false,
    ], ran.err);
  }
});
