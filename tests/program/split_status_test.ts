/** The jobs of a split and `lockstep status` in the real program: what ran, what did not, what was killed. No wrong OK. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { readStatus, type StatusFile } from "../../sync/observers/status_file.ts";
import { schemaIn, violations } from "../support/json_schema.ts";
import { asOrdinary, HAS_ORDINARY } from "../support/limits.ts";
import { lockstep, type Ran, running, until } from "../support/program.ts";
import { splitText } from "../support/split.ts";
import { assertInSync, files, harvest, inFolder, isThere, link, namesIn, plant } from "../support/tree.ts";

const SCHEMA = schemaIn("status.md");
const HOUR = 3_600_000;

/** A split of `source` into parts by the names of its folders, as lockstep split writes one. */
function split(
  at: string,
  id: string,
  parts: readonly string[],
  made = Date.now() - 60_000,
  more: object = {},
) {
  const field = {
    id,
    made: new Date(made).toISOString(),
    seen: [parts.length, parts.length],
    inParts: parts.length,
    ...more,
  };
  Deno.writeTextFileSync(
    `${at}/jobs.jsonc`,
    splitText(Object.fromEntries(parts.map((name) => [name, name])), field),
  );
}

function read(path: string): StatusFile {
  const text = Deno.readTextFileSync(path);
  assertEquals(violations(JSON.parse(text), SCHEMA), []);
  const file = readStatus(text);
  if (typeof file === "string") throw new Error(file);
  return file;
}

const run = (at: string, ...words: string[]) =>
  lockstep(["run", "--config", "jobs.jsonc", ...words], {
    cwd: at,
    flags: ["--allow-read", "--allow-write"],
  });

/** What the command says, as a plug-in that may only read. */
async function ask(at: string, ...words: string[]): Promise<Ran> {
  const ran = await lockstep(["status", ...words], {
    cwd: at,
    flags: ["--allow-read"],
    edge: "as flags say",
  });
  assertEquals(ran.err, "");
  return ran;
}

/** The level and the first words, by the folder and by the file of jobs. */
async function both(at: string, ...words: string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const where of [["status/"], ["--config", "jobs.jsonc"]]) {
    const { out } = await ask(at, ...where, ...words);
    answers.push(
      out.split("\n")[0]!.replace(/ \|.*/, "").replace(/, the oldest [^:]*/, "").replace(
        /(split of 1h) \d+s/,
        "$1",
      ),
    );
  }
  return answers;
}

const twice = (text: string) => [text, text];
const TREE = { a: { x: "1" }, b: { y: "22" }, c: { z: "333" }, loose: "4444" };

/** The files of the status folder, without those by which machines keep each other off a part. */
function statusesIn(at: string): string[] {
  return namesIn(`${at}/status`).filter((name) => !name.endsWith(".lock"));
}

Deno.test("each job of a split keeps a status file, and lockstep status over them gives one answer", () =>
  inFolder(async (at) => {
    plant(at, { source: TREE, replica: {}, status: {} });
    split(at, "0badcafe", ["a", "b"]);
    const ran = await run(at, "--status", "all.json");
    assertEquals([ran.status, ran.err], [0, ""]);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(statusesIn(at), ["a.json", "b.json", "top.json"]);
    for (const name of ["a", "b", "top"]) {
      const { split, jobs } = read(`${at}/status/${name}.json`);
      assertEquals([split!.id, split!.jobs, split!.source, jobs.map(({ name }) => name)], [
        "0badcafe",
        3,
        `${at}/source`,
        [name],
      ]);
    }
    assertEquals(read(`${at}/all.json`).jobs.length, 3);
    for (const words of [["status"], ["--config", "jobs.jsonc"]]) {
      const { status, out } = await ask(at, ...words);
      assertEquals(status, 0, out);
      assertMatch(
        out,
        /^LOCKSTEP OK - 3 of 3 jobs in sync, the oldest [\d.]+m?s ago \| 'in sync'=3;;;0;3 'failed entries'=0;;;0 'oldest age'=\d+s;;93600;0\nThe oldest: [ab], last in sync \S+ ago\nIn all: \d+ entries; the last passes copied 10 B\n$/,
      );
    }
    const named = await ask(at, "--config", "jobs.jsonc", "top");
    assertMatch(named.out, /^LOCKSTEP OK - 1 of 1 job in sync.*\njob .*\ntop +OK .* success +none\n/);
    assertEquals((await ask(at, "--config", "jobs.jsonc", "--max-age=1ms")).status, 2);
    assertStringIncludes((await ask(at, "--config", "jobs.jsonc", "tpo")).out, 'did you mean "top"?');
    // the file of all jobs is as it is without a split
    assertMatch((await ask(at, "all.json")).out, /^LOCKSTEP OK - 3 of 3 jobs in sync \| 'a age'=/);
    const json = JSON.parse((await ask(at, "status/", "--json")).out);
    assertEquals([json.inSync, json.of, json.notBegun, json.jobs.length], [3, 3, 0, 3]);
  }));

Deno.test("lockstep status over a split counts what has not begun since it, and nothing of the split before", () =>
  inFolder(async (at) => {
    plant(at, { source: TREE, replica: {}, status: {} });
    split(at, "0badcafe", ["a", "b", "c"], Date.now() - HOUR);
    const none = await ask(at, "--config", "jobs.jsonc");
    assertEquals(none.status, 1);
    assertStringIncludes(
      none.out,
      "WARNING - 0 of 4 jobs in sync: 4 have not begun since the split, 1h",
    );
    assertStringIncludes(none.out, "(a, b, c and 1 more)");
    assertStringIncludes((await ask(at, "status/")).out, "UNKNOWN - No status file is in the folder");
    assertEquals((await run(at, "--job-index=1")).status, 0);
    assertEquals(statusesIn(at), ["b.json"]);
    const rest = "WARNING - 1 of 4 jobs in sync: 3 have not begun since the split, 1h ago";
    const told = (await both(at)).map((line) => line.replace(/1h( \d+s)?/, "1h"));
    assertEquals(told, [`LOCKSTEP ${rest}`, `LOCKSTEP ${rest} (a, c, top)`]);
    assertEquals((await both(at, "--max-age=30m"))[0]!.split(" - ")[0], "LOCKSTEP CRITICAL");
    assertEquals((await run(at)).status, 0);
    assertEquals(await both(at), twice("LOCKSTEP OK - 4 of 4 jobs in sync"));
    // by the folder alone nobody knows of a split until one of its jobs has begun
    split(at, "89abcdef", ["a", "c"]);
    const [folder, config] = await both(at);
    assertEquals(folder, "LOCKSTEP OK - 4 of 4 jobs in sync");
    assertMatch(config!, /^LOCKSTEP WARNING - 0 of 3 jobs in sync: 3 have not begun since the split, 1m/);
    assertEquals((await run(at, "top")).status, 0);
    for (const line of await both(at)) {
      assertMatch(line, /^LOCKSTEP WARNING - 1 of 3 jobs in sync: 2 have not begun since the split, 1m/);
    }
    assertEquals((await run(at, "a", "c")).status, 0);
    // b left its file behind
    assertEquals(statusesIn(at), ["a.json", "b.json", "c.json", "top.json"]);
    assertEquals(await both(at), twice("LOCKSTEP OK - 3 of 3 jobs in sync"));
    // whoever has the old file of jobs is not told that all is well
    split(at, "0badcafe", ["a", "b", "c"], Date.now() - HOUR);
    assertMatch((await both(at))[1]!, /^LOCKSTEP WARNING - 1 of 4 jobs in sync: 3 have not begun/);
  }));

Deno.test("lockstep status over a split names what failed, and a part whose source is gone", () =>
  inFolder(async (at) => {
    plant(at, { source: TREE, replica: {}, status: {} });
    split(at, "0badcafe", ["a", "b"]);
    assertEquals((await run(at)).status, 0);
    Deno.removeSync(`${at}/source/b`, { recursive: true });
    assertEquals((await run(at, "b")).status, STATUS.unusable);
    for (const line of await both(at)) {
      assertMatch(line, /^LOCKSTEP WARNING - 2 of 3 jobs in sync: b: Cannot use the source/);
    }
    // a part that is new and fails was never in sync
    split(at, "89abcdef", ["a", "c"]);
    Deno.renameSync(`${at}/source/c`, `${at}/source/d`);
    assertEquals((await run(at)).status, STATUS.unusable);
    for (const line of await both(at)) {
      assertMatch(line, /^LOCKSTEP CRITICAL - 2 of 3 jobs in sync: c: It has never been in sync$/);
    }
  }));

Deno.test("a job of a split that was killed is not well, from anywhere, until it was run again", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: files(40, "x".repeat(15_000)), b: {} }, replica: {}, status: {} });
    split(at, "0badcafe", ["a", "b"]);
    assertEquals((await run(at)).status, 0);
    Deno.removeSync(`${at}/replica/a`, { recursive: true });
    const path = `${at}/status/a.json`;
    const config = Deno.readTextFileSync(`${at}/jobs.jsonc`);
    {
      // that takes ten minutes
      const slow = { ...JSON.parse(config), defaults: { bwlimit: "1KiB" } };
      Deno.writeTextFileSync(`${at}/jobs.jsonc`, JSON.stringify(slow));
      await using one = running(["run", "--config", "jobs.jsonc", "a"], {
        cwd: at,
        flags: ["--allow-read", "--allow-write"],
      });
      await until("a pass is made", () => read(path).jobs[0]!.pass !== null);
      await one.stop("SIGKILL");
      Deno.writeTextFileSync(`${at}/jobs.jsonc`, config);
    }
    // no lock is seen: it may run elsewhere
    for (const line of await both(at)) {
      assertMatch(line, /^LOCKSTEP WARNING - 3 of 3 jobs in sync: a: No lock of it is seen from here: /);
    }
    const old = new Date(Date.now() - 20 * 60_000).toISOString().replace("Z", "+00:00");
    Deno.writeTextFileSync(
      path,
      Deno.readTextFileSync(path).replace(/"written": "[^"]*"/, `"written": "${old}"`),
    );
    for (const line of await both(at)) {
      assertMatch(
        line,
        /^LOCKSTEP CRITICAL - .*: a: Nothing was heard of the pass for 20m[^:]*: the program or/,
      );
    }
    // on a busy machine it is long since top was run
    for (const job of ["a", "top"]) assertEquals((await run(at, job)).status, 0);
    assertEquals(await both(at), twice("LOCKSTEP OK - 3 of 3 jobs in sync"));
  }));

Deno.test("a run of a split says once that there is no folder for its status files, and makes the passes", () =>
  inFolder(async (at) => {
    plant(at, { source: TREE, replica: {} });
    split(at, "0badcafe", ["a", "b"]);
    const { status, err } = await run(at);
    const lines = err.trimEnd().split("\n");
    // the parts are locked for this machine alone, which each of them says
    const others = lines.filter((line) => !line.includes("Cannot lock the file beside the status"));
    assertEquals([status, lines.length, others.length], [0, 4, 1]);
    assertMatch(
      err,
      /WARN There is no folder "[^"]*\/status" for the status files of the jobs: make it, as lockstep split does/,
    );
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(isThere(`${at}/status`), false);
    const { out } = await ask(at, "--config", "jobs.jsonc");
    assertMatch(out, /^LOCKSTEP UNKNOWN - There is no folder .*, in which the jobs keep their status\n$/);
  }));

Deno.test("a run of a split writes its status into no tree, and over no file of others", () =>
  inFolder(async (at) => {
    plant(at, {
      source: { ...TREE, status: {} },
      replica: { status: {} },
      status: { "b.json": "[]" },
      other: {},
    });
    Deno.symlinkSync("source/status", `${at}/way`);
    const trees = () => ["source", "replica", "status"].map((name) => harvest(`${at}/${name}`));
    const before = trees();
    const rows: readonly (readonly [object, string[], string])[] = [
      [{ status: "source/status" }, [], 'status" lies inside the source: keep it outside'],
      [{ status: "replica/status" }, [], 'status" lies inside the replica: keep it outside'],
      [{ status: "way" }, [], "lies inside the source"],
      [{}, [], `[b] "${at}/status/b.json" is there already and is no status file of Lockstep: move it away`],
      [
        {},
        ["--metrics", `${at}/status/a.json`, "a"],
        "[a] The status file and the metrics file have the same name",
      ],
      // in the part of a job that is not asked for
      [{}, ["--metrics", `${at}/replica/b/m.prom`, "a"], 'm.prom" lies inside the replica: keep it outside'],
    ];
    for (const [more, words, text] of rows) {
      split(at, "0badcafe", ["a", "b"], Date.now(), more);
      const ran = await run(at, ...words);
      Deno.removeSync(`${at}/jobs.jsonc`);
      assertEquals([ran.status, ran.err.trimEnd().split("\n").length], [STATUS.usage, 1], ran.err);
      assertStringIncludes(ran.err, text);
      assertEquals(trees(), before);
    }
  }));

Deno.test("lockstep status over a folder passes over what is not ours, and is UNKNOWN for what may be", () =>
  inFolder(async (at) => {
    plant(at, { source: TREE, replica: {}, status: {} });
    split(at, "0badcafe", ["a", "b"]);
    assertEquals((await run(at)).status, 0);
    plant(`${at}/status`, {
      "list.json": "[]",
      "notes.txt": "x",
      "folder.json": {},
      "way.json": link("folder.json"),
    });
    const says = async () =>
      (await ask(at, "status/")).out.split(" | ")[0]!.replace(/, the oldest [^:]*/, "");
    assertEquals(await says(), "LOCKSTEP OK - 3 of 3 jobs in sync");
    const rows: readonly (readonly [string, string])[] = [
      ['{\n  "lockstep": "status",\n  "ver', "it was cut off or changed"],
      ['{\n  "lock', "it is no status file of Lockstep"],
      ["", 'x.json" is empty or gone'],
      ["\0\0\0", 'x.json" is empty or gone'],
      ['{\n  "lockstep": "status",\n  "version": 9 }', "it is of another version of Lockstep (9)"],
    ];
    for (const [text, said] of rows) {
      Deno.writeTextFileSync(`${at}/status/x.json`, text);
      assertMatch(await says(), /^LOCKSTEP UNKNOWN - 3 of 3 jobs in sync: /);
      assertStringIncludes(await says(), said);
    }
    Deno.removeSync(`${at}/status/x.json`);
    // of a job that counts, too
    Deno.writeTextFileSync(`${at}/status/b.json`, "");
    assertMatch(
      await says(),
      /^LOCKSTEP UNKNOWN - 2 of 3 jobs in sync: The status file .* is empty/,
    );
    assertMatch((await both(at))[1]!, /^LOCKSTEP WARNING - 2 of 3 jobs in sync: 1 has not begun.* \(b\)$/);
    Deno.writeTextFileSync(`${at}/status/b.json`, '{\n  "lockstep": "status",\n');
    assertMatch((await both(at))[1]!, /^LOCKSTEP UNKNOWN - 2 of 3 jobs in sync: Cannot use/);
  }));

Deno.test("lockstep status over a folder in which two trees keep their files is UNKNOWN", () =>
  inFolder(async (at) => {
    plant(at, { source: TREE, replica: {}, status: {}, other: TREE, copy: {} });
    split(at, "0badcafe", ["a"]);
    assertEquals((await run(at)).status, 0);
    const text = Deno.readTextFileSync(`${at}/jobs.jsonc`).replaceAll('"source', '"other')
      .replaceAll('"replica', '"copy').replaceAll('"other":', '"source":').replaceAll('"copy":', '"replica":')
      .replace("0badcafe", "89abcdef").replace(/"made":"[^"]*"/, `"made":"${new Date().toISOString()}"`)
      .replace('"a":', '"b":');
    Deno.writeTextFileSync(`${at}/jobs.jsonc`, text);
    const ran = await run(at, "b");
    assertEquals([ran.status, ran.err], [0, ""]);
    const { status, out } = await ask(at, "status/");
    assertEquals(status, 3);
    assertMatch(
      out,
      /A split of "[^"]*\/source" has files in "status\/", too: give each tree a folder of its own/,
    );
  }));

Deno.test({
  name: "lockstep status is UNKNOWN where a file or the folder of a split may not be read",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      plant(at, { source: TREE, replica: {}, status: {} });
      split(at, "0badcafe", ["a"]);
      assertEquals((await run(at)).status, 0);
      Deno.chmodSync(`${at}/status/a.json`, 0o000);
      const asked = (...words: string[]) =>
        lockstep(["status", ...words], { cwd: at, flags: ["--allow-read"], through: asOrdinary() });
      for (const words of [["status/"], ["--config", "jobs.jsonc"]]) {
        const { status, out } = await asked(...words);
        assertEquals(status, 3, out);
        assertMatch(
          out,
          /^LOCKSTEP UNKNOWN - 1 of 2 jobs in sync: .*Cannot read the status file ".*a\.json"/,
        );
      }
      Deno.chmodSync(`${at}/status`, 0o000);
      assertStringIncludes((await asked("status/")).out, "UNKNOWN - Cannot read the folder");
      Deno.chmodSync(`${at}/status`, 0o700);
    }),
});

Deno.test("a word is a folder of status files where no file of jobs is at hand, and else the name of a job", () =>
  inFolder(async (at) => {
    plant(at, { source: TREE, replica: {}, status: {} });
    split(at, "0badcafe", ["a"]);
    assertEquals((await run(at)).status, 0);
    assertEquals((await ask(at, "status")).status, 0);
    Deno.writeTextFileSync(`${at}/lockstep.jsonc`, '{"jobs": {"x": {"source": "source", "replica": "r"}}}');
    assertMatch((await ask(at, "status")).out, /^LOCKSTEP UNKNOWN - /);
    assertEquals((await ask(at, "./status")).status, 0);
    assertStringIncludes((await ask(at, "./status", "all.json")).out, "is a folder: ask about it alone");
  }));
