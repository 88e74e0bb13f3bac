/** To whom a run is told, beside the console and its log: files that others read, and commands. Pure. */
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

/** How the page for people and its history begin: a file that begins otherwise is not ours, and is not written over. */
export const REPORT_START = "<!doctype html>\n<!-- Report of Lockstep -->";
export const HISTORY_START = '{"lockstep":"report-history"';

/** Where the history of a page lies. */
export function historyOf(page: string): string {
  return `${page}.history`;
}
