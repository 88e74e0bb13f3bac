/** What is said of the facts: one remark to a line, as data. The words are in `cli/doctor_words.ts`. Pure. */
import { isUntold, type Told } from "./told.ts";

/** In the order of the report. */
export const SECTIONS = ["system", "versions", "permissions", "limits", "roots", "holds", "edge"] as const;
export type Section = typeof SECTIONS[number];

/**
 * `fails`: a run would not begin, or would end at once. `unsafe`: it would begin, and something may be lost. `slow`: it would
 * take longer than it need. `note`: something to know. `unknown`: it could not be told.
 */
export const VERDICTS = ["ok", "note", "slow", "unsafe", "fails", "unknown"] as const;
export type Verdict = typeof VERDICTS[number];

/** In alphabetical order, as docs/json.md has them. */
export const CODES = [
  "all-granted",
  "asked-checksum",
  "beside",
  "capabilities",
  "clock",
  "commit",
  "container",
  "deno",
  "edge",
  "empty-source",
  "ffi",
  "file-size",
  "file-system",
  "free-inodes",
  "free-space",
  "grants",
  "holds",
  "instances",
  "kept",
  "lacks",
  "left-overs",
  "locale",
  "lock",
  "lockstep",
  "log",
  "memory",
  "mkfifo",
  "mount",
  "mount-point",
  "mounts-inside",
  "objection",
  "open-files",
  "os",
  "others-write",
  "packages",
  "processes",
  "processor",
  "quota",
  "readable",
  "relation",
  "replica-bits",
  "root",
  "same-disk",
  "sandbox",
  "schedule",
  "skew",
  "statfs",
  "threads",
  "time-zone",
  "trash",
  "uid",
  "umask",
  "user",
  "watch",
  "watches",
  "writable",
  "writes-source",
] as const;
export type Code = typeof CODES[number];

export type Value = string | number | boolean | null | readonly string[];

export interface Remark {
  readonly section: Section;
  readonly code: Code;
  readonly verdict: Verdict;
  /** Which of several things of a code it is: of a type of file system, of a state. Left out where there is one. */
  readonly kind?: string;
  readonly side?: "source" | "replica";
  readonly values: Readonly<Record<string, Value>>;
  /** With an unknown: the flag of Deno that would tell; null where none would. */
  readonly by?: string | null;
}

/** A remark on what is known. */
export function remark(
  section: Section,
  code: Code,
  verdict: Verdict,
  values: Readonly<Record<string, Value>> = {},
  more: Pick<Remark, "kind" | "side"> = {},
): Remark {
  return { section, code, verdict, ...more, values };
}

/** The remark on something, or that it could not be told. */
export function told<T>(
  what: Told<T>,
  [section, code]: readonly [Section, Code],
  say: (what: T) => Remark,
  more: Pick<Remark, "kind" | "side"> = {},
): Remark {
  if (!isUntold(what)) return say(what);
  return { section, code, verdict: "unknown", ...more, values: {}, by: what.by };
}

/** null for no bound: JSON has no Infinity. */
export function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}

/** The worst of them, for the exit status. */
export function worst(remarks: readonly Remark[]): "fails" | "unsafe" | "fine" {
  if (remarks.some(({ verdict }) => verdict === "fails")) return "fails";
  return remarks.some(({ verdict }) => verdict === "unsafe") ? "unsafe" : "fine";
}
