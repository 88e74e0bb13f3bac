/** Which fields a file of jobs has, and what is wrong with a name that is none. Made from the table of options. Pure. */
import { foreignOption } from "../cli/foreign.ts";
import { nearest } from "../cli/nearest.ts";
import { OPTIONS, type Row } from "../cli/option_table.ts";
import { shown } from "../engine/entry.ts";

/** Where a field stands. */
export type Place = "top" | "defaults" | "job";

/** What one field of the file takes. */
export type FieldRow = Pick<Row, "name" | "value" | "many" | "help">;

/** A file of all jobs together. */
export const OBSERVED = ["status", "metrics", "report"] as const;

/** At the top, beside those. */
const TOP = ["$schema", "split", "defaults", "jobs"] as const;

const OF_A_RUN = "is of the run and not of a job: give it to lockstep run, or leave it out";

/** Options that no job has, and what to say of them. */
const NOT_OF_A_JOB: Readonly<Record<string, string>> = {
  ask: "asks at a terminal, which jobs do not have: leave it out, or set dry-run",
  quiet: OF_A_RUN,
  verbose: OF_A_RUN,
  lines: OF_A_RUN,
  json: OF_A_RUN,
  progress: OF_A_RUN,
  nice: OF_A_RUN,
  help: "is no field of a job: leave it out",
  version: "is no field of a job: leave it out",
  ...Object.fromEntries(OBSERVED.map((name) => [name, 'is of all jobs together: put it beside "jobs"'])),
};

/** What each job must have of its own: two jobs with one of these would spoil it for each other. */
const OF_ONE_JOB = ["source", "replica", "state", "manifest"];

const FOLDERS: readonly FieldRow[] = [
  { name: "source", value: "folder", help: "the folder to copy; nothing but bring-back writes to it" },
  {
    name: "replica",
    value: "folder",
    help: "the folder to keep in sync; what is not in the source is deleted",
  },
];

/** The fields of a job, in the order of the help. `log` is another name of `log-file`. */
export const JOB_FIELDS: readonly FieldRow[] = [
  ...FOLDERS,
  ...OPTIONS.filter(({ name }) => !Object.hasOwn(NOT_OF_A_JOB, name)).flatMap((row) =>
    row.name === "log-file" ? [{ ...row, name: "log" }, row] : [row]
  ),
];

/** The fields that `defaults` may have. */
export const DEFAULT_FIELDS: readonly FieldRow[] = JOB_FIELDS.filter(({ name }) =>
  !OF_ONE_JOB.includes(name)
);

/** The files beside `jobs`. */
export const TOP_FIELDS: readonly FieldRow[] = OPTIONS.filter(({ name }) =>
  OBSERVED.some((one) => one === name)
);

const ROWS = new Map([...JOB_FIELDS, ...TOP_FIELDS].map((row) => [row.name, row]));
const NAMES = {
  top: [...TOP, ...OBSERVED],
  defaults: DEFAULT_FIELDS.map(({ name }) => name),
  job: JOB_FIELDS.map(({ name }) => name),
} satisfies Record<Place, readonly string[]>;
const KNOWN: Record<Place, ReadonlySet<string>> = {
  top: new Set<string>(NAMES.top),
  defaults: new Set(NAMES.defaults),
  job: new Set(NAMES.job),
};

/** The row of a field that misnamed() found nothing wrong with, and that is no `$schema`, `split`, `defaults` or `jobs`. */
export function rowOf(name: string): FieldRow {
  return ROWS.get(name)!;
}

/** The option that a field is: two names of one are one field. */
export function optionOf(name: string): string {
  return name === "log" ? "log-file" : name;
}

/** What is wrong with the name of a field; null when nothing is. */
export function misnamed(name: string, place: Place): string | null {
  if (KNOWN[place].has(name)) return null;
  if (place === "defaults" && OF_ONE_JOB.includes(name)) return "is of one job: put it into the jobs";
  if (place === "top" && KNOWN.job.has(name)) return 'is of a job: put it into "defaults" or into a job';
  if (place !== "top" && Object.hasOwn(NOT_OF_A_JOB, name)) return NOT_OF_A_JOB[name]!;
  if (place !== "top" && TOP.some((one) => one === name)) {
    return "stands at the top of the file and not in here";
  }
  const isSecret = SECRET.test(name);
  if (isSecret) {
    return "secrets have no place in a file of jobs: whatever needs one, as a mount or a command, keeps its own";
  }
  const foreign = place === "top" ? null : foreignOption(`--${name}`);
  if (foreign !== null) return foreign.replaceAll(/--(?=[a-z])/g, "");
  const near = nearest(name.replace(/^--?/, ""), NAMES[place]);
  if (near !== null) return `there is no such field: did you mean ${shown(near)}?`;
  return place === "top"
    ? `there is no such field beside "jobs", only ${NAMES.top.map(shown).join(", ")}`
    : "there is no such field: lockstep --help --verbose lists the options";
}

const SECRET =
  /(^|[-_])(pass(word|wd|phrase)?|pwd|token|secret|credentials?|api[-_]?key|auth(orization)?|private[-_]?key)s?($|[-_])/i;

/** Fields that exclude each other: a job's own one takes the place of a default's. */
export const INSTEAD: readonly (readonly [string, string])[] = [
  ["interval", "cron"],
  ["keep-edits", "bring-back"],
  ["no-delete", "delete-excluded"],
];

/** Fields that mean something beside one of others only: as defaults they are for the jobs that have one. */
export const GOES_WITH: Readonly<Record<string, readonly string[]>> = {
  "settle-time": ["watch"],
  "for": ["watch", "interval", "cron"],
  "passes": ["watch", "interval", "cron"],
  "trash-keep": ["trash"],
  "trash-max": ["trash"],
  "log-keep": ["log-max-size"],
};

/** Values of the first of those, by which a default is checked that no job may ever use. */
export const BESIDE: Readonly<Record<string, string>> = {
  "watch": "true",
  "trash": "",
  "log-max-size": "1MiB",
};

/** What is wrong with a job's name; null when nothing is. It stands in log lines, tables and labels, and is typed. */
export function misnamedJob(name: string): string | null {
  if (name === "") return "a job needs a name";
  if ([...name].length > LONGEST_NAME) return `the name of a job has at most ${LONGEST_NAME} characters`;
  return NAME.test(name)
    ? null
    : 'the name of a job has letters, digits, ".", "_", "-" and single spaces, and begins with a letter or a digit';
}

export const LONGEST_NAME = 64;
/** For a schema, too: the "u" flag is meant. */
export const NAME_PATTERN = "^[\\p{L}\\p{N}](?: ?[\\p{L}\\p{M}\\p{N}._-])*$";
const NAME = new RegExp(NAME_PATTERN, "u");
