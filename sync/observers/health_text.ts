/**
 * What `lockstep status` prints: a first line as the guidelines for plug-ins of Nagios and Icinga have it, then a table
 * for people. Behind a `|` plug-ins have performance data, so no text of ours holds one. Pure.
 */
import { entries, size } from "../cli/quantity.ts";
import { printable } from "../cli/reason.ts";
import { showDuration } from "../timing/duration.ts";
import { byLevel, type Checked, type Level, type Problem, worst } from "./health.ts";
import type { JobStatus } from "./status_file.ts";
import type { Whole } from "./whole.ts";

/** What there is to say in all. */
export interface Checkup {
  readonly level: Level;
  readonly jobs: readonly Checked[];
  /** What could not be looked at. */
  readonly unknown: readonly string[];
  /** What the jobs of a split come to together; null where they are of none. */
  readonly whole: Whole | null;
}

/** How many jobs that are not well the first line names, and failures the table. */
const NAMED = 3;
/** How many jobs of a split, and how many things that could not be looked at, are listed at the most. */
const LISTED = 20;

export function checkupOf(
  jobs: readonly Checked[],
  unknown: readonly string[],
  whole: Whole | null = null,
): Checkup {
  const none = jobs.length + unknown.length === 0 && whole === null ? ["No job is in it"] : [];
  const level = worst([
    ...jobs.map(({ health }) => health.level),
    ...whole?.problems.map(({ level }) => level) ?? [],
    ...[...unknown, ...none].map(() => "UNKNOWN" as const),
  ]);
  return { level, jobs, unknown: [...unknown, ...none], whole };
}

/** All of it. `now`: ms since 1970. */
export function checkupText(checkup: Checkup, now: number): string {
  const { jobs, unknown, whole } = checkup;
  // one alone is what the first line says
  const missing = jobs.length + unknown.length > 1 ? atMost(unknown, "more that cannot be looked at") : [];
  const rest = whole === null ? table(jobs, now) : wholeLines(whole, jobs, now);
  return [firstLine(checkup), ...[...missing, ...rest].map(plain)].join("\n");
}

/** `LOCKSTEP OK - 2 of 2 jobs in sync | 'photos age'=12s;;93600;0 …`. */
export function firstLine({ level, jobs, unknown, whole }: Checkup): string {
  const wrong = [
    ...whole?.problems ?? [],
    ...unwell(jobs).map(({ job, health: { level, problems } }) => ({
      level,
      text: `${titleOf(job)}: ${problems[0]?.text}`,
    })),
  ].toSorted(byLevel).map(({ text }) => text);
  const all = [...wrong, ...unknown];
  const named = [...all.slice(0, NAMED), ...all.length > NAMED ? [`and ${all.length - NAMED} more`] : []];
  const [inSync, of] = whole === null
    ? [jobs.filter(({ job }) => job.inSyncSince !== null).length, jobs.length]
    : [whole.inSync, whole.of];
  const oldest = whole?.oldest ? `, the oldest ${showDuration(whole.oldest.age)} ago` : "";
  const count = `${inSync} of ${of} ${of === 1 ? "job" : "jobs"} in sync${oldest}`;
  const text = plain(
    `LOCKSTEP ${level} - ${[of > 0 ? count : "", named.join("; ")].filter((one) => one !== "").join(": ")}`,
  );
  const data = whole === null ? jobs.flatMap(performance) : performanceOf(whole);
  return data.length === 0 ? text : `${text} | ${data.join(" ")}`;
}

/** Those that are not OK, the worst first. */
function unwell(jobs: readonly Checked[]): Checked[] {
  return jobs.filter(({ health }) => health.level !== "OK").sort((a, b) => byLevel(a.health, b.health));
}

/** Some of many, and how many more there are. */
function atMost(lines: readonly string[], more: string): string[] {
  const left = lines.length - LISTED;
  return left > 0 ? [...lines.slice(0, LISTED), `and ${left} ${more}`] : [...lines];
}

/** `'label'=value[unit];warn;crit;min`, without what would end the label. */
function performance({ job, health: { age, maxAge } }: Checked): string[] {
  const label = plain(titleOf(job)).replace(/['=]/g, "_");
  const seconds = age === null ? "U" : `${Math.round(age / 1000)}s`;
  return [
    `'${label} age'=${seconds};;${Math.round(maxAge / 1000)};0`,
    `'${label} failed'=${job.failures.count};;;0`,
  ];
}

/** The same of a whole split, however many jobs it has. */
function performanceOf({ inSync, of, failed, oldest, maxAge }: Whole): string[] {
  const seconds = oldest === null ? "U" : `${Math.round(oldest.age / 1000)}s`;
  return [
    `'in sync'=${inSync};;;0;${of}`,
    `'failed entries'=${failed};;;0`,
    `'oldest age'=${seconds};;${Math.round(maxAge / 1000)};0`,
  ];
}

function titleOf({ name, replica }: JobStatus): string {
  return printable(name ?? replica);
}

/** On one line, and without a mark that has a meaning to plug-ins. */
function plain(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "¦");
}

/** The jobs of a split that are not OK, or that were asked for, and what all of them come to. */
function wholeLines(whole: Whole, jobs: readonly Checked[], now: number): string[] {
  const listed = whole.isNamed ? jobs : unwell(jobs);
  const left = listed.length - LISTED;
  const { oldest, problems, bytes } = whole;
  return [
    ...problems.map(({ level, text }) => `${level}: ${text}`),
    ...table(listed.slice(0, LISTED), now),
    ...left > 0 ? [`and ${left} more jobs${whole.isNamed ? "" : " that are not OK"}`] : [],
    ...oldest === null
      ? []
      : [`The oldest: ${printable(oldest.name ?? "")}, last in sync ${showDuration(oldest.age)} ago`],
    `In all: ${entries(whole.entries)}; the last passes copied ${size(bytes)}`,
  ];
}

function table(jobs: readonly Checked[], now: number): string[] {
  if (jobs.length === 0) return [];
  const rows = [
    ["job", "level", "in sync", "last pass", "next pass"],
    ...jobs.map(({ job, health }) => [
      titleOf(job),
      health.level,
      syncText(job, now),
      lastText(job, now),
      nextText(job, now),
    ]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd());
  return [
    lines[0]!,
    ...jobs.flatMap(({ job, health }, i) => [lines[i + 1]!, ...details(job, health.problems)]),
  ];
}

function details({ failures: { first, count } }: JobStatus, problems: readonly Problem[]): string[] {
  const others = first.slice(1, NAMED).map(({ text }) => `    ${text}`);
  const more = count - Math.min(first.length, NAMED);
  return [
    ...problems.map(({ text }) => `  ${text}`),
    ...others,
    ...more > 0 && first.length > 0 ? [`    and ${more} more, which the log has`] : [],
  ];
}

function syncText({ inSyncSince, lastSuccess }: JobStatus, now: number): string {
  if (inSyncSince !== null) return `${agoText(inSyncSince, now)}`;
  return lastSuccess === null ? "never" : `last ${agoText(lastSuccess, now)}`;
}

function lastText({ pass, lastPass }: JobStatus, now: number): string {
  if (pass !== null) return `begun ${agoText(pass.began, now)}, at work`;
  if (lastPass === null) return "none";
  const { ended, durationMs, result } = lastPass;
  return `${agoText(ended, now)}, took ${showDuration(durationMs)}: ${result}`;
}

function nextText({ state, nextPass }: JobStatus, now: number): string {
  if (nextPass === null) return state === "stopped" ? "none" : "-";
  const left = Date.parse(nextPass) - now;
  return left >= 0 ? `in ${showDuration(left)}` : `due ${showDuration(-left)} ago`;
}

function agoText(time: string, now: number): string {
  return `${showDuration(Math.max(now - Date.parse(time), 0))} ago`;
}

/** The same for programs, as one object. */
export function checkupJson({ level, jobs, unknown, whole }: Checkup): string {
  const rows = jobs.map(({ job, health: { level, problems, age, maxAge } }) => ({
    level,
    problems,
    ageMs: age,
    maxAgeMs: maxAge,
    ...job,
  }));
  return JSON.stringify({ v: 1, level, ...whole && wholeJson(whole), jobs: rows, unknown });
}

function wholeJson({ split, inSync, of, oldest, notBegun, problems, failed, entries, bytes }: Whole) {
  const oldestMs = oldest && oldest.age;
  return { split, inSync, of, oldestMs, notBegun, problems, failed, entries, bytes };
}
