/** The file of `--status`: what stands in it after what happened, held to the schema in docs/status.md. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Event } from "../../sync/engine/event.ts";
import { statusKeeper } from "../../sync/observers/status.ts";
import type { JobStatus, StatusFile } from "../../sync/observers/status_file.ts";
import { schemaIn, violations } from "../support/json_schema.ts";
import { inFolder, namesIn } from "../support/tree.ts";
import { AWAY, CREATED, FAILED, jobOf, observing, PARTIAL, pass, REFUSED, START } from "./told.ts";

const SCHEMA = schemaIn("status.md");

function read(path: string): StatusFile {
  const file = JSON.parse(Deno.readTextFileSync(path));
  assertEquals(violations(file, SCHEMA), []);
  return file;
}

/** What a loop's file has of its job after some passes, a minute apart. */
async function after(at: string, passes: readonly (readonly Event[])[], words = ["1h"]): Promise<JobStatus> {
  const job = jobOf(null, words);
  const room = await observing((given) => statusKeeper(`${at}/status.json`, given), job);
  for (const events of passes) {
    room.tell(job, ...events);
    room.now += 60_000;
    room.observer.waiting?.(job, room.now, room.now);
  }
  await room.settled();
  const file = read(`${at}/status.json`);
  await room.observer.close();
  return file.jobs[0]!;
}

const ms = (time: string | null) => time === null ? null : Date.parse(time) - Date.UTC(2026, 0, 1);

const DECIDED: Event = { kind: "decided", steps: 1, hold: 1, done: 0, left: 0, others: 3 };
const LEFT: Event = { kind: "left", path: "a", why: "edited" };
const VANISHED: Event = { kind: "vanished", count: 2, first: "b" };
const END: Event = { kind: "end", duration: 1 };
const DONE = { ...CREATED, change: { ...CREATED.change, path: FAILED.path } } as Event;
const OTHER: Event = { ...FAILED, path: "other" };
const LISTED: Event = { ...FAILED, action: "list" };
const OF_SOME = [PARTIAL, END];
const OF_SOME_FAILED = [PARTIAL, FAILED, END];
const OF_SOME_DONE = [PARTIAL, DONE, END];

/** Passes, and since when it is in sync, its last success, failures, consecutive failures: in minutes. */
const ROWS: readonly (readonly [string, readonly (readonly Event[])[], unknown[]])[] = [
  ["a pass that was complete", [pass(CREATED)], [0, 0, 0, 0]],
  ["a pass with failures", [pass(FAILED)], [null, null, 1, 1]],
  ["a success and then failures", [pass(), pass(FAILED, FAILED), pass(FAILED)], [null, 0, 1, 2]],
  ["a failure and then a success", [pass(FAILED), pass()], [1, 1, 0, 0]],
  ["a refusal after a success", [pass(), pass(REFUSED)], [null, 0, 0, 1]],
  ["an interrupted pass, which is no failure", [pass(), pass({ kind: "interrupted" })], [null, 0, 0, 0]],
  ["a pass over some folders after a success", [pass(), OF_SOME], [1, 1, 0, 0]],
  ["a pass over some folders after failures", [pass(FAILED), OF_SOME], [null, null, 1, 1]],
  ["a pass over some folders that did what had failed", [pass(), OF_SOME_FAILED, OF_SOME_DONE], [2, 2, 0, 0]],
  ["one that did it after a whole pass", [pass(FAILED), OF_SOME_DONE], [1, 1, 0, 0]],
  ["one that did only a part of it", [pass(FAILED, OTHER), OF_SOME_DONE], [null, null, 2, 1]],
  ["one that failed again at what it had done", [pass(), [PARTIAL, FAILED, DONE, END], OF_SOME], [
    null,
    0,
    1,
    1,
  ]],
  ["one that did it after a folder failed, too", [pass(FAILED, LISTED), OF_SOME_DONE], [null, null, 2, 1]],
  ["one that did it after a refusal", [pass(), OF_SOME_FAILED, pass(REFUSED), OF_SOME_DONE], [null, 0, 1, 2]],
  ["a pass that left edits and missed what vanished", [pass(LEFT, VANISHED)], [0, 0, 0, 0]],
  ["a pass that only did what was decided on", [pass(DECIDED)], [null, null, 0, 0]],
];

for (const [name, passes, expected] of ROWS) {
  Deno.test(`the status file knows since when the replica is in sync after ${name}`, () =>
    inFolder(async (at) => {
      const { inSyncSince, lastSuccess, failures, consecutiveFailures } = await after(at, passes);
      const minutes = [inSyncSince, lastSuccess].map((time) => time && ms(time)! / 60_000);
      assertEquals([...minutes, failures.count, consecutiveFailures], expected);
    }));
}

Deno.test("the status file has what a refusal says, the option that lets it through, and since when", () =>
  inFolder(async (at) => {
    const { refused, state, nextPass, lastPass } = await after(at, [pass(), pass(REFUSED), pass(REFUSED)]);
    assertEquals([refused?.kind, refused?.code, refused?.option], [
      "refused",
      "max-delete",
      "--max-delete 12",
    ]);
    assertStringIncludes(refused!.text, "12 of the replica's 13 entries");
    assertEquals([ms(refused!.since), state, ms(nextPass)], [60_000, "waiting", 180_000]);
    assertEquals([lastPass?.result, lastPass?.status, lastPass?.durationMs], ["refused", 25, 1500]);
    assertEquals((await after(at, [pass(REFUSED), pass()])).refused, null);
  }));

Deno.test("the status file has a replica that is away, until a pass can use it", () =>
  inFolder(async (at) => {
    const { refused } = await after(at, [pass(AWAY)]);
    assertEquals([refused?.kind, refused?.code, refused?.option], ["unusable", "disk-away", null]);
  }));

Deno.test("the status file names the first 20 failures, and counts all", () =>
  inFolder(async (at) => {
    const many = Array.from({ length: 50 }, (_, i): Event => ({ ...FAILED, path: `${i}` } as Event));
    const { failures } = await after(at, [pass(...many)]);
    assertEquals([failures.count, failures.first.length, failures.first[19]!.path], [50, 20, "19"]);
  }));

Deno.test("the status file has how many entries a pass left in the replica", () =>
  inFolder(async (at) => {
    const { entries } = await after(at, [pass({ kind: "compared", source: 5, replica: 4 }, CREATED)]);
    assertEquals(entries, { source: 5, replica: 5 });
  }));

Deno.test("the status file has how a job is repeated", () =>
  inFolder(async (at) => {
    for (
      const [words, expected] of [
        [["--once"], [null, null, false, false]],
        [["15m"], [900_000, null, false, true]],
        [["--watch"], [600_000, null, true, true]],
        [["--cron", "0 2 * * *", "--passes", "2"], [null, "0 2 * * *", false, false]],
      ] as const
    ) {
      const { intervalMs, cron, watch, endless } = await after(at, [pass()], [...words]);
      assertEquals([intervalMs, cron, watch, endless], expected);
    }
  }));

Deno.test("the status file is taken over by the next run of the same folders, and by no other", () =>
  inFolder(async (at) => {
    await after(at, [pass(), pass(FAILED)]);
    const path = `${at}/status.json`;
    const begin = async (replica: string) => {
      const copy = `${at}/${crypto.randomUUID()}.json`;
      Deno.copyFileSync(path, copy);
      const room = await observing((given) => statusKeeper(copy, given), jobOf(null, ["1h"], replica));
      await room.settled();
      const [job] = read(copy).jobs;
      await room.observer.close();
      return job!;
    };
    const same = await begin("/r");
    assertEquals([ms(same.lastSuccess), same.inSyncSince, same.failures.count], [0, null, 1]);
    assertEquals([same.state, same.lastPass?.result, same.consecutiveFailures], ["starting", "failures", 1]);
    const other = await begin("/other");
    assertEquals([other.lastSuccess, other.lastPass, other.failures.count], [null, null, 0]);
  }));

Deno.test("the status file of many jobs follows a new list: one goes, one comes, the others go on", () =>
  inFolder(async (at) => {
    const [a, b, c] = ["a", "b", "c"].map((name) => jobOf(name, ["1h"], `/${name}`));
    const room = await observing((given) => statusKeeper(`${at}/status.json`, given), a!, b!);
    room.tell(a!, ...pass());
    room.tell(b!, ...pass(FAILED));
    // in the middle of a pass
    room.tell(b!, START, FAILED, FAILED);
    const again = jobOf("b", ["15m"], "/b");
    room.observer.jobs?.([again, c!]);
    room.tell(b!, { kind: "end", duration: 1 });
    room.tell(a!, ...pass(FAILED));
    await room.settled();
    const { jobs } = read(`${at}/status.json`);
    assertEquals(jobs.map(({ name, state, failures }) => [name, state, failures.first.length]), [
      ["b", "waiting", 2],
      ["c", "starting", 0],
    ]);
    assertEquals(jobs[0]!.intervalMs, 900_000);
    await room.observer.close();
    assertEquals(read(`${at}/status.json`).jobs.map(({ state }) => state), ["stopped", "stopped"]);
  }));

Deno.test("the status file is not touched by a dry run", () =>
  inFolder(async (at) => {
    const job = jobOf(null, ["-n"]);
    const room = await observing((given) => statusKeeper(`${at}/status.json`, given), job);
    room.tell(job, ...pass(CREATED));
    await room.observer.close();
    assertEquals(namesIn(at), []);
  }));

Deno.test("the status file is written once a second at the most while 100,000 changes are made", () =>
  inFolder(async (at) => {
    const path = `${at}/status.json`;
    const job = jobOf(null);
    const room = await observing((given) => statusKeeper(path, given), job);
    await room.settled();
    room.tell(job, START);
    await room.settled();
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      room.tell(job, CREATED);
      // as if it took three seconds
      if (i % 1000 === 999) {
        room.now += 30;
        await room.settled();
        seen.add(read(path).written);
      }
    }
    assert(seen.size >= 2 && seen.size <= 5, `${seen.size} writes`);
    room.tell(job, { kind: "end", duration: 3000 });
    await room.observer.close();
    assertEquals(read(path).jobs[0]!.lastPass?.created, 100_000);
  }));

Deno.test("the status file of another program's making is begun anew only when it bears our mark, with a word", () =>
  inFolder(async (at) => {
    const path = `${at}/status.json`;
    for (const text of ['{\n  "lockstep": "status",\n  "version": 9,', "", "\0\0\0"]) {
      Deno.writeTextFileSync(path, text);
      const room = await observing((given) => statusKeeper(path, given), jobOf(null));
      await room.observer.close();
      assertEquals(read(path).jobs.length, 1);
      assertEquals(room.said.map(({ level }) => level), text.startsWith("{") ? ["warning"] : []);
    }
  }));

Deno.test("the status file that another run keeps is left to it, which is said once", () =>
  inFolder(async (at) => {
    const path = `${at}/status.json`;
    const first = await observing((given) => statusKeeper(path, given), jobOf(null, ["1h"]));
    await first.settled();
    const job = jobOf(null, [], "/other");
    const second = await observing((given) => statusKeeper(path, given), job);
    for (let i = 0; i < 3; i++) {
      second.tell(job, ...pass());
      await second.settled();
    }
    assertEquals(read(path).jobs[0]!.replica, "/r");
    assertEquals(second.said.length, 1);
    assertStringIncludes(second.said[0]!.text, "is kept by another run");
    await first.observer.close();
    second.tell(job, ...pass());
    await second.settled();
    assertEquals(read(path).jobs[0]!.replica, "/other");
    await second.observer.close();
  }));

Deno.test("docs/status.md says something of each field", () => {
  const text = Deno.readTextFileSync(new URL("../../docs/status.md", import.meta.url));
  const told = new Set(
    [...text.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, names]) => names!.match(/\w+/g)!),
  );
  const job = (SCHEMA.$defs as { job: { required: string[] } }).job.required;
  for (const name of [...job, "written", "pid", "program", "locked", "split"]) assert(told.has(name), name);
});

Deno.test("the schema of docs/status.md notices a field too many, one that is missing, and a wrong value", () =>
  inFolder(async (at) => {
    await after(at, [pass(REFUSED, FAILED)]);
    const file = JSON.parse(Deno.readTextFileSync(`${at}/status.json`));
    const [job] = file.jobs;
    for (const wrong of [{ ...job, x: 1 }, { ...job, state: "gone" }, { ...job, failures: undefined }]) {
      const all = JSON.parse(JSON.stringify({ ...file, jobs: [wrong] }));
      assert(violations(all, SCHEMA).length > 0);
    }
  }));

Deno.test("the status file keeps what it had of jobs of the same file that a run was not asked for", () =>
  inFolder(async (at) => {
    const [a, b, gone] = ["a", "b", "gone"].map((name) => jobOf(name, ["1h"], `/${name}`));
    const path = `${at}/status.json`;
    const first = await observing((given) => statusKeeper(path, given), a!, b!, gone!);
    for (const job of [a!, b!, gone!]) first.tell(job, ...pass());
    await first.settled();
    const before = read(path).jobs.find(({ name }) => name === "b")!;
    await first.observer.close();
    const run = await observing((given) => statusKeeper(path, { ...given, others: [b!] }), a!);
    run.tell(a!, ...pass(FAILED));
    await run.settled();
    const { jobs } = read(path);
    assertEquals(jobs.map(({ name }) => name), ["a", "b"]);
    assertEquals(jobs[1], { ...before, state: "stopped", nextPass: null });
    await run.observer.close();
    // and the next run goes on with it
    const all = await observing((given) => statusKeeper(path, given), a!, b!);
    await all.settled();
    assertEquals(read(path).jobs[1]!.lastSuccess, before.lastSuccess);
    await all.observer.close();
  }));
