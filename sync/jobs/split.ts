/**
 * What a file of jobs says of the split that it was made by (`lockstep split`): its field `split`. Each job has a part of
 * one pair of trees, a folder or a slice of the names in one, and the last one, `top`, all that the others leave. Pure.
 */
import { leftBy, type Part, type Place, type Slice, TOP_JOB } from "../engine/part.ts";
import { type Path, shown } from "../engine/entry.ts";
import { pathWithin, wholePath } from "../whole_path.ts";
import { type Fault, type Json, type Member } from "./text.ts";

/** How a file begins that a split has made: it replaces no other. */
export const START = "// Made by lockstep split";

export interface Split {
  /** Eight hexadecimal digits, another one at each split. */
  readonly id: string;
  /** When it was made, by RFC 3339. */
  readonly made: string;
  /** Absolute paths of the whole trees. */
  readonly source: string;
  readonly replica: string;
  /** How many entries of the source were seen, by how many folders they lie in: those at its top first. */
  readonly seen: readonly number[];
  /** How many of them are in the parts, and not in what is left to `top`. */
  readonly inParts: number;
  /** How many names that `top` sees it leaves to the parts. */
  readonly names: number;
  /** The jobs that have a slice of the names in a folder, by name: the first key, and the one that ends it. */
  readonly slices: Readonly<Record<string, readonly [from: string, to: string | null]>>;
  /** Whether those were all. */
  readonly whole: boolean;
  /** How many of the jobs, in their order and without `top`, each task of an engine has: one task for each number. */
  readonly shares: readonly number[];
  /** The folder in which each job keeps its status, `<job>.json`: an absolute path. */
  readonly status: string;
}

/** A job as far as its place in a split goes. */
interface Placed {
  readonly name: string;
  readonly source: string;
  readonly replica: string;
}

const ANEW = "make the split anew instead of editing it";

/** Read the field; or what is wrong with it, at its place. `absolute` gives a path of the file as an absolute one. */
export function splitOf(json: Json, absolute: (text: string) => string): Split | Fault {
  if (json.kind !== "object") return { at: json.at, text: `is what lockstep split writes: ${ANEW}` };
  const members = new Map(json.members.map((member) => [member.name, member]));
  const wrong = (name: string): Fault => ({
    at: members.get(name)?.at ?? json.at,
    text: `its ${name} is not what lockstep split writes: ${ANEW}`,
  });
  const [id, made] = [textOf(members, "id"), textOf(members, "made")];
  const [source, replica, status] = [
    textOf(members, "source"),
    textOf(members, "replica"),
    textOf(members, "status"),
  ];
  const [seen, shares] = [countsOf(members, "seen"), countsOf(members, "shares")];
  const [inParts = null] = countsOf(members, "inParts") ?? [];
  const [names = null] = countsOf(members, "names") ?? [];
  const slices = slicesOf(members.get("slices")?.value);
  const whole = members.get("whole")?.value;
  if (id === null || !/^[0-9a-f]{8}$/.test(id)) return wrong("id");
  if (made === null || Number.isNaN(Date.parse(made))) return wrong("made");
  if (source === null) return wrong("source");
  if (replica === null) return wrong("replica");
  if (status === null) return wrong("status");
  if (seen === null) return wrong("seen");
  if (inParts === null) return wrong("inParts");
  if (names === null) return wrong("names");
  if (slices === null) return wrong("slices");
  if (shares === null || shares.includes(0)) return wrong("shares");
  if (whole?.kind !== "boolean") return wrong("whole");
  return {
    id,
    made,
    source: absolute(source),
    replica: absolute(replica),
    status: absolute(status),
    seen,
    inParts,
    names,
    slices,
    shares,
    whole: whole.value,
  };
}

function textOf(members: ReadonlyMap<string, Member>, name: string): string | null {
  const value = members.get(name)?.value;
  return value?.kind === "string" && value.text !== "" ? value.text : null;
}

function countsOf(members: ReadonlyMap<string, Member>, name: string): number[] | null {
  const value = members.get(name)?.value;
  const items = value?.kind === "array" ? value.items : value?.kind === "number" ? [value] : null;
  if (items === null) return null;
  const counts = items.flatMap((item) =>
    item.kind === "number" && Number.isSafeInteger(item.value) && item.value >= 0 ? [item.value] : []
  );
  return counts.length === items.length ? counts : null;
}

function slicesOf(json: Json | undefined): Split["slices"] | null {
  if (json?.kind !== "object") return null;
  const slices: Record<string, readonly [string, string | null]> = {};
  for (const { name, value } of json.members) {
    const [from, to, ...more] = value.kind === "array" ? value.items : [];
    if (from?.kind !== "string" || more.length > 0) return null;
    if (to?.kind === "string") slices[name] = [from.text, to.text];
    else if (to?.kind === "null") slices[name] = [from.text, null];
    else return null;
  }
  return slices;
}

/** The part of each job, by its name; or what is wrong. */
export function partsOf(split: Split, jobs: readonly Placed[]): ReadonlyMap<string, Part> | string {
  const { source, replica, shares, inParts: seen, names } = split;
  const places = new Map<string, Place>();
  for (const job of jobs) {
    const path = placeIn(split, job);
    if (path === null) return `the job "${job.name}" has no part of the split: ${ANEW}`;
    const slice = sliceOf(split, job.name);
    if ((path === "" && slice === null) !== (job.name === TOP_JOB)) {
      return `only "${TOP_JOB}" has all the rest: ${ANEW}`;
    }
    places.set(job.name, slice === null ? { path } : { path, slice });
  }
  if (jobs.at(-1)?.name !== TOP_JOB) return `the last job is "${TOP_JOB}": ${ANEW}`;
  if (shares.reduce((sum, count) => sum + count, 0) !== places.size - 1) {
    return `the shares have not as many jobs as the file: ${ANEW}`;
  }
  const gap = gapIn([...places.values()]);
  if (gap !== null) return `the slices of ${shown(gap)} do not have each name once: ${ANEW}`;
  const { rest, bySlices } = leftBy([...places].flatMap(([name, place]) => name === TOP_JOB ? [] : [place]));
  return new Map([...places].map(([name, place]) => {
    const left = place.slice === undefined ? NOTHING : { except: bySlices.get(place.path)!, sliced: [] };
    const others = name === TOP_JOB ? rest : left;
    return [name, { source, replica, ...place, ...others, lock: lockFileOf(split, name), seen, names }];
  }));
}

const NOTHING: Pick<Part, "except" | "sliced"> = { except: [], sliced: [] };

function sliceOf({ slices }: Split, job: string): Slice | null {
  const found = Object.hasOwn(slices, job) ? slices[job]! : null;
  return found && { from: found[0], to: found[1] };
}

/** A folder of which some names are in no slice, or in two; null where there is none. */
function gapIn(places: readonly Place[]): Path | null {
  const bySlices = Map.groupBy(
    places.filter(({ slice }) => slice !== undefined),
    ({ path }) => path,
  );
  for (const [path, found] of bySlices) {
    const slices = found.map(({ slice }) => slice!).sort((a, b) => a.from < b.from ? -1 : 1);
    const isWhole = slices.every(({ to }, i) => to === (slices[i + 1]?.from ?? null));
    if (slices[0]!.from !== "" || !isWhole) return path;
  }
  return null;
}

/** Where the folders of a job lie in the whole trees; null where they do not, or not at one place. */
function placeIn(split: Split, job: Placed): Path | null {
  const [inSource, inReplica] = (["source", "replica"] as const).map((side) =>
    pathWithin(wholePath(job[side]), split[side])
  );
  return inSource === inReplica ? inSource ?? null : null;
}

/** The names of the jobs that a task of an engine has, by its number from 0 on; what is wrong where there is none. */
export function shareOf(split: Split, names: readonly string[], index: number): readonly string[] | string {
  const { shares } = split;
  if (index >= shares.length) {
    return `There is no task ${index}: the split has ${shares.length}, counted from 0, and then "${TOP_JOB}"`;
  }
  const first = shares.slice(0, index).reduce((sum, count) => sum + count, 0);
  return names.slice(first, first + shares[index]!);
}

/** The file that a task locks while it works on a job, for tasks on other machines to see. */
export function lockFileOf({ status }: Pick<Split, "status">, job: string): string {
  return `${status}/${job}.lock`;
}

/** The file in which a job of a split keeps its status. */
export function statusFileOf({ status }: Pick<Split, "status">, job: string): string {
  return `${status}/${job}.json`;
}

/** What a status file has of a split of so many jobs. */
export function ofSplit({ id, made, source, replica }: Split, jobs: number) {
  return { id, made, jobs, source, replica };
}
