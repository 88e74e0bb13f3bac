/** The real program: what it says, what it leaves behind and the status it exits with. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lstatSync } from "node:fs";
import { basename } from "node:path";
import { STATUS } from "../../sync/cli/exit_status.ts";
import { help } from "../../sync/cli/help.ts";
import { OPTIONS } from "../../sync/cli/option_table.ts";
import { optionRows, statusRows } from "../cli/readme_rows.ts";
import { asOrdinary, HAS_ORDINARY } from "../support/limits.ts";
import { ended, has, lockstep, MAIN, running, sh, start, until } from "../support/program.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { leftToDo } from "../support/rsync.ts";
import { onTerminal } from "../support/terminal.ts";
import {
  assertInSync,
  file,
  files,
  folder,
  harvest,
  inFolder,
  isThere,
  link,
  namesIn,
  plant,
  readIfThere,
  removeIfThere,
} from "../support/tree.ts";

const LINE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d (DEBUG|INFO|WARN|ERROR) .+$/;

Deno.test("lockstep mirrors once, logs every operation to console and file, and does nothing the second time", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "12345", d: { "b\n": "1" }, l: link("a") });
    plant(`${at}/replica`, { old: "22", d: { c: "333" } });
    const first = await lockstep(["source", "replica", "--log-file", "sync.log"], { cwd: at });
    assertEquals([first.status, first.err], [0, ""]);
    assertInSync(`${at}/source`, `${at}/replica`);
    const log = Deno.readTextFileSync(`${at}/sync.log`);
    assertEquals(log, first.out);
    for (const line of log.trimEnd().split("\n")) assertMatch(line, LINE);
    for (
      const part of [
        `INFO create file "a" 5 bytes`,
        `INFO create file "d/b\\n" 1 byte`,
        `INFO create link "l"`,
        `INFO remove file "old"`,
        `INFO remove file "d/c"`,
        "created 3, updated 0, attributes",
        "removed 2, failed 0",
      ]
    ) assertStringIncludes(log, part);
    const second = await lockstep(["source", "replica", "--log-file", "sync.log"], { cwd: at });
    assertMatch(second.out, /in sync: nothing to do for 4 entries/);
    assertEquals(Deno.readTextFileSync(`${at}/sync.log`), log + second.out);
  }));

Deno.test({
  name: "lockstep agrees with rsync that nothing is left to do",
  ignore: !has("rsync"),
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { a: "1", d: { b: file("2", 0o4711), e: {} }, l: link("nowhere"), "n\nl": "1" });
      plant(`${at}/replica`, { a: link("x"), d: "1", f: { g: "1" } });
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
      assertEquals(await leftToDo(`${at}/source`, `${at}/replica`), "");
    }),
});

Deno.test("lockstep runs with the source denied for writing, and with scoped grants but for links", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", d: { b: "1" }, l: link("a") });
    const denied = ["--allow-read", "--allow-write", `--deny-write=${at}/source`];
    assertEquals((await lockstep([`${at}/source`, `${at}/one`], { flags: denied })).status, 0);
    assertInSync(`${at}/source`, `${at}/one`);
    Deno.removeSync(`${at}/source/l`);
    const scoped = [`--allow-read=${at}/source,${at}/two`, `--allow-write=${at}/two,${at}/sync.log`];
    const ran = await lockstep([`${at}/source`, `${at}/two`, `${at}/sync.log`], { flags: scoped });
    assertEquals([ran.status, ran.err], [0, ""]);
    assertInSync(`${at}/source`, `${at}/two`);
  }));

Deno.test("lockstep in a loop with scoped grants does not make a replica anew that has gone", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    plant(`${at}/replica`, {});
    const flags = [`--allow-read=${at}/source,${at}/replica`, `--allow-write=${at}/replica,${at}/log`];
    const log = () => readIfThere(`${at}/log`);
    await using run = running([`${at}/source`, `${at}/replica`, "20ms", "--log-file", `${at}/log`, "-v"], {
      flags,
    });
    await until("a pass has nothing to do", () => log().includes("nothing to do"));
    // its disk may just as well have been unmounted
    Deno.renameSync(`${at}/replica`, `${at}/elsewhere`);
    // said in one of three ways: between two passes, while one looks for it, and during one
    const told = /may not see whether its disk is there|it is not there any more|it went away (while|during)/;
    await until("it is missed", () => told.test(log()));
    const begun = () => log().split(" begins").length;
    const away = begun();
    await until("more passes have failed", () => begun() > away + 5);
    assertEquals(isThere(`${at}/replica`), false);
    Deno.renameSync(`${at}/elsewhere`, `${at}/replica`);
    await until("it is back", () => log().includes("The replica can be used again"));
    assertEquals((await run.stop()).status, 0);
  }));

Deno.test("lockstep says in one line which permission is missing", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1" });
    const rows: [string[], string[]][] = [
      [[], ["--allow-read and --allow-write"]],
      [["--allow-read"], ["may not write", "run with --allow-write"]],
      [["--allow-write"], ["may not read", "run with --allow-read"]],
      [["--allow-read", "--allow-write", `--deny-write=${at}/replica`], ["--deny-write"]],
      [["--allow-read", `--allow-write=${at}/replica`], ["sync.log"]],
    ];
    for (const [flags, parts] of rows) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`, `${at}/sync.log`], { flags });
      assertEquals([ran.status, ran.out, ran.err.trimEnd().split("\n").length], [1, "", 1]);
      for (const part of parts) assertStringIncludes(ran.err, part);
    }
    assertEquals(namesIn(at).length, 1);
  }));

Deno.test("lockstep answers bad usage with one line on standard error, and status 1", async () => {
  for (const words of [[], ["s"], ["s", "r", "--intervall", "3"], ["s", "r", "soon"]]) {
    const ran = await lockstep(words);
    assertEquals([ran.status, ran.out], [STATUS.usage, ""]);
    assertMatch(ran.err, /^lockstep: [^\n]+\n$/);
  }
});

Deno.test("lockstep tells a slip in the name of a command, and mirrors a folder with such a name", () =>
  inFolder(async (at) => {
    plant(at, { plans: { a: "1" } });
    const slip = await lockstep(["aply", "plan.jsonl"], { cwd: at });
    assertEquals([slip.status, slip.out], [STATUS.usage, ""]);
    assertMatch(slip.err, /^lockstep: There is no command "aply": did you mean apply\? [^\n]+\n$/);
    const mirrored = await lockstep(["plans", "replica"], { cwd: at });
    assertEquals([mirrored.status, mirrored.err], [0, ""]);
    assertInSync(`${at}/plans`, `${at}/replica`);
    const asked = await lockstep(["help", "plan"], { flags: [] });
    assertEquals([asked.status, asked.out], [0, (await lockstep(["plan", "--help"], { flags: [] })).out]);
    assertEquals((await lockstep(["help"], { flags: [] })).out, help() + "\n");
    assertMatch((await lockstep(["help", "plna"], { flags: [] })).err, /did you mean plan\?/);
  }));

Deno.test("--help, --version, the README and the program agree on options and exit statuses", async () => {
  assertEquals((await lockstep(["--help"])).out, help() + "\n");
  assertEquals((await lockstep(["--help", "--verbose"])).out, help("all") + "\n");
  const { version } = JSON.parse(Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)));
  assertEquals((await lockstep(["--version"])).out, `lockstep ${version}\n`);
  // the formatter pads the cells of tables
  const page = (name: string) =>
    Deno.readTextFileSync(new URL(`../../${name}`, import.meta.url)).replace(/ +/g, " ");
  for (const { name } of OPTIONS) assertStringIncludes(help("all"), `--${name}`);
  for (const row of [...optionRows(), ...statusRows()]) assertStringIncludes(page("docs/manual.md"), row);
});

Deno.test("lockstep exits with 3 for a source that is missing, and changes nothing", () =>
  inFolder(async (at) => {
    plant(at, { replica: { a: "1" } });
    const before = harvest(at);
    const ran = await lockstep([`${at}/source`, `${at}/replica`]);
    assertEquals(ran.status, STATUS.unusable);
    assertStringIncludes(ran.err, "it is not there; nothing was touched");
    assertEquals(harvest(at), before);
  }));

Deno.test("lockstep refuses source and replica that are one, and names the command that copies beside it", () =>
  inFolder(async (at) => {
    plant(at, { "my source": { a: "1" }, l: link("my source") });
    const ran = await lockstep([`${at}/my source`, `${at}/l`]);
    assertEquals(ran.status, STATUS.unusable);
    assertStringIncludes(ran.err, `run: lockstep '${at}/my source' '${at}/my source_copy'`);
  }));

Deno.test({
  name: "lockstep asks on a terminal whether to copy beside the source, and does it for a y",
  ignore: !has("script"),
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { a: "1" });
      for (const [answer, status] of [["n", STATUS.unusable], ["", STATUS.unusable], ["y", 0]] as const) {
        assertEquals((await onTerminal([`${at}/source`, `${at}/source`], answer + "\n")).status, status);
        assertEquals(isThere(`${at}/source_copy`), answer === "y");
      }
      assertInSync(`${at}/source`, `${at}/source_copy`);
    }),
});

Deno.test({
  name: "lockstep draws a progress line on a terminal, and none elsewhere",
  ignore: !has("script"),
  fn: () =>
    inFolder(async (at) => {
      for (let i = 0; i < 40; i++) {
        plant(
          `${at}/source/d${i}`,
          files(100, "x".repeat(3000)),
        );
      }
      const shown = await onTerminal([`${at}/source`, `${at}/replica`], "");
      assertMatch(shown.out, /\d+%, "d\d+\/f\d+", [\d,]+ of 4,04[01] changes/);
      // each operation has a line, and the progress stands below the lines when something is written
      assertEquals(shown.out.split(" create file ").length - 1, 4000);
      // what is wiped was whole, and stood below the lines
      const wiped = shown.out.split("\r\x1b[K").slice(0, -1).map((look) => look.split("\n").at(-1)!);
      assert(wiped.length > 3, `${wiped.length}`);
      for (const line of wiped) assertMatch(line, /^\d+%, .* changes$|^comparing: [\d,]+ entr(y|ies)$/);
      assertInSync(`${at}/source`, `${at}/replica`);
      const piped = await lockstep([`${at}/source`, `${at}/other`]);
      assertEquals(piped.out.includes("\r") || piped.err.includes("\r"), false);
    }),
});

Deno.test("lockstep exits with 25 for what the guard refuses, and goes on with the option that it names", () =>
  inFolder(async (at) => {
    plant(at, { source: {}, replica: { a: "1" } });
    const refused = await lockstep([`${at}/source`, `${at}/replica`]);
    assertEquals(refused.status, STATUS.refused);
    assertStringIncludes(refused.err, "--allow-empty-source");
    assertEquals(
      (await lockstep([`${at}/source`, `${at}/replica`, "--max-delete", "0", "--allow-empty-source"])).status,
      25,
    );
    assertEquals(isThere(`${at}/replica/a`), true);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`, "--allow-empty-source"])).status, 0);
    assertEquals(isThere(`${at}/replica/a`), false);
  }));

Deno.test({
  name:
    "lockstep exits with 23 for entries that cannot be read, leaves their replicas alone and does the rest",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { secret: file("new", 0o000), closed: { in: "new" }, fine: "new" });
      plant(`${at}/replica`, { secret: "old!", closed: { in: "old!", extra: "1" }, extra: "1" });
      Deno.chmodSync(`${at}/source/closed`, 0o000);
      const ran = await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() });
      assertEquals(ran.status, STATUS.failures);
      assertStringIncludes(ran.err, `Cannot read "secret" in the source: permission denied`);
      assertStringIncludes(ran.err, `Cannot list "closed" in the source: permission denied`);
      const read = (path: string) => Deno.readTextFileSync(`${at}/replica/${path}`);
      assertEquals([read("secret"), read("closed/in"), read("closed/extra"), read("fine")], [
        "old!",
        "old!",
        "1",
        "new",
      ]);
      assertEquals(isThere(`${at}/replica/extra`), false);
    }),
});

Deno.test({
  name: "lockstep mirrors read-only folders as an ordinary user, the first time and when they change",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      const seal = (mode: number) =>
        ["source/d/e", "source/d"].forEach((path) => Deno.chmodSync(`${at}/${path}`, mode));
      plant(`${at}/source`, { d: { e: { a: "1", old: "1" }, old: "1" } });
      seal(0o555);
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() })).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
      seal(0o755);
      Deno.removeSync(`${at}/source/d/old`);
      Deno.renameSync(`${at}/source/d/e/old`, `${at}/source/d/e/new`);
      seal(0o555);
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() })).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
    }),
});

Deno.test({
  name: "lockstep --durable closes a file in a read-only folder to itself, and leaves the folder as it is",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      plant(at, {
        source: { d: folder({ f: file("1", 0o000, 5000) }, 0o555, 5000) },
        replica: { d: folder({ f: file("1", 0o644, 5000) }, 0o555, 5000) },
      });
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "--durable"], { through: asOrdinary() });
      assertEquals([ran.status, ran.err], [0, ""]);
      const modes = ["d", "d/f"].map((path) => Deno.lstatSync(`${at}/replica/${path}`).mode! & 0o777);
      assertEquals(modes, [0o555, 0o000]);
    }),
});

Deno.test({
  name: "lockstep puts right what was changed by hand in the replica, locked folders included",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { d: { a: "1" } });
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
      Deno.chmodSync(`${at}/replica/d`, 0o000);
      const first = await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() });
      assertEquals(first.status, STATUS.failures);
      assertEquals((await lockstep([`${at}/source`, `${at}/replica`], { through: asOrdinary() })).status, 0);
      assertInSync(`${at}/source`, `${at}/replica`);
    }),
});

Deno.test("lockstep refuses a second run on the same replica with 40, at once and by any name", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {}, l: link("replica") });
    const first = start([`${at}/source`, `${at}/replica`, "60"]);
    await until("the first run has made its pass", () => isThere(`${at}/replica/a`));
    const second = await lockstep([`${at}/source`, `${at}/l`, "60"]);
    assertEquals(second.status, STATUS.locked);
    assertStringIncludes(second.err, "Another run of Lockstep has locked the replica");
    first.kill("SIGKILL");
    await ended(first);
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
  }));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`lockstep in a loop goes on after a failed pass, follows changes on both sides, and ends with 0 on ${signal}`, () =>
    inFolder(async (at) => {
      const process = start([`${at}/source`, `${at}/replica`, "100ms", `${at}/sync.log`]);
      const log = () => readIfThere(`${at}/sync.log`);
      await until("a pass has failed", () => log().includes("it is not there"));
      plant(`${at}/source`, { a: "1", b: { c: "1" } });
      await until("the source is mirrored", () => isThere(`${at}/replica/b/c`) && log().includes("in sync"));
      Deno.writeTextFileSync(`${at}/source/new`, "1");
      Deno.removeSync(`${at}/source/a`);
      Deno.writeTextFileSync(`${at}/replica/extra`, "1");
      await until(
        "both sides are followed",
        () => isThere(`${at}/replica/new`) && !isThere(`${at}/replica/a`) && !isThere(`${at}/replica/extra`),
      );
      await until("a pass has nothing to do", () => /nothing to do[^\n]*\n$/.test(log()));
      process.kill(signal);
      const { status } = await ended(process);
      assertEquals(status, 0);
      assertMatch(log(), /stopped after \d+ passes\n$/);
      assertInSync(`${at}/source`, `${at}/replica`);
    }));
}

Deno.test("lockstep interrupted in a pass exits with 20, writes the summary and leaves no temporary file", () =>
  inFolder(async (at) => {
    // a hole, which takes no space, and by the portable edge long enough to read
    plant(`${at}/source`, { big: "" });
    Deno.truncateSync(`${at}/source/big`, 3 * 2 ** 30);
    const process = start([`${at}/source`, `${at}/replica`, `${at}/sync.log`, "--edge=portable"]);
    await until(
      "the copy is under way",
      () =>
        isThere(`${at}/replica`) &&
        [...Deno.readDirSync(`${at}/replica`)].some(({ name }) => /^\.lockstep-(?!.*probe)/.test(name)),
    );
    process.kill("SIGTERM");
    const ran = await ended(process);
    assertEquals(namesIn(`${at}/replica`), []);
    assertEquals(ran.status, STATUS.interrupted);
    assertMatch(Deno.readTextFileSync(`${at}/sync.log`), /WARN interrupted: created 1, [^\n]*\n$/);
  }));

Deno.test("lockstep with nothing to do writes nothing into the replica, and does not ask what it can hold", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, { a: "1", d: { b: "2", l: link("../a") } });
    assertEquals((await lockstep([`${at}/source`, `${at}/replica`])).status, 0);
    const ctimes = () =>
      ["", "/a", "/d", "/d/b"].map((path) => lstatSync(`${at}/replica${path}`, { bigint: true }).ctimeNs);
    const before = ctimes();
    for (const more of [[], ["--checksum"], ["--durable"], ["1ms", "--passes", "3"]]) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`, ...more]);
      assertEquals(ran.status, 0);
      assertStringIncludes(ran.out, "nothing to do");
      assertEquals(ctimes(), before);
    }
  }));

Deno.test("lockstep --verbose says how long the main thread waited at most, for 60,000 names of one file too", () =>
  inFolder(async (at) => {
    plant(at, { source: { f: "1" } });
    await sh(`perl -e 'link "source/f", "source/f$_" for 1..59999'; cp -a source replica`, at);
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--verbose"]);
    const [, wait] = /longest wait of the main thread: (\d+) ms/.exec(ran.out) ?? [];
    // a busy machine makes it longer, but not as long as it was: over a minute
    assert(Number(wait) < 5000, ran.out);
    assertStringIncludes(ran.out, "nothing to do for 60,000 entries");
  }));

Deno.test("lockstep --dry-run marks its lines as planned and writes nothing", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: { b: "22" } });
    const before = harvest(at);
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "-n"]);
    assertEquals(ran.status, 0);
    assertStringIncludes(ran.out, `create file "a" 1 byte (planned)`);
    assertStringIncludes(ran.out, `remove file "b" 2 bytes (planned)`);
    assertStringIncludes(ran.out, "planned: created 1,");
    assertEquals(harvest(at), before);
  }));

Deno.test("lockstep --json prints one object per event, with a version, and nothing else", () =>
  inFolder(async (at) => {
    plant(at, { source: { "a\n": "1" } });
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "--json", "--owner=never"]);
    const events = ran.out.trimEnd().split("\n").map((line) => JSON.parse(line));
    for (const event of events) assertEquals(violations(event, schemaOfEvents()), []);
    assertEquals(events.map((event) => event.kind), ["start", "compared", "change", "change", "end"]);
    assertEquals([events[0].source, events[0].replica], [`${at}/source`, `${at}/replica`]);
    assertEquals(events[3].path, "a\n");
    assertEquals([events[4].created, events[4].status], [2, 0]);
  }));

Deno.test("lockstep --json has wrong usage, missing permissions and refusals as objects, with the exit status", () =>
  inFolder(async (at) => {
    plant(at, { source: {}, replica: { a: "1" } });
    const folders = [`${at}/source`, `${at}/replica`];
    const rows: [string[], string[] | undefined, string[], number][] = [
      [["--json"], undefined, ["error"], STATUS.usage],
      [["--json", ...folders, "--frob"], undefined, ["error"], STATUS.usage],
      [[...folders, "--json"], [], ["error"], STATUS.usage],
      [[...folders, "--json"], undefined, ["start", "compared", "refused", "end"], STATUS.refused],
    ];
    for (const [words, flags, kinds, status] of rows) {
      const ran = await lockstep(words, { ...(flags && { flags }) });
      const events = ran.out.trimEnd().split("\n").map((line) => JSON.parse(line));
      for (const event of events) assertEquals(violations(event, schemaOfEvents()), []);
      assertEquals(events.map(({ kind }) => kind).filter((kind) => kind !== "notice"), kinds);
      assertEquals([ran.status, events.at(-1).status], [status, status]);
      assert(ran.err.length > 0);
    }
  }));

Deno.test({
  name: "lockstep --quiet sums up failures all the same",
  ignore: !HAS_ORDINARY,
  fn: () =>
    inFolder(async (at) => {
      plant(`${at}/source`, { secret: file("1", 0o000), fine: "1" });
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "-q"], { through: asOrdinary() });
      assertEquals([ran.status, ran.out], [STATUS.failures, ""]);
      assertStringIncludes(
        ran.err,
        "WARN not all in sync: created 2, updated 0, attributes 0, removed 0, failed 1",
      );
    }),
});

Deno.test("lockstep makes no file of a word that is neither a time nor a log", () =>
  inFolder(async (at) => {
    plant(at, { a: { x: "1" }, b: {}, c: {} });
    const before = harvest(at);
    for (const words of [["a", "b", "c"], ["a", "b", "30", "40"], ["a", "b", "nas/backup"]]) {
      assertEquals((await lockstep(words, { cwd: at })).status, STATUS.usage);
    }
    assertEquals(harvest(at), before);
  }));

Deno.test("lockstep appends to a file of others only when it is named by --log-file", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, "photo.jpg": "precious" });
    const ran = await lockstep(["source", "replica", "photo.jpg"], { cwd: at });
    assertEquals([ran.status, readIfThere(`${at}/photo.jpg`)], [STATUS.usage, "precious"]);
    assertStringIncludes(ran.err, "is no log of Lockstep");
    const named = await lockstep(["source", "replica", "--log-file=photo.jpg"], { cwd: at });
    assertEquals([named.status, readIfThere(`${at}/photo.jpg`).startsWith("precious")], [0, true]);
  }));

Deno.test("lockstep --quiet says nothing when all is well, and the log file has it all the same", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" } });
    const ran = await lockstep([`${at}/source`, `${at}/replica`, "-q", "--log-file", `${at}/sync.log`]);
    assertEquals([ran.status, ran.out, ran.err], [0, "", ""]);
    assertStringIncludes(Deno.readTextFileSync(`${at}/sync.log`), `create file "a"`);
  }));

Deno.test("lockstep says once that a log file lies inside the source or the replica", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" } });
    for (const log of [`${at}/source/one.log`, `${at}/replica/two.log`]) {
      const process = start([`${at}/source`, `${at}/replica`, "50ms", log]);
      await until(
        "three passes are made",
        () => readIfThere(log).split("nothing to do").length > 3,
      );
      process.kill("SIGTERM");
      const ran = await ended(process);
      assertEquals([ran.status, ran.out.split("The log file lies inside").length], [0, 2]);
      assertEquals(isThere(`${at}/replica/${basename(log)}`), log.startsWith(`${at}/replica`));
    }
  }));

Deno.test("lockstep says in one line that a log file cannot be opened", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, folder: {} });
    for (const log of [`${at}/folder`, `${at}/none/sync.log`]) {
      const ran = await lockstep([`${at}/source`, `${at}/replica`, "--log-file", log]);
      assertEquals([ran.status, ran.err.split("\n").length], [STATUS.usage, 2]);
      assertStringIncludes(ran.err, "Cannot open the log file");
    }
    assertEquals(isThere(`${at}/replica`), false);
  }));

Deno.test("lockstep goes on when nobody reads its output any more", () =>
  inFolder(async (at) => {
    plant(`${at}/source`, files(2000));
    const shell = `"${Deno.execPath()}" run -RW "${MAIN}" source replica | head -1; echo "\${PIPESTATUS[0]}"`;
    assertMatch(await sh(shell, at), /\n0$/);
    assertInSync(`${at}/source`, `${at}/replica`);
  }));

for (const [words, status] of [[[], STATUS.interrupted], [["1h"], 0]] as const) {
  Deno.test(`lockstep ${words[0] ?? "once"} asked to stop while it waits until a copy is certain ends at once with ${status}`, () =>
    inFolder(async (at) => {
      const isHeardInTime = async () => {
        removeIfThere(`${at}/source`, `${at}/replica`);
        plant(`${at}/source`, { a: "1" });
        // 2.5 to 3.5 s must go by: more than 4 s would not be waited for
        const time = new Date(1000 * Math.floor(Date.now() / 1000) + 3501);
        Deno.utimeSync(`${at}/source/a`, time, time);
        const process = start([`${at}/source`, `${at}/replica`, ...words]);
        const end = ended(process);
        await until("the copy is in its place", () => isThere(`${at}/replica/a`));
        process.kill("SIGTERM");
        const ran = await end;
        if (Date.now() >= time.getTime()) return false;
        assertEquals(ran.status, status);
        assertEquals(ran.err.includes("file system"), false, ran.err);
        assertEquals(namesIn(`${at}/replica`), ["a"]);
        return true;
      };
      // a busy machine may be too slow for that now and then
      for (let tries = 1; !await isHeardInTime(); tries++) assert(tries < 6, "it ended when it was certain");
    }));
}
