/**
 * The metrics that we have, and their text as Prometheus reads it (exposition format 0.0.4). Each series bears the mirror as
 * a label, also what is the same for all: node_exporter puts the files of several runs together, and refuses all of them
 * when two have one series. Pure.
 */
import { METRICS_START } from "../cli/observe.ts";
import { shown } from "../engine/entry.ts";

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** The labels beside the mirror that its series have, as they are written; left out for none. */
  readonly series?: readonly string[];
}

/** The upper bounds of the histogram's buckets, in seconds. */
export const BOUNDS = ["0.1", "1", "5", "15", "60", "300", "900", "3600", "14400", "43200", "+Inf"] as const;
export const RESULTS = [
  "success",
  "failures",
  "refused",
  "unusable",
  "locked",
  "halted",
  "interrupted",
] as const;
export const RULES = [
  "empty-source",
  "nothing-kept",
  "max-delete",
  "shrinking",
  "free-space",
  "declined",
] as const;
export const ACTIONS = ["created", "updated", "attributes", "removed", "moved"] as const;

export const METRICS = [
  {
    name: "lockstep_build_info",
    type: "gauge",
    help: "The version of Lockstep that wrote this, as a label; always 1.",
  },
  {
    name: "lockstep_mirror_info",
    type: "gauge",
    help: "The two folders of the mirror, as labels; always 1.",
  },
  {
    name: "lockstep_written_timestamp_seconds",
    type: "gauge",
    help: "When this was written. While a pass is made that is every few seconds.",
  },
  { name: "lockstep_pass_running", type: "gauge", help: "Whether a pass is being made (1) or not (0)." },
  {
    name: "lockstep_in_sync",
    type: "gauge",
    help: "Whether the last pass left the replica in sync (1) or it is not known to be (0).",
  },
  {
    name: "lockstep_last_success_timestamp_seconds",
    type: "gauge",
    help: "When a pass last left the replica in sync; left out as long as none has.",
  },
  {
    name: "lockstep_replica_age_seconds",
    type: "gauge",
    help:
      "How long ago that was when this was written. For alerts take the time itself, which does not stand still.",
  },
  {
    name: "lockstep_consecutive_failed_passes",
    type: "gauge",
    help: "Passes since then that did not leave it in sync, but for those that were interrupted.",
  },
  { name: "lockstep_last_pass_timestamp_seconds", type: "gauge", help: "When the last pass ended." },
  { name: "lockstep_last_pass_duration_seconds", type: "gauge", help: "How long the last pass took." },
  {
    name: "lockstep_last_pass_exit_status",
    type: "gauge",
    help: "What the last pass came to, as the exit status of a program that made it alone.",
  },
  {
    name: "lockstep_last_pass_failed_entries",
    type: "gauge",
    help: "Entries that the last pass could not deal with.",
  },
  {
    name: "lockstep_next_pass_timestamp_seconds",
    type: "gauge",
    help: "When the next pass over all is due; left out while none is to come.",
  },
  {
    name: "lockstep_entries",
    type: "gauge",
    help: "Entries that the last pass over all found on a side.",
    series: ['side="source"', 'side="replica"'],
  },
  {
    name: "lockstep_refused",
    type: "gauge",
    help: "Whether the guard refuses the plan by this rule now (1), so that nothing is touched.",
    series: RULES.map((rule) => `rule="${rule}"`),
  },
  {
    name: "lockstep_refused_total",
    type: "counter",
    help: "Passes that the guard refused, by its rule.",
    series: RULES.map((rule) => `rule="${rule}"`),
  },
  {
    name: "lockstep_passes_total",
    type: "counter",
    help: "Passes that have ended, by what they came to; success is complete with nothing failed.",
    series: RESULTS.map((result) => `result="${result}"`),
  },
  {
    name: "lockstep_changes_total",
    type: "counter",
    help: "Entries of the replica that were changed, by what was done to them.",
    series: ACTIONS.map((action) => `action="${action}"`),
  },
  {
    name: "lockstep_failed_entries_total",
    type: "counter",
    help: "Entries that could not be dealt with, each counted in every pass.",
  },
  { name: "lockstep_copied_bytes_total", type: "counter", help: "Bytes of content copied." },
  {
    name: "lockstep_pass_duration_seconds",
    type: "histogram",
    help: "How long passes took: those over all, and those over some folders that were heard to change.",
    series: ['scope="whole"', 'scope="partial"'],
  },
] as const satisfies readonly Metric[];

export type MetricName = typeof METRICS[number]["name"];

/** The values of one mirror, by name and labels as `seriesOf` gives them. */
export type Values = Map<string, number>;

/** The key of a value. `suffix`: of a histogram's. */
export function seriesOf(name: MetricName, labels = "", suffix = ""): string {
  return `${name}${suffix}{${labels}}`;
}

/** All keys of a metric, in the order in which they are written. */
export function keysOf(metric: Metric): string[] {
  const { name, type, series = [""] } = metric;
  if (type !== "histogram") return series.map((labels) => `${name}{${labels}}`);
  return series.flatMap((labels) => [
    ...BOUNDS.map((bound) => `${name}_bucket{${labels},le="${bound}"}`),
    `${name}_sum{${labels}}`,
    `${name}_count{${labels}}`,
  ]);
}

/** One mirror, its labels as texts of any kind. */
export interface Mirror {
  readonly mirror: string;
  /** Metrics that are 1 and tell by their labels. */
  readonly info: Readonly<Partial<Record<MetricName, Readonly<Record<string, string>>>>>;
  readonly values: Values;
}

/** The text of the file, in parts. Counters that have no value are 0, gauges are left out. */
export function* metricsText(mirrors: readonly Mirror[]): Generator<string> {
  yield METRICS_START;
  const labels = mirrors.map(({ mirror }) => `mirror="${escaped(mirror)}"`);
  for (const metric of METRICS as readonly Metric[]) {
    let head = `# HELP ${metric.name} ${metric.help}\n# TYPE ${metric.name} ${metric.type}\n`;
    for (const [i, one] of mirrors.entries()) {
      const lines = linesOf(metric, one, labels[i]!);
      if (lines === "") continue;
      yield head + lines;
      head = "";
    }
  }
}

/** The lines of a metric for one mirror, `label` being its own. */
function linesOf(metric: Metric, { mirror, info, values }: Mirror, label: string): string {
  const told = info[metric.name as MetricName];
  if (told) return `${metric.name}${labelled({ mirror, ...told })} 1\n`;
  let lines = "";
  for (const key of KEYS.get(metric.name)!) {
    const value = values.get(key) ?? (metric.type === "gauge" ? undefined : 0);
    if (value !== undefined) lines += `${withLabel(key, label)} ${value}\n`;
  }
  return lines;
}

function withLabel(key: string, label: string): string {
  const at = key.indexOf("{") + 1;
  return `${key.slice(0, at)}${label}${key[at] === "}" ? "" : ","}${key.slice(at)}`;
}

function labelled(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

/** A label's value. The format has three escapes, and takes UTF-8 only: what is none is written as for a person. */
function escaped(value: string): string {
  return value.replace(/[\ud800-\udfff]/gu, (half) => shown(half).slice(1, -1)).toWellFormed()
    .replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

const KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  (METRICS as readonly Metric[]).map((metric) => [metric.name, keysOf(metric)]),
);
const ALL_KEYS: ReadonlySet<string> = new Set([...KEYS.values()].flat());

/** What an earlier run wrote of a mirror; null when it wrote nothing. `isSame`: whether it had the same folders. */
export function valuesIn(text: string, { mirror, info }: Omit<Mirror, "values">): {
  readonly values: Values;
  readonly isSame: boolean;
} | null {
  const values: Values = new Map();
  const label = `{mirror="${escaped(mirror)}"`;
  for (const line of text.split("\n")) {
    const at = line.indexOf("{");
    if (line.startsWith("#") || !line.startsWith(label, at)) continue;
    const end = line.lastIndexOf("} ");
    const key = `${line.slice(0, at)}{${line.slice(at + label.length, end).replace(/^,/, "")}}`;
    const value = Number(line.slice(end + 2));
    if (ALL_KEYS.has(key) && Number.isFinite(value)) values.set(key, value);
  }
  const folders = `lockstep_mirror_info${labelled({ mirror, ...info.lockstep_mirror_info })} 1`;
  return values.size === 0 ? null : { values, isSame: text.includes(`\n${folders}\n`) };
}

/** Whether a key is that of a counter or of a histogram: what goes on when a mirror has other folders. */
export function isCounter(key: string): boolean {
  return (METRICS as readonly Metric[]).some(({ name, type }) => type !== "gauge" && key.startsWith(name));
}
