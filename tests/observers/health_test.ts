/** What `lockstep status` makes of a status file: rows of levels, the first line, and the words of the command. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseStatus } from "../../sync/cli/status.ts";
import { defaultMaxAge, type Health, healthOf, type Seen } from "../../sync/observers/health.ts";
import { checkupOf, checkupText, firstLine } from "../../sync/observers/health_text.ts";
import type { JobStatus } from "../../sync/observers/status_file.ts";

const NOW = Date.UTC(2026, 0, 2);
const MINUTE = 60_000;
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();

const PAST = {
  number: 1,
  whole: true,
  began: ago(6),
  ended: ago(5),
  durationMs: MINUTE,
  result: "success",
  status: 0,
  created: 0,
  updated: 0,
  attributes: 0,
  removed: 0,
  moved: 0,
  failed: 0,
  vanished: 0,
  left: 0,
  unmirrored: 0,
  bytes: 0,
} as const;

/** A job that waits in a loop, and is well. */
const WELL: JobStatus = {
  name: "photos",
  source: "/s",
  replica: "/r",
  state: "waiting",
  inSyncSince: ago(5),
  lastSuccess: ago(5),
  pass: null,
  lastPass: PAST,
  nextPass: ago(-10),
  intervalMs: 15 * MINUTE,
  cron: null,
  watch: false,
  endless: true,
  failures: { count: 0, first: [] },
  refused: null,
  consecutiveFailures: 0,
  entries: null,
};
const HELD: Seen = { file: { written: ago(5), locked: true }, isHeld: true };
const GONE: Seen = { ...HELD, isHeld: false };
const COPY: Seen = { file: { written: ago(5), locked: false }, isHeld: false };
const BAD = { inSyncSince: null, consecutiveFailures: 1 };
const REFUSAL = {
  kind: "refused",
  code: "max-delete",
  text: "Refused: x",
  option: null,
  since: ago(5),
} as const;
const ONCE = { state: "stopped", endless: false, intervalMs: null, nextPass: null } as const;
const { ended: _ended, durationMs: _took, result: _result, status: _status, ...UNDER_WAY } = PAST;
const FIRST = { ...BAD, lastSuccess: null, lastPass: null } as const;

const ROWS: readonly (readonly [Health["level"], string, Partial<JobStatus>, Seen?, number?])[] = [
  ["OK", "a loop that waits", {}],
  ["OK", "a loop that makes a pass", { state: "running", nextPass: null }],
  ["OK", "a run that ended as it should", ONCE, GONE],
  ["OK", "a file system without locks", {}, COPY],
  ["CRITICAL", "a loop that is gone", {}, GONE],
  ["CRITICAL", "a pass that is gone", { ...ONCE, state: "running" }, GONE],
  ["CRITICAL", "a first pass that is gone", { ...ONCE, ...FIRST, state: "starting" }, GONE],
  ["CRITICAL", "a next pass long overdue", { nextPass: ago(6) }],
  ["OK", "a next pass a little overdue", { nextPass: ago(4) }],
  ["CRITICAL", "a next pass long overdue, without locks", { nextPass: ago(6) }, COPY],
  ["WARNING", "a pass of which nothing is heard", { state: "running", nextPass: null }, {
    ...HELD,
    file: { written: ago(16), locked: true },
  }],
  ["CRITICAL", "the same without locks", { state: "running", nextPass: null }, {
    ...COPY,
    file: { written: ago(16), locked: false },
  }],
  ["WARNING", "a loop that was stopped", { state: "stopped", nextPass: null }, GONE],
  ["CRITICAL", "an age beyond --max-age", {}, HELD, 4 * MINUTE],
  ["OK", "an age of --max-age", {}, HELD, 5 * MINUTE],
  ["CRITICAL", "a run that was last made days ago", {
    ...ONCE,
    inSyncSince: ago(1600),
    lastSuccess: ago(1600),
  }, GONE],
  ["CRITICAL", "no success ever", { ...BAD, lastSuccess: null }],
  ["WARNING", "a first pass under way", { ...FIRST, state: "running", nextPass: null }],
  ["WARNING", "a first pass that waits for its time", { ...FIRST, cron: "0 2 * * *", intervalMs: null }],
  ["OK", "a start that is put off by --delay", { state: "starting", nextPass: null }, {
    ...HELD,
    file: { written: ago(60), locked: true },
  }],
  ["CRITICAL", "a run that made no pass", { ...FIRST, ...ONCE }, GONE],
  ["CRITICAL", "a run that a bug ended in a pass after one that was in sync", {
    ...ONCE,
    pass: UNDER_WAY,
  }, GONE],
  ["CRITICAL", "a refusal", { ...BAD, refused: REFUSAL }],
  ["WARNING", "a person who said no", { ...BAD, refused: { ...REFUSAL, code: "declined" } }],
  ["WARNING", "a disk that is away", { ...BAD, refused: { ...REFUSAL, kind: "unusable" } }],
  [
    "CRITICAL",
    "a disk that is away for too long",
    { ...BAD, refused: { ...REFUSAL, kind: "unusable" } },
    HELD,
    1,
  ],
  ["WARNING", "failures", { ...BAD, failures: { count: 2, first: [{ path: "a", text: "Cannot read" }] } }],
  ["WARNING", "an interrupted pass", { ...BAD, lastPass: { ...PAST, result: "interrupted" } }],
  ["WARNING", "a pass over what was decided on", BAD],
];

/** A file of a split as it is seen from another machine, on which no lock of it is known. */
function ofSplit(written: number, { isHeld = false, locked = true, made = 60 } = {}): Seen {
  const split = { id: "0badcafe", made: ago(made), jobs: 3, source: "/s", replica: "/r" };
  return { file: { written: ago(written), locked, split }, isHeld };
}
const RUNNING = { ...ONCE, state: "running" } as const;
/** As a run of the same split left it before. */
const AGAIN = RUNNING;
/** A first pass since the split, of what was in sync before it. */
const SINCE = { ...RUNNING, ...BAD, lastPass: null } as const;
const BEGUN = { ...RUNNING, ...FIRST } as const;

const SPLIT_ROWS: typeof ROWS = [
  ["OK", "a job of a split that ended as it should", ONCE, ofSplit(5)],
  ["OK", "one that is at work again and whose lock is seen", AGAIN, ofSplit(5, { isHeld: true })],
  ["OK", "one that is at work again without locks", AGAIN, ofSplit(5, { locked: false })],
  ["WARNING", "one that is at work again somewhere, or gone", AGAIN, ofSplit(5)],
  ["WARNING", "one that is at work again somewhere, 14 minutes after a word", AGAIN, ofSplit(14)],
  ["CRITICAL", "one that is gone from somewhere", AGAIN, ofSplit(16)],
  ["CRITICAL", "one that is gone, without locks", AGAIN, ofSplit(16, { locked: false })],
  ["WARNING", "one that says nothing, though its lock is seen", AGAIN, ofSplit(16, { isHeld: true })],
  ["WARNING", "a first pass under way somewhere", BEGUN, ofSplit(5)],
  ["WARNING", "a first pass under way somewhere, without locks", BEGUN, ofSplit(5, { locked: false })],
  ["CRITICAL", "a first pass that is gone from somewhere", BEGUN, ofSplit(16)],
  ["CRITICAL", "a first pass that takes days", BEGUN, ofSplit(5, { isHeld: true, made: 1600 })],
  ["WARNING", "the first pass since the split", SINCE, ofSplit(5, { isHeld: true })],
  [
    "CRITICAL",
    "the first pass since the split, of what is old",
    { ...SINCE, lastSuccess: ago(1600) },
    ofSplit(5, { isHeld: true }),
  ],
  ["WARNING", "a run that ended before its first pass since the split", {
    ...ONCE,
    ...SINCE,
    state: "stopped",
  }, ofSplit(5)],
  ["CRITICAL", "a part that was last in sync days ago", { ...ONCE, lastSuccess: ago(1600) }, ofSplit(5)],
  ["WARNING", "a machine whose clock is ahead", ONCE, ofSplit(-6)],
  ["OK", "a machine whose clock is a little ahead", ONCE, ofSplit(-4)],
  ["WARNING", "a part that failed", {
    ...ONCE,
    ...BAD,
    failures: { count: 1, first: [] },
  }, ofSplit(5)],
  ["WARNING", "a part whose source is gone", {
    ...ONCE,
    ...BAD,
    refused: { ...REFUSAL, kind: "unusable" },
  }, ofSplit(5)],
  ["CRITICAL", "a pass that a bug ended", { ...ONCE, pass: UNDER_WAY }, ofSplit(5)],
];

for (const [level, name, change, seen = HELD, maxAge = null] of [...ROWS, ...SPLIT_ROWS]) {
  Deno.test(`healthOf() is ${level} for ${name}`, () => {
    const health = healthOf({ ...WELL, ...change }, seen, maxAge, NOW);
    assertEquals(health.level, level, JSON.stringify(health.problems));
    assertEquals(health.problems.length > 0, level !== "OK");
  });
}

Deno.test("defaultMaxAge() follows from how often passes are made", () => {
  const hours = (job: Partial<JobStatus>) => defaultMaxAge({ ...WELL, ...job }, NOW) / 60 / MINUTE;
  assertEquals(hours({ intervalMs: MINUTE }), 1);
  assertEquals(hours({ intervalMs: 3 * 60 * MINUTE }), 9.05);
  assertEquals(hours({ intervalMs: null }), 26);
  const cron = (text: string) => hours({ intervalMs: null, cron: text });
  assertEquals([cron("0 * * * *"), cron("30 3 * * 0"), cron("0 12 * * 1-5")], [3, 170, 74]);
});

function checked(change: Partial<JobStatus>) {
  const job = { ...WELL, ...change };
  return { job, health: healthOf(job, HELD, 26 * 60 * MINUTE, NOW) };
}

/** The guidelines: one line of text, and labels, values and units behind one "|". */
const PLUGIN = /^LOCKSTEP (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+( \| ('[^'=|\n]+'=(U|\d+s?);;\d*;0 ?)+)?$/;

Deno.test("lockstep status has a first line as plug-ins have it, whatever is in the names", () => {
  const two = checkupOf([checked({}), checked({ name: "a|b='c'\n\x1b" })], []);
  assertEquals(
    firstLine(two),
    "LOCKSTEP OK - 2 of 2 jobs in sync | 'photos age'=300s;;93600;0 'photos failed'=0;;;0 " +
      "'a¦b__c_\\n\\u001b age'=300s;;93600;0 'a¦b__c_\\n\\u001b failed'=0;;;0",
  );
  const text = `Cannot read "a|b"\nx`;
  const bad = checkupOf([
    checked({}),
    checked({ name: null, ...BAD, failures: { count: 9, first: [{ path: "a", text }] } }),
    checked({ name: "|", ...BAD, refused: REFUSAL, lastSuccess: null }),
  ], ["There is no job |"]);
  assertMatch(firstLine(bad), PLUGIN);
  assertStringIncludes(firstLine(bad), "LOCKSTEP CRITICAL - 1 of 3 jobs in sync: ¦: ");
  const all = checkupText(bad, NOW).split("\n");
  assertEquals(all.slice(1).filter((line) => line.includes("|")), []);
  // deno-lint-ignore no-control-regex
  assert(all.every((line) => !/[\u0000-\u001f]/.test(line)));
  assertMatch(firstLine(checkupOf([], ["x"])), PLUGIN);
  assertMatch(firstLine(checkupOf([], [])), /^LOCKSTEP UNKNOWN - /);
});

const WORDS: readonly (readonly [string, unknown])[] = [
  ["a.json", { files: ["a.json"], jobs: [], maxAge: null, config: null }],
  ["dir/a b.json photos --max-age 26h", {
    files: ["dir/a", "b.json"],
    jobs: ["photos"],
    maxAge: 26 * 60 * MINUTE,
    config: null,
  }],
  ["-c jobs.jsonc a.json --max-age=2d", {
    files: [],
    jobs: ["a.json"],
    maxAge: 2880 * MINUTE,
    config: "jobs.jsonc",
  }],
  ["", { files: [], jobs: [], maxAge: null, config: "lockstep.jsonc" }],
  ["photos", { files: [], jobs: ["photos"], maxAge: null, config: "lockstep.jsonc" }],
  ["folder photos", { files: ["folder"], jobs: ["photos"], maxAge: null, config: null }],
  ["-c jobs.jsonc folder", { files: [], jobs: ["folder"], maxAge: null, config: "jobs.jsonc" }],
  ["a.json --max-age 26", "give it a unit"],
  ["a.json --max-age never", "--max-age takes a time"],
  ["a.json --max-age", "--max-age needs a value"],
  ["a.json --maxage=1h", "did you mean --max-age?"],
  ["a.json --config x -c y", "given twice"],
];

for (const [line, expected] of WORDS) {
  Deno.test(`parseStatus() reads "${line}"`, () => {
    const asked = parseStatus(line.split(" ").filter((word) => word !== ""), (word) => word === "folder");
    if (typeof expected === "string") {
      assertStringIncludes(asked.kind === "usage" ? asked.text : JSON.stringify(asked), expected);
    } else {
      if (asked.kind !== "status") throw new Error(asked.text);
      const { kind: _, json: __, ...rest } = asked;
      assertEquals(rest, expected);
    }
  });
}
