/**
 * Keeps the file of `--metrics` current, for node_exporter's textfile collector. Counters go on where the file that an
 * earlier run left has them.
 */
import { VERSION } from "../build.ts";
import { METRICS_START } from "../cli/observe.ts";
import type { Event } from "../engine/event.ts";
import { readKept } from "../records/kept_text.ts";
import { type Keeper, keeping } from "./keeping.ts";
import { type Counts, type Known, type Listener, listenersOf, type Past, unknown } from "./known.ts";
import {
  ACTIONS,
  BOUNDS,
  isCounter,
  type MetricName,
  metricsText,
  type Mirror,
  RULES,
  seriesOf,
  type Values,
  valuesIn,
} from "./metrics_text.ts";
import type { Job, Observing } from "./observer.ts";

/** How often it is written while changes rush by, in ms: nobody reads it more often. */
const REFRESH_MS = 5000;

/** Observe for the file at an absolute path. A dry run is passed over, as by the status file. */
export async function metricsKeeper(path: string, observing: Observing): Promise<Keeper> {
  const { now } = observing;
  const before = await textIn(path);
  let jobs: ReadonlyMap<string | null, Listener> = new Map();
  /** What ended passes came to, and what an earlier run left. */
  const values = new WeakMap<Listener, Values>();
  const file = keeping({
    path,
    what: "metrics file",
    every: REFRESH_MS,
    isWanted: () => jobs.size > 0,
    render: () => parts([...jobs.values()], values, now()),
  }, observing);
  return {
    jobs(list) {
      const found = new Map<Job, Values>();
      jobs = listenersOf(list, jobs, (job) => {
        const was = valuesIn(before, labelsOf(job));
        if (was === null) return undefined;
        const kept = was.isSame ? was.values : new Map([...was.values].filter(([key]) => isCounter(key)));
        found.set(job, kept);
        return knownFrom(kept);
      });
      for (const one of jobs.values()) if (!values.has(one)) values.set(one, found.get(one.job) ?? new Map());
      file.renew();
    },
    event(job, event, report, now) {
      const one = jobs.get(job.name);
      if (one === undefined) return;
      const weight = one.hear(event, report, now);
      count(values.get(one)!, event, one.known.last);
      if (weight === "turn") file.renew();
      else file.refresh(now);
    },
    waiting(job, until) {
      jobs.get(job.name)?.waiting(until);
      file.renew();
    },
    settled: file.settled,
    async close() {
      for (const one of jobs.values()) one.stop();
      await file.close();
    },
  };
}

/** The parts of the file; of each job what is known at once. */
function* parts(jobs: readonly Listener[], past: WeakMap<Listener, Values>, now: number): Generator<string> {
  const mirrors: Mirror[] = [];
  for (const one of jobs) {
    mirrors.push({ ...labelsOf(one.job), values: current(one.known, past.get(one)!, now) });
    // let others in between
    yield "";
  }
  yield* metricsText(mirrors);
}

/** A file that is not ours was refused before; one that cannot be read is begun anew. */
async function textIn(path: string): Promise<string> {
  const found = await readKept(path);
  return found !== null && "text" in found && found.text.startsWith(METRICS_START) ? found.text : "";
}

/** The only mirror of a command line is known by its replica, which no other has at the same time. */
function labelsOf({ name, source, replica }: Job): Omit<Mirror, "values"> {
  const info = { lockstep_build_info: { version: VERSION }, lockstep_mirror_info: { source, replica } };
  return { mirror: name ?? replica, info };
}

function knownFrom(values: Values): Known {
  const get = (name: MetricName, labels?: string) => values.get(seriesOf(name, labels));
  const last = get("lockstep_last_success_timestamp_seconds");
  const lastSuccess = last === undefined ? null : Math.round(last * 1000);
  return {
    ...unknown(),
    lastSuccess,
    inSyncSince: get("lockstep_in_sync") === 1 ? lastSuccess : null,
    consecutiveFailures: get("lockstep_consecutive_failed_passes") ?? 0,
  };
}

/** Add what a pass came to, at its end, or a refusal. */
function count(values: Values, event: Event, last: Past | null): void {
  const add = (key: string, more: number) => values.set(key, (values.get(key) ?? 0) + more);
  if (event.kind === "refused") add(seriesOf("lockstep_refused_total", `rule="${event.rule}"`), 1);
  if (event.kind !== "end" || last === null) return;
  const seconds = last.duration / 1000;
  const scope = `scope="${last.whole ? "whole" : "partial"}"`;
  const histogram = (suffix: string, labels: string) =>
    seriesOf("lockstep_pass_duration_seconds", labels, suffix);
  add(seriesOf("lockstep_passes_total", `result="${last.result}"`), 1);
  addCounts(values, last.report);
  for (const bound of BOUNDS) {
    if (seconds <= Number(bound.replace("+Inf", "Infinity"))) {
      add(histogram("_bucket", `${scope},le="${bound}"`), 1);
    }
  }
  add(histogram("_sum", scope), seconds);
  add(histogram("_count", scope), 1);
}

function addCounts(values: Values, report: Counts): void {
  const add = (key: string, more: number) => values.set(key, (values.get(key) ?? 0) + more);
  for (const action of ACTIONS) add(seriesOf("lockstep_changes_total", `action="${action}"`), report[action]);
  add(seriesOf("lockstep_failed_entries_total"), report.failed);
  add(seriesOf("lockstep_copied_bytes_total"), report.bytes);
}

/** All values as they are at a time, with what the pass under way came to so far. */
function current(known: Known, past: Values, now: number): Values {
  const values = new Map(past);
  const { pass, report, last, next, refused, entries, lastSuccess } = known;
  const set = (name: MetricName, value: number | null, labels?: string) => {
    if (value === null) values.delete(seriesOf(name, labels));
    else values.set(seriesOf(name, labels), value);
  };
  if (pass !== null) addCounts(values, report);
  set("lockstep_written_timestamp_seconds", now / 1000);
  set("lockstep_pass_running", pass === null ? 0 : 1);
  set("lockstep_in_sync", known.inSyncSince === null ? 0 : 1);
  set("lockstep_last_success_timestamp_seconds", seconds(lastSuccess));
  set("lockstep_replica_age_seconds", lastSuccess === null ? null : Math.max(now - lastSuccess, 0) / 1000);
  set("lockstep_consecutive_failed_passes", known.consecutiveFailures);
  set("lockstep_next_pass_timestamp_seconds", seconds(next));
  if (last !== null) {
    set("lockstep_last_pass_timestamp_seconds", last.ended / 1000);
    set("lockstep_last_pass_duration_seconds", last.duration / 1000);
    set("lockstep_last_pass_exit_status", last.status);
    set("lockstep_last_pass_failed_entries", last.report.failed);
  }
  if (entries !== null) {
    set("lockstep_entries", entries.source, 'side="source"');
    set("lockstep_entries", entries.replica, 'side="replica"');
  }
  // before the first pass of a run it is as an earlier one left it
  if (last !== null || refused !== null) {
    for (const rule of RULES) {
      set("lockstep_refused", refused?.kind === "refused" && refused.code === rule ? 1 : 0, `rule="${rule}"`);
    }
  }
  return values;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
