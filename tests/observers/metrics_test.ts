/** The file of `--metrics`, read by a strict reader and by promtool. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { metricsKeeper } from "../../sync/observers/metrics.ts";
import type { Event } from "../../sync/engine/event.ts";
import type { Job } from "../../sync/observers/observer.ts";
import { has } from "../support/program.ts";
import { inFolder } from "../support/tree.ts";
import { readExposition } from "./exposition.ts";
import { AWAY, CREATED, FAILED, jobOf, observing, PARTIAL, pass, REFUSED, START } from "./told.ts";

/** The values of a file, by name and labels but for the mirror's. */
function read(path: string, mirror = "/r"): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { samples } of readExposition(Deno.readTextFileSync(path))) {
    for (const { name, labels: { mirror: of, ...labels }, value } of samples) {
      assert(of !== undefined, `${name} has no mirror`);
      if (of !== mirror) continue;
      const rest = Object.entries(labels).map(([label, text]) => `${label}=${text}`).join(",");
      values[rest === "" ? name : `${name}{${rest}}`] = value;
    }
  }
  return values;
}

const MINUTE = 60_000;
const BEGAN = Date.UTC(2026, 0, 1) / 1000;

async function after(path: string, job: Job, passes: readonly (readonly Event[])[]) {
  const room = await observing((given) => metricsKeeper(path, given), job);
  for (const events of passes) {
    room.tell(job, ...events);
    room.now += MINUTE;
  }
  room.observer.waiting?.(job, room.now + 5 * MINUTE, room.now);
  await room.settled();
  const values = read(path);
  await room.observer.close();
  return values;
}

Deno.test("metrics count passes, changes, bytes, failures and refusals, and have times, ages and durations", () =>
  inFolder(async (at) => {
    const compared: Event = { kind: "compared", source: 7, replica: 5 };
    const values = await after(`${at}/m.prom`, jobOf(null, ["1h"]), [
      pass(compared, CREATED, CREATED),
      pass(CREATED, FAILED),
      pass(REFUSED),
      pass(AWAY),
    ]);
    const expected = {
      "lockstep_passes_total{result=success}": 1,
      "lockstep_passes_total{result=failures}": 1,
      "lockstep_passes_total{result=refused}": 1,
      "lockstep_passes_total{result=unusable}": 1,
      "lockstep_passes_total{result=interrupted}": 0,
      "lockstep_changes_total{action=created}": 3,
      "lockstep_changes_total{action=removed}": 0,
      "lockstep_copied_bytes_total": 300,
      "lockstep_failed_entries_total": 1,
      "lockstep_refused_total{rule=max-delete}": 1,
      "lockstep_refused_total{rule=free-space}": 0,
      "lockstep_refused{rule=max-delete}": 0,
      "lockstep_in_sync": 0,
      "lockstep_last_success_timestamp_seconds": BEGAN,
      "lockstep_replica_age_seconds": 240,
      "lockstep_consecutive_failed_passes": 3,
      "lockstep_last_pass_timestamp_seconds": BEGAN + 180,
      "lockstep_last_pass_duration_seconds": 1.5,
      "lockstep_last_pass_exit_status": 3,
      "lockstep_next_pass_timestamp_seconds": BEGAN + 540,
      "lockstep_written_timestamp_seconds": BEGAN + 240,
      "lockstep_entries{side=source}": 0,
      "lockstep_pass_running": 0,
      "lockstep_pass_duration_seconds_bucket{scope=whole,le=1}": 0,
      "lockstep_pass_duration_seconds_bucket{scope=whole,le=5}": 4,
      "lockstep_pass_duration_seconds_sum{scope=whole}": 6,
      "lockstep_pass_duration_seconds_count{scope=whole}": 4,
      "lockstep_pass_duration_seconds_count{scope=partial}": 0,
    };
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, values[name]]));
    assertEquals(found, expected);
  }));

Deno.test("metrics say while a pass is made what it came to so far, and by which rule the guard refuses", () =>
  inFolder(async (at) => {
    const job = jobOf(null, ["1h"]);
    const room = await observing((given) => metricsKeeper(`${at}/m.prom`, given), job);
    room.tell(job, ...pass(CREATED), PARTIAL, CREATED);
    room.now += MINUTE;
    room.tell(job, CREATED);
    await room.settled();
    const during = read(`${at}/m.prom`);
    assertEquals([during.lockstep_pass_running, during["lockstep_changes_total{action=created}"]], [1, 3]);
    room.tell(job, { kind: "end", duration: 20 }, ...pass(REFUSED));
    await room.settled();
    const then = read(`${at}/m.prom`);
    assertEquals([then.lockstep_pass_running, then["lockstep_changes_total{action=created}"]], [0, 3]);
    assertEquals(then["lockstep_refused{rule=max-delete}"], 1);
    assertEquals(then["lockstep_pass_duration_seconds_bucket{scope=partial,le=0.1}"], 1);
    await room.observer.close();
    assertEquals(read(`${at}/m.prom`).lockstep_next_pass_timestamp_seconds, undefined);
  }));

Deno.test("metrics leave out the last success while there is none", () =>
  inFolder(async (at) => {
    const values = await after(`${at}/m.prom`, jobOf(null, ["1h"]), [pass(FAILED)]);
    assertEquals([values.lockstep_in_sync, values.lockstep_last_success_timestamp_seconds], [0, undefined]);
    assertEquals(values.lockstep_replica_age_seconds, undefined);
  }));

Deno.test("counters and the last success survive a restart, and other folders get the counters alone", () =>
  inFolder(async (at) => {
    const path = `${at}/m.prom`;
    await after(path, jobOf("photos", ["1h"]), [pass(CREATED), pass(REFUSED)]);
    const begin = async (job: Job) => {
      Deno.copyFileSync(path, `${at}/copy.prom`);
      const room = await observing((given) => metricsKeeper(`${at}/copy.prom`, given), job);
      await room.settled();
      const values = read(`${at}/copy.prom`, "photos");
      await room.observer.close();
      return values;
    };
    const counters = (values: Record<string, number>) =>
      Object.entries(values).filter(([name]) => /_total|_bucket|_sum|_count/.test(name));
    const before = read(path, "photos");
    const same = await begin(jobOf("photos", ["1h"]));
    assertEquals(counters(same), counters(before));
    assertEquals(same.lockstep_last_success_timestamp_seconds, BEGAN);
    assertEquals([same["lockstep_refused{rule=max-delete}"], same.lockstep_last_pass_exit_status], [1, 25]);
    assertEquals(same.lockstep_next_pass_timestamp_seconds, undefined);
    const other = await begin(jobOf("photos", ["1h"], "/other"));
    assertEquals(counters(other), counters(before));
    assertEquals(other.lockstep_last_success_timestamp_seconds, undefined);
    const values = await after(path, jobOf("photos", ["1h"]), []);
    assertEquals(values, {});
    assertEquals(read(path, "photos")["lockstep_changes_total{action=created}"], 1);
  }));

Deno.test("metrics follow a new list of jobs", () =>
  inFolder(async (at) => {
    const [a, b, c] = ["a", "b", "c"].map((name) => jobOf(name, ["1h"], `/${name}`));
    const room = await observing((given) => metricsKeeper(`${at}/m.prom`, given), a!, b!);
    room.tell(b!, START, CREATED);
    room.observer.jobs?.([jobOf("b", ["2h"], "/b"), c!]);
    room.tell(b!, { kind: "end", duration: 1 });
    await room.observer.close();
    assertEquals(read(`${at}/m.prom`, "a"), {});
    assertEquals(read(`${at}/m.prom`, "b")["lockstep_changes_total{action=created}"], 1);
    assertEquals(read(`${at}/m.prom`, "c").lockstep_in_sync, 0);
  }));

const HOSTILE = [
  `quote " and 'quote'`,
  "back\\slash\\",
  "\\n is no end of line",
  "an end\nof a line",
  "a\r\tb\x1b[0m",
  "not UTF-8 \udcff\udc80",
  `"} 1`,
  "ünïcödé 🗄️",
  "",
];

Deno.test("names of any kind are labels that are read back as they are, and no two mirrors share a series", () =>
  inFolder(async (at) => {
    const jobs = HOSTILE.map((name) => jobOf(name, ["1h"], `/r/${name}`));
    const path = `${at}/m.prom`;
    const write = async () => {
      const room = await observing((given) => metricsKeeper(path, given), ...jobs);
      for (const job of jobs) room.tell(job, ...pass(CREATED));
      await room.observer.close();
    };
    await write();
    await write();
    const info = readExposition(Deno.readTextFileSync(path)).find(({ name }) =>
      name === "lockstep_mirror_info"
    )!;
    const labels = HOSTILE.map((name) => name.replace("\udcff\udc80", "\\xff\\x80"));
    assertEquals(info.samples.map(({ labels }) => labels.mirror!), labels);
    assertEquals(info.samples.map(({ labels }) => labels.replica!), labels.map((label) => `/r/${label}`));
    for (const label of labels) assertEquals(read(path, label)["lockstep_changes_total{action=created}"], 2);
    if (has("promtool")) assertEquals(await promtool(path), "");
  }));

async function promtool(path: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", 'promtool check metrics <"$0"', path],
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return success ? said.trim() : `failed: ${said}`;
}

Deno.test({
  name: "promtool finds nothing to say about metrics" +
    (has("promtool") ? "" : " (skipped: no promtool here)"),
  ignore: !has("promtool"),
  fn: () =>
    inFolder(async (at) => {
      await after(`${at}/m.prom`, jobOf(null, ["1h"]), [pass(CREATED, FAILED), pass(REFUSED), pass()]);
      assertEquals(await promtool(`${at}/m.prom`), "");
      Deno.writeTextFileSync(`${at}/m.prom`, 'a{b="c} 1\n');
      assert((await promtool(`${at}/m.prom`)).startsWith("failed: "));
    }),
});

Deno.test("a dry run writes no metrics", () =>
  inFolder(async (at) => {
    const job = jobOf(null, ["-n"]);
    const room = await observing((given) => metricsKeeper(`${at}/m.prom`, given), job);
    room.tell(job, ...pass(CREATED));
    await room.observer.close();
    assertEquals([...Deno.readDirSync(at)], []);
  }));

Deno.test("readExposition() refuses what is not strict", () => {
  const head = "# HELP a_total b\n# TYPE a_total counter\n";
  assertEquals(readExposition(`${head}a_total{b="c\\n\\\\"} 1\n`)[0]!.samples[0]!.labels, { b: "c\n\\" });
  for (
    const wrong of [
      "a_total 1\n",
      `${head}a_total 1`,
      `${head}a_total 1\na_total 2\n`,
      `${head}a_total{b="\\x"} 1\n`,
      `${head}a_total{b="x} 1\n`,
      `${head}a_total{b="x" 1\n`,
      `${head}a_total one\n`,
      `${head}b 1\n`,
      head,
      "# HELP a b\n# TYPE a counter\na 1\n",
      '# HELP h b\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
    ]
  ) assertThrows(() => readExposition(wrong), Error, undefined, wrong);
});
