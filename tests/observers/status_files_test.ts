/** The status files that the jobs of a split keep: one each, taken when its job begins, let go when its pass is over. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Line } from "../../sync/cli/line.ts";
import type { Event } from "../../sync/engine/event.ts";
import { isFileLocked } from "../../sync/disk/locking.ts";
import { BLANK, fold, type Report } from "../../sync/engine/report.ts";
import { healthOf } from "../../sync/observers/health.ts";
import type { Job, Observing, OfSplit } from "../../sync/observers/observer.ts";
import { statusKeeper } from "../../sync/observers/status.ts";
import { type JobStatus, readStatus, type StatusFile } from "../../sync/observers/status_file.ts";
import { statusFiles } from "../../sync/observers/status_files.ts";
import { schemaIn, violations } from "../support/json_schema.ts";
import { ALONE } from "../support/split.ts";
import { inFolder, namesIn } from "../support/tree.ts";
import { CREATED, FAILED, jobOf, observing, pass, REFUSED, START } from "./told.ts";

const SCHEMA = schemaIn("status.md");
const SPLIT: OfSplit = {
  id: "0badcafe",
  made: "2025-12-31T23:00:00.000+00:00",
  jobs: 3,
  source: "/whole",
  replica: "/copy",
};
const NEXT: OfSplit = { ...SPLIT, id: "89abcdef", made: "2026-01-01T23:00:00.000+00:00" };
const END: Event = { kind: "end", duration: 1 };

function read(path: string): StatusFile {
  const text = Deno.readTextFileSync(path);
  assertEquals(violations(JSON.parse(text), SCHEMA), []);
  const file = readStatus(text);
  if (typeof file === "string") throw new Error(file);
  return file;
}

const part = (name: string, words: readonly string[] = []) => jobOf(name, words, `/copy/${name}`);
/** A job that has a slice of the names in "/s". */
function sliceOf(name: string): Job {
  const job = part(name);
  const slice = { from: "", to: null };
  const places = { source: "/whole", replica: "/copy", path: "s", lock: "/lock" };
  return { ...job, options: { ...job.options, part: { ...ALONE, ...places, slice } } };
}

const top: Job = { ...jobOf("top", [], "/copy"), source: "/whole" };

/** A run of some jobs, each of which keeps its file in a folder. */
async function run(at: string, split: OfSplit, ...jobs: readonly Job[]) {
  const said: Line[] = [];
  const reports = new Map<Job, Report>();
  const room = { now: Date.UTC(2026, 0, 1) };
  const given: Observing = { tell: (line) => said.push(line), now: () => room.now, split };
  const names = jobs.map(({ name }) => name!);
  const observer = await statusFiles(
    { folder: at, fileOf: (job) => `${at}/${job}.json`, jobs: names },
    given,
  );
  observer?.jobs?.(jobs);
  return Object.assign(room, {
    said,
    observer,
    tell(job: Job, ...events: readonly Event[]) {
      for (const event of events) {
        const report = fold(reports.get(job) ?? BLANK, event);
        reports.set(job, report);
        observer?.event?.(job, event, report, room.now);
      }
    },
  });
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 120_000; !await holds();) {
    if (Date.now() > end) throw new Error("It never came");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("each job of a split keeps a file of its own from the beginning of its pass, and lets go of it at the end", () =>
  inFolder(async (at) => {
    const [a, b, c] = [part("a"), part("b"), part("c")];
    const { tell, observer, said } = await run(at, SPLIT, a, b, c);
    assertEquals(namesIn(at), []);
    tell(a, START, CREATED);
    await until(() => namesIn(at).includes("a.json"));
    const during = read(`${at}/a.json`);
    assertEquals([during.split, during.jobs.length, during.jobs[0]!.state], [SPLIT, 1, "running"]);
    assertEquals(await isFileLocked(`${at}/a.json`), true);
    tell(b, ...pass(FAILED));
    tell(a, END);
    await until(async () => namesIn(at).includes("b.json") && !await isFileLocked(`${at}/a.json`));
    const [{ state, inSyncSince }] = read(`${at}/a.json`).jobs as [JobStatus];
    assertEquals([state, inSyncSince !== null], ["stopped", true]);
    await until(async () => !await isFileLocked(`${at}/b.json`));
    await observer!.close();
    // what did not begin has said nothing
    assertEquals([namesIn(at), said], [["a.json", "b.json"], []]);
    assertEquals(read(`${at}/b.json`).jobs[0]!.failures.count, 1);
  }));

Deno.test("a job of a split that is cut short in its pass is no longer in sync by its file", () =>
  inFolder(async (at) => {
    const a = part("a");
    const first = await run(at, SPLIT, a);
    first.tell(a, ...pass());
    await first.observer!.close();
    // as when a bug ends it
    const second = await run(at, SPLIT, a);
    second.tell(a, START);
    await second.observer!.close();
    const file = read(`${at}/a.json`);
    const { level } = healthOf(file.jobs[0]!, { file, isHeld: false }, null, second.now);
    assertEquals(level, "CRITICAL");
  }));

Deno.test("a job of a split that is run twice at once leaves the file to the first, and says so", () =>
  inFolder(async (at) => {
    const a = part("a");
    const first = await run(at, SPLIT, a);
    first.tell(a, START, CREATED);
    await until(() => namesIn(at).includes("a.json"));
    const second = await run(at, SPLIT, a);
    second.tell(a, START, { kind: "locked", path: "/copy/a" }, END);
    await second.observer!.close();
    assertEquals(second.said.map(({ level }) => level), ["warning"]);
    assertStringIncludes(second.said[0]!.text, "is kept by another run of the job");
    assertEquals(read(`${at}/a.json`).jobs[0]!.refused, null);
    first.tell(a, END);
    await first.observer!.close();
    assertEquals(read(`${at}/a.json`).jobs[0]!.lastPass?.result, "success");
  }));

Deno.test("a dry run of a split writes no status file", () =>
  inFolder(async (at) => {
    const a = part("a", ["-n"]);
    const { tell, observer } = await run(at, SPLIT, a);
    tell(a, ...pass());
    await observer!.close();
    assertEquals(namesIn(at), []);
  }));

Deno.test("where the folder for the files of a split is missing, one line says so", () =>
  inFolder(async (at) => {
    const { observer, said, tell } = await run(`${at}/none`, SPLIT, part("a"), part("b"));
    tell(part("a"), ...pass());
    assertEquals([observer, said.length, said[0]!.level, namesIn(at)], [null, 1, "warning", []]);
    assertStringIncludes(said[0]!.text, "as lockstep split does; the passes go on without");
  }));

/** What the file has of a job that begins after these runs of it: since when in sync, last success, failures in a row. */
const TAKEN: readonly (readonly [string, Job, OfSplit, OfSplit, readonly (readonly Event[])[], unknown[]])[] =
  [
    ["a part of the same split", part("a"), SPLIT, SPLIT, [pass()], [true, true, 0, true]],
    ["what failed of the same split", part("a"), SPLIT, SPLIT, [pass(), pass(FAILED)], [
      false,
      true,
      1,
      true,
    ]],
    ["the rest of the same split", top, SPLIT, SPLIT, [pass()], [true, true, 0, true]],
    ["a part of the split before", part("a"), SPLIT, NEXT, [pass()], [false, true, 0, false]],
    ["a slice of the same split", sliceOf("a"), SPLIT, SPLIT, [pass()], [true, true, 0, true]],
    ["a slice of the split before, which had other names", sliceOf("a"), SPLIT, NEXT, [pass()], [
      false,
      false,
      0,
      false,
    ]],
    ["what failed of the split before", part("a"), SPLIT, NEXT, [pass(), pass(FAILED)], [
      false,
      true,
      1,
      false,
    ]],
    ["what was refused of the split before", part("a"), SPLIT, NEXT, [pass(REFUSED)], [
      false,
      false,
      1,
      false,
    ]],
    ["the rest of the split before, which was another rest", top, SPLIT, NEXT, [pass()], [
      false,
      false,
      0,
      false,
    ]],
  ];

for (const [name, job, before, split, passes, expected] of TAKEN) {
  Deno.test(`the status file of a split takes over ${name}`, () =>
    inFolder(async (at) => {
      for (const events of passes) {
        const { tell, observer } = await run(at, before, job);
        tell(job, ...events);
        await observer!.close();
      }
      const { tell, observer, now } = await run(at, split, job);
      tell(job, START);
      await until(() => read(`${at}/${job.name}.json`).jobs[0]!.state === "running");
      const file = read(`${at}/${job.name}.json`);
      const [{ inSyncSince, lastSuccess, consecutiveFailures, lastPass }] = file.jobs as [JobStatus];
      const found = [inSyncSince !== null, lastSuccess !== null, consecutiveFailures, lastPass !== null];
      assertEquals([file.split, ...found], [split, ...expected]);
      const { level } = healthOf(file.jobs[0]!, { file, isHeld: true }, null, now);
      assertEquals(level === "OK", expected[0]);
      tell(job, END);
      await observer!.close();
    }));
}

Deno.test("the one status file of a run keeps nothing of another split's jobs", () =>
  inFolder(async (at) => {
    const [a, b] = [part("a"), part("b")];
    const path = `${at}/all.json`;
    const first = await observing((given) => statusKeeper(path, { ...given, split: SPLIT }), a, b);
    for (const job of [a, b]) first.tell(job, ...pass());
    await first.observer.close();
    for (const [split, names] of [[SPLIT, ["a", "b"]], [NEXT, ["a"]]] as const) {
      const next = await observing((given) => statusKeeper(path, { ...given, split, others: [b] }), a);
      next.tell(a, ...pass());
      await next.observer.close();
      assertEquals(read(path).jobs.map(({ name }) => name), names);
    }
  }));

Deno.test("the status file of a split is written where nothing happens, three times in what counts as silence", () =>
  inFolder(async (at) => {
    const beats: (() => void)[] = [];
    const real = globalThis.setInterval;
    globalThis.setInterval = ((beat: () => void, ms: number) => {
      if (ms * 3 <= 15 * 60_000) beats.push(beat);
      return real(() => {}, 1 << 30);
    }) as typeof setInterval;
    try {
      const path = `${at}/a.json`;
      const a = part("a");
      const room = await observing((given) => statusKeeper(path, { ...given, split: SPLIT }), a);
      room.tell(a, START);
      await room.settled();
      const { written } = read(path);
      room.now += 5 * 60_000;
      for (const beat of beats) beat();
      await room.settled();
      assertEquals(Date.parse(read(path).written) - Date.parse(written), 5 * 60_000);
      await room.observer.close();
    } finally {
      globalThis.setInterval = real;
    }
  }));
