/** How the jobs of a split are together: which of the status files that were found count, and what they come to. Pure. */
import { pathWithin } from "../whole_path.ts";
import { printable } from "../cli/reason.ts";
import { showDuration } from "../timing/duration.ts";
import type { Path } from "../engine/entry.ts";
import { TOP_JOB } from "../engine/part.ts";
import { type Checked, DAILY_MS, type Problem } from "./health.ts";
import type { Counts } from "./known.ts";
import type { OfSplit } from "./observer.ts";
import type { JobStatus, StatusFile } from "./status_file.ts";

/** A status file that was read. */
export interface Found {
  /** The last name of its path; where a file was looked for by the name of its job, that. */
  readonly name: string;
  readonly file: StatusFile;
  /** Whether a run holds its lock. */
  readonly isHeld: boolean;
}

/** A job, and the file that it was found in. */
export interface FoundJob {
  readonly job: JobStatus;
  readonly seen: Found;
}

/** What counts of the files of a folder. */
export interface Counting {
  /** The newest one that a file is of; null where all files are of none. */
  readonly split: OfSplit | null;
  /** Those of this split and of none, each once. */
  readonly jobs: readonly FoundJob[];
  /** Of which other trees there is a split, which no newer one can have taken the place of. */
  readonly others: readonly OfSplit[];
}

/** What counts of the files of a folder: a job that is no longer in the split leaves its file behind. */
export function counting(files: readonly Found[]): Counting {
  const splits = new Map<string, OfSplit>();
  for (const { file: { split } } of files) {
    if (split === undefined) continue;
    const before = splits.get(split.id);
    // they say the same, unless somebody changed one
    splits.set(split.id, before === undefined || before.jobs < split.jobs ? split : before);
  }
  const made = ({ made }: OfSplit) => Date.parse(made);
  const [newest = null, ...older] = [...splits.values()].sort((a, b) => made(b) - made(a));
  const isOther = ({ source, replica }: OfSplit) => source !== newest?.source || replica !== newest.replica;
  const jobs: FoundJob[] = [];
  for (const seen of files) {
    if (seen.file.split === undefined) { for (const job of seen.file.jobs) jobs.push({ job, seen }); }
  }
  if (newest !== null) jobs.push(...jobsOf(newest, files));
  return { split: newest, jobs, others: older.filter(isOther) };
}

/** The jobs of a split by their own files; one that has none by the file of a run that had several, where there is one. */
function jobsOf({ id }: OfSplit, files: readonly Found[]): Iterable<FoundJob> {
  const found = new Map<string | null, FoundJob>();
  const isOwn = ({ job, seen }: FoundJob) => isFileOf(job.name ?? "", seen.name);
  for (const seen of files) {
    if (seen.file.split?.id !== id) continue;
    for (const job of seen.file.jobs) {
      const [one, before] = [{ job, seen }, found.get(job.name)];
      if (before === undefined || isOwn(one) || (!isOwn(before) && isNewer(one, before))) {
        found.set(job.name, one);
      }
    }
  }
  return found.values();
}

/** Some systems keep names in another way of writing the same letters. */
function isFileOf(job: string, name: string): boolean {
  return name.normalize("NFC") === `${job}.json`.normalize("NFC");
}

function isNewer(one: FoundJob, other: FoundJob): boolean {
  return Date.parse(one.seen.file.written) > Date.parse(other.seen.file.written);
}

/**
 * What a job of a split says in its own file; null when it has said nothing since that split. `path`: where its folders lie
 * in the whole trees.
 */
export function sinceSplit(
  found: Found,
  { name, path }: { readonly name: string; readonly path: Path },
  { id }: Pick<OfSplit, "id">,
): FoundJob | null {
  const { split, jobs } = found.file;
  if (split === undefined || split.id !== id) return null;
  const job = jobs.find((one) => one.name === name);
  // the id says that nothing has changed, but somebody may have edited the file of jobs
  if (job === undefined || pathWithin(job.source, split.source) !== path) return null;
  return { job, seen: found };
}

/** What jobs come to together. Times in ms. */
export interface Whole {
  readonly split: OfSplit;
  /** How many jobs there should be. */
  readonly of: number;
  readonly inSync: number;
  readonly notBegun: number;
  /** The one that was in sync the longest ago, and how long; null where that is not known of each. */
  readonly oldest: { readonly name: string | null; readonly age: number } | null;
  /** The oldest that it may be. */
  readonly maxAge: number;
  /** How many entries failed in the last passes. */
  readonly failed: number;
  /** How many entries of the source the last passes found, and what they copied, in bytes. */
  readonly entries: number;
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** Whether jobs were asked for by name: they are listed, however they are. */
  readonly isNamed: boolean;
}

export interface Asked {
  readonly of: number;
  /** How many have a file that cannot be used. */
  readonly unread: number;
  /** The names of those that have not begun, where they are known. */
  readonly absent: readonly string[];
  readonly isNamed: boolean;
  readonly maxAge: number | null;
  /** ms since 1970. */
  readonly now: number;
}

export function wholeOf(split: OfSplit, jobs: readonly Checked[], asked: Asked): Whole {
  const { isNamed, now } = asked;
  // a split may say too little, where somebody changed it
  const of = Math.max(asked.of, jobs.length + asked.unread);
  const notBegun = of - jobs.length - asked.unread;
  const limit = asked.maxAge ?? DAILY_MS;
  const ages = jobs.flatMap(({ job: { name }, health: { age } }) => age === null ? [] : [{ name, age }]);
  const [oldest = null] = ages.toSorted((a, b) => b.age - a.age);
  const sum = (count: (one: Checked) => number) => jobs.reduce((sum, one) => sum + count(one), 0);
  return {
    split,
    of,
    inSync: sum(({ job }) => job.inSyncSince === null ? 0 : 1),
    notBegun,
    oldest: ages.length === of ? oldest : null,
    maxAge: Math.min(limit, ...jobs.map(({ health }) => health.maxAge)),
    failed: sum(({ job }) => job.failures.count),
    entries: sum(({ job }) => job.entries?.source ?? 0),
    bytes: sum(({ job }) => job.lastPass?.bytes ?? 0),
    problems: [
      ...notBegun === 0 ? [] : [absence(notBegun, asked.absent, now - Date.parse(split.made), limit)],
      ...lateness(jobs),
    ],
    isNamed,
  };
}

/** Clocks of two machines may differ by so much, in ms. */
const SKEW_MS = 5000;

/** What is wrong where parts have changed something after the job with all the rest: it sees to the folders around them. */
function lateness(jobs: readonly Checked[]): Problem[] {
  // a slice of the root has the same folders
  const isTop = ({ job }: Checked) => job.name === TOP_JOB;
  const top = jobs.find(isTop)?.job.lastPass;
  if (!top) return [];
  const late = jobs.filter(({ job: { lastPass } }) =>
    lastPass !== null && Date.parse(lastPass.ended) > Date.parse(top.began) + SKEW_MS &&
    changesIn(lastPass) > 0
  ).filter((one) => !isTop(one));
  const [first] = late;
  if (first === undefined) return [];
  const more = late.length > 1 ? ` and ${late.length - 1} more` : "";
  const text = `${
    printable(first.job.name ?? "")
  }${more} changed something after the last pass of top: run top again`;
  return [{ level: "WARNING", text }];
}

function changesIn({ created, updated, attributes, removed, moved }: Counts): number {
  return created + updated + attributes + removed + moved;
}

/** How many names are listed. */
const LISTED = 3;

/** What is wrong where jobs have not begun since a split that was made `age` ms ago. */
function absence(count: number, names: readonly string[], age: number, limit: number): Problem {
  const listed = names.slice(0, LISTED).map(printable).join(", ");
  const more = count > LISTED ? `${listed} and ${count - LISTED} more` : listed;
  const text = `${count} ${count === 1 ? "has" : "have"} not begun since the split, ` +
    `${showDuration(Math.max(age, 0))} ago${listed === "" ? "" : ` (${more})`}`;
  return { level: age > limit ? "CRITICAL" : "WARNING", text };
}
