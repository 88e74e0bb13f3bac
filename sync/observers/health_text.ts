/**
 * What `lockstep status` prints: a first line as the guidelines for plug-ins of Nagios and Icinga have it, then a table
 * for people. Behind a `|` plug-ins have performance data, so no text of ours holds one. Pure.
 */
import { printable } from "../cli/reason.ts";
import { showDuration } from "../timing/duration.ts";
import { type Health, type Level, type Problem, worst } from "./health.ts";
import type { JobStatus } from "./status_file.ts";

/** One that was looked at. */
export interface Checked {
  readonly job: JobStatus;
  readonly health: Health;
}

/** What there is to say in all. */
export interface Checkup {
  readonly level: Level;
  readonly jobs: readonly Checked[];
  /** What could not be looked at. */
  readonly unknown: readonly string[];
}

/** How many jobs that are not well the first line names, and failures the table. */
const NAMED = 3;

export function checkupOf(jobs: readonly Checked[], unknown: readonly string[]): Checkup {
  const none = jobs.length + unknown.length === 0 ? ["No job is in it"] : [];
  const level = worst([
    ...jobs.map(({ health }) => health.level),
    ...[...unknown, ...none].map(() => "UNKNOWN" as const),
  ]);
  return { level, jobs, unknown: [...unknown, ...none] };
}

/** All of it. `now`: ms since 1970. */
export function checkupText(checkup: Checkup, now: number): string {
  const { jobs, unknown } = checkup;
  // one alone is what the first line says
  const missing = jobs.length + unknown.length > 1 ? unknown : [];
  return [firstLine(checkup), ...[...missing, ...table(jobs, now)].map(plain)].join("\n");
}

/** `LOCKSTEP OK - 2 of 2 jobs in sync | 'photos age'=12s;;93600;0 …`. */
export function firstLine({ level, jobs, unknown }: Checkup): string {
  const inSync = jobs.filter(({ job }) => job.inSyncSince !== null).length;
  const wrong = jobs.filter(({ health }) => health.level !== "OK")
    .toSorted((a, b) =>
      a.health.level === b.health.level
        ? 0
        : worst([a.health.level, b.health.level]) === a.health.level
        ? -1
        : 1
    )
    .map(({ job, health }) => `${titleOf(job)}: ${health.problems[0]?.text}`);
  const all = [...wrong, ...unknown];
  const named = [...all.slice(0, NAMED), ...all.length > NAMED ? [`and ${all.length - NAMED} more`] : []];
  const count = `${inSync} of ${jobs.length} ${jobs.length === 1 ? "job" : "jobs"} in sync`;
  const text = plain(
    `LOCKSTEP ${level} - ${
      [jobs.length > 0 ? count : "", named.join("; ")].filter((one) => one !== "").join(": ")
    }`,
  );
  return jobs.length === 0 ? text : `${text} | ${jobs.flatMap(performance).join(" ")}`;
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

function titleOf({ name, replica }: JobStatus): string {
  return printable(name ?? replica);
}

/** On one line, and without a mark that has a meaning to plug-ins. */
function plain(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "¦");
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
  return lastSuccess === null ? "never" : `not since ${agoText(lastSuccess, now)}`;
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
export function checkupJson({ level, jobs, unknown }: Checkup): string {
  const rows = jobs.map(({ job, health: { level, problems, age, maxAge } }) => ({
    level,
    problems,
    ageMs: age,
    maxAgeMs: maxAge,
    ...job,
  }));
  return JSON.stringify({ v: 1, level, jobs: rows, unknown });
}
