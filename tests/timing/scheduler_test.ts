/** The system's own schedulers: their texts as rows, and entries that are installed and removed by stand-ins for their programs. */
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { resolve } from "node:path";
import { parseSchedule, programOf, type Scheduling } from "../../sync/cli/schedule.ts";
import {
  bytesOf,
  crontabLine,
  forShell,
  installed,
  listed,
  removed,
} from "../../sync/timing/scheduler/crontab.ts";
import { propertyList } from "../../sync/timing/scheduler/launchd.ts";
import { show } from "../../sync/timing/scheduler/scheduler.ts";
import { units } from "../../sync/timing/scheduler/systemd.ts";
import { fieldsOf, idOf, type Task, Unsayable, valuesOf } from "../../sync/timing/scheduler/task.ts";
import { command, has, lockstep } from "../support/program.ts";
import { harvest, inFolder, plant } from "../support/tree.ts";

const isWindows = Deno.build.os === "windows";

/** A test with a shell's programs, or with paths as only a Unix has them. */
function unixTest(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name: isWindows ? `${name} (skipped: not a Unix)` : name, ignore: isWindows, fn });
}

const NASTY = `/tmp/50% "done" it's $HOME \`x\` & <ä> 目\\録`;

function task(when: Task["when"], path = "/a"): Task {
  const words = ["/usr/bin/lockstep", path, "/b", "--log-file=/l"];
  return {
    id: idOf(path, "/b"),
    title: "a to b",
    once: [...words, "--once"],
    always: [...words, "--interval=5m"],
    when,
  };
}

const every = (
  minutes: number | null,
) => ({ kind: "always", ms: minutes === null ? null : minutes * 60_000 } as const);
const at = (text: string) => ({ kind: "calendar", fields: fieldsOf(text) } as const);

Deno.test("crontabLine() has fields for intervals that fit, and says what to do about others", () => {
  const rows: [Task["when"], string][] = [
    [every(1), "* * * * *"],
    [every(5), "*/5 * * * *"],
    [every(60), "0 * * * *"],
    [every(360), "0 */6 * * *"],
    [every(1440), "0 0 * * *"],
    [at("@weekly"), "0 0 * * 0"],
    [at("0 2 * * mon-fri"), "0 2 * * mon-fri"],
  ];
  for (const [when, fields] of rows) {
    const line = crontabLine(task(when));
    assertEquals(
      line,
      `${fields} /usr/bin/lockstep /a /b --log-file=/l --once # lockstep ${idOf("/a", "/b")}`,
    );
  }
  for (const when of [every(7), every(0.5), every(90), every(2880), every(null)]) {
    assertThrows(() => crontabLine(task(when)), Unsayable, "--with=systemd");
  }
  assertThrows(() => fieldsOf("0 0 2 * * *"), Unsayable, "leave the seconds out");
  assertThrows(() => crontabLine(task(at("0 0 L * *"))), Unsayable, `does not know "L"`);
  assertThrows(() => crontabLine(task(every(5), "/a\nb")), Unsayable, "line break");
});

Deno.test("a crontab keeps other people's lines to the byte, and has one entry of ours however often it is installed", () => {
  const others = [
    "",
    "# mine\n\n5 4 * * * x # lockstep me\n",
    "\xff\xfe * broken\r\nMAILTO=a\n",
    "no newline at its end",
  ];
  for (const before of others) {
    const once = installed(before, task(every(5)));
    assertEquals(installed(once, task(every(5))), once);
    const changed = installed(once, task(every(10)));
    assertEquals(changed, once.replace("*/5", "*/10"));
    const two = installed(changed, task(every(5), "/other"));
    assertEquals([listed(two).length, listed(before)], [2, []]);
    assertEquals(
      removed(removed(two, idOf("/a", "/b")), idOf("/other", "/b")),
      before.includes("no newline") ? `${before}\n` : before,
    );
    assertEquals(removed(before, idOf("/a", "/b")), before);
    assertStringIncludes(installed(`${once}last\n`, task(every(10))), "last\n");
  }
});

unixTest("a crontab's command reaches the program as it was, with every special character", async () => {
  for (const path of [NASTY, "/plain", "/ leading", "-x", ""]) {
    const line = crontabLine(task(every(5), path));
    // what cron hands to the shell
    const text = new TextDecoder().decode(Uint8Array.from(line, (byte) => byte.charCodeAt(0)))
      .split(" ").slice(5).join(" ").replaceAll("\\%", "%").replace("/usr/bin/lockstep", `printf '%s\\n'`);
    const ran = await command("sh", "-c", text);
    assertEquals(ran?.out, `${path}\n/b\n--log-file=/l\n--once\n`);
  }
  assertEquals(forShell("a b"), "'a b'");
  assertEquals(bytesOf("ä"), "\xc3\xa4");
});

Deno.test("valuesOf() reads lists, ranges, steps and names", () => {
  const rows: [string, number, number[] | null][] = [
    ["*", 0, null],
    ["*/15", 0, [0, 15, 30, 45]],
    ["1,3-5", 1, [1, 3, 4, 5]],
    ["8-18/5", 1, [8, 13, 18]],
    ["jan,mar-may", 3, [1, 3, 4, 5]],
    ["mon-fri", 4, [1, 2, 3, 4, 5]],
    ["7", 4, [0]],
  ];
  for (const [text, index, values] of rows) {
    const fields = ["*", "*", "*", "*", "*"].map((any, other) => other === index ? text : any);
    assertEquals([text, valuesOf(fieldsOf(fields.join(" ")), index)], [text, values]);
  }
});

Deno.test("units() are a service that keeps running, or a timer with every time of the calendar", () => {
  const [service] = units(task(every(5), '/a $b 50% "c" \\d'));
  assertEquals([service?.name, service?.enabled], [
    `lockstep-${idOf('/a $b 50% "c" \\d', "/b")}.service`,
    true,
  ]);
  assertStringIncludes(service!.text, `ExecStart=/usr/bin/lockstep "/a $$b 50%% \\"c\\" \\\\d" /b`);
  const times = (text: string) =>
    units(task(at(text))).at(-1)!.text.split("\n").filter((line) => line.startsWith("OnCalendar"));
  assertEquals(times("*/30 2 * * mon,fri"), ["OnCalendar=Mon,Fri *-*-* 2:0,30:00"]);
  assertEquals(times("0 2 1 jan *"), ["OnCalendar=*-1-1 2:0:00"]);
  assertEquals(times("0 2 1 * sun"), ["OnCalendar=*-*-1 2:0:00", "OnCalendar=Sun *-*-* 2:0:00"]);
  // both must fit where one begins with a star
  assertEquals(times("0 2 */15 * sun"), ["OnCalendar=Sun *-*-1,16,31 2:0:00"]);
});

Deno.test({
  name: `systemd-analyze takes the units${has("systemd-analyze") ? "" : " (skipped: it is not here)"}`,
  ignore: !has("systemd-analyze"),
  fn: () =>
    inFolder(async (folder) => {
      const whens = [every(5), at("*/20 2-4 1,15 jan-jun mon-fri"), at("@daily")];
      for (const [when, of] of whens.flatMap((when) => [[when, "user"], [when, "system"]] as const)) {
        const places = { source: NASTY, replica: `${NASTY}r`, log: `${NASTY}/l` };
        const nasty = {
          ...task(when, NASTY),
          once: ["/bin/true", NASTY],
          always: ["/bin/true", NASTY],
          places,
        };
        const made = units(nasty, of);
        for (const { name, text } of made) Deno.writeTextFileSync(`${folder}/${name}`, text);
        const ran = await command(
          "systemd-analyze",
          "verify",
          "--man=no",
          ...made.map(({ name }) => `${folder}/${name}`),
        );
        const ours = (ran?.err ?? "").split("\n").filter((line) => line.includes("lockstep-"));
        assertEquals([ran?.status, ours], [0, []], ran?.err);
        for (const line of made.at(-1)!.text.split("\n").filter((text) => text.startsWith("OnCalendar="))) {
          assertEquals((await command("systemd-analyze", "calendar", line.slice(11)))?.status, 0);
        }
      }
    }),
});

Deno.test("propertyList() escapes words and lists every moment", () => {
  const text = propertyList(task(at("0,30 2 * * mon-tue"), "/a & <b>"));
  assertStringIncludes(text, "<string>/a &amp; &lt;b&gt;</string>");
  assertEquals(text.match(/<dict><key>Minute/g)?.length, 4);
  assertMatch(
    propertyList(task(every(5))),
    /KeepAlive<\/key>\s+<dict><key>SuccessfulExit<\/key><false\/><\/dict>/,
  );
  for (const one of [text, propertyList(task(every(5)))]) {
    assertStringIncludes(one, "<string>Background</string>");
  }
  assertThrows(() => propertyList(task(at("0 2 */15 * sun"))), Unsayable, "both");
});

function read(...words: string[]): Scheduling {
  return parseSchedule(words, (source) => ["deno", `--deny-write=${source}`, "main.ts"]);
}

Deno.test("parseSchedule() keeps the options of a mirror, and makes all paths absolute", () => {
  const asked = read(
    "show",
    "s",
    "r",
    "0 2 * * *",
    "x.log",
    "--threads",
    "2",
    "-c",
    "--max-delete=5%",
  );
  if (asked.kind !== "show") throw new Error(asked.kind);
  const [source, replica, log] = ["s", "r", "x.log"].map((name) => resolve(name));
  assertEquals(asked.scheduler, isWindows ? "schtasks" : "cron");
  const words = ["--threads=2", "-c", "--max-delete=5%", "--once", "--quiet"];
  assertEquals(asked.task.once, [
    "deno",
    `--deny-write=${source}`,
    "main.ts",
    source!,
    replica!,
    `--log-file=${log}`,
    ...words,
  ]);
  const watched = read("show", "s", "r", "5m", "x.log", "-w");
  if (watched.kind !== "show") throw new Error(watched.kind);
  assertEquals([watched.scheduler, watched.task.always.slice(-3)], [isWindows ? "schtasks" : "systemd", [
    "--interval=300000ms",
    "--watch",
    "--settle-time=200ms",
  ]]);
  assertEquals(show("systemd", watched.task).includes("--watch"), true);
});

Deno.test("parseSchedule() refuses in one line what makes no sense", () => {
  const rows: [string[], string][] = [
    [[], "install, remove, list or show"],
    [["frob"], `not "frob"`],
    [["show", "s"], "Give a source and a replica"],
    [["show", "s", "r"], "Give an interval, times of the calendar or --watch"],
    [["show", "s", "r", "5m"], "Give a log file"],
    [["show", "s", "r", "61 * * * *", "x.log"], `The calendar time "61 * * * *" `],
    [["show", "s", "r", "61 * * * *", "x.log"], "field 1, the minute"],
    [["show", "s", "r", "5m", "x.log", "--with", "at"], "--with takes cron"],
    [["show", "s", "r", "7m", "x.log", "--with=cron"], "--with=systemd"],
    [["remove", "s"], "Give the source and the replica"],
    [["list", "s"], "no more words"],
  ];
  for (const [words, part] of rows) {
    const asked = read(...words);
    if (asked.kind !== "usage") throw new Error(asked.kind);
    assertStringIncludes(asked.text, part);
    assertEquals(asked.text.split("\n").length, 1);
  }
});

Deno.test("lockstep schedule shows without any permission, and says which one the rest needs", async () => {
  const words = ["/s", "/r", "@daily", "/x.log"];
  for (const scheduler of isWindows ? ["schtasks"] : ["cron", "systemd", "launchd", "schtasks"]) {
    const flags = ["--no-prompt"];
    const shown = await lockstep(["schedule", "show", ...words, `--with=${scheduler}`], { flags });
    assertEquals([shown.status, shown.err], [0, ""]);
    assertStringIncludes(shown.out, `--deny-write=${resolve("/s")}`);
    for (const action of ["install", "remove", "list"]) {
      const all = action === "install" ? words : action === "remove" ? words.slice(0, 2) : [];
      const ran = await lockstep(["schedule", action, ...all, `--with=${scheduler}`], { flags });
      const tool =
        { cron: "crontab", systemd: "systemctl", launchd: "launchctl", schtasks: "schtasks" }[scheduler];
      assertEquals([ran.status, ran.out, ran.err.split("\n").length], [1, "", 2]);
      assertStringIncludes(ran.err, `--allow-run=${tool}`);
    }
  }
});

Deno.test("parseSchedule() answers a wrong time of the calendar as such, and knows one word for the usual ones", () => {
  const rows: [string, string][] = [
    ["0 25 * * *", `The calendar time "0 25 * * *" is wrong in field 2`],
    ["0 2 * * mon-fry", "field 5"],
    ["0 2 * *", "has 4 fields instead of 5"],
    ["@dayly", "write one of @hourly"],
    ["*/5", "has 1 field instead of 5"],
    ["5x", `The interval "5x" is not a time`],
  ];
  for (const [text, part] of rows) {
    const asked = read("show", "/s", "/r", text, "/l.log", "--with=cron");
    assertStringIncludes(asked.kind === "usage" ? asked.text : asked.kind, part);
  }
  for (const word of ["hourly", "daily", "weekly", "monthly", "yearly"]) {
    const asked = read("show", "/s", "/r", word, "/l.log", "--with=cron");
    if (asked.kind !== "show") throw new Error(JSON.stringify(asked));
    assertEquals(asked.task.when, { kind: "calendar", fields: fieldsOf(`@${word}`) });
  }
  // folders and logs may be called anything
  const odd = read("show", "daily", "weekly", "5m", "0 2 of May.log", "--with=systemd");
  if (odd.kind !== "show") throw new Error(JSON.stringify(odd));
  assertEquals(odd.task.places, {
    source: resolve("daily"),
    replica: resolve("weekly"),
    log: resolve("0 2 of May.log"),
  });
});

Deno.test("lockstep schedule has a help, at each of its words", async () => {
  for (const words of [["--help"], ["help"], ["install", "--help"], ["list", "-h"]]) {
    const ran = await lockstep(["schedule", ...words], { flags: ["--no-prompt"] });
    assertEquals([ran.status, ran.err], [0, ""]);
    assertStringIncludes(ran.out, "Usage: lockstep schedule install|remove|list|show");
  }
});

unixTest(
  "lockstep schedule refuses what the mirror would refuse, and says what a comma costs",
  () =>
    inFolder(async (at) => {
      plant(at, { s: { a: "1" }, r: {}, "a,b": {}, mine: "my own text", file: "1" });
      Deno.symlinkSync("s", `${at}/alias`);
      const rows: [string[], string][] = [
        [["s", "s", "5m", "l.log"], "it is the source itself"],
        [["s", "alias", "5m", "l.log"], "it is the source itself"],
        [["s", "s/r", "5m", "l.log"], "it lies inside the source"],
        [["s/x", "s", "5m", "l.log"], "the source lies inside it"],
        [["file", "r", "5m", "l.log"], "is a file"],
        [["s", "r", "5m", "--log-file=mine"], ""],
        [["s", "alias/../r", "5m", "l.log"], "goes through the link"],
        [["s", "r", "5m", "--log-file=r"], "have the same name"],
      ];
      for (const [words, part] of rows) {
        const ran = await lockstep(["schedule", "show", ...words, "--with=cron"], {
          cwd: at,
          flags: ["--allow-read", "--no-prompt"],
        });
        assertEquals([words, ran.status], [words, part === "" ? 0 : 1]);
        assertStringIncludes(ran.err, part);
      }
      const ran = await lockstep(["schedule", "show", "a,b", "r", "5m", "l.log", "--with=cron"], {
        cwd: at,
        flags: ["--allow-read", "--no-prompt"],
      });
      assertEquals([ran.status, ran.out.includes("--deny-write")], [0, false]);
      assertStringIncludes(ran.err, "comma");
    }),
);

unixTest(
  "a schedule has whole paths of the files that a mirror keeps, and the system's units may write there",
  () => {
    const files = ["--status=x/s.json", "--metrics", "/var/m/m.prom", "--manifest=/var/m/manifest"];
    const asked = read("show", "/s", "/r", "@daily", "/l/x.log", "--system", ...files);
    if (asked.kind !== "show") throw new Error(JSON.stringify(asked));
    const whole = [
      `--status=${Deno.cwd()}/x/s.json`,
      "--metrics=/var/m/m.prom",
      "--manifest=/var/m/manifest",
    ];
    assertEquals(asked.task.once.filter((word) => /^--(status|metrics|manifest)/.test(word)), whole);
    assertStringIncludes(
      show("systemd-system", asked.task),
      `ReadWritePaths="-/r" "-/l" "-${Deno.cwd()}/x" "-/var/m"\n`,
    );
  },
);

unixTest("units() for the system can write to the replica and the log alone, and give way to others", () => {
  const places = { source: "/s", replica: '/r "50%"', log: "/var/log/lockstep/l" };
  for (const when of [every(5), at("@daily")]) {
    const [service] = units({ ...task(when), places }, "system");
    for (
      const line of [
        "Nice=10",
        "IOSchedulingClass=idle",
        "SuccessExitStatus=24",
        "ProtectSystem=strict",
        'ReadOnlyPaths="-/s"',
        'ReadWritePaths="-/r \\"50%%\\"" "-/var/log/lockstep"',
      ]
    ) assertEquals([line, service!.text.split("\n").includes(line)], [line, true]);
    assertEquals(units({ ...task(when), places })[0]!.text.includes("ProtectSystem"), false);
  }
  const trashed = { ...places, trash: "/r.trash" };
  assertStringIncludes(
    units({ ...task(every(5)), places: trashed }, "system")[0]!.text,
    '"-/var/log/lockstep" "-/r.trash"\n',
  );
  assertStringIncludes(units({ ...task(every(5)), places }, "system")[0]!.text, "WantedBy=multi-user.target");
  for (const words of [["--trash"], ["--trash", "/r.trash"], ["--trash=/r.trash"]]) {
    const asked = read("show", "/s", "/r", "5m", "/l.log", ...words, "--trash-keep", "30d");
    const { always } = "task" in asked ? asked.task : { always: [] };
    assertEquals(always.filter((word) => word.startsWith("--trash")), [
      "--trash-keep=30d",
      "--trash=/r.trash",
    ]);
  }
  const asked = read("show", "/s", "/r", "5m", "/l.log", "--system");
  assertEquals(asked.kind === "show" && asked.scheduler, "systemd-system");
  const wrong = read("show", "/s", "/r", "5m", "/l.log", "--system", "--with=cron");
  assertStringIncludes(wrong.kind === "usage" ? wrong.text : "", "--system goes with systemd and schtasks");
});

/** Stands in for a scheduler's own program: it writes down its arguments, and keeps names as Windows' does. */
const STUB = `#!/bin/sh
printf '%s ' "$(basename "$0")" "$@" >> "$HOME/asked"; echo >> "$HOME/asked"
case "$1" in
/Create) : > "$HOME/$(basename "$4" | tr '\\\\' _)"; cp "$6" "$HOME/asked.xml" ;;
/Delete) rm "$HOME/$(basename "$4" | tr '\\\\' _)" ;;
/Query)
  [ "$2" != /TN ] || exec test -e "$HOME/$(basename "$3" | tr '\\\\' _)"
  cd "$HOME"; for name in *_*; do printf '"\\\\Lockstep\\\\%s","1/1/2027 2:00:00 AM","Ready"\\r\\n' "\${name#*_}"; done ;;
esac
`;

const FILES = {
  systemd: [".config/systemd/user", "lockstep-0badcafe.service"],
  launchd: ["Library/LaunchAgents", "lockstep.0badcafe.plist"],
  schtasks: ["", "Lockstep_0badcafe"],
} as const;

for (const [scheduler, [place, foreign]] of Object.entries(FILES)) {
  unixTest(
    `lockstep schedule installs once with ${scheduler}, however often, and removes only its own`,
    () =>
      inFolder(async (folder) => {
        plant(folder, { bin: {} });
        const tool = { systemd: "systemctl", launchd: "launchctl", schtasks: "schtasks" }[scheduler]!;
        Deno.writeTextFileSync(`${folder}/bin/${tool}`, STUB);
        Deno.chmodSync(`${folder}/bin/${tool}`, 0o755);
        const home = `${folder}/home`;
        plant(`${home}/${place}`, { [foreign]: "of another mirror", "other.service": "not ours" });
        // neither what the tool wrote down nor Deno's own
        const there = () =>
          [...Deno.readDirSync(`${home}/${place}`)].map(({ name }) => name).filter((name) =>
            !["asked", "asked.xml", ".cache"].includes(name)
          ).sort();
        const before = there();
        const flags = [
          `--allow-run=${tool}`,
          "--allow-env=HOME",
          "--allow-read",
          "--allow-write",
          "--no-prompt",
        ];
        // with another home Deno would download its packages anew
        const { denoDir } = JSON.parse((await command(Deno.execPath(), "info", "--json"))!.out);
        const env = { HOME: home, DENO_DIR: denoDir, PATH: `${folder}/bin:${Deno.env.get("PATH")}` };
        const setting = { flags, env };
        const words = ["s ä", "r"].map((name) => `${folder}/${name}`);
        const id = idOf(words[0]!, words[1]!);
        for (const when of ["0 2 * * *", "0 3 * * *"]) {
          const ran = await lockstep(
            ["schedule", "install", ...words, when, `${folder}/l.log`, `--with=${scheduler}`],
            setting,
          );
          assertEquals([ran.status, ran.err], [0, ""]);
        }
        const made = there().filter((name) => !before.includes(name));
        const names = {
          systemd: [`lockstep-${id}.service`, `lockstep-${id}.timer`],
          launchd: [`lockstep.${id}.plist`],
          schtasks: [`Lockstep_${id}`],
        }[scheduler];
        assertEquals(made, names);
        const asked = () => Deno.readTextFileSync(`${home}/asked`);
        if (scheduler === "systemd") {
          assertStringIncludes(
            Deno.readTextFileSync(`${home}/${place}/${made[1]}`),
            "OnCalendar=*-*-* 3:0:00",
          );
          assertMatch(
            asked(),
            new RegExp(`--user daemon-reload \\n.*--user enable --now lockstep-${id}.timer`),
          );
        }
        if (scheduler === "launchd") {
          assertStringIncludes(Deno.readTextFileSync(`${home}/${place}/${made[0]}`), "<integer>3</integer>");
          const user = `gui/${Deno.uid()}`;
          assertStringIncludes(
            asked(),
            `launchctl bootout ${user}/lockstep.${id} \nlaunchctl enable ${user}/lockstep.${id} \n` +
              `launchctl bootstrap ${user} ${home}/${place}/${made[0]}`,
          );
        }
        if (scheduler === "schtasks") {
          const text = new TextDecoder("utf-16le").decode(Deno.readFileSync(`${home}/asked.xml`));
          assertStringIncludes(text, "T03:00:00</StartBoundary>");
          // what runs is ended before it gets another rhythm
          assertMatch(
            asked(),
            new RegExp(`/End /TN Lockstep.${id} \\n.*/Create /F /TN Lockstep.${id} /XML `),
          );
          assertEquals(asked().includes("/F /TN Lockstep_"), false);
        }
        const listed = await lockstep(["schedule", "list", `--with=${scheduler}`], setting);
        assertStringIncludes(listed.out, id);
        for (const answer of ["Removed", "There is no entry"]) {
          const ran = await lockstep(["schedule", "remove", ...words, `--with=${scheduler}`], setting);
          assertEquals([ran.status, ran.err], [0, ""]);
          assertStringIncludes(ran.out, answer);
        }
        assertEquals(there(), before);
        if (scheduler !== "schtasks") {
          assertEquals(Deno.readTextFileSync(`${home}/${place}/${foreign}`), "of another mirror");
        }
      }),
  );
}

/** A crontab that is a file, as Debian's program keeps it. */
const CRONTAB = `#!/bin/sh
if [ "$1" = -l ]; then [ -e "$HOME/tab" ] && exec cat "$HOME/tab"; echo "no crontab for you" >&2; exit 1; fi
exec cat > "$HOME/tab"
`;

unixTest(
  "lockstep schedule keeps one entry for two folders, whichever scheduler had the last one",
  () =>
    inFolder(async (folder) => {
      plant(folder, { bin: {}, home: {}, s: {} });
      for (const [tool, text] of [["systemctl", STUB], ["crontab", CRONTAB]] as const) {
        Deno.writeTextFileSync(`${folder}/bin/${tool}`, text);
        Deno.chmodSync(`${folder}/bin/${tool}`, 0o755);
      }
      const { denoDir } = JSON.parse((await command(Deno.execPath(), "info", "--json"))!.out);
      const env = {
        HOME: `${folder}/home`,
        DENO_DIR: denoDir,
        PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
      };
      const flags = [
        "--allow-run=systemctl,crontab",
        "--allow-env=HOME",
        "--allow-read",
        "--allow-write",
        "--no-prompt",
      ];
      const words = [`${folder}/s`, `${folder}/r`];
      const run = async (...more: string[]) => {
        const ran = await lockstep(["schedule", ...more], { flags, env });
        assertEquals([more, ran.status, ran.err], [more, 0, ""]);
        return ran.out;
      };
      const entries = async () =>
        (await run("list")).split("\n").filter((line) => line.includes(idOf(words[0]!, words[1]!)));
      await run("install", ...words, "5m", `${folder}/l.log`);
      assertEquals((await entries()).map((line) => line.split(":")[0]), ["cron"]);
      // no crontab can say this, so that it is systemd's
      assertStringIncludes(await run("install", ...words, "7m", `${folder}/l.log`), "Removed from cron");
      assertEquals((await entries()).map((line) => line.split(":")[0]), ["systemd"]);
      assertStringIncludes(await run("install", ...words, "10m", `${folder}/l.log`), "Removed from systemd");
      assertEquals((await entries()).map((line) => line.split(":")[0]), ["cron"]);
      await run("install", ...words, "7m", `${folder}/l.log`);
      assertStringIncludes(await run("remove", ...words), "Removed from systemd");
      assertEquals(await entries(), []);
      assertStringIncludes(await run("remove", ...words), "There is no entry for these folders");
      // who may not ask one of them is told
      const partly = await lockstep(["schedule", "list"], {
        flags: ["--allow-run=crontab", "--no-prompt"],
        env,
      });
      assertEquals([partly.status, partly.err], [0, ""]);
      assertStringIncludes(partly.out, "Not asked: systemd (it needs --allow-run=systemctl");
    }),
);

/** Answers no, once the file "no" is there. */
const REFUSING = `#!/bin/sh
[ ! -e "$HOME/no" ] || { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
`;

for (const [scheduler, tool] of [["systemd", "systemctl"], ["launchd", "launchctl"]] as const) {
  unixTest(
    `an installation that fails with ${scheduler} leaves what was there, and remove removes it`,
    () =>
      inFolder(async (folder) => {
        const [place] = FILES[scheduler];
        plant(folder, { bin: {}, home: {}, s: {} });
        Deno.writeTextFileSync(`${folder}/bin/${tool}`, REFUSING);
        Deno.chmodSync(`${folder}/bin/${tool}`, 0o755);
        const { denoDir } = JSON.parse((await command(Deno.execPath(), "info", "--json"))!.out);
        const setting = {
          flags: [
            `--allow-run=${tool}`,
            "--allow-env=HOME",
            "--allow-read",
            "--allow-write",
            "--no-prompt",
          ],
          env: {
            HOME: `${folder}/home`,
            DENO_DIR: denoDir,
            PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
          },
        };
        const schedule = (...words: string[]) =>
          lockstep(["schedule", ...words, `--with=${scheduler}`], setting);
        const folders = [`${folder}/s`, `${folder}/r`];
        const install = (when: string) => schedule("install", ...folders, when, `${folder}/l.log`);
        const at = `${folder}/home/${place}`;
        const no = `${folder}/home/no`;
        Deno.writeTextFileSync(no, "");
        for (const when of ["0 2 * * *", "5m"]) {
          const failed = await install(when);
          assertEquals([failed.status, failed.out], [3, ""]);
          assertStringIncludes(failed.err, "Failed to connect to bus");
          assertEquals([...Deno.readDirSync(at)], []);
        }
        Deno.removeSync(no);
        assertEquals((await install("0 2 * * *")).status, 0);
        const before = harvest(at);
        Deno.writeTextFileSync(no, "");
        assertEquals((await install("5m")).status, 3);
        assertEquals(Object.keys(harvest(at)), Object.keys(before));
        for (const { name } of Deno.readDirSync(at)) {
          assertEquals(Deno.readTextFileSync(`${at}/${name}`).includes("5m"), false, name);
        }
        const removed = await schedule("remove", ...folders);
        assertEquals([removed.status, removed.err], [0, ""]);
        // launchd may say no of what is not at work
        const told = scheduler === "systemd" ? "which was not told: " : "Removed from launchd";
        assertStringIncludes(removed.out, told);
        assertEquals([...Deno.readDirSync(at)], []);
        assertStringIncludes((await schedule("list")).out, "There is no entry");
      }),
  );
}

unixTest(
  "lockstep schedule remove fails when schtasks will not remove the task",
  () =>
    inFolder(async (folder) => {
      plant(folder, { bin: {} });
      Deno.writeTextFileSync(
        `${folder}/bin/schtasks`,
        `#!/bin/sh\n[ "$1" = /Query ] || { echo "Access is denied." >&2; exit 1; }\n`,
      );
      Deno.chmodSync(`${folder}/bin/schtasks`, 0o755);
      const ran = await lockstep(["schedule", "remove", `${folder}/s`, `${folder}/r`, "--with=schtasks"], {
        flags: ["--allow-run=schtasks", "--no-prompt"],
        env: { PATH: `${folder}/bin:${Deno.env.get("PATH")}` },
      });
      assertEquals([ran.status === 0, ran.out], [false, ""]);
      assertStringIncludes(ran.err, "Access is denied");
    }),
);

Deno.test("every scheduler's text carries a path with every special character", () => {
  const nasty = task(at("0 2 * * *"), NASTY);
  const [unit] = units(nasty);
  const exec = /^ExecStart=\S+ "(.*)" \/b/m.exec(unit!.text)![1]!;
  const read = exec.replaceAll("%%", "%").replaceAll("$$", "$").replace(/\\(.)/g, "$1");
  assertEquals(read, NASTY);
  assertEquals(/(^|[^%])%([^%]|$)/m.test(unit!.text.replaceAll("%%", "")), false);
  const list = propertyList(nasty).split("\n").map((line) => /^ *<string>(.*)<\/string>$/.exec(line)?.[1]);
  assertEquals(
    list[list.indexOf("/usr/bin/lockstep") + 1]?.replace(
      /&(lt|gt|amp);/g,
      (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name as string]!,
    ),
    NASTY,
  );
});

Deno.test("a schedule is read as it is written elsewhere, and refuses what an entry could not do", () => {
  const program = () => ["lockstep"];
  const read = (...words: string[]) =>
    parseSchedule(["show", "/s", "/r", "--log-file=/l", "--with=cron", ...words], program);
  const apart = read("--cron", "0 2 * * fri-sun", "-cv");
  if (apart.kind !== "show") throw new Error(JSON.stringify(apart));
  assertEquals(apart.task.when, { kind: "calendar", fields: ["0", "2", "*", "*", "fri-sun"] });
  assertEquals(valuesOf(["0", "2", "*", "*", "fri-sun"], 4), [0, 5, 6]);
  assertEquals(apart.task.once.includes("--quiet"), false);
  assertEquals(fieldsOf("0 2 ? * *"), ["0", "2", "*", "*", "*"]);
  assertThrows(() => valuesOf(["0", "9-5", "*", "*", "*"], 1), Unsayable, "ends before it begins");
  for (
    const [words, part] of [[["5m", "--for=8h"], "leave them out"], [
      ["5m", "--passes", "3"],
      "leave them out",
    ]] as const
  ) {
    assertStringIncludes(JSON.stringify(read(...words)), part);
  }
  const inside = parseSchedule(["show", "/s", "/r", "5m", "/s/l.log", "--with=cron"], program);
  assertStringIncludes(JSON.stringify(inside), "lies in the source");
});

Deno.test("programOf() is the program as it was started, with the source denied for writing", () => {
  const drive = isWindows ? "/C:" : "";
  const program = programOf(`file://${drive}/my%20programs/main.ts`, false, false, isWindows);
  const main = isWindows ? "C:\\my programs\\main.ts" : "/my programs/main.ts";
  // a watch that tells of losses, where the program has one
  const ffi = isWindows ? ["--allow-ffi"] : [];
  const flags = ["-q", "--no-prompt", "--allow-read", "--allow-write", ...ffi];
  assertEquals(program("/a b"), [Deno.execPath(), "run", ...flags, "--deny-write=/a b", main]);
  // Deno would take what follows a comma for another path
  assertEquals(program("/a,b"), [Deno.execPath(), "run", ...flags, main]);
  // what the run has that writes the entry, the entry has, too, unless it has no use for it
  const native = programOf(`file://${drive}/main.ts`, false, false, true);
  assertEquals(native("/a").includes("--allow-ffi"), true);
  assertEquals(native("/a", false).includes("--allow-ffi"), isWindows);
  assertEquals(
    programOf(`file://${drive}/main.ts`, false, false, false)("/a").includes("--allow-ffi"),
    false,
  );
  // on the network Deno asks for all, beside which it takes no --deny-write
  assertEquals(program("/a", true, ["--allow-all"]), [
    Deno.execPath(),
    "run",
    "-q",
    "--no-prompt",
    "--allow-all",
    main,
  ]);
});

Deno.test("a schedule needs the native edge, has no use for it, or takes what there is", () => {
  const rows = [["--xattrs", true], ["--edge=native", true], ["--edge=portable", false], [
    "-c",
    undefined,
  ]] as const;
  for (const [word, isNative] of rows) {
    const asked: (boolean | undefined)[] = [];
    parseSchedule(["show", "/s", "/r", "5m", "/l.log", word], (_, isNative) => {
      asked.push(isNative);
      return ["deno"];
    });
    assertEquals([...new Set(asked)], [isNative]);
  }
});

Deno.test({
  name: "a schedule for a folder on the network has all rights, and an executable is refused (Windows)",
  ignore: !isWindows,
  fn() {
    for (
      const words of [
        ["\\\\nas\\photos", "D:\\photos", "5m", "C:\\sync.log"],
        ["C:\\photos", "//nas/photos/x", "5m", "C:\\sync.log"],
        ["C:\\photos", "D:\\photos", "5m", "\\\\nas\\logs\\sync.log"],
      ]
    ) {
      const asked = parseSchedule(["show", ...words], programOf("file:///C:/main.ts", false));
      if (asked.kind !== "show") throw new Error(JSON.stringify(asked));
      const flags = asked.task.once.filter((word) => /^--(allow|deny)/.test(word));
      assertEquals(flags, ["--allow-all"]);
      const refused = parseSchedule(["show", ...words], programOf("file:///C:/main.ts", true, false));
      assertEquals(refused.kind, "usage");
      assertStringIncludes(JSON.stringify(refused), "deno run -A main.ts schedule");
    }
  },
});

unixTest("schedule installs an executable as it is, without flags of Deno", () => {
  const program = programOf("file:///tmp/deno-compile-lockstep/main.ts", true);
  assertEquals(program("/a", true, ["--allow-run=mail"]), [Deno.execPath()]);
  const main = "file:///tmp/deno-compile-lockstep/main.ts";
  const [narrow, wide] = [programOf(main, true, false), programOf(main, true, true)];
  assertThrows(() => narrow("/a", true, ["--allow-all"]), Unsayable, "deno run -A main.ts schedule");
  assertEquals(wide("/a", true, ["--allow-all"]), [Deno.execPath()]);
  // paths of Windows look otherwise in a line of cron
  if (isWindows) return;
  const asked = parseSchedule(["show", "/a", "/b", "@daily", "/l.log", "--with=cron"], program);
  if (asked.kind !== "show") throw new Error(asked.kind);
  assertEquals(
    show("cron", asked.task),
    `0 0 * * * ${Deno.execPath()} /a /b --log-file=/l.log --once --quiet # lockstep ${idOf("/a", "/b")}`,
  );
  // systemd narrows it in the place of Deno
  const units = parseSchedule(["show", "/a", "/b", "@daily", "/l.log", "--system"], program);
  if (units.kind !== "show") throw new Error(units.kind);
  assertStringIncludes(show("systemd-system", units.task), 'ReadOnlyPaths="-/a"');
});
