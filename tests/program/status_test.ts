/** `--status`, `--metrics` and `lockstep status` in the real program: passes that end well, fail, are refused, are killed. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { statusKeeper } from "../../sync/observers/status.ts";
import { readStatus, type StatusFile } from "../../sync/observers/status_file.ts";
import { faultTest } from "../faults/tools.ts";
import { readExposition } from "../observers/exposition.ts";
import { FAILED, jobOf, observing, pass } from "../observers/told.ts";
import { schemaIn, violations } from "../support/json_schema.ts";
import { asOrdinary, HAS_ORDINARY } from "../support/limits.ts";
import { lockstep, type Ran, running, until } from "../support/program.ts";
import {
  assertInSync,
  file,
  files,
  harvest,
  inFolder,
  isThere,
  namesIn,
  plant,
  readIfThere,
} from "../support/tree.ts";

const SCHEMA = schemaIn("status.md");

function read(path: string): StatusFile {
  const text = Deno.readTextFileSync(path);
  assertEquals(violations(JSON.parse(text), SCHEMA), []);
  const file = readStatus(text);
  if (typeof file === "string") throw new Error(file);
  return file;
}

/** What the command says of it, as a plug-in that may only read. */
async function ask(path: string, ...words: string[]): Promise<Ran> {
  const ran = await lockstep(["status", path, ...words], {
    flags: [`--allow-read=${path}`],
    edge: "as flags say",
  });
  assertEquals(ran.err, "");
  return ran;
}

Deno.test("lockstep keeps a status file and metrics of a pass, and lockstep status says OK as a plug-in does", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "12345", d: { b: "1" } });
    const words = [
      `${at}/source`,
      `${at}/replica`,
      "--status",
      `${at}/status.json`,
      "--metrics",
      `${at}/m.prom`,
    ];
    for (const created of [4, 0]) {
      const ran = await lockstep(words);
      assertEquals([ran.status, ran.err], [0, ""]);
      const { jobs: [job] } = read(`${at}/status.json`);
      assertEquals([job!.state, job!.lastPass!.created, job!.entries], ["stopped", created, {
        source: 3,
        replica: 3,
      }]);
      assert(job!.inSyncSince !== null && job!.source === `${at}/source`);
    }
    assertEquals(namesIn(at), ["m.prom", "replica", "source", "status.json"]);
    for (const name of ["m.prom", "status.json"]) {
      assertEquals(Deno.statSync(`${at}/${name}`).mode! & 0o777, 0o644);
    }
    const { status, out } = await ask(`${at}/status.json`);
    assertEquals(status, 0);
    assertMatch(
      out,
      /^LOCKSTEP OK - 1 of 1 job in sync \| '\S+\/replica age'=\d+s;;93600;0 '\S+ failed'=0;;;0\n/,
    );
    assertMatch(out, /OK +[\d.]+m?s ago +[\d.]+m?s ago, took \d.*: success +none\n/);
    const old = await ask(`${at}/status.json`, "--max-age=1ms");
    assertEquals(old.status, 2);
    const json = JSON.parse((await ask(`${at}/status.json`, "--json")).out);
    assertEquals([json.v, json.level, json.jobs[0].replica, json.jobs[0].level], [
      1,
      "OK",
      `${at}/replica`,
      "OK",
    ]);
    const values = readExposition(Deno.readTextFileSync(`${at}/m.prom`)).flatMap(({ samples }) => samples);
    const passes = values.find(({ name, labels }) =>
      name === "lockstep_passes_total" && labels.result === "success"
    );
    assertEquals([passes?.value, passes?.labels.mirror], [2, `${at}/replica`]);
  }));

Deno.test({
  name: "lockstep status warns of entries that failed, and names them",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { "se|cret": file("1", 0o000), fine: "1" });
      const words = [`${at}/source`, `${at}/replica`, "--status", `${at}/status.json`];
      assertEquals((await lockstep(words, { through: asOrdinary() })).status, STATUS.failures);
      const { jobs: [job] } = read(`${at}/status.json`);
      assertEquals([job!.inSyncSince, job!.failures.count, job!.failures.first[0]!.path], [
        null,
        1,
        "se|cret",
      ]);
      const never = await ask(`${at}/status.json`);
      assertEquals(never.status, 2);
      assertStringIncludes(never.out, "It has never been in sync");
      Deno.chmodSync(`${at}/source/se|cret`, 0o600);
      assertEquals((await lockstep(words, { through: asOrdinary() })).status, 0);
      Deno.chmodSync(`${at}/source/se|cret`, 0o000);
      Deno.writeTextFileSync(`${at}/source/fine`, "other");
      Deno.utimeSync(`${at}/source/se|cret`, 1, 1);
      Deno.writeTextFileSync(`${at}/replica/se|cret`, "edited");
      await lockstep(words, { through: asOrdinary() });
      const { status, out } = await ask(`${at}/status.json`);
      assertEquals(status, 1);
      assertStringIncludes(out.split("\n")[0]!, `1 entry failed, the first: Cannot read "se¦cret"`);
    }),
});

Deno.test("lockstep status is critical for what the guard refuses, and names the option that lets it through", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, {});
    plant(`${at}/replica`, { a: "1" });
    const words = [`${at}/source`, `${at}/replica`, "--status", `${at}/status.json`];
    assertEquals((await lockstep(words)).status, STATUS.refused);
    const { refused, consecutiveFailures } = read(`${at}/status.json`).jobs[0]!;
    assertEquals([refused?.code, refused?.option, consecutiveFailures], [
      "empty-source",
      "--allow-empty-source",
      1,
    ]);
    const { status, out } = await ask(`${at}/status.json`);
    assertEquals(status, 2);
    assertStringIncludes(out.split("\n")[0]!, "LOCKSTEP CRITICAL - 0 of 1 job in sync: ");
    assertStringIncludes(out, "the source is empty and the replica holds 1 entry; nothing was touched.");
    // what a dry run finds is not how the mirror is
    const before = Deno.readTextFileSync(`${at}/status.json`);
    await lockstep([...words, "-n", "--allow-empty-source"]);
    assertEquals(Deno.readTextFileSync(`${at}/status.json`), before);
    assertEquals((await lockstep([...words, "--allow-empty-source"])).status, 0);
    assertEquals((await ask(`${at}/status.json`)).status, 0);
  }));

Deno.test("lockstep status tells a loop that is there from one that was killed, and from one that was stopped", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const path = `${at}/status.json`;
    const words = [`${at}/source`, `${at}/replica`, "1h", "--status", path, "--metrics", `${at}/m.prom`];
    const waits = () =>
      isThere(path) && read(path).jobs[0]!.state === "waiting" && read(path).jobs[0]!.nextPass !== null;
    {
      await using run = running(words);
      await until("it waits", waits);
      const here = await ask(path);
      assertEquals(here.status, 0);
      assertMatch(here.out, / in (1h|59m)/);
      await run.stop("SIGKILL");
    }
    const gone = await ask(path);
    assertEquals(gone.status, 2);
    assertStringIncludes(
      gone.out,
      "The program is gone: it ended without a word while it waited for the next pass",
    );
    {
      await using run = running(words);
      await until("it waits again", async () => waits() && (await ask(path)).status === 0);
      assertEquals((await run.stop()).status, 0);
    }
    const stopped = await ask(path);
    assertEquals(stopped.status, 1);
    assertStringIncludes(stopped.out, "Lockstep was stopped: no pass is to come");
    assert(!Deno.readTextFileSync(`${at}/m.prom`).includes("lockstep_next_pass_timestamp_seconds"));
  }));

Deno.test("lockstep status tells a pass that is being made from one in the middle of which the program was killed", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { large: file("x".repeat(600_000), 0o644, 1e12) });
    const path = `${at}/status.json`;
    const words = [`${at}/source`, `${at}/replica`, "--status", path];
    // that takes ten minutes
    await using run = running([...words, "--bwlimit", "1KiB"]);
    const isAtWork = () => isThere(path) && read(path).jobs[0]!.pass !== null;
    await until("a pass is made", isAtWork);
    const during = await ask(path);
    assertEquals([during.status, during.out.includes("The first pass is not over yet")], [1, true]);
    await run.stop("SIGKILL");
    const gone = await ask(path);
    assertEquals(gone.status, 2);
    assertStringIncludes(gone.out, "The program is gone: it ended without a word in the middle of a pass");
    assertEquals((await lockstep(words)).status, 0);
    assertEquals((await ask(path)).status, 0);
  }));

Deno.test("whoever reads the status file and metrics while passes are made finds them whole", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, files(200, "1"));
    const path = `${at}/status.json`;
    const words = [`${at}/source`, `${at}/replica`, "10ms", "--status", path, "--metrics", `${at}/m.prom`];
    await using run = running(words);
    await until("they are there", () => isThere(path) && isThere(`${at}/m.prom`));
    const passes = new Set<number>();
    await until("many passes were seen", () => {
      for (let i = 0; i < 50; i++) {
        passes.add(read(path).jobs[0]!.lastPass?.number ?? 0);
        readExposition(Deno.readTextFileSync(`${at}/m.prom`));
      }
      return passes.size > 30;
    });
    assertEquals((await run.stop()).status, 0);
    assertEquals(namesIn(at), ["m.prom", "replica", "source", "status.json"]);
  }));

Deno.test("a second run leaves the status file of the first to it, and says so", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const path = `${at}/status.json`;
    await using _first = running([`${at}/source`, `${at}/replica`, "1h", "--status", path]);
    await until("it waits", () => isThere(path) && read(path).jobs[0]!.nextPass !== null);
    const second = await lockstep([`${at}/source`, `${at}/other`, "--status", path]);
    assertEquals(second.status, 0);
    assertEquals(second.err.split("is kept by another run").length, 2);
    assertEquals(read(path).jobs[0]!.replica, `${at}/replica`);
    assertInSync(`${at}/source`, `${at}/other`);
  }));

Deno.test("lockstep refuses a status file or metrics that would spoil something, in one line, and touches nothing", () =>
  inFolder(async (at) => {
    plant(at, {
      source: { a: "1" },
      replica: { b: "1" },
      "other.json": "[]",
      folder: {},
      "m.prom": "# not ours\n",
    });
    const before = harvest(at);
    const rows: readonly (readonly [string[], string])[] = [
      [["--status", `${at}/source/s.json`], "lies inside the source"],
      [["--status", `${at}/replica/s.json`], "lies inside the replica"],
      [["--metrics", `${at}/replica/m.prom`], "lies inside the replica"],
      [["--status", `${at}/other.json`], "is there already and is no status file of Lockstep"],
      [["--metrics", `${at}/m.prom`], "is there already and is no metrics file of Lockstep"],
      [["--status", `${at}/folder`], "is there already and is no status file of Lockstep"],
      [["--status", `${at}/x/s.json`], "there is no folder"],
      [
        ["--status", `${at}/s`, "--metrics", `${at}/s`],
        "The metrics file and the status file have the same name",
      ],
      [
        ["--status", `${at}/s.log`, "--log-file", `${at}/s.log`],
        "The status file and the log file have the same",
      ],
      [
        ["--status", `${at}/s`, "--manifest", `${at}/s`],
        "The status file and the manifest have the same name",
      ],
    ];
    for (const [words, text] of rows) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "--max-delete=1", ...words]);
      assertEquals([ran.status, ran.err.trimEnd().split("\n").length], [STATUS.usage, 1], ran.err);
      assertStringIncludes(ran.err, text);
    }
    assertEquals(harvest(at), before);
    const denied = await lockstep([`${at}/source`, `${at}/replica`, "--status", `${at}/s.json`], {
      flags: ["--allow-read", `--allow-write=${at}/replica`],
    });
    assertEquals(denied.status, STATUS.usage);
    assertStringIncludes(denied.err, `Deno may not write "${at}/s.json"`);
  }));

Deno.test("lockstep status is UNKNOWN, with 3 and one line, when it cannot tell", () =>
  inFolder(async (at) => {
    plant(at, { "other.json": "[]", "cut.json": '{\n  "lockstep": "status",\n  "ver', folder: {} });
    const rows: readonly (readonly [string[], string])[] = [
      [[`${at}/none.json`], "There is no status file"],
      [[`${at}/other.json`], "it is no status file of Lockstep"],
      [[`${at}/cut.json`], "it was cut off or changed"],
      [[`${at}/folder`], `No status file is in the folder "${at}/folder"`],
      [["--config", `${at}/none.jsonc`], "none.jsonc"],
      [[`${at}/none.json`, "--max-age=x"], "--max-age takes a time"],
    ];
    for (const [words, text] of rows) {
      const { status, out, err } = await lockstep(["status", ...words], { flags: ["--allow-read"] });
      assertEquals([status, err, out.trimEnd().split("\n").length], [3, "", 1], out);
      assertMatch(out, /^LOCKSTEP UNKNOWN - [^|]+$/);
      assertStringIncludes(out, text);
    }
    const denied = await lockstep(["status", `${at}/none.json`], { flags: [], edge: "as flags say" });
    assertEquals(denied.status, 3);
    assertStringIncludes(denied.out, "run with --allow-read");
  }));

Deno.test("lockstep status --config takes the status file and the jobs of a file of jobs", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const write = (text: object) => Deno.writeTextFileSync(`${at}/lockstep.jsonc`, JSON.stringify(text));
    const job = (replica: string) => ({ source: "source", replica, interval: "1h" });
    const jobs = { photos: job("r1"), books: job("r2"), films: job("r3") };
    write({ status: "status.json", jobs });
    const ask = async (...words: string[]) => {
      const { status, out, err } = await lockstep(["status", ...words], { cwd: at, flags: ["--allow-read"] });
      assertEquals(err, "");
      return [status, out] as const;
    };
    assertStringIncludes((await ask())[1], "There is no status file");
    const listed = ["photos", "books", "old"].map((name) => jobOf(name, ["1h"], `/${name}`));
    const path = `${at}/status.json`;
    const room = await observing((given) => statusKeeper(path, { ...given, now: Date.now }), ...listed);
    room.now = Date.now();
    room.tell(listed[0]!, ...pass());
    room.tell(listed[1]!, ...pass(FAILED));
    await room.settled();
    const [status, out] = await ask();
    assertEquals(status, 2);
    assertMatch(
      out,
      /^LOCKSTEP CRITICAL - 1 of 2 jobs in sync: books: .*; The job "films" has no status yet/,
    );
    assert(!out.includes("old"), out);
    assertEquals((await ask("photos"))[0], 0);
    assertEquals((await ask("--config", `${at}/lockstep.jsonc`, "photos"))[0], 0);
    const [none, text] = await ask("photso");
    assertEquals([none, text.includes('There is no job "photso": did you mean "photos"?')], [3, true]);
    const [, others] = await ask("cellar");
    assertStringIncludes(others, 'There is no job "cellar": there are "photos", "books", "films"');
    await room.observer.close();
    write({ jobs });
    assertStringIncludes((await ask())[1], "names no status file");
  }));

faultTest(
  "a status file and metrics on a full disk are said once, stop no pass, and are written when there is free space",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: "1" }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", `${at}/disk`);
    Deno.writeFileSync(`${at}/disk/fill`, new Uint8Array(65536));
    const path = `${at}/disk/status.json`;
    await using run = running([
      `${at}/source`,
      `${at}/replica`,
      "30ms",
      "--status",
      path,
      "--metrics",
      `${at}/disk/m.prom`,
    ]);
    await until("the mirror is made", () => isThere(`${at}/replica/a`));
    plant(`${at}/source`, { b: "1" });
    await until("passes go on", () => isThere(`${at}/replica/b`));
    assertEquals(readIfThere(path), "");
    Deno.removeSync(`${at}/disk/fill`);
    await until("it is written", () => readIfThere(path).includes('"success"'));
    const { status, out, err } = await run.stop();
    assertEquals([status, err.split("Cannot write the status file").length], [0, 2]);
    assertEquals(err.split("Cannot write the metrics file").length, 2);
    assertStringIncludes(err, "no space left; the passes go on");
    assertEquals(out.split("The status file is written again").length, 2);
  },
);

faultTest(
  "a status file on a disk that becomes read-only stays as it was, and no pass is stopped",
  ["mount"],
  async (at, mount) => {
    plant(at, { source: { a: "1" }, disk: {} });
    await mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", `${at}/disk`);
    const path = `${at}/disk/status.json`;
    const words = [`${at}/source`, `${at}/replica`, "--status", path];
    assertEquals((await lockstep(words)).status, 0);
    const before = Deno.readTextFileSync(path);
    await mount("-o", "remount,ro", `${at}/disk`);
    plant(`${at}/source`, { b: "1" });
    const { status, err } = await lockstep(words);
    assertEquals([status, err.split("the file system is read-only").length], [0, 2]);
    assertInSync(`${at}/source`, `${at}/replica`);
    assertEquals(Deno.readTextFileSync(path), before);
  },
);
