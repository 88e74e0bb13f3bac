/** Programs that are told of passes: real programs, told of events that the test makes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "../../sync/cli/options.ts";
import type { Line } from "../../sync/cli/line.ts";
import type { Event } from "../../sync/engine/event.ts";
import { BLANK, fold, type Report } from "../../sync/engine/report.ts";
import { observersOf } from "../../sync/observers/mod.ts";
import type { Job, Observer } from "../../sync/observers/observer.ts";
import { teller } from "../../sync/observers/tell.ts";
import { FILE } from "../support/entries.ts";
import { schemaOfEvents, violations } from "../support/json_schema.ts";
import { until } from "../support/program.ts";
import { inFolder, readIfThere } from "../support/tree.ts";

const SCHEMA = schemaOfEvents();
const HOUR = 3_600_000;

const CHANGE: Event = {
  kind: "change",
  planned: false,
  change: { kind: "create", path: "a", entry: FILE },
};
const FAILURE: Event = {
  kind: "failure",
  action: "copy",
  side: "source",
  path: "b\n",
  reason: { code: "EACCES" },
};
const CHANGING: Event = { ...FAILURE, reason: { code: "CHANGING" } };
const REFUSED: Event = { kind: "refused", rule: "free-space", needed: 5, free: 4 };
const AWAY: Event = { kind: "unusable", side: "replica", path: "/r", fault: { code: "absent" } };

function jobOf(observe: string[], name: string | null = null): Job {
  const command = parse(["/s", "/r", ...observe]);
  if (command.kind !== "mirror") throw new Error(JSON.stringify(command));
  return { name, source: "/s", replica: "/r", trash: null, options: command.options };
}

/** Let an observer hear a pass with some events. */
function pass(
  observer: Observer,
  job: Job,
  events: readonly Event[],
  now = 0,
  whole = true,
  dryRun = false,
): void {
  let report: Report = BLANK;
  const all: Event[] = [{ kind: "start", pass: 1, dryRun, whole }, ...events, { kind: "end", duration: 5 }];
  for (const event of all) {
    report = fold(report, event);
    observer.event!(job, event, report, now);
  }
}

/** A teller, what it says, and a program that writes each summary as a line of a file. */
function told(at: string, times = { limit: 60_000, grace: 100, again: HOUR }) {
  const lines: Line[] = [];
  const observer = teller({ tell: (line) => lines.push(line), now: Date.now }, times);
  const script = `${at}/tell`;
  Deno.writeTextFileSync(script, `#!/bin/sh\nexec cat >> '${at}'/told-$1\n`);
  Deno.chmodSync(script, 0o755);
  const summaries = (why: string) =>
    readIfThere(`${at}/told-${why}`).split("\n").filter((line) => line !== "").map((line) =>
      JSON.parse(line)
    );
  const all = ["failure", "success", "change"].flatMap((why) => [`--on-${why}`, `${script} ${why}`]);
  return { observer, lines, summaries, all };
}

const PASSES:
  readonly (readonly [what: string, events: readonly Event[], told: readonly string[], dryRun?: boolean])[] =
    [
      ["had nothing to do", [], ["success"]],
      ["changed something", [CHANGE], ["success", "change"]],
      ["failed for an entry", [CHANGE, FAILURE], ["failure", "change"]],
      ["failed for an entry and changed nothing", [FAILURE], ["failure"]],
      ["met entries that kept changing", [CHANGING], ["success"]],
      ["met entries that vanished", [{ kind: "vanished", count: 1, first: "a" }], ["success"]],
      ["was refused", [REFUSED], ["failure"]],
      ["was not possible", [AWAY], ["failure"]],
      ["was interrupted", [{ kind: "interrupted" }], []],
      ["was interrupted after a change", [CHANGE, { kind: "interrupted" }], ["change"]],
      ["brought an edit back", [{
        kind: "brought-back",
        change: (CHANGE as never as { change: never }).change,
      }], [
        "success",
        "change",
      ]],
      ["only planned", [CHANGE, FAILURE], [], true],
    ];

for (const [what, events, whys, dryRun] of PASSES) {
  Deno.test(`a pass that ${what} is told to ${whys.join(" and ") || "nobody"}`, () =>
    inFolder(async (at) => {
      const { observer, lines, summaries, all } = told(at);
      pass(observer, jobOf(all), events, 0, true, dryRun ?? false);
      await observer.close();
      const heard = ["failure", "success", "change"].filter((why) => summaries(why).length > 0);
      assertEquals(heard, [...whys].sort((a, b) => heard.indexOf(a) - heard.indexOf(b)));
      assertEquals(lines.filter(({ level }) => level !== "debug"), []);
      for (const why of whys) {
        const [summary] = summaries(why);
        assertEquals(violations(summary, SCHEMA), []);
        assertEquals([summary.why, summary.job, summary.source], [why, null, "/s"]);
      }
    }));
}

Deno.test("a summary has the first twenty failures, the counts, and why a pass was refused", () =>
  inFolder(async (at) => {
    const { observer, summaries, all } = told(at);
    const failures = Array.from({ length: 30 }, (_, i): Event => ({ ...FAILURE, path: `f${i}` } as Event));
    pass(observer, jobOf(all, "photos"), [...failures, AWAY]);
    await observer.close();
    const [summary] = summaries("failure");
    assertEquals([summary.job, summary.failed, summary.failures.length], ["photos", 30, 20]);
    assertEquals(summary.failures[0].reason.code, "EACCES");
    assertStringIncludes(summary.failures[0].text, `Cannot copy "f0" in the source`);
    assertStringIncludes(summary.refusal, `Cannot use the replica "/r"`);
    assertEquals([summary.ended, summary.status], ["unusable", 3]);
  }));

Deno.test("a failure is told when it begins, then each hour, and anew when it is another or comes back", () =>
  inFolder(async (at) => {
    const { observer, summaries, all } = told(at);
    const job = jobOf(all.slice(0, 2));
    let count = 0;
    /** A pass, and how often was told by then. */
    const after = async (events: readonly Event[], now: number, whole = true) => {
      pass(observer, job, events, now, whole);
      // what is told is there when the next pass is told, too
      await until("it was told", () => summaries("failure").length >= count);
      await new Promise((resolve) => setTimeout(resolve, 0));
      return summaries("failure").length;
    };
    count = 1;
    assertEquals(await after([FAILURE], 0), 1);
    assertEquals(await after([FAILURE, FAILURE], 60_000), 1);
    // some folders were fine: the failure is in others
    assertEquals(await after([], 120_000, false), 1);
    assertEquals(await after([FAILURE], HOUR - 1), 1);
    count = 2;
    assertEquals(await after([FAILURE], HOUR), 2);
    count = 3;
    assertEquals(await after([AWAY], HOUR + 1), 3);
    count = 4;
    assertEquals(await after([REFUSED], HOUR + 2), 4);
    assertEquals(await after([], HOUR + 3), 4);
    count = 5;
    assertEquals(await after([REFUSED], HOUR + 4), 5);
    await observer.close();
    const since = summaries("failure").map(({ failingSince }) => Date.parse(failingSince));
    assertEquals(since, [0, 0, 0, 0, HOUR + 4]);
  }));

Deno.test("while a command runs, only the newest pass waits for it, and two kinds or jobs do not wait for one another", () =>
  inFolder(async (at) => {
    const { observer, summaries } = told(at);
    const script = `${at}/slow`;
    Deno.writeTextFileSync(
      script,
      `#!/bin/sh\ncat >> '${at}'/told-$1; while [ ! -e '${at}'/go ]; do sleep 0.02; done\n`,
    );
    Deno.chmodSync(script, 0o755);
    const job = jobOf(["--on-change", `${script} change`, "--on-success", `${script} success`]);
    const other = jobOf(["--on-change", `${script} other`], "other");
    for (let i = 1; i <= 5; i++) pass(observer, job, Array.from({ length: i }, () => CHANGE));
    pass(observer, other, [CHANGE]);
    const isTold = (why: string) => readIfThere(`${at}/told-${why}`) !== "";
    await until("all three run at once", () => ["change", "success", "other"].every(isTold));
    assertEquals(summaries("change").length, 1);
    Deno.writeTextFileSync(`${at}/go`, "");
    await observer.close();
    assertEquals(summaries("change").map(({ created, skipped }) => [created, skipped]), [[1, 0], [5, 3]]);
    assertEquals(summaries("success").length, 2);
    assertEquals(summaries("other").map(({ job }) => job), ["other"]);
  }));

/** `limit`: how long one may take, in ms, that would take longer. */
const FAULTS:
  readonly (readonly [what: string, command: string, says: readonly (string | RegExp)[], limit?: number])[] =
    [
      ["ends with another status", `sh -c 'echo out; echo err >&2; exit 3'`, [
        /^The command of --on-change of job "j", "sh", ended with status 3$/,
        "sh: out",
        "sh: err",
      ]],
      ["is not there", "/no/such/program", ["could not be started: there is no such program"]],
      ["hangs", "sleep 60", ["was ended: it took longer than 1 second"], 700],
      ["hangs and hears no SIGTERM", `sh -c 'trap "" TERM; while :; do sleep 0.05; done'`, [
        "was ended: it took longer",
      ], 700],
      ["is killed", `sh -c 'kill -9 $$'`, ["was ended by SIGKILL"]],
      ["leaves a program behind that holds its output", `sh -c 'sleep 40 & exit 4'`, ["ended with status 4"]],
      ["reads nothing", `sh -c 'exec <&-; exit 5'`, ["ended with status 5"]],
      ["prints escapes", `sh -c 'printf "\\033[2Jx\\n"; exit 1'`, ["sh: \\u001b[2Jx"]],
    ];

for (const [what, command, says, limit = 30_000] of FAULTS) {
  Deno.test(`a command that ${what} is a warning, and nothing more`, () =>
    inFolder(async (at) => {
      const { observer, lines } = told(at, { limit, grace: 100, again: HOUR });
      const began = performance.now();
      pass(observer, jobOf(["--on-change", command], "j"), [CHANGE]);
      await observer.close();
      assert(performance.now() - began < 25_000);
      const texts = lines.map(({ level, text }) => `${level}: ${text}`).join("\n");
      for (const one of says) {
        const isSaid = lines.some(({ level, text }) =>
          level === "warning" && (typeof one === "string" ? text.includes(one) : one.test(text))
        );
        assert(isSaid, `${one} in\n${texts}`);
      }
    }));
}

Deno.test("a summary that nobody reads does not keep the run, even when a program left behind holds the pipe", () =>
  inFolder(async (at) => {
    const { observer, lines } = told(at);
    const failures = Array.from(
      { length: 20 },
      (_, i): Event => ({ ...FAILURE, path: `${"long".repeat(1000)}${i}` } as Event),
    );
    const began = performance.now();
    pass(observer, jobOf(["--on-failure", `sh -c 'exec 3<&0; sleep 40 <&3 & exit 6'`]), failures);
    await observer.close();
    assert(performance.now() - began < 25_000, `${performance.now() - began} ms`);
    assertStringIncludes(lines[0]!.text, "ended with status 6");
  }));

Deno.test("a job that was read anew is the same job", () =>
  inFolder(async (at) => {
    const { observer, summaries, all } = told(at);
    pass(observer, jobOf(all.slice(0, 2), "a"), [FAILURE]);
    pass(observer, jobOf(all.slice(0, 2), "a"), [FAILURE], 1000);
    pass(observer, jobOf(all.slice(0, 2), "b"), [FAILURE], 2000);
    await observer.close();
    assertEquals(summaries("failure").map(({ job }) => job).sort(), ["a", "b"]);
  }));

Deno.test("a command that floods its output is told all the same, and only the beginning is said", () =>
  inFolder(async (at) => {
    const { observer, lines } = told(at);
    const flood =
      `sh -c 'cat > "${at}/got"; head -c 20000000 /dev/zero | tr "\\0" "x" | fold -w 100; exit 1'`;
    pass(observer, jobOf(["--on-change", flood]), [CHANGE]);
    await observer.close();
    assertEquals(JSON.parse(readIfThere(`${at}/got`)).why, "change");
    assert(lines.length <= 22, `${lines.length} lines`);
    assert(lines.reduce((sum, { text }) => sum + text.length, 0) < 10_000);
    assertStringIncludes(lines[0]!.text, "ended with status 1");
    assertStringIncludes(lines.at(-1)!.text, "and more, which is not shown");
  }));

Deno.test("what a command prints that did its work is for --verbose", () =>
  inFolder(async (at) => {
    const { observer, lines } = told(at);
    pass(
      observer,
      jobOf(
        ["--on-change", `sh -c 'cat > /dev/null; echo "$LOCKSTEP_WHY $LOCKSTEP_JOB $LOCKSTEP_STATUS"'`],
        "j",
      ),
      [
        CHANGE,
        FAILURE,
      ],
    );
    await observer.close();
    assertEquals(lines.map(({ level }) => level), ["debug", "debug"]);
    assertEquals(lines[1]!.text, "sh: change j 23");
  }));

Deno.test("close() waits no longer than a command may take, whatever waits", () =>
  inFolder(async (at) => {
    const { observer, lines } = told(at, { limit: 500, grace: 100, again: HOUR });
    const job = jobOf(["--on-change", "sleep 60"]);
    pass(observer, job, [CHANGE]);
    pass(observer, job, [CHANGE]);
    const began = performance.now();
    await observer.close();
    assert(performance.now() - began < 25_000, `${performance.now() - began} ms`);
    assertStringIncludes(lines[0]!.text, "was ended: it took longer");
  }));

Deno.test("a run without commands has no teller", async () => {
  const { options } = jobOf([]);
  assertEquals(await observersOf(options.observe, { tell() {}, now: Date.now }), []);
  assertEquals(
    (await observersOf(jobOf(["--on-change", "a"]).options.observe, { tell() {}, now: Date.now })).length,
    1,
  );
});
