/** What jobs of one file would do to each other, told before anything is done. */
import { assertEquals } from "@std/assert";
import { jobsIn } from "../../sync/jobs/file.ts";
import { unixPaths } from "../support/paths.ts";

/** Jobs, one to a line from line 2 on: "source > replica", with other fields behind a comma. */
function faultsOf(jobs: readonly string[], top = ""): readonly string[] {
  const lines = jobs.map((job, i) => {
    const [, source, replica, rest] = /^(\S+) > ([^,\s]+)(.*)$/s.exec(job)!;
    return `"${"abcdefghij"[i]}": {"source": "${source}", "replica": "${replica}"${rest}}`;
  });
  const file = jobsIn(`{${top} "jobs": {\n${lines.join(",\n")}}}`, "/f/j.jsonc", () => "/home/ada");
  return "faults" in file ? file.faults.map((line) => unixPaths(line).replace("/f/j.jsonc:", "")) : [];
}

const ROWS: readonly (readonly [what: string, jobs: readonly string[], ...faults: readonly string[]])[] = [
  ["jobs side by side", ["/a > /b", "/c > /d"]],
  ["one source, two replicas", ["/a > /b", "/a > /c"]],
  ["a source in a source", ["/a > /b", "/a/x > /c"]],
  ["names that begin alike", ["/a > /b", "/c > /bb", "/ab > /b.d"]],
  ["a chain", ["/a > /b", "/b > /c", "/c > /d"]],
  ["a chain the other way round", ["/b > /c", "/a > /b"]],
  ["a chain from a part of a replica", ["/a > /b", "/b/x > /c"]],
  ["a chain from a folder of replicas", ["/a > /r/a", "/b > /r/b", "/r > /c"]],
  ["a log for all", ['/a > /b, "log": "/l"', '/c > /d, "log": "/l"']],
  [
    "a log for all that is renamed",
    ["/a > /b", "/c > /d"].map((job) => `${job}, "log": "/l", "log-max-size": "1MiB"`),
  ],
  [
    "a log for all that only one of them renames",
    ['/a > /b, "log": "/l"', '/c > /d, "log": "/l", "log-max-size": "1MiB"'],
    `3: job "b": log: is the log of job "a", too: give both the same log-max-size and log-keep`,
  ],
  ["a trash beside each", ['/a > /b, "trash": true', '/c > /d, "trash": true']],
  ["a log in a source", ['/a > /b, "log": "/c/l"', "/c > /d"]],
  ["what is in the job's own replica, of which the run decides", ['/a > /b, "log": "/b/l"']],
  ["one folder", ["/a > /a"], `2: job "a": replica: is the source: a replica is another folder`],
  [
    "one folder, spelled in two ways",
    ["/a > /x/../a/."],
    `2: job "a": replica: is the source: a replica is another folder`,
  ],
  [
    "one folder, by the home",
    ["~/a > ${HOME}/a/"],
    `2: job "a": replica: is the source: a replica is another folder`,
  ],
  [
    "a replica in its source",
    ["/a > /a/b"],
    `2: job "a": replica: lies in the source "/a", which would copy it into itself`,
  ],
  [
    "a replica in the root",
    ["/ > /b"],
    `2: job "a": replica: lies in the source "/", which would copy it into itself`,
  ],
  [
    "a source in its replica",
    ["/a/b > /a"],
    `2: job "a": replica: holds the source "/a/b", and would delete it`,
  ],
  ["one replica", ["/a > /b", "/c > /d", "/e > /b/"], `4: job "c": replica: is the replica of job "a", too`],
  [
    "a replica in another",
    ["/a > /b", "/c > /b/x/y"],
    `3: job "b": replica: lies in the replica of job "a", which would delete it`,
  ],
  [
    "a replica around another",
    ["/a > /b/x", "/c > /b"],
    `2: job "a": replica: lies in the replica of job "b", which would delete it`,
  ],
  [
    "back again",
    ["/a > /b", "/b > /a"],
    `3: job "b": replica: the jobs go round in a circle, "a" -> "b" -> "a": leave one out`,
  ],
  [
    "a circle of three",
    ["/c > /a", "/x > /y", "/b > /c", "/a > /b"],
    `5: job "d": replica: the jobs go round in a circle, "a" -> "d" -> "c" -> "a": leave one out`.replace(
      `"a" -> "d" -> "c" -> "a"`,
      `"c" -> "a" -> "d" -> "c"`,
    ),
  ],
  [
    "a circle by way of a folder inside",
    ["/a > /b", "/b/x > /a/y"],
    `3: job "b": replica: the jobs go round in a circle, "a" -> "b" -> "a": leave one out`,
  ],
  [
    "a circle beside a chain that leads into it",
    ["/0 > /a", "/a/1 > /b", "/b > /a/1/x"],
    `4: job "c": replica: lies in the replica of job "a", which would delete it`,
    `4: job "c": replica: the jobs go round in a circle, "b" -> "c" -> "b": leave one out`,
  ],
  [
    "one trash",
    ['/a > /b, "trash": "/t"', '/c > /d,\n"trash": "/t"'],
    `4: job "b": trash: is the trash of job "a", too`,
  ],
  [
    "one trash by default",
    ["/a > /b", "/c > /d"].map((job) => `${job}, "trash": "/t"`),
    `3: job "b": trash: is the trash of job "a", too`,
  ],
  [
    "a trash in another's replica",
    ['/a > /b, "trash": "/d/t"', "/c > /d"],
    `2: job "a": trash: "/d/t" lies in the replica of job "b", which would delete it`,
  ],
  [
    "the default's trash as a replica",
    ['/a > /b, "trash": true', "/c > /b.trash"],
    `2: job "a": trash: "/b.trash" lies in the replica of job "b", which would delete it`,
  ],
  [
    "a replica in another's trash",
    ['/a > /b, "trash": "/t"', "/c > /t/x"],
    `3: job "b": replica: lies in the trash of job "a"`,
  ],
  [
    "one state",
    ["/a > /b", "/c > /d"].map((job) => `${job}, "keep-edits": true, "state": "/s"`),
    `3: job "b": state: is the state of job "a", too: each needs a file of its own`,
  ],
  [
    "one manifest",
    ["/a > /b", "/c > /d"].map((job) => `${job}, "manifest": "/m"`),
    `3: job "b": manifest: is the manifest of job "a", too: each needs a file of its own`,
  ],
  [
    "a log that is the manifest",
    ['/a > /b, "manifest": "/m", "log": "/m"'],
    `2: job "a": manifest: is the log of job "a", too: each needs a file of its own`,
  ],
  [
    "a log in another's replica",
    ['/a > /b, "log": "/d/l"', "/c > /d"],
    `2: job "a": log: lies in the replica of job "b", which would delete it`,
  ],
  [
    "a state in another's replica",
    ['/a > /b, "keep-edits": true, "state": "/d/l"', "/c > /d"],
    `2: job "a": state: lies in the replica of job "b", which would delete it`,
  ],
];

for (const [what, jobs, ...faults] of ROWS) {
  Deno.test(`of jobs that touch each other, ${what}: ${faults[0] ?? "nothing is wrong"}`, () =>
    assertEquals(faultsOf(jobs), faults));
}

const COMMON: readonly (readonly [top: string, ...faults: readonly string[]])[] = [
  [`"status": "s", "metrics": "m", "report": "r",`],
  [`"status": "s", "report": "./s",`, `1: report: is the status, too: each needs a file of its own`],
  [`"metrics": "j.jsonc",`, `1: metrics: is the file of jobs, too: each needs a file of its own`],
  [`"report": "../f/./j.jsonc",`, `1: report: is the file of jobs, too: each needs a file of its own`],
  [`"status": "/l",`, `2: job "a": log: is the status, too: each needs a file of its own`],
  [`"metrics": "/b/m",`, `1: metrics: lies in the replica of job "a", which would delete it`],
  [`"report": "/a/x/r",`, `1: report: lies in the source of job "a": each pass would change it`],
];

for (const [top, ...faults] of COMMON) {
  Deno.test(`{ ${top} } beside jobs: ${faults[0] ?? "nothing is wrong"}`, () => {
    assertEquals(faultsOf([`/a > /b, "log": "/l"`], top), faults);
  });
}
