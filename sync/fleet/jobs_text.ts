/** The text of a file of jobs that a split writes. What is read of it again is what was meant, whatever names there are. Pure. */
import type { Given } from "../cli/split.ts";
import { entries } from "../cli/quantity.ts";
import { OPTIONS } from "../cli/option_table.ts";
import { absolute, shown } from "../engine/entry.ts";
import { type Slice, TOP_JOB } from "../engine/part.ts";
import { type Split, START } from "../jobs/split.ts";
import { wholePath } from "../whole_path.ts";
import type { Piece } from "./cut.ts";
import { jobNames } from "./names.ts";

/** A job as it is written. */
export interface WrittenJob {
  readonly name: string;
  /** Absolute paths; null for none of its own. */
  readonly source: string;
  readonly replica: string;
  readonly log: string | null;
  readonly trash: string | null;
  /** Entries seen. */
  readonly weight: number;
  /** The names that it has of its folder; left out where it has them all. */
  readonly slice?: Slice;
}

/** Where the jobs of a split work, and keep what is theirs: absolute paths. */
export interface Setting {
  readonly source: string;
  readonly replica: string;
  /** The folders of their logs and trashes; null for none. */
  readonly logs: string | null;
  readonly trash: string | null;
}

/** The jobs for some parts, in their order, and top, which has so many entries. */
export function jobsOf(
  { source, replica, logs, trash }: Setting,
  pieces: readonly Pick<Piece, "path" | "weight" | "slice" | "index" | "of">[],
  top: number,
): WrittenJob[] {
  const names = jobNames(pieces);
  return [...pieces, { path: "", weight: top }].map((piece, i) => {
    const { path, weight } = piece;
    const name = names[i] ?? TOP_JOB;
    return {
      name,
      source: absolute(source, path),
      replica: absolute(replica, path),
      log: logs === null ? null : absolute(logs, `${name}.log`),
      trash: trash === null ? null : absolute(trash, name),
      weight,
      ...("slice" in piece && piece.slice && { slice: piece.slice }),
    };
  });
}

/** The slices that jobs have, by name, as a file of jobs has them. */
export function slicesOf(jobs: readonly WrittenJob[]): Split["slices"] {
  const all = jobs.flatMap(({ name, slice }) =>
    slice === undefined ? [] : [[name, [slice.from, slice.to] as const] as const]
  );
  return Object.fromEntries(all);
}

/** A field of the defaults. */
export type Default = readonly [name: string, value: true | string | readonly string[]];

/** The file, as lines. `jobs`: in their order, top last. */
export function* jobsLines(
  split: Split,
  defaults: readonly Default[],
  jobs: readonly WrittenJob[],
): Generator<string> {
  yield `${START}: edit nothing here, make the split anew with other options instead.`;
  yield `{`;
  yield `  "split": {`;
  const members = Object.entries(split);
  for (const [i, [name, value]] of members.entries()) {
    yield `    ${JSON.stringify(name)}: ${valueText(value)}${i < members.length - 1 ? "," : ""}`;
  }
  yield `  },`;
  if (defaults.length > 0) {
    yield `  "defaults": {`;
    for (const [i, [name, value]] of defaults.entries()) {
      yield `    ${JSON.stringify(name)}: ${valueText(escaped(value))}${i < defaults.length - 1 ? "," : ""}`;
    }
    yield `  },`;
  }
  yield `  "jobs": {`;
  for (const [i, { name, weight, slice, ...paths }] of jobs.entries()) {
    const fields = Object.entries(paths).flatMap(([field, path]) =>
      path === null ? [] : [`"${field}": ${JSON.stringify(escaped(path))}`]
    );
    const comma = i < jobs.length - 1 ? "," : "";
    const what = name === TOP_JOB ? "all the rest, " : slice === undefined ? "" : `${sliceText(slice)}, `;
    yield `    ${JSON.stringify(name)}: { ${fields.join(", ")} }${comma} // ${what}${entries(weight)}`;
  }
  yield `  }`;
  yield `}`;
}

/** For a person: which names a job has. */
function sliceText({ from, to }: Slice): string {
  const first = from === "" ? "names" : `names from ${shown(from)}`;
  return to === null ? `${first} on` : `${first} up to ${shown(to)}`;
}

function valueText(value: unknown): string {
  return Array.isArray(value)
    ? `[${value.map((one) => JSON.stringify(one)).join(", ")}]`
    : JSON.stringify(value);
}

/** What is read as it stands here: "${" would begin a variable. */
function escaped<T extends Default[1]>(value: T): T;
function escaped(value: Default[1]): Default[1] {
  if (value === true) return true;
  return typeof value === "string" ? plain(value) : value.map(plain);
}

function plain(text: string): string {
  return text.replaceAll("${", () => "$${");
}

/** The options of a mirror as defaults of its jobs; or what is wrong with them. */
export function defaultsOf(given: readonly Given[]): readonly Default[] | string {
  const inOrder = isInRuns(given) ? given : withoutIncludes(given);
  if (!isInRuns(inOrder)) {
    return "A file of jobs keeps no patterns in such an order: put all of them into a file, for --exclude-from";
  }
  const fields = new Map<string, true | string | string[]>();
  for (const { name, value } of inOrder) {
    if (OF_EACH.has(name)) continue;
    const before = fields.get(name);
    if (value === null) fields.set(name, true);
    else if (!IS_MANY.has(name)) fields.set(name, value);
    else {
      const one = name === "exclude-from" ? wholePath(value) : value;
      if (Array.isArray(before)) before.push(one);
      else fields.set(name, [one]);
    }
  }
  return [...fields];
}

/** What each job has of its own. */
const OF_EACH = new Set(["trash"]);
const IS_MANY = new Set(OPTIONS.filter(({ many }) => many).map(({ name }) => name));
/** What is chosen depends on the order of these. */
const CHOOSES = new Set(["exclude", "include", "exclude-from", "exclude-vcs", "exclude-junk"]);

/** Whether the options that choose stand together by their names: each is one field. */
function isInRuns(given: readonly Given[]): boolean {
  const names = given.map(({ name }) => name).filter((name) => CHOOSES.has(name));
  const runs = names.filter((name, i) => name !== names[i - 1]);
  return new Set(runs).size === runs.length;
}

/** The same with each included pattern as an excluded one with "!" in front, as the rules have it. */
function withoutIncludes(given: readonly Given[]): Given[] {
  return given.map(({ name, value }) =>
    name === "include" ? { name: "exclude", value: `!${value}` } : { name, value }
  );
}
