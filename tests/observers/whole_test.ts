/** What the status files of a split's jobs come to: which of them count, and the one answer. A wrong OK must not come of any. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BLANK } from "../../sync/engine/report.ts";
import { healthOf } from "../../sync/observers/health.ts";
import { checkupJson, checkupOf, checkupText, firstLine } from "../../sync/observers/health_text.ts";
import { countsOf } from "../../sync/observers/known.ts";
import type { OfSplit } from "../../sync/observers/observer.ts";
import type { JobStatus } from "../../sync/observers/status_file.ts";
import { type Asked, counting, type Found, sinceSplit, wholeOf } from "../../sync/observers/whole.ts";

const NOW = Date.UTC(2026, 0, 2);
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString();

const NEW: OfSplit = { id: "0badcafe", made: ago(1), jobs: 3, source: "/s", replica: "/r" };
const OLD: OfSplit = { ...NEW, id: "01234567", made: ago(25), jobs: 4 };
const ELSEWHERE: OfSplit = { ...OLD, id: "89abcdef", source: "/other" };

const PAST: NonNullable<JobStatus["lastPass"]> = {
  number: 1,
  whole: true,
  began: ago(0.5),
  ended: ago(0.5),
  durationMs: 1,
  result: "success",
  status: 0,
  ...countsOf(BLANK),
  bytes: 1 << 20,
};

function job(name: string | null, change: Partial<JobStatus> = {}): JobStatus {
  return {
    name,
    source: `/s/${name}`,
    replica: `/r/${name}`,
    state: "stopped",
    inSyncSince: ago(0.5),
    lastSuccess: ago(0.5),
    pass: null,
    lastPass: PAST,
    nextPass: null,
    intervalMs: null,
    cron: null,
    watch: false,
    endless: false,
    failures: { count: 0, first: [] },
    refused: null,
    consecutiveFailures: 0,
    entries: { source: 1000, replica: 1000 },
    ...change,
  };
}

/** A file of that name. */
function found(name: string, split: OfSplit | null, ...jobs: readonly JobStatus[]): Found {
  const file = { written: ago(0.4), pid: 1, locked: true, ...(split && { split }), jobs };
  return { name, file, isHeld: false };
}

/** A job of a split, in its own file. */
const own = (name: string, split: OfSplit, change?: Partial<JobStatus>) =>
  found(`${name}.json`, split, job(name, change));

const later = { lastSuccess: ago(0.1) };

/** The files of a folder; the split that counts, and the jobs with when they were last in sync, in hours. */
const FOLDERS: readonly (readonly [string, readonly Found[], string | null, string])[] = [
  ["of no split", [found("a.json", null, job("x"), job("y"))], null, "x 0.5, y 0.5"],
  ["of one split", [own("a", NEW), own("b", NEW)], "0badcafe", "a 0.5, b 0.5"],
  ["of a split and the one before", [own("a", OLD), own("b", NEW), own("c", OLD)], "0badcafe", "b 0.5"],
  ["of a split and of none", [own("a", NEW), found("x.json", null, job("x"))], "0badcafe", "x 0.5, a 0.5"],
  [
    "with a copy of a job's file",
    [found("a copy.json", NEW, job("a", later)), own("a", NEW), own("b", NEW)],
    "0badcafe",
    "a 0.5, b 0.5",
  ],
  [
    "with a copy behind a job's file",
    [own("a", NEW), found("b copy.json", NEW, job("a", later))],
    "0badcafe",
    "a 0.5",
  ],
  [
    "with a file of all jobs",
    [found("_all.json", NEW, job("a", later), job("b", later)), own("a", NEW)],
    "0badcafe",
    "a 0.5, b 0.1",
  ],
  [
    "whose names are written in the other way",
    [found("e\u0301.json", NEW, job("\u00e9"))],
    "0badcafe",
    "é 0.5",
  ],
];

for (const [name, files, split, expected] of FOLDERS) {
  Deno.test(`counting() takes what counts of a folder ${name}`, () => {
    for (const order of [files, files.toReversed()]) {
      const counted = counting(order);
      assertEquals(counted.split?.id ?? null, split);
      const jobs = counted.jobs.map(({ job }) =>
        `${job.name} ${(NOW - Date.parse(job.lastSuccess!)) / HOUR}`
      );
      assertEquals(jobs.sort(), expected.split(", ").sort());
      assertEquals(counted.others, []);
    }
  });
}

Deno.test("counting() tells a split of other trees, which the newest has not taken the place of", () => {
  const { split, jobs, others } = counting([own("a", NEW), own("b", ELSEWHERE), own("c", OLD)]);
  assertEquals([split?.id, jobs.length, others], ["0badcafe", 1, [ELSEWHERE]]);
});

Deno.test("sinceSplit() takes a job's own word since the split, and no other's", () => {
  const a = { name: "a", path: "a" };
  assertEquals(sinceSplit(own("a", NEW), a, NEW)?.job.name, "a");
  assertEquals(sinceSplit(own("a", OLD), a, NEW), null);
  assertEquals(sinceSplit(own("b", NEW), a, NEW), null);
  assertEquals(sinceSplit(found("a.json", null, job("a")), a, NEW), null);
  // of other folders, by hand
  assertEquals(sinceSplit(own("a", NEW), { name: "a", path: "b" }, NEW), null);
});

const ASKED: Asked = { of: 3, unread: 0, absent: [], isNamed: false, maxAge: null, now: NOW };

function checkup(files: readonly Found[], asked: Partial<Asked> = {}, unknown: readonly string[] = []) {
  const how = { ...ASKED, ...asked };
  const { split, jobs } = counting(files);
  const checked = jobs.map(({ job, seen }) => ({ job, health: healthOf(job, seen, how.maxAge, how.now) }));
  return checkupOf(checked, unknown, wholeOf(split!, checked, how));
}

const FAILED = {
  inSyncSince: null,
  failures: { count: 2, first: [{ path: "x", text: 'Cannot read "x": permission denied' }] },
};
const NEVER = { ...FAILED, lastSuccess: null };
const ALL = ["a", "b", "top"].map((name) => own(name, NEW));
const [A, B, TOP] = ALL as [Found, Found, Found];
const DATA = "'in sync'=3;;;0;3 'failed entries'=0;;;0 'oldest age'=1800s;;93600;0";

const LINES: readonly (readonly [string, string, readonly Found[], Partial<Asked>?, string[]?])[] = [
  ["all in sync", `OK - 3 of 3 jobs in sync, the oldest 30m ago | ${DATA}`, ALL],
  [
    "one that failed",
    `WARNING - 2 of 3 jobs in sync, the oldest 1h ago: b: 2 entries failed, the first: Cannot read "x": permission denied | ` +
    "'in sync'=2;;;0;3 'failed entries'=2;;;0 'oldest age'=3600s;;93600;0",
    [A, own("b", NEW, { ...FAILED, lastSuccess: ago(1) }), TOP],
  ],
  [
    "one that was never in sync",
    "CRITICAL - 2 of 3 jobs in sync: b: It has never been in sync | " +
    "'in sync'=2;;;0;3 'failed entries'=2;;;0 'oldest age'=U;;93600;0",
    [A, own("b", NEW, NEVER), TOP],
  ],
  [
    "one that has not begun",
    "WARNING - 2 of 3 jobs in sync: 1 has not begun since the split, 1h ago | " +
    "'in sync'=2;;;0;3 'failed entries'=0;;;0 'oldest age'=U;;93600;0",
    [A, TOP],
  ],
  ["one whose file is of the split before", "WARNING - 2 of 3 jobs in sync: 1 has not begun", [
    A,
    own("b", OLD),
    TOP,
  ]],
  [
    "two that have not begun, by their names",
    "WARNING - 1 of 3 jobs in sync: 2 have not begun since the split, 1h ago (a, b) | ",
    [TOP],
    { absent: ["a", "b"] },
  ],
  [
    "one that has not begun for too long",
    "CRITICAL - 2 of 3 jobs in sync: 1 has not begun since the split, 1h ago | ",
    [A, TOP],
    { maxAge: HOUR - 1 },
  ],
  [
    "one that is old",
    "CRITICAL - 3 of 3 jobs in sync, the oldest 1d 3h ago: b: It was last in sync 1d 3h ago, longer than 1d 2h | ",
    [A, own("b", NEW, { lastSuccess: ago(27) }), TOP],
  ],
  ["a file that cannot be read", "UNKNOWN - 2 of 3 jobs in sync: x | ", [A, B], { unread: 1 }, ["x"]],
  [
    "many that are not well",
    "CRITICAL - 1 of 6 jobs in sync: b: It has never been in sync; 1 has not begun since the split, 1h ago; " +
    "a: 2 entries failed, the first: ",
    [own("a", NEW, FAILED), own("b", NEW, NEVER), own("c", NEW, FAILED), own("d", NEW, FAILED), TOP],
    { of: 6 },
  ],
  ["a split that says too little", "OK - 3 of 3 jobs in sync", ALL, { of: 1 }],
];

for (const [name, expected, files, asked, unknown] of LINES) {
  Deno.test(`the one answer over a split has ${name}`, () => {
    const line = firstLine(checkup(files, asked, unknown));
    assert(line.startsWith(`LOCKSTEP ${expected}`), line);
    assertMatch(
      line,
      /^[^|]+ \| 'in sync'=\d+;;;0;\d+ 'failed entries'=\d+;;;0 'oldest age'=(U|\d+s);;\d+;0$/,
    );
  });
}

Deno.test("the table over a split has what is not well alone, 20 jobs at the most, and the oldest", () => {
  const text = (files: readonly Found[], asked?: Partial<Asked>) =>
    checkupText(checkup(files, asked), NOW).split("\n").slice(1);
  const end = ["The oldest: a, last in sync 30m ago", "In all: 3,000 entries; the last passes copied 3 MiB"];
  assertEquals(text(ALL), end);
  const named = text(ALL, { isNamed: true });
  assertEquals(named.length, 1 + 3 + 2);
  assertStringIncludes(named[1]!, "a    OK ");
  const many = Array.from({ length: 30 }, (_, i) => own(`part ${i}`, NEW, FAILED));
  const lines = text([...many, own("worst", NEW, NEVER)], { of: 33 });
  assertEquals(lines[0], "WARNING: 2 have not begun since the split, 1h ago");
  assertMatch(lines[2]!, /^worst +CRITICAL +never/);
  assertEquals(lines.filter((line) => line.includes("WARNING  ")).length, 19);
  assertEquals(lines.at(-2), "and 11 more jobs that are not OK");
});

Deno.test("the object over a split has the same facts, for programs", () => {
  const { v, level, jobs, ...rest } = JSON.parse(checkupJson(checkup([A, own("b", NEW, FAILED)])));
  assertEquals([v, level, jobs.length], [1, "WARNING", 2]);
  assertEquals(rest, {
    split: NEW,
    inSync: 1,
    of: 3,
    oldestMs: null,
    notBegun: 1,
    problems: [{ level: "WARNING", text: "1 has not begun since the split, 1h ago" }],
    failed: 2,
    entries: 2000,
    bytes: 2 << 20,
    unknown: [],
  });
  assertEquals(JSON.parse(checkupJson(checkup(ALL))).oldestMs, HOUR / 2);
  const plain = JSON.parse(checkupJson(checkupOf([], ["x"])));
  assertEquals(Object.keys(plain), ["v", "level", "jobs", "unknown"]);
});

Deno.test("wholeOf() warns of parts that changed something after top had begun", () => {
  const root = { source: "/s", replica: "/r" };
  const top = { ...root, lastPass: { ...PAST, began: ago(0.5), ended: ago(0.4) } };
  const told = (began: number, created: number, of = {}) => {
    const part = { ...of, lastPass: { ...PAST, began: ago(began), ended: ago(began), created } };
    const jobs = [job("a", part), job("b"), job("top", top)];
    const checked = jobs.map((job) => ({
      job,
      health: healthOf(job, { file: { written: ago(0.1), locked: false }, isHeld: false }, null, NOW),
    }));
    const asked = { of: 3, unread: 0, absent: [], isNamed: false, maxAge: null, now: NOW };
    return wholeOf(NEW, checked, asked).problems;
  };
  assertEquals(told(0.3, 1), [{
    level: "WARNING",
    text: "a changed something after the last pass of top: run top again",
  }]);
  // what did nothing, or was over before, is as it should be
  assertEquals([told(0.3, 0), told(0.6, 1)], [[], []]);
  // a slice of the root lies where top does
  assertEquals([told(0.3, 1, root).length, told(0.6, 1, root).length], [1, 0]);
});
