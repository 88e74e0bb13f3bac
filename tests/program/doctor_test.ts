/** `lockstep doctor` and `--version --verbose`: the real program, on real folders. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseDoctor } from "../../sync/cli/doctor.ts";
import { type Names, redacted } from "../../sync/cli/doctor_redact.ts";
import { topOf } from "../../sync/disk/doctor/count.ts";
import { lockByFile } from "../../sync/disk/lock_file.ts";
import { rootIfAllowed } from "../../sync/disk/root.ts";
import { LOCK_NAME } from "../../sync/disk/temporary.ts";
import { withoutSecrets } from "../../sync/disk/doctor/disk.ts";
import { CODES, type Remark } from "../../sync/engine/doctor/remark.ts";
import { hasNative } from "../support/edges.ts";
import { violations } from "../support/json_schema.ts";
import { lockstep, MAIN, running, type Setting, until } from "../support/program.ts";
import { harvest, inFolder, isThere, link, plant } from "../support/tree.ts";

const ROOT = new URL("../../", import.meta.url);

/** What `doctor --json` says: its status, and the remarks that are not ok, as "verdict code kind". */
async function examined(words: readonly string[], setting: Setting = {}) {
  const ran = await lockstep(["doctor", ...words, "--json"], setting);
  assertEquals(ran.err, "");
  const { status, examined } = JSON.parse(ran.out) as {
    status: number;
    examined: { job?: string; remarks: (Remark & { text: string; advice?: string })[] }[];
  };
  assertEquals(status, ran.status);
  const remarks = examined.flatMap(({ remarks }) => remarks);
  const said = remarks.map(({ verdict, code, kind = "" }) => `${verdict} ${code} ${kind}`.trim());
  return { status, remarks, said, jobs: examined.map(({ job }) => job) };
}

const has = (said: readonly string[], one: string) =>
  assert(said.includes(one), `${one}: ${said.join("\n")}`);

Deno.test("parseDoctor() takes the words of a run, a file of jobs, or no folders", () => {
  const kind = (line: string) => parseDoctor(line === "" ? [] : line.split(" ")).kind;
  for (
    const line of [
      "",
      "--json",
      "--redact",
      "a b",
      "a b 5m x.log --trash --try",
      "--config x",
      "--config=x a b",
    ]
  ) {
    assertEquals([line, kind(line)], [line, "doctor"]);
  }
  for (
    const line of [
      "a",
      "--try",
      "a b c d e",
      "--config",
      "--config x --config y",
      "--verbose",
      "--config x --trash",
      "a b --nope",
    ]
  ) {
    assertEquals([line, kind(line)], [line, "usage"]);
  }
  for (const line of ["--help", "help", "a b -h"]) assertEquals([line, kind(line)], [line, "help"]);
  const asked = parseDoctor(["a", "b", "--try", "--redact", "-w"]);
  assert(asked.kind === "doctor" && asked.tries && asked.redacts && asked.options?.when.settle !== null);
});

Deno.test("doctor tells of two folders, and changes nothing of them, with --try either", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1", d: { b: "2" } }, replica: { a: "1" } });
    const before = harvest(at);
    for (const words of [[], ["--try"]]) {
      const ran = await lockstep(["doctor", `${at}/source`, `${at}/replica`, ...words]);
      assert([0, 42].includes(ran.status), ran.out);
      assertStringIncludes(ran.out, `the source is the folder "${at}/source"`);
      assertMatch(ran.out, /^Folders$/m);
      assertMatch(ran.out, /\nTo report a bug, attach this text/);
      assert(!ran.out.includes("\x1b"), "no colours");
      assertEquals(/tried: the replica holds/.test(ran.out), words.length > 0);
      assertEquals(harvest(at), before);
    }
  }));

Deno.test("doctor tells what ends a run: a root that is missing, one in the other, a link of nothing", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1", inner: {} }, replica: {}, file: "", dangling: link("nowhere") });
    const rows = [
      ["gone", "replica", "fails root absent"],
      ["file", "replica", "fails root not-a-folder"],
      ["dangling", "replica", "fails root dangling-link"],
      ["source", "none/replica", "fails root no-parent"],
      ["source", "source/inner", "fails relation replica-in-source"],
      ["source/inner", "source", "fails relation source-in-replica"],
      ["source", "source", "fails relation same"],
    ] as const;
    for (const [source, replica, expected] of rows) {
      const { status, said } = await examined([`${at}/${source}`, `${at}/${replica}`], {
        flags: ["--allow-read", "--allow-write"],
      });
      has(said, expected);
      assertEquals(status, 3);
    }
    const made = await examined([`${at}/source`, `${at}/new`]);
    has(made.said, "ok root to-be-made");
    assert(!isThere(`${at}/new`));
  }));

Deno.test("doctor tells an empty source, a replica of something else, left-overs, a log inside, a trash of others", () =>
  inFolder(async (at) => {
    plant(at, {
      empty: {},
      source: { a: "1" },
      replica: { other: "1", ".lockstep-01234567-a": "" },
      "replica.trash": { ".lockstep-trash": "", x: "" },
      "replica.state": '{"lockstep":"state","version":1}\n',
    });
    const empty = await examined([`${at}/empty`, `${at}/replica`]);
    has(empty.said, "fails empty-source refused");
    assertEquals(empty.status, 3);
    const { said, status, remarks } = await examined([
      `${at}/source`,
      `${at}/replica`,
      "5m",
      `${at}/source/x.log`,
    ], {
      flags: ["--allow-read", "--allow-write"],
    });
    has(said, "unsafe kept");
    has(said, "note left-overs");
    has(said, "note log");
    assert(said.some((one) => one.startsWith("note trash")), said.join());
    assertEquals(remarks.find(({ code }) => code === "beside")?.values.files, ["replica.state (state)"]);
    assertEquals(status, 42);
    const trash = await examined([`${at}/source`, `${at}/replica`, `--trash=${at}/source/t`]);
    has(trash.said, "fails objection");
    assert(!isThere(`${at}/source/x.log`));
  }));

Deno.test("doctor tells that another run is at work, and tries nothing then", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {} });
    await using mirror = running([`${at}/source`, `${at}/replica`, "1h", `${at}/x.log`]);
    await until("the first pass is over", () => isThere(`${at}/replica/a`));
    const { said, status, remarks } = await examined([`${at}/source`, `${at}/replica`, "--try"]);
    has(said, "fails lock taken");
    assertEquals(status, 3);
    assertEquals(remarks.find(({ code }) => code === "holds")?.values.reason, "LOCKED");
    assertEquals((await mirror.stop()).status, 0);
    assertEquals((await examined([`${at}/source`, `${at}/replica`])).said.includes("ok lock"), true);
  }));

Deno.test("doctor tells which permission is missing, which is too much, and the command that has just enough", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {} });
    const words = [`${at}/source`, `${at}/replica`];
    const none = await examined(words, { flags: [], edge: "as flags say" });
    has(none.said, "fails grants");
    has(none.said, "unknown root");
    assertEquals(none.status, 3);
    const flags = new Set(none.remarks.filter(({ verdict }) => verdict === "unknown").map(({ by }) => by));
    assertEquals(flags.has("--allow-ffi"), Deno.build.os === "linux");
    const open = await examined(words, { flags: ["-RW"] });
    const source = open.remarks.find(({ code }) => code === "writes-source");
    assertStringIncludes(source?.advice ?? "", `--deny-write=${at}/source`);
    const all = await examined(words, { flags: ["-A"], edge: "as flags say" });
    has(all.said, "note all-granted");
    assert(
      (await examined(words)).said.every((one) =>
        !/writes-source|all-granted/.test(one) || one.startsWith("ok")
      ),
    );
    const readOnly = await examined(words, { flags: ["-R"] });
    has(readOnly.said, "fails grants");
  }));

Deno.test("doctor without folders tells of the system alone", async () => {
  const { said, status, remarks } = await examined([], { flags: ["-R"], edge: "as flags say" });
  assertEquals(status, 0);
  assert(remarks.every(({ section }) => section !== "roots" && section !== "holds"));
  assert(said.includes("ok deno"));
});

Deno.test("doctor --config tells of each job of a file, or of those that are named", () =>
  inFolder(async (at) => {
    plant(at, {
      a: { x: "1" },
      b: {},
      "jobs.jsonc": JSON.stringify({
        jobs: {
          one: { source: "a", replica: "b" },
          two: { source: "gone", replica: "c" },
        },
      }),
    });
    const both = await examined(["--config", `${at}/jobs.jsonc`]);
    assertEquals(both.jobs, ["one", "two"]);
    assertEquals(both.status, 3);
    const one = await examined(["--config", `${at}/jobs.jsonc`, "one"]);
    assertEquals(one.jobs, ["one"]);
    assert(one.status !== 3);
    const wrong = await lockstep(["doctor", "--config", `${at}/jobs.jsonc`, "three"]);
    assertEquals(wrong.status, 1);
    const text = await lockstep(["doctor", "--config", `${at}/jobs.jsonc`]);
    assertMatch(text.out, /^Job one$[^]*^Job two$/m);
    // what is said of the system is said once
    assertEquals(text.out.match(/^Versions$/gm)?.length, 1);
  }));

Deno.test("doctor --redact names no folder, no user and no machine", () =>
  inFolder(async (at) => {
    const secret = `${at}/Ada Lovelace/\u00e9tudes`;
    plant(secret, {
      source: { "private.txt": "1" },
      replica: { other: "" },
      "replica.state": '{"lockstep":"state"}',
    });
    const words = [
      `${secret}/source`,
      `${secret}/replica`,
      "5m",
      `${secret}/source/x.log`,
      "--trash",
      `${secret}/source/t`,
    ];
    for (const form of [[], ["--json"]]) {
      const ran = await lockstep(["doctor", ...words, "--redact", "--try", ...form], {
        flags: ["-RWE", "--allow-sys"],
        env: { HOME: `${at}/Ada Lovelace`, USER: "lovelace" },
      });
      assertStringIncludes(ran.out, "<source>");
      assertStringIncludes(ran.out, "<replica>");
      for (const name of [at, "Lovelace", "tudes", "private", "replica.state", ROOT.pathname]) {
        assert(!ran.out.toLowerCase().includes(name.toLowerCase()), `${name}: ${ran.out}`);
      }
    }
  }));

Deno.test("doctor says to run instead what was meant: all words as given, and the permissions that these need", () =>
  inFolder(async (at) => {
    plant(at, { "a source": { a: "1" }, replica: {} });
    const [source, replica] = [`${at}/a source`, `${at}/replica`];
    const rows = [
      [
        [source, replica, "30m", `${at}/sync.log`, "--trash", "--exclude", "*.o"],
        ["--allow-read", "--allow-write", `--deny-write=${source}`],
      ],
      [[source, replica, "--dry-run"], ["--allow-read", `--deny-write=${source}`]],
      [
        [source, replica, '--on-failure=/bin/true "it\'s over"', "--nice=5"],
        ["--allow-run=/bin/true", "--allow-sys=setPriority"],
      ],
    ] as const;
    const commandOf = async (words: readonly string[], flags: readonly string[]) =>
      (await examined(words, { flags: [...flags, "--allow-run=/bin/true"], edge: "as flags say" })).remarks
        .find(({ code }) => code === "writes-source")?.values.command as string;
    for (const [words, flags] of rows) {
      const told = await commandOf(words, ["-RW"]);
      for (const flag of Deno.build.os === "windows" ? [] : flags) {
        assertStringIncludes(told, flag.includes(" ") ? `'${flag}'` : flag);
      }
      assertEquals(told.includes("--allow-write"), words.every((word) => word !== "--dry-run"));
      assert(!told.includes("--allow-ffi"), told);
      if (Deno.build.os === "windows") continue;
      // a shell makes the same words of it
      const { stdout } = await new Deno.Command("sh", {
        args: ["-c", `printf '%s\\n' ${told.slice(told.indexOf("main.ts ") + "main.ts ".length)}`],
      }).output();
      assertEquals(new TextDecoder().decode(stdout).trimEnd().split("\n"), [...words]);
    }
    assertStringIncludes(await commandOf([source, replica], ["-RW", "--allow-ffi"]), "--allow-ffi");
    // what writes into the source is not told to deny it
    assertEquals(await commandOf([source, replica, "5m", `${source}/x.log`], ["-RW"]), undefined);
  }));

Deno.test("doctor --redact has no part of any path that was given, in complaints and in what to run either", () =>
  inFolder(async (at) => {
    const secret = `${at}/smith/taxes`;
    plant(secret, { source: { a: "1" }, replica: { b: "1" } });
    const words = [
      `${secret}/source`,
      `${secret}/replica`,
      "30m",
      `${at}/jones/quarterly.log`,
      "--exclude-from",
      `${at}/miller/list`,
      "--exclude=novel/*.bak",
      `--trash=${at}/baker/old`,
      `--status=${at}/cooper/now.json`,
    ];
    const parts = [
      at,
      "smith",
      "taxes",
      "jones",
      "quarterly",
      "miller",
      "list",
      "novel",
      "bak",
      "baker",
      "cooper",
    ];
    for (const flags of [["-RW", "--allow-sys"], ["-R"]]) {
      for (const form of [[], ["--json"]]) {
        const { out, status } = await lockstep(["doctor", ...words, "--redact", ...form], { flags });
        assertEquals(status, 3);
        for (const part of parts) assert(!new RegExp(`\\b${part}\\b`).test(out), `${part}: ${out}`);
      }
    }
  }));

Deno.test("of a mount's options no secret is told, and with --redact only those that name nothing", () => {
  const rows = [
    ["rw,relatime,lowerdir=/home/smith/l,upperdir=/home/smith/u", "rw,relatime"],
    ["ro,username=smith,password=x,credentials=/etc/c,sync", "ro,sync"],
    [
      "rw,noatime,nodev,nosuid,noexec,discard,uid=1000,usrjquota=smith.user",
      "rw,noatime,nodev,nosuid,noexec,discard",
    ],
  ] as const;
  const names: Names = {
    source: [],
    replica: [],
    words: [],
    program: null,
    home: null,
    user: null,
    host: null,
  };
  for (const [given, left] of rows) {
    const options = given.split(",");
    const remark: Remark = { section: "roots", code: "mount", verdict: "ok", values: { options } };
    assertEquals(redacted(remark, names).values.options, left.split(","));
    const open = withoutSecrets(options).join();
    assert(!/password|credentials|username/.test(open), open);
    assertEquals(open.includes("uid=1000"), given.includes("uid=1000"));
  }
});

Deno.test("doctor says that a run fails whose log has no folder, and check warns of it", () =>
  inFolder(async (at) => {
    plant(at, {
      source: { a: "1" },
      replica: { a: "1" },
      "jobs.jsonc": JSON.stringify({
        jobs: { one: { source: "source", replica: "replica", interval: "5m", log: "nowhere/x.log" } },
      }),
    });
    const words = [`${at}/source`, `${at}/replica`, "5m", `${at}/nowhere/x.log`];
    assertEquals((await lockstep([...words, "--once"])).status, 1);
    const { said, status } = await examined(words);
    has(said, "fails objection");
    assertEquals(status, 3);
    const checked = await lockstep(["check", "--config", `${at}/jobs.jsonc`]);
    assertEquals([checked.status, checked.err], [0, ""]);
    assertMatch(checked.out, /there is no folder ".*nowhere"/);
  }));

Deno.test("names that Windows has not are counted as such, and not as what this user may not read", () =>
  inFolder(async (at) => {
    if (Deno.build.os === "windows") return;
    plant(at, { "a:b": "1", "con.txt": "1", plain: "1" });
    const root = await rootIfAllowed(at);
    const { top } = await topOf(root!, { hasWindowsNames: true });
    assertEquals([top.unreadable, [...top.misnamed].sort()], [0, ["a:b", "con.txt"]]);
    assertEquals((await topOf(root!, { hasWindowsNames: false })).top.misnamed, []);
  }));

Deno.test("the file by which a living run holds the replica is not what a killed run left", () =>
  inFolder(async (at) => {
    plant(at, { a: "1", ".lockstep-01234567-a": "" });
    const locking = await lockByFile(at);
    if (locking.kind !== "locked") throw new Error(locking.kind);
    const root = await rootIfAllowed(at);
    assertEquals((await topOf(root!)).leftOvers, 1);
    await locking.lock.close();
    plant(at, { [LOCK_NAME]: "" });
    assertEquals((await topOf(root!)).leftOvers, 2);
  }));

Deno.test("the doctor's text has the verdict first, and what no permission told in one line", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: { other: "1" } });
    const words = [`${at}/source`, `${at}/replica`];
    const { out } = await lockstep(["doctor", ...words], { flags: ["-RW"], edge: "as flags say" });
    const lines = out.trimEnd().split("\n");
    assertMatch(lines[0]!, /^A run would begin, but (1 thing is|\d+ things are) unsafe; .*\d+ notes?/);
    assert(lines.lastIndexOf(lines[0]!) > 20, "at the end, too");
    const gathered = lines.filter((line) => /run again with/.test(line));
    const { remarks } = await examined(words, { flags: ["-RW"], edge: "as flags say" });
    const flags = new Set(remarks.filter(({ by }) => by).map(({ by }) => by!.split("=")[0]!));
    assertEquals(gathered.length, flags.size === 0 ? 0 : 1);
    for (const flag of flags) assertStringIncludes(gathered[0]!, flag);
    assert(!lines.some((line) => /^ {2}\? .*(Run the doctor|allow-)/.test(line)), out);
    assert(!/cannot be told|which gives/.test(out), out);
    assertStringIncludes(out, "the program is allowed to write to the source");
    assertStringIncludes(out, "not tried, as that would write to it; add --try");
  }));

/** The schema of the doctor in docs/json.md: the second one there. */
function schema() {
  const text = Deno.readTextFileSync(new URL("docs/json.md", ROOT));
  return JSON.parse([...text.matchAll(/```json\n([^]*?)```/g)][1]![1]!);
}

Deno.test("doctor --json holds to docs/json.md, whose codes are those that there are, sorted", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {} });
    for (const words of [[], [`${at}/source`, `${at}/replica`, "--try"]]) {
      const { out } = await lockstep(["doctor", ...words, "--json"]);
      assertEquals(violations(JSON.parse(out), schema()), []);
    }
    assertEquals(violations({ v: 2, kind: "doctor" }, schema()).length > 0, true);
    const text = Deno.readTextFileSync(new URL("docs/json.md", ROOT));
    const chapter = text.slice(text.indexOf("## What `lockstep doctor --json` prints"));
    const listed = [...chapter.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, code]) => code);
    assertEquals(listed, [...CODES]);
    assertEquals(schema().$defs.remark.properties.code.enum, [...CODES]);
  }));

Deno.test("doctor names the scheduler that has an entry for the two folders", () =>
  inFolder(async (at) => {
    plant(at, { source: { a: "1" }, replica: {}, bin: {} });
    const crontab = `${at}/bin/crontab`;
    Deno.writeTextFileSync(
      crontab,
      `#!/bin/sh\nif [ "$1" = -l ]; then cat ${at}/table; else cat > ${at}/table; fi\n`,
    );
    Deno.chmodSync(crontab, 0o755);
    Deno.writeTextFileSync(`${at}/table`, "");
    const setting = {
      flags: ["-RW", "--allow-run=crontab"],
      edge: "as flags say",
      env: { PATH: `${at}/bin:${Deno.env.get("PATH")}` },
    } as const;
    const words = [`${at}/source`, `${at}/replica`];
    const entries = async () =>
      (await examined(words, setting)).remarks.find(({ code }) => code === "schedule")?.values.entries;
    assertEquals(await entries(), []);
    await lockstep(["schedule", "install", ...words, "daily", `${at}/x.log`], setting);
    assertEquals(await entries(), ["cron"]);
  }));

Deno.test("--version is one line, and with --verbose says all that needs no permission", async () => {
  const line = await lockstep(["--version"], { flags: [], edge: "as flags say" });
  assertMatch(line.out, /^lockstep \d+\.\d+\.\d+\n$/);
  for (const words of [["--version", "--verbose"], ["-V", "-v"], ["-vV"]]) {
    const { out, err, status } = await lockstep(words, { flags: [], edge: "as flags say" });
    assertEquals([status, err], [0, ""]);
    assertMatch(out, /^lockstep .*\n {2}commit +not known: .*--allow-read\n {2}program/);
    assertStringIncludes(out, Deno.version.v8);
    assertStringIncludes(out, Deno.build.target);
    assertStringIncludes(out, MAIN);
    assertMatch(out, /edge +portable/);
    if (Deno.build.os === "linux") assertMatch(out, /Landlock +cannot be asked without --allow-ffi/);
  }
});

Deno.test({
  name: "--version --verbose says with --allow-ffi which edge is taken and which Landlock there is",
  ignore: !hasNative,
  async fn() {
    const words = ["--version", "--verbose"];
    const { out } = await lockstep(words, { flags: ["-R", "--allow-ffi"], edge: "as flags say" });
    assertMatch(out, /edge +native\n {2}Landlock +(version \d+|not there)/);
    const blind = await lockstep(words, { flags: ["--allow-ffi"], edge: "as flags say" });
    assertMatch(blind.out, /edge +not known: .*--allow-read/);
  },
});

Deno.test("the packages that are told are those that the program imports", async () => {
  const { programFacts } = await import("../../sync/commands/here.ts");
  const told = programFacts().packages;
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const used = new Set<string>();
  const visit = (folder: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const path = new URL(isDirectory ? `${name}/` : name, folder);
      if (isDirectory) visit(path);
      else if (name.endsWith(".ts")) {
        for (const [, from] of Deno.readTextFileSync(path).matchAll(/(?:from |import\()"([^."][^"]*)"/g)) {
          const target: string | undefined = imports[from!];
          if (target !== undefined) used.add(/^npm:(@?[^@]+@[^/]+)/.exec(target)![1]!);
        }
      }
    }
  };
  visit(new URL("sync/", ROOT));
  assertEquals(told, [...used].sort());
});
