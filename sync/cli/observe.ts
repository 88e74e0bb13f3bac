/** To whom a run is told, beside the console and its log: files that others read, and commands. Pure. */
import { wordsOf } from "./command_words.ts";
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
  readonly onFailure: Command | null;
  readonly onSuccess: Command | null;
  readonly onChange: Command | null;
}

/** A program, and what is given to it. */
export type Command = readonly [program: string, ...args: string[]];

/** The commands, by what they are told of. */
export function commandsOf(
  { onFailure, onSuccess, onChange }: Observe,
): readonly (readonly [why: Why, command: Command | null])[] {
  return [["failure", onFailure], ["success", onSuccess], ["change", onChange]];
}

/** Whether anybody is told. */
export function isObserved(observe: Observe): boolean {
  return Object.values(observe).some((one) => one !== null);
}

export type Why = "failure" | "success" | "change";

/** Read it from the values of options; or a text that says what is wrong. */
export function observeOf(values: Values): Observe | string {
  const text = (name: string) => values[name] as string | undefined ?? null;
  const commands: Record<string, Command | null> = {};
  for (const name of ["on-failure", "on-success", "on-change"]) {
    const given = text(name);
    const command = given === null ? null : wordsOf(given);
    if (typeof command === "string") return `--${name} ${command}`;
    commands[name] = command;
  }
  return {
    status: text("status"),
    metrics: text("metrics"),
    report: text("report"),
    onFailure: commands["on-failure"]!,
    onSuccess: commands["on-success"]!,
    onChange: commands["on-change"]!,
  };
}

/** The files that are kept for others, with how ours begin. */
export function observedFiles({ status, metrics, report }: Observe): KeptFile[] {
  const files: KeptFile[] = [];
  if (status !== null) {
    files.push({ what: "status file", path: status, start: STATUS_START, mayBeBlank: true });
  }
  if (metrics !== null) {
    files.push({ what: "metrics file", path: metrics, start: METRICS_START, mayBeBlank: true });
  }
  if (report !== null) {
    files.push({ what: "report", path: report, start: REPORT_START });
    files.push({ what: "history of the report", path: historyOf(report), start: HISTORY_START });
  }
  return files;
}

/** How a status file begins, and one of metrics. */
export const STATUS_START = '{\n  "lockstep": "status",\n';
export const METRICS_START = "# Lockstep metrics\n";
/** How the page for people and its history begin: a file that begins otherwise is not ours, and is not written over. */
export const REPORT_START = "<!doctype html>\n<!-- Report of Lockstep -->";
export const HISTORY_START = '{"lockstep":"report-history"';

/** Where the history of a page lies. */
export function historyOf(page: string): string {
  return `${page}.history`;
}
