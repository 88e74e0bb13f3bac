/** The text of a file of jobs: what its user wants of many mirrors, or each thing that is wrong with it. Pure. */
import { dirname } from "node:path";
import { wholePath } from "../whole_path.ts";
import type { Observe } from "../cli/observe.ts";
import type { Options } from "../cli/options.ts";
import { printable } from "../cli/reason.ts";
import { shown } from "../engine/entry.ts";
import { misnamedJob, optionOf } from "./fields.ts";
import {
  defaultsAlone,
  type Field,
  type Fields,
  fieldsOf,
  membersOf,
  optionsOf,
  type Tell,
  withDefaults,
} from "./job.ts";
import { type Common, overlaps, type Placed } from "./overlap.ts";
import { partsOf, type Split, splitOf } from "./split.ts";
import { readLines } from "./lines.ts";
import { type Fault, isFault, type Json, linesIn, type Member, readJson } from "./text.ts";
import { pathIn, type Setting } from "./value.ts";

/** A file of jobs, read and checked. */
export interface JobFile {
  /** Its absolute path. */
  readonly path: string;
  /** Of all jobs together, absolute paths: on-failure and its kin belong to the jobs and are null here. */
  readonly observe: Observe;
  /** In the order of the file. */
  readonly jobs: readonly NamedJob[];
  /** How the file was made, where `lockstep split` has made it. */
  readonly split: Split | null;
}

export interface NamedJob {
  readonly name: string;
  /** As from a command line; all paths absolute, though one with ".." in it keeps it. */
  readonly options: Options;
}

/** What is wrong, a line for each thing, in the order of the file; at least one. */
export interface Faulty {
  readonly faults: readonly string[];
}

/** A variable of the environment; undefined when it is not set, null when Deno may not tell. */
export type Env = (name: string) => string | undefined | null;

/** The same of a text that was read. Pure but for the folder that a relative `path` begins at. */
export function jobsIn(text: string, path: string, env: Env): JobFile | Faulty {
  const work = reading(text, path, env);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Hears what is wrong with a part of the file. */
type Wrong = (at: number, where: readonly (string | null)[], text: string) => void;

const EXAMPLE = '{"photos": {"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}}';

/** Read a text, in steps of a job each, so that others can be let in between. */
export function* reading(whole: string, path: string, env: Env): Generator<void, JobFile | Faulty> {
  // the mark that some editors put in front
  const text = whole.replace(/^\ufeff/, "");
  const { wrong, faults } = collecting(text, path);
  const members = membersIn((yield* readLines(text)) ?? readJson(text));
  if ("text" in members) {
    wrong(members.at, [], members.text);
    return faults()!;
  }
  yield;
  const setting: Setting = { folder: dirname(wholePath(path)), env };
  const { jobs, common, defaults, split } = beside(members, setting, wrong);
  const placed: Placed[] = [];
  for (const member of jobs) {
    const job = readJob(member, defaults, setting, wrong);
    if (job !== null) placed.push(job);
    yield;
  }
  if (defaults.fields.length > 0) {
    const tell: Tell = (at, field, text) => {
      if (field !== null) wrong(at, ["defaults", field.name], text);
    };
    optionsOf(defaultsAlone(defaults.fields), defaults.broken, tell);
  }
  const parts = split === null ? null : partsIn(split, placed, wrong);
  yield* overlaps(
    placed,
    { jobs: wholePath(path), common, slices: split && new Set(Object.keys(split.value.slices)) },
    (at, job, field, text) => wrong(at, [job && `job ${shown(job)}`, field], text),
  );
  return faults() ?? {
    path: wholePath(path),
    observe: observeOf(common),
    jobs: placed.map(({ name, options }) => ({
      name,
      options: { ...options, part: parts?.get(name) ?? null },
    })),
    split: split?.value ?? null,
  };
}

/** Collects what is wrong: `faults` are null where nothing is. */
function collecting(text: string, path: string): { readonly wrong: Wrong; faults(): Faulty | null } {
  const found: { readonly at: number; readonly text: string }[] = [];
  return {
    wrong(at, where, text) {
      const names = where.flatMap((name) => name === null ? [] : `${name}: `);
      found.push({ at, text: printable(names.join("") + text) });
    },
    faults() {
      if (found.length === 0) return null;
      const lineOf = linesIn(text);
      const lines = found.sort((a, b) => a.at - b.at).map(({ at, text }) =>
        `${printable(path)}:${lineOf(at)}: ${text}`
      );
      // what is wrong with a default is wrong in each job
      return { faults: [...new Set(lines)] };
    },
  };
}

/** What stands at the top of a file; or what is wrong with it as a whole. */
function membersIn(json: ReturnType<typeof readJson>): readonly Member[] | Fault {
  if (json === null) return { at: 0, text: `the file is empty: write {"jobs": ${EXAMPLE}}` };
  if (isFault(json)) return json;
  const members = membersOf(json, `{"jobs": ${EXAMPLE}}`);
  return typeof members === "string" ? { at: json.at, text: `the file ${members}` } : members;
}

function observeOf(common: readonly Common[]): Observe {
  const file = (field: string) => common.find((one) => one.field === field)?.path ?? null;
  return {
    status: file("status"),
    metrics: file("metrics"),
    report: file("report"),
    onFailure: null,
    onSuccess: null,
    onChange: null,
  };
}

/** The field `split` as it was read, and where it stands. */
interface FoundSplit {
  readonly at: number;
  readonly value: Split;
}

/** The parts of the jobs, by name; null where something is wrong with them, which is told. */
function partsIn({ at, value }: FoundSplit, jobs: readonly Placed[], wrong: Wrong) {
  const parts = partsOf(
    value,
    jobs.map(({ name, options: { source, replica } }) => ({ name, source, replica })),
  );
  for (const { name, at, options: { when } } of jobs) {
    if (when.rhythm.kind === "once" && when.settle === null) continue;
    wrong(
      at("interval"),
      [`job ${shown(name)}`],
      "is a part of a split and makes one pass: whatever runs it says when",
    );
  }
  if (typeof parts !== "string") return parts;
  wrong(at, ["split"], parts);
  return null;
}

interface Beside {
  /** Each name once. */
  readonly jobs: readonly Member[];
  readonly common: readonly Common[];
  readonly defaults: Fields;
  readonly split: FoundSplit | null;
}

/** Read what stands at the top of the file. */
function beside(members: readonly Member[], setting: Setting, wrong: Wrong): Beside {
  const [kept, simple]: [Map<string, Member>, Member[]] = [new Map(), []];
  for (const member of members) {
    if (!["$schema", "split", "defaults", "jobs"].includes(member.name)) simple.push(member);
    else if (kept.has(member.name)) wrong(member.at, [member.name], "is given twice: leave one out");
    else kept.set(member.name, member);
  }
  const schema = kept.get("$schema")?.value;
  if (schema !== undefined && schema.kind !== "string") wrong(schema.at, ["$schema"], "takes a text");
  const { fields } = fieldsOf(simple, "top", setting, (at, field, text) => wrong(at, [field!.name], text));
  const common = fields.flatMap(({ name, at, values }) =>
    (values ?? []).map(({ text }) => ({ field: name, path: wholePath(text), at }))
  );
  const jobs = kept.get("jobs")?.value;
  if (jobs === undefined) wrong(0, ["jobs"], `is missing: write "jobs": ${EXAMPLE}`);
  return {
    jobs: jobs === undefined ? [] : jobsOf(jobs, wrong),
    common,
    defaults: defaultsOf(kept.get("defaults")?.value, setting, wrong),
    split: foundSplit(kept.get("split"), setting, wrong),
  };
}

function foundSplit(member: Member | undefined, setting: Setting, wrong: Wrong): FoundSplit | null {
  if (member === undefined) return null;
  const read = splitOf(member.value, (text) => pathIn(text, setting));
  if ("id" in read) return { at: member.at, value: read };
  wrong(read.at, ["split"], read.text);
  return null;
}

function defaultsOf(json: Json | undefined, setting: Setting, wrong: Wrong): Fields {
  const nothing = { fields: [], broken: [] };
  if (json === undefined) return nothing;
  const members = membersOf(json, '{"interval": "15m"}');
  if (typeof members !== "string") {
    return fieldsOf(
      members,
      "defaults",
      setting,
      (at, field, text) => wrong(at, ["defaults", field!.name], text),
    );
  }
  wrong(json.at, ["defaults"], members);
  return nothing;
}

function jobsOf(json: Json, wrong: Wrong): Member[] {
  const members = membersOf(json, EXAMPLE);
  if (typeof members === "string") {
    wrong(json.at, ["jobs"], members);
    return [];
  }
  if (members.length === 0) wrong(json.at, ["jobs"], `there is no job: write ${EXAMPLE}`);
  const names = new Set<string>();
  return members.filter(({ name, at }) => {
    // names that look the same are the same
    const same = name.normalize("NFC");
    const what = names.has(same) ? "is there twice: give one another name" : misnamedJob(name);
    if (what !== null) wrong(at, [`job ${shown(name)}`], what);
    const isNew = !names.has(same);
    names.add(same);
    return isNew;
  });
}

/** Read a job, as far as nothing is wrong with it, which is told; null when its folders are not known. */
function readJob(
  { name, at, value }: Member,
  defaults: Fields,
  setting: Setting,
  wrong: Wrong,
): Placed | null {
  const job = `job ${shown(name)}`;
  const tell: Tell = (place, field, text) => {
    if (field === null) wrong(at, [job], text);
    else wrong(place, [field.place === "defaults" ? "defaults" : job, field.name], text);
  };
  const members = membersOf(value, '{"source": "/home/ada/photos", "replica": "/mnt/nas/photos"}');
  if (typeof members === "string") {
    wrong(value.at, [job], members);
    return null;
  }
  const own = fieldsOf(members, "job", setting, tell);
  for (const side of ["source", "replica"]) {
    if (
      own.broken.includes(side) || own.fields.some(({ option, values }) => option === side && values !== null)
    ) {
      continue;
    }
    tell(at, null, `has no ${side}: add "${side}": "<folder>"`);
  }
  const fields: readonly Field[] = withDefaults(defaults.fields, own.fields);
  const inherited = defaults.broken.filter((one) => !own.fields.some(({ option }) => option === one));
  const options = optionsOf(fields, [...own.broken, ...inherited], tell);
  if (
    options === null || !["source", "replica"].every((side) => fields.some(({ option }) => option === side))
  ) {
    return null;
  }
  const places = new Map(fields.map(({ option, at }) => [option, at]));
  return { name, options, at: (option) => places.get(optionOf(option)) ?? at };
}
