/** To whom a run is told, beside the console and its log: files that others read, and commands. Pure. */
import type { KeptFile } from "./kept_conflict.ts";
import type { Values } from "./value.ts";

/** As it was asked for; each null for none. */
export interface Observe {
  /** The file that says how things are, for programs. */
  readonly status: string | null;
  /** The file of metrics for node_exporter's textfile collector. */
  readonly metrics: string | null;
  /** The page for people. */
  readonly report: string | null;
  /** The programs that are told of a pass that failed, of one that did not, of one that changed something. */
  readonly onFailure: string | null;
  readonly onSuccess: string | null;
  readonly onChange: string | null;
}

/** Read it from the values of options; or a text that says what is wrong. */
export function observeOf(values: Values): Observe | string {
  const text = (name: string) => values[name] as string | undefined ?? null;
  return {
    status: text("status"),
    metrics: text("metrics"),
    report: text("report"),
    onFailure: text("on-failure"),
    onSuccess: text("on-success"),
    onChange: text("on-change"),
  };
}

/** The files that are kept for others, with how ours begin. */
export function observedFiles({ status, metrics }: Observe): KeptFile[] {
  return [
    ...status === null ? [] : [{ what: "status file", path: status, start: STATUS_START, mayBeBlank: true }],
    ...metrics === null
      ? []
      : [{ what: "metrics file", path: metrics, start: METRICS_START, mayBeBlank: true }],
  ];
}

/** How a status file begins, and one of metrics. */
export const STATUS_START = '{\n  "lockstep": "status",\n';
export const METRICS_START = "# Lockstep metrics\n";
