/** A file of jobs: what it means, each fault with its exact line, and that nothing in it makes the program fail. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { resolve } from "node:path";
import { OPTIONS } from "../../sync/cli/option_table.ts";
import { type Options, parse } from "../../sync/cli/options.ts";
import { JOB_FIELDS } from "../../sync/jobs/fields.ts";
import { type Env, type JobFile, jobsIn, readJobFile } from "../../sync/jobs/file.ts";
import { unixPaths } from "../support/paths.ts";
import { inFolder, IS_WINDOWS } from "../support/tree.ts";

const VARIABLES: Readonly<Record<string, string>> = { HOME: "/home/ada", DISK: "/mnt/disk", EMPTY: "" };

/** Some are set, what begins with HIDDEN may not be told. */
const env: Env = (name) => name.startsWith("HIDDEN") ? null : VARIABLES[name];

const PATH = "/etc/mirrors/jobs.jsonc";

function good(text: string): JobFile {
  const file = jobsIn(text, PATH, env);
  if ("faults" in file) throw new Error(file.faults.join("\n"));
  return unixPaths(file);
}

function faultsOf(text: string): readonly string[] {
  const file = jobsIn(text, PATH, env);
  return "faults" in file ? unixPaths(file.faults) : [];
}

/** The options of the one job that has these fields beside its folders. */
function optionsWith(fields: string, defaults = ""): Options {
  const { jobs } = good(
    `{"defaults": {${defaults}}, "jobs": {"a": {"source": "/s", "replica": "/r", ${fields}}}}`,
  );
  assertEquals(jobs.length, 1);
  return jobs[0]!.options;
}

/** The same of a command line. */
function typed(...words: readonly string[]): Options {
  const command = parse([...words, "--", "/s", "/r"]);
  if (command.kind !== "mirror") throw new Error(JSON.stringify(command));
  return unixPaths(command.options);
}

Deno.test("a file of jobs gives absolute paths, options by job, and the files of all jobs", () => {
  const { path, observe, jobs } = good(`{
    "$schema": "docs/lockstep.schema.json",
    "status": "status.json", "metrics": "../lockstep.prom", "report": "/srv/report.html", // of all jobs together
    "defaults": { "interval": "15m", "exclude": ["node_modules/"] },
    /* two */
    "jobs": {
      "photos": { "source": "/home/ada/photos", "replica": "/mnt/nas/photos", "watch": true },
      "books": { "source": "books", "replica": "./b/", "cron": "0 2 * * *", "max-delete": "10%", },
    },
  }`);
  assertEquals(path, PATH);
  assertEquals(observe, {
    status: "/etc/mirrors/status.json",
    metrics: "/etc/lockstep.prom",
    report: "/srv/report.html",
    onFailure: null,
    onSuccess: null,
    onChange: null,
  });
  assertEquals(jobs.map(({ name }) => name), ["photos", "books"]);
  const [photos, books] = jobs.map(({ options }) => options);
  assertEquals([photos!.source, photos!.replica], ["/home/ada/photos", "/mnt/nas/photos"]);
  assertEquals([books!.source, books!.replica], ["/etc/mirrors/books", "/etc/mirrors/b"]);
  assertEquals(photos!.when.rhythm, { kind: "interval", ms: 900_000 });
  // a job's own --cron takes the place of a default's interval, which it excludes
  assertEquals(books!.when.rhythm, { kind: "cron", text: "0 2 * * *" });
  assertEquals([photos!.when.settle, books!.when.settle], [200, null]);
  assertEquals(books!.maxDelete, { unit: "percent", value: 10 });
});

const ALIKE: readonly (readonly [fields: string, ...words: readonly string[]])[] = [
  [`"interval": 30`, "--interval=30"],
  [`"interval": "1h30m"`, "--interval=1h30m"],
  [`"interval": 0.5`, "--interval=0.5"],
  [`"watch": true, "settle-time": "1s"`, "--watch", "--settle-time=1s"],
  [`"watch": false`],
  [`"cron": "0 2 * * mon-fri"`, "--cron=0 2 * * mon-fri"],
  [`"trash": true`, "--trash"],
  [`"trash": ""`, "--trash"],
  [`"trash": false`],
  [
    `"trash": "/t", "trash-keep": "30d", "trash-max": "20GiB"`,
    "--trash=/t",
    "--trash-keep=30d",
    "--trash-max=20GiB",
  ],
  [`"trash": true, "durable": true`, "--trash", "--durable"],
  [`"trash": true, "log": "x.log"`, "--log-file=/etc/mirrors/x.log", "--trash"],
  [`"max-delete": 3`, "--max-delete=3"],
  [`"max-delete": 0`, "--max-delete=0"],
  [`"max-delete": "12.5%"`, "--max-delete=12.5%"],
  [
    `"log": "/l", "log-max-size": 1000000, "log-keep": 3`,
    "--log-file=/l",
    "--log-max-size=1000000",
    "--log-keep=3",
  ],
  [`"log-file": "/l"`, "--log-file=/l"],
  [`"exclude": "a"`, "--exclude=a"],
  [
    `"exclude": ["*", "!a/", "!a/**", "#".not]`.replace(`, "#".not`, ""),
    "--exclude=*",
    "--exclude=!a/",
    "--exclude=!a/**",
  ],
  [
    `"include": "a", "exclude": ["b", "c"], "exclude-vcs": true`,
    "--include=a",
    "--exclude=b",
    "--exclude=c",
    "--exclude-vcs",
  ],
  [`"exclude-junk": true, "exclude": "a", "include": ["b"]`, "--exclude-junk", "--exclude=a", "--include=b"],
  [`"exclude-from": ["/x", "/y"], "exclude": "z"`, "--exclude-from=/x", "--exclude-from=/y", "--exclude=z"],
  [
    `"min-size": 5, "max-size": "2GiB", "newer-than": "30d"`,
    "--min-size=5",
    "--max-size=2GiB",
    "--newer-than=30d",
  ],
  [`"no-delete": true, "checksum": true, "owner": "never"`, "--no-delete", "--checksum", "--owner=never"],
  [`"edge": "portable", "threads": 2, "xattrs": true`, "--edge=portable", "--threads=2", "--xattrs"],
  [`"keep-edits": true, "state": "/st"`, "--keep-edits", "--state=/st"],
  [`"on-failure": "mail ada"`, "--on-failure=mail ada"],
  [`"dry-run": true, "verify": true, "manifest": "/m"`, "--dry-run", "--verify", "--manifest=/m"],
  [
    `"interval": 3, "once": true, "delay": 1, "passes": 2`,
    "--interval=3",
    "--once",
    "--delay=1",
    "--passes=2",
  ],
  [`"exclude": "$\${x}$y $"`, "--exclude=${x}$y $"],
  [`"exclude": "a-\${HOME}-\${DISK}"`, "--exclude=a-/home/ada-/mnt/disk"],
  [`"log": "\${DISK}/l"`, "--log-file=/mnt/disk/l"],
  [`"log": "~/l"`, "--log-file=/home/ada/l"],
  [`"trash": "~"`, "--trash=/home/ada"],
  [`"log": "./$x"`, "--log-file=/etc/mirrors/$x"],
  // Windows leads back by name, whatever a link on the way is
  [`"log": "link/../l"`, `--log-file=/etc/mirrors/${IS_WINDOWS ? "" : "link/../"}l`],
  [`"exclude": null, "interval": null`],
];

for (const [fields, ...words] of ALIKE) {
  Deno.test(`{ ${fields} } means what ${words.join(" ") || "nothing"} means`, () => {
    assertEquals(optionsWith(fields), typed(...words));
  });
}

const DEFAULTED: readonly (readonly [defaults: string, fields: string, ...words: readonly string[]])[] = [
  [`"interval": 30`, ``, "--interval=30"],
  [`"interval": 30`, `"interval": 40`, "--interval=40"],
  [`"interval": 30`, `"interval": null`],
  [`"interval": 30`, `"cron": "@daily"`, "--cron=@daily"],
  [`"cron": "@daily"`, `"interval": 5`, "--interval=5"],
  [`"cron": "@daily"`, `"watch": true`, "--cron=@daily", "--watch"],
  [`"watch": true, "settle-time": 1`, `"watch": false`],
  [`"settle-time": 1`, `"watch": true`, "--watch", "--settle-time=1"],
  [`"passes": 3`, ``],
  [`"passes": 3`, `"interval": 1`, "--interval=1", "--passes=3"],
  [
    `"exclude": ["a", "b"]`,
    `"exclude": ["!b", "c"]`,
    "--exclude=a",
    "--exclude=b",
    "--exclude=!b",
    "--exclude=c",
  ],
  [`"exclude": "a", "include": "b"`, `"exclude": "c"`, "--exclude=a", "--include=b", "--exclude=c"],
  [`"exclude": ["a", "b"]`, `"exclude": null`],
  [`"exclude-vcs": true`, `"exclude-vcs": false`],
  [`"trash": true, "trash-keep": "30d"`, `"trash": false`],
  [`"trash": true, "trash-keep": "30d"`, `"trash": "/t"`, "--trash=/t", "--trash-keep=30d"],
  [`"log": "/l"`, `"log-file": "/m"`, "--log-file=/m"],
  [`"trash": true`, `"log": "/x.log"`, "--trash", "--log-file=/x.log"],
  [`"log-keep": 2`, ``],
  [`"no-delete": true`, `"delete-excluded": true`, "--delete-excluded"],
  [`"no-delete": true`, `"delete-excluded": false`, "--no-delete"],
  [`"keep-edits": true`, `"bring-back": true, "state": "/st"`, "--bring-back", "--state=/st"],
];

for (const [defaults, fields, ...words] of DEFAULTED) {
  Deno.test(`with the defaults { ${defaults} }, { ${fields} } means ${words.join(" ") || "nothing"}`, () => {
    assertEquals(optionsWith(fields, defaults), typed(...words));
  });
}

Deno.test("every option is a field of a job, or is said to be none", () => {
  const fields = new Set(JOB_FIELDS.map(({ name }) => name));
  for (const { name, value } of OPTIONS) {
    const given = value === undefined ? "true" : `"x"`;
    const faults = faultsOf(`{"jobs": {"a": {"source": "/s", "replica": "/r", "${name}": ${given}}}}`);
    const isRefused = faults.some((line) =>
      /is of the run|is of all jobs|is no field|asks at a terminal/.test(line)
    );
    assertEquals(isRefused, !fields.has(name), `${name}: ${faults}`);
    assert(!faults.some((line) => line.includes("no such field")), `${faults}`);
  }
});

/** A field on line 4 of a file, and what is said of it behind `FILE:4: job "a": `. */
const OF_A_FIELD: readonly (readonly [field: string, fault: string])[] = [
  [`"max-delete": "x"`, `max-delete: takes a number of entries or a percentage up to 100%, not "x"`],
  [`"max-delete": -1`, `max-delete: takes a number of entries or a percentage up to 100%, not "-1"`],
  [`"max-delete": true`, `max-delete: takes a number or a text, not true`],
  [`"max-delete": null, "threads": 0`, `threads: takes a whole number from 1 to 64, not "0"`],
  [`"threads": 1.5`, `threads: takes a whole number from 1 to 64, not "1.5"`],
  [`"threads": [1]`, `threads: takes a number or a text, not a list`],
  [`"threads": {}`, `threads: takes a number or a text, not {…}`],
  [`"threads": ""`, `threads: is empty: give <n>`],
  [`"watch": "yes"`, `watch: takes true or false, not "yes"`],
  [`"watch": 1`, `watch: takes true or false, not 1`],
  [`"checksum": []`, `checksum: takes true or false, not a list`],
  [
    `"interval": "5x"`,
    `interval: the interval "5x" is not a time: write seconds (30) or 500ms, 5m, 1h30m, 1d`,
  ],
  [`"interval": 0`, `interval: the interval must be more than 0`],
  [
    `"interval": 1e999`,
    `interval: the interval "Infinity" is not a time: write seconds (30) or 500ms, 5m, 1h30m, 1d`,
  ],
  [`"cron": "61 * * * *"`, `cron: the calendar time "61 * * * *" `],
  [`"cron": 5`, `cron: takes a text, not 5`],
  [`"interval": 5, "cron": "@daily"`, `interval: an interval and cron exclude each other: leave one out`],
  [`"settle-time": "1s"`, `settle-time: goes with watch: add it`],
  [`"passes": 3`, `passes: needs an interval, cron or watch: add one`],
  [`"trash": 3`, `trash: takes true, false or a path, not 3`],
  [`"trash-keep": "30d"`, `trash-keep: goes with trash: add it`],
  [`"trash": true, "trash-keep": 30`, `trash-keep: takes a time with its unit, like 30d or 12h, not "30"`],
  [
    `"trash": true, "trash-max": "30"`,
    `trash-max: takes a size with its unit, like 500MiB or 20GiB, not "30"`,
  ],
  [
    `"exclude": ["a", "#b"]`,
    String.raw`exclude: "#b" is a comment, as in a .gitignore: write "\#b" for a name that begins so`,
  ],
  [`"exclude": ["a", 3]`, `exclude: takes a text or a list of texts, not 3`],
  [`"exclude": ["a", ["b"]]`, `exclude: takes a text or a list of texts, not a list`],
  [`"exclude": ""`, `exclude: is empty: give <pattern>`],
  [
    `"exclude": "/s/b"`,
    `exclude: "/s/b" matches nothing, since patterns begin at the source: write exclude "/b"`,
  ],
  [`"include": ["!a"]`, `include: takes a pattern without "!": give exclude "a" to leave that out`],
  [
    `"include": "a", "exclude": "*"`,
    `exclude: "*" leaves out "a" after all, since the last pattern that matches decides: give it first`,
  ],
  [
    `"exclude-from": "-"`,
    `exclude-from: does not read standard input: name a file, or write "./-" for one of that name`,
  ],
  [`"exclude-from": ["a", ""]`, `exclude-from: is empty: give <file>`],
  [`"min-size": 5, "max-size": 2`, `min-size: is larger than max-size: no file is both`],
  [`"newer-than": 5`, `newer-than: takes a text, not 5`],
  [`"owner": "me"`, `owner: takes auto or never, not "me"`],
  [`"edge": "rough"`, `edge: takes native or portable, not "rough"`],
  [
    `"keep-edits": true, "state": "st", "bring-back": true`,
    `bring-back: keeps edits, too: leave out keep-edits`,
  ],
  [
    `"bring-back": true`,
    `bring-back: needs state <file>: without it nobody knows what was changed on both sides`,
  ],
  [`"log": ""`, `log: is empty: give <file>`],
  [`"log": "a", "log-file": "b"`, `log-file: is given twice, as "log": leave one out`],
  [`"watch": true, "watch": false`, `watch: is given twice: leave one out`],
  [`"log": 3`, `log: takes a path, not 3`],
  [`"log": "a\\u0000b"`, `log: no path has a NUL character`],
  [`"log": "a\\ud800b"`, `log: is not UTF-8: give it another name`],
  [`"log": "a\ufffdb"`, `log: is not UTF-8: give it another name`],
  [`"log": "${"x/".repeat(3000)}l"`, `log: the path has more than 4096 characters`],
  [`"log": "\${NOT_SET}/l"`, `log: the variable NOT_SET is not set`],
  [`"log": "\${EMPTY}/l"`, `log: the variable EMPTY is empty`],
  [
    `"log": "\${HIDDEN}/l"`,
    `log: the variable HIDDEN needs the permission --allow-env=HIDDEN: add it after "deno run"`,
  ],
  [
    `"log": "\${a b}/l"`,
    `log: "\${" begins a variable, as in "\${HOME}": write "$\${" for the characters themselves`,
  ],
  [
    `"log": "\${HOME/l"`,
    `log: "\${" begins a variable, as in "\${HOME}": write "$\${" for the characters themselves`,
  ],
  [`"log": "$HOME/l"`, `log: a variable is written "\${HOME}", and a folder of that name "./$HOME"`],
  [
    `"log": "~ada/l"`,
    `log: only "~/", your own home, is known: write the path in full, or "./~ada" for that name`,
  ],
  [`"max-delte": 1`, `max-delte: there is no such field: did you mean "max-delete"?`],
  [`"--watch": true`, `--watch: there is no such field: did you mean "watch"?`],
  [`"Source": "x"`, `Source: there is no such field: did you mean "source"?`],
  [`"zzzzzzzzz": 1`, `zzzzzzzzz: there is no such field: lockstep --help --verbose lists the options`],
  [
    `"archive": true`,
    `archive: Lockstep always does what archive does, with links, modes, times and owners: leave it out`,
  ],
  [`"__proto__": 1`, `__proto__: there is no such field: lockstep --help --verbose lists the options`],
  [`"constructor": 1`, `constructor: there is no such field: lockstep --help --verbose lists the options`],
  [`"": 1`, `: there is no such field: lockstep --help --verbose lists the options`],
  [
    `"a\\u001b[31m": 1`,
    String.raw`a\u001b[31m: there is no such field: lockstep --help --verbose lists the options`,
  ],
  [`"quiet": true`, `quiet: is of the run and not of a job: give it to lockstep run, or leave it out`],
  [`"json": true`, `json: is of the run and not of a job: give it to lockstep run, or leave it out`],
  [`"ask": true`, `ask: asks at a terminal, which jobs do not have: leave it out, or set dry-run`],
  [`"help": true`, `help: is no field of a job: leave it out`],
  [`"status": "s.json"`, `status: is of all jobs together: put it beside "jobs"`],
  [`"defaults": {}`, `defaults: stands at the top of the file and not in here`],
  ...[
    "password",
    "smb-password",
    "TOKEN",
    "api_key",
    "apikey",
    "secret",
    "db-secret-key",
    "passphrase",
    "credentials",
  ].map((
    name,
  ) =>
    [
      `"${name}": "x"`,
      `${name}: secrets have no place in a file of jobs: whatever needs one, as a mount or a command, keeps its own`,
    ] as const
  ),
];

for (const [field, fault] of OF_A_FIELD) {
  Deno.test(`what is wrong with a field is one line: { ${field.slice(0, 60)} }: ${fault}`, () => {
    const faults = faultsOf(
      `{\n  "jobs": {\n    "a": { "source": "/s", "replica": "/r",\n${field}\n    }\n  }\n}`,
    );
    const line = `${PATH}:4: job "a": ${fault}`;
    if (fault.endsWith(" ")) assert(faults[0]?.startsWith(line), `${faults}`);
    else assertEquals(faults[0], line);
    assertEquals(faults.length, 1, faults.join("\n"));
  });
}

/** Whole files, and all that is said of them behind the path. */
const OF_A_FILE: readonly (readonly [text: string, ...faults: readonly string[]])[] = [
  [
    "",
    `1: the file is empty: write {"jobs": {"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}}`,
  ],
  [
    "// nothing\n",
    `1: the file is empty: write {"jobs": {"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}}`,
  ],
  [
    "[]",
    `1: the file takes an object: {"jobs": {"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}}`,
  ],
  [
    "{}",
    `1: jobs: is missing: write "jobs": {"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}`,
  ],
  [
    `{\n"jobs": {}}`,
    `2: jobs: there is no job: write {"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}`,
  ],
  [
    `{"jobs": []}`,
    `1: jobs: takes an object: {"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}`,
  ],
  [
    `{"jobs": {"a": 3}}`,
    `1: job "a": takes an object: {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}`,
  ],
  [
    `{"jobs": {\n"a": {}}}`,
    `2: job "a": has no source: add "source": "<folder>"`,
    `2: job "a": has no replica: add "replica": "<folder>"`,
  ],
  [
    `{"jobs": {"a": {"source": null, "replica": "/r"}}}`,
    `1: job "a": has no source: add "source": "<folder>"`,
  ],
  [`{"jobs": {"a": {"source": "", "replica": "/r"}}}`, `1: job "a": source: is empty: give <folder>`],
  [
    `{"jobs": {"a": {"source": "nas:/p", "replica": "/r"}}}`,
    `1: job "a": source: "nas:/p" is on another machine, which Lockstep does not reach: mount it first (sshfs, NFS, SMB), or write "./nas:/p" for a folder of that name`,
  ],
  // syntax
  [`{"jobs": {"a": {"source": "/s",\n "replica" "/r"}}}`, `2: ":" is missing before this`],
  [`{"jobs": {"a": {"source": "/s"\n "replica": "/r"}}}`, `2: "," is missing before this`],
  [`{"jobs": {"a": {"source": "/s", "replica": "/r"}}`, `1: "}" is missing`],
  [`{"jobs": {"a": {"source": 's'}}}`, `1: "'s'" is no JSON: texts stand in double quotes`],
  [`{jobs: {}}`, `1: "jobs" is no JSON: texts stand in double quotes`],
  [
    `{"jobs": {"a": {"source": "C:\\photos"}}}`,
    String.raw`1: "\" begins an escape in JSON: write "\\" for the character itself, or "/" in a path`,
  ],
  [`{"jobs": {"a": {"source": "x\n"}}}`, `1: the text has no closing quote`],
  [
    `{"jobs": {"a": {"source": "x\ty"}}}`,
    String.raw`1: there is a control character in the text: write it as "\t", "\n" or "\u001f"`,
  ],
  [`{"jobs": {} /* x`, `1: the comment has no end: "*/" is missing`],
  [`{"jobs": {}} {}`, `1: nothing may stand behind the last "}"`],
  [`{"exclude": [1}`, `1: "]" is missing before this`],
  [`{"jobs": }`, `1: a value is expected here, not "}"`],
  [`{"jobs": {}, 3: 4}`, `1: a name in double quotes is expected here, not "3"`],
  ["[".repeat(17), "1: nothing in a file of jobs is nested more than 16 deep"],
  ["[".repeat(100_000), "1: nothing in a file of jobs is nested more than 16 deep"],
  [`${'{"a":'.repeat(100_000)}`, "1: nothing in a file of jobs is nested more than 16 deep"],
];

const ONE = `"jobs": {"a": {"source": "/s", "replica": "/r"}}`;

const AT_THE_TOP: readonly (readonly [text: string, ...faults: readonly string[]])[] = [
  [`{"stats": "x", ${ONE}}`, `1: stats: there is no such field: did you mean "status"?`],
  [
    `{\n"job": {}}`,
    `1: jobs: is missing: write "jobs": {"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}`,
    `2: job: there is no such field: did you mean "jobs"?`,
  ],
  [
    `{"zzzzz": "x", ${ONE}}`,
    `1: zzzzz: there is no such field beside "jobs", only "$schema", "split", "defaults", "jobs", "status", "metrics", "report"`,
  ],
  [`{"interval": 3, ${ONE}}`, `1: interval: is of a job: put it into "defaults" or into a job`],
  [
    `{"token": 3, ${ONE}}`,
    `1: token: secrets have no place in a file of jobs: whatever needs one, as a mount or a command, keeps its own`,
  ],
  [`{"status": "a", "status": "b", ${ONE}}`, `1: status: is given twice: leave one out`],
  [`{${ONE},\n${ONE}}`, `2: jobs: is given twice: leave one out`],
  [`{"$schema": 3, ${ONE}}`, `1: $schema: takes a text`],
  [`{"status": "", ${ONE}}`, `1: status: is empty: give <file>`],
  [`{"status": true, ${ONE}}`, `1: status: takes a path, not true`],
  [`{"status": "\${NOT_SET}/x", ${ONE}}`, `1: status: the variable NOT_SET is not set`],
  [`{"defaults": [], ${ONE}}`, `1: defaults: takes an object: {"interval": "15m"}`],
  [`{"defaults": {"source": "/s"}, ${ONE}}`, `1: defaults: source: is of one job: put it into the jobs`],
  [`{"defaults": {"state": "/s"}, ${ONE}}`, `1: defaults: state: is of one job: put it into the jobs`],
  [
    `{"defaults": {"wach": true}, ${ONE}}`,
    `1: defaults: wach: there is no such field: did you mean "watch"?`,
  ],
  [`{"defaults": {"watch": null}, ${ONE}}`, `1: defaults: watch: takes true or false, not null`],
  [
    `{"defaults": {"interval": "x"}, ${ONE}}`,
    `1: defaults: interval: the interval "x" is not a time: write seconds (30) or 500ms, 5m, 1h30m, 1d`,
  ],
  // once, though it is wrong for both jobs
  [
    `{"defaults": {"threads": 99}, "jobs": {\n"a": {"source": "/s", "replica": "/r"},\n"b": {"source": "/s", "replica": "/q"}}}`,
    `1: defaults: threads: takes a whole number from 1 to 64, not "99"`,
  ],
  // where no job takes it
  [
    `{"defaults": {"threads": 99}, "jobs": {\n"a": {"source": "/s", "replica": "/r", "threads": 1}}}`,
    `1: defaults: threads: takes a whole number from 1 to 64, not "99"`,
  ],
  [
    `{"defaults": {"settle-time": "x"}, ${ONE}}`,
    `1: defaults: settle-time: takes a time like 10s, 5m or 8h, not "x"`,
  ],
  [
    `{"defaults": {"trash-keep": 30, "passes": "x", "log-keep": 0, "for": "y"}, ${ONE}}`,
    `1: defaults: trash-keep: takes a time with its unit, like 30d or 12h, not "30"`,
    `1: defaults: passes: takes a whole number from 1 on, not "x"`,
    `1: defaults: log-keep: takes a whole number from 1 to 100, not "0"`,
    `1: defaults: for: takes a time like 10s, 5m or 8h, not "y"`,
  ],
  // of what is wrong together, the job's own
  [
    `{"defaults": {"min-size": 9}, "jobs": {\n"a": {"source": "/s", "replica": "/r", "max-size": 1}}}`,
    `2: job "a": max-size: --min-size is larger than --max-size: no file is both`.replaceAll("--", ""),
  ],
  // what follows from another fault is not told
  [
    `{"jobs": {"a": {"source": "/s", "replica": "/r", "trash": 3, "trash-keep": "3d", "interval": "x", "passes": 3}}}`,
    `1: job "a": trash: takes true, false or a path, not 3`,
    `1: job "a": interval: the interval "x" is not a time: write seconds (30) or 500ms, 5m, 1h30m, 1d`,
  ],
  // all, in the order of the file
  [
    `{"jobs": {\n"a": {"source": "/s",\n"replica": 3,\n"watch": 1,\n"threads": 0},\n"b": {"source": "/s", "replica": "/r", "cron": 3}}}`,
    `3: job "a": replica: takes a path, not 3`,
    `4: job "a": watch: takes true or false, not 1`,
    `5: job "a": threads: takes a whole number from 1 to 64, not "0"`,
    `6: job "b": cron: takes a text, not 3`,
  ],
];

for (const [text, ...faults] of [...OF_A_FILE, ...AT_THE_TOP]) {
  Deno.test(`what is wrong with a file is told: ${JSON.stringify(text.slice(0, 90))}: ${faults[0]}`, () => {
    assertEquals(faultsOf(text), faults.map((line) => `${PATH}:${line}`));
  });
}

const NAMES: readonly (readonly [name: string, isGood: boolean])[] = [
  ["photos", true],
  ["Фото 2026", true],
  ["写真", true],
  ["हिन्दी", true],
  ["1.a_b-c d", true],
  ["a".repeat(64), true],
  ["𝒜".repeat(64), true],
  ["a".repeat(65), false],
  ["", false],
  [" a", false],
  ["a ", false],
  ["a  b", false],
  ["-a", false],
  [".a", false],
  ["a/b", false],
  ["a:b", false],
  ['a\\"b', false],
  ["a{b}", false],
  ["a\\nb", false],
  ["a\\u202eb", false],
  ["😀", false],
];

for (const [name, isGood] of NAMES) {
  Deno.test(`a job may ${isGood ? "" : "not "}be called "${name}"`, () => {
    const faults = faultsOf(`{"jobs": {"${name}": {"source": "/s", "replica": "/r"}}}`);
    assertEquals(faults.length, isGood ? 0 : 1, `${faults}`);
    if (!isGood) assertStringIncludes(faults[0]!, "name");
  });
}

Deno.test("two jobs whose names look the same are told", () => {
  const job = (n: number) => `{"source": "/s", "replica": "/r${n}"}`;
  assertEquals(faultsOf(`{"jobs": {"é": ${job(1)},\n"e\u0301": ${job(2)},\n"é": ${job(3)}}}`), [
    `${PATH}:2: job "e\u0301": is there twice: give one another name`,
    `${PATH}:3: job "é": is there twice: give one another name`,
  ]);
});

Deno.test("a mark in front and ends of lines of Windows change nothing", () => {
  const text = `{\n"jobs": {\n"a": {"source": "/s", "replica": "/r",\n"watch": 1}}}`;
  const fault = `${PATH}:4: job "a": watch: takes true or false, not 1`;
  assertEquals(faultsOf(text), [fault]);
  assertEquals(faultsOf(`\ufeff${text.replaceAll("\n", "\r\n")}`), [fault]);
});

const ANY_NAME = fc.oneof(
  fc.constantFrom(
    ...OPTIONS.map(({ name }) => name),
    "source",
    "replica",
    "log",
    "jobs",
    "defaults",
    "$schema",
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const ANY_VALUE = fc.oneof(
  fc.constantFrom("/s", "/r", "a/b", "~/x", "${HOME}/x", "5m", "@daily", "10%", "", "..", "a/../b", "/"),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.double(),
  fc.boolean(),
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(fc.constantFrom("a", "!a", "*", "", "#", "/s/x")),
);
const ANY_JOB = fc.array(fc.tuple(ANY_NAME, ANY_VALUE), { maxLength: 8 }).map((fields) =>
  `{"source": "/s", "replica": "/r${Math.random()}"${
    fields.map(([name, value]) => `, ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join("")
  }}`
);

Deno.test("whatever stands in a file of jobs, it is read or told in lines that name the file and the line", () => {
  const check = (text: string) => {
    const file = jobsIn(text, PATH, env);
    if (!("faults" in file)) return assert(file.jobs.length > 0);
    assert(file.faults.length > 0);
    for (const line of file.faults) {
      assert(
        line.startsWith(`${PATH}:`) && /^\d+: [^\p{Cc}\p{Cs}]+$/u.test(line.slice(PATH.length + 1)),
        line,
      );
    }
  };
  fc.assert(fc.property(fc.string({ unit: "binary" }), check), { numRuns: 300 });
  fc.assert(fc.property(fc.json(), check), { numRuns: 300 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "binary" }), ANY_JOB), { maxLength: 3 }),
      ANY_JOB,
      (jobs, defaults) =>
        check(
          `{"defaults": ${defaults}, "jobs": {${
            jobs.map(([name, job]) => `${JSON.stringify(name)}: ${job}`).join(",\n")
          }}}`,
        ),
    ),
    { numRuns: 500 },
  );
});

Deno.test("a thousand jobs, a chain of them and a thousand wrong ones are read in a moment", async () => {
  const filed = (job: (i: number) => string) =>
    `{"jobs": {${Array.from({ length: 1000 }, (_, i) => `"job ${i}": ${job(i)}`).join(",\n")}}}`;
  const fine = [
    (i: number) => `{"source": "/a/${i}", "replica": "/b/${i}", "cron": "@daily", "trash": true, "log": "l"}`,
    (i: number) => `{"source": "/a/${i}", "replica": "/a/${i + 1}"}`,
    (i: number) =>
      i < 500 ? `{"source": "/d", "replica": "/b/${i}"}` : `{"source": "/c/${i}", "replica": "/d/${i}"}`,
  ];
  for (const job of fine) assertEquals(good(filed(job)).jobs.length, 1000);
  assertEquals(faultsOf(filed(() => `{"source": "/a", "replica": "/b"}`)).length, 999);
  assertEquals(faultsOf(filed((i) => `{"source": "/a/${i}", "replica": "/a/${(i + 1) % 1000}"}`)).length, 1);
  // the time is taken of the reading, in turns that let others in
  await inFolder(async (at) => {
    Deno.writeTextFileSync(`${at}/jobs.jsonc`, filed(fine[0]!));
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    const file = await readJobFile(`${at}/jobs.jsonc`);
    clearInterval(count);
    assert("jobs" in file && turns > 1, `${turns}`);
  });
});

/** What stands where the file should be, and what is said of it. */
const FILES: (readonly [name: string, make: (path: string) => void, fault: string])[] = [
  ["nothing", () => {}, `There is no file of jobs "PATH": write one, or name it with --config <file>`],
  ["a folder", Deno.mkdirSync, `Cannot read the jobs in "PATH": it is a folder; name the file in it`],
  [
    "a folder above that is a file",
    (path) => Deno.writeTextFileSync(path.slice(0, path.lastIndexOf("/")), ""),
    IS_WINDOWS ? `There is no file of jobs "PATH"` : `Cannot read the jobs in "PATH": `,
  ],
  [
    "100 MB",
    (path) => {
      Deno.writeTextFileSync(path, "{");
      Deno.truncateSync(path, 100_000_000);
    },
    `Cannot read the jobs in "PATH": it is larger than 1 MiB, and no file of jobs`,
  ],
  [
    "Latin-1",
    (path) => Deno.writeFileSync(path, new Uint8Array([0x7b, 0xe9, 0x7d])),
    `Cannot read the jobs in "PATH": it is not UTF-8; save it as such`,
  ],
  ["an empty file", (path) => Deno.writeTextFileSync(path, ""), `PATH:1: the file is empty: write {"jobs": `],
];

if (!IS_WINDOWS) {
  FILES.push([
    "a FIFO",
    (path) => new Deno.Command("mkfifo", { args: [path] }).outputSync(),
    `Cannot read the jobs in "PATH": it is no ordinary file; save the jobs in one`,
  ]);
}

for (const [name, make, fault] of FILES) {
  Deno.test(`readJobFile() says in one line what is wrong with ${name}`, () =>
    inFolder(async (at) => {
      const path = name.startsWith("a folder above") ? `${at}/jobs/jobs.jsonc` : `${at}/jobs.jsonc`;
      make(path);
      const file = await readJobFile(path);
      if (!("faults" in file)) throw new Error("Nothing is wrong");
      assertEquals(file.faults.length, 1);
      assert(file.faults[0]!.startsWith(fault.replace("PATH", path)), file.faults[0]);
    }));
}

Deno.test("readJobFile() reads a file with a mark in front, and takes its folder for relative paths", () =>
  inFolder(async (at) => {
    const path = `${at}/jobs.jsonc`;
    Deno.writeTextFileSync(path, `\ufeff{"jobs": {"a": {"source": "s", "replica": "r"}}}`);
    const file = await readJobFile(path);
    if ("faults" in file) throw new Error(file.faults.join("\n"));
    assertEquals([file.path, file.jobs[0]!.options.source], [path, `${at}/s`].map((one) => resolve(one)));
  }));
