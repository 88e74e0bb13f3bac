/** The command `status` carried out: reads status files, and says whether the mirrors are well. */
import { wholePath } from "../whole_path.ts";
import type { Answer } from "../cli/carry_out.ts";
import { DEFAULT_CONFIG } from "../cli/check_jobs.ts";
import { STATUS } from "../cli/exit_status.ts";
import { nearest } from "../cli/nearest.ts";
import { isThere, kindAt } from "../cli/paths.ts";
import { missing } from "../cli/permissions.ts";
import { parseStatus } from "../cli/status.ts";
import { shown } from "../engine/entry.ts";
import type { JobFile } from "../jobs/file.ts";
import { ofSplit, type Split, statusFileOf } from "../jobs/split.ts";
import { statusFileAt, statusFilesIn, statusFilesOf } from "../observers/gather.ts";
import { type Checked, healthOf, PLUGIN_STATUS, type Seen } from "../observers/health.ts";
import { checkupJson, checkupOf, checkupText } from "../observers/health_text.ts";
import type { JobStatus } from "../observers/status_file.ts";
import { counting, sinceSplit, type Whole, wholeOf } from "../observers/whole.ts";

/** What is asked for, beside where it is looked for. */
interface How {
  /** Names of jobs; all where there is none. */
  readonly jobs: readonly string[];
  /** In ms; null for what follows from each job. */
  readonly maxAge: number | null;
  /** ms since 1970. */
  readonly now: number;
}

/** What was found. */
interface Results {
  readonly jobs: readonly Checked[];
  /** What could not be looked at. */
  readonly unknown: readonly string[];
  readonly whole: Whole | null;
}

/** Do what the words after "status" ask for. Whatever goes wrong is UNKNOWN, on standard output: a plug-in's is read. */
export async function command(words: readonly string[]): Promise<Answer> {
  // where a file of jobs is at hand, a word is the name of a job
  const isFolder = (word: string) => !isThere(DEFAULT_CONFIG) && kindAt(word) === "folder";
  const asked = parseStatus(words, isFolder);
  if (asked.kind === "help") return { text: asked.text, status: STATUS.inSync };
  if (asked.kind === "usage") return answerOf(unknownAlone(asked.text), false);
  const { config, files, json } = asked;
  const how: How = { jobs: [...new Set(asked.jobs)], maxAge: asked.maxAge, now: Date.now() };
  const [first = ""] = files;
  const results = config !== null
    ? await ofConfig(config, how)
    : files.length === 1 && kindAt(first) === "folder"
    ? await ofFolder(first, how)
    : await ofFiles(files, null, how);
  return answerOf(results, json);
}

/** The jobs of status files; `listed`: those of the file of jobs, if there is one. */
async function ofFiles(
  files: readonly string[],
  listed: readonly string[] | null,
  how: How,
): Promise<Results> {
  const found: Checked[] = [];
  const unknown: string[] = [];
  for (const typed of files) {
    const read = await readOne(typed);
    if (typeof read === "string") unknown.push(read);
    else for (const job of read.file.jobs) found.push(checked(job, read, how));
  }
  if (unknown.length > 0 && found.length === 0) return { jobs: [], unknown, whole: null };
  // what has left the file of jobs is no matter any more
  const wanted = how.jobs.length > 0 ? how.jobs : listed;
  const jobs = wanted === null ? found : found.filter(({ job }) => wanted.includes(job.name ?? ""));
  const names = found.flatMap(({ job }) => job.name ?? []);
  for (const name of (wanted ?? []).filter((one) => !names.includes(one))) {
    unknown.push(unknownText(name, names, listed));
  }
  return { jobs, unknown, whole: null };
}

/** The jobs of a folder of status files: those of its newest split, and of files that are of none. */
async function ofFolder(typed: string, how: How): Promise<Results> {
  const folder = wholePath(typed);
  const lack = missing([{ name: "read", path: folder }]);
  if (lack !== null) return unknownAlone(lack);
  const { found, unread } = await statusFilesIn(folder);
  if (found.length === 0) {
    return unknownAlone(...unread.length > 0 ? unread : [`No status file is in the folder ${shown(typed)}`]);
  }
  const { split, jobs: all, others } = counting(found);
  const isWanted = ({ job }: { readonly job: JobStatus }) =>
    how.jobs.length === 0 || how.jobs.includes(job.name ?? "");
  const jobs = all.filter(isWanted).map(({ job, seen }) => checked(job, seen, how));
  const names = all.flatMap(({ job }) => job.name ?? []);
  const begun = all.filter(({ seen }) => seen.file.split !== undefined).length;
  const absent = how.jobs.filter((name) => !names.includes(name));
  const isAll = split === null || begun >= split.jobs;
  const unknown = [
    ...unread,
    ...others.map(({ source }) =>
      `A split of ${shown(source)} has files in ${shown(typed)}, too: give each tree a folder of its own`
    ),
    ...absent.map((name) =>
      isAll
        ? unknownText(name, names, null)
        : `The job ${shown(name)} has not begun since the split, or is none of it`
    ),
  ];
  const isNamed = how.jobs.length > 0;
  if (split === null || (isNamed && jobs.length === 0)) return { jobs, unknown, whole: null };
  const of = isNamed ? jobs.length : split.jobs + all.length - begun;
  // a file that cannot be read is told by itself, and says nothing of whether its job has begun
  const count = isNamed ? 0 : Math.min(unread.length, of - jobs.length);
  return { jobs, unknown, whole: wholeOf(split, jobs, { ...how, of, unread: count, absent: [], isNamed }) };
}

/** The jobs that a file of jobs names. */
async function ofConfig(config: string, how: How): Promise<Results> {
  const { readJobFile } = await import("../jobs/file.ts");
  const file = await readJobFile(config);
  if ("faults" in file) {
    return unknownAlone(`${file.faults[0]}; or name the status file, as in lockstep status status.json`);
  }
  if (file.split !== null) return await ofSplitJobs(file, file.split, how);
  const { observe: { status }, jobs } = file;
  return status === null
    ? unknownAlone(`${shown(config)} names no status file: add "status": "status.json" at its top`)
    : await ofFiles([status], jobs.map(({ name }) => name), how);
}

/** The jobs of a split, each by its own file. */
async function ofSplitJobs(file: JobFile, split: Split, how: How): Promise<Results> {
  const { status: folder } = split;
  const lack = missing([{ name: "read", path: folder }]);
  if (lack !== null) return unknownAlone(lack);
  if (kindAt(folder) !== "folder") {
    return unknownAlone(`There is no folder ${shown(folder)}, in which the jobs keep their status`);
  }
  const names = file.jobs.map(({ name }) => name);
  const known = new Set(names);
  const wanted = how.jobs.length === 0 ? names : how.jobs.filter((name) => known.has(name));
  const strange = how.jobs.filter((name) => !known.has(name)).map((name) => unknownText(name, names, names));
  if (wanted.length === 0) return unknownAlone(...strange);
  const { found, unread } = await statusFilesOf(wanted, (job) => statusFileOf(split, job));
  const paths = new Map(file.jobs.map(({ name, options: { part } }) => [name, part?.path ?? ""]));
  const since = found.flatMap((one) =>
    sinceSplit(one, { name: one.name, path: paths.get(one.name) ?? "" }, split) ?? []
  );
  const jobs = since.map(({ job, seen }) => checked(job, seen, how));
  const begun = new Set(jobs.map(({ job }) => job.name));
  const whole = wholeOf(ofSplit(split, names.length), jobs, {
    ...how,
    of: wanted.length,
    unread: unread.length,
    absent: unread.length > 0 ? [] : wanted.filter((name) => !begun.has(name)),
    isNamed: how.jobs.length > 0,
  });
  return { jobs, unknown: [...unread, ...strange], whole };
}

function checked(job: JobStatus, seen: Seen, { maxAge, now }: How): Checked {
  return { job, health: healthOf(job, seen, maxAge, now) };
}

/** `names`: the jobs that have a status; `listed`: those of the file of jobs, if there is one. */
function unknownText(name: string, names: readonly string[], listed: readonly string[] | null): string {
  if (listed?.includes(name)) return `The job ${shown(name)} has no status yet: no run has begun with it`;
  const all = listed ?? names;
  const near = nearest(name, all);
  const more = all.length > LISTED ? ` and ${all.length - LISTED} more` : "";
  const known = all.length === 0
    ? "no job has a name"
    : near !== null
    ? `did you mean ${shown(near)}?`
    : `there are ${all.slice(0, LISTED).map(shown).join(", ")}${more}`;
  return `There is no job ${shown(name)}: ${known}`;
}

/** How many names of jobs are listed, where none is near. */
const LISTED = 8;

function unknownAlone(...unknown: readonly string[]): Results {
  return { jobs: [], unknown, whole: null };
}

function answerOf({ jobs, unknown, whole }: Results, json: boolean): Answer {
  const checkup = checkupOf(jobs, unknown, whole);
  const text = json ? checkupJson(checkup) : checkupText(checkup, Date.now());
  return { text, status: PLUGIN_STATUS[checkup.level], isReport: true };
}

/** A status file, and whether a run holds it; or why it cannot be used. */
async function readOne(typed: string) {
  const path = wholePath(typed);
  const lack = missing([{ name: "read", path }]);
  if (lack !== null) return lack;
  if (kindAt(path) === "folder") return `${shown(typed)} is a folder: ask about it alone`;
  return await statusFileAt(path, typed) ??
    `There is no status file ${shown(typed)}: a mirror with --status keeps one`;
}
