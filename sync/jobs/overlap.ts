/**
 * What jobs would do to each other: two that fill one replica, files that another job deletes, jobs that go round in a
 * circle. Compares paths as they are written; the run looks at the disk. Never each with each: a file may hold thousands.
 * Pure.
 */
import { dirname } from "node:path";
import { pathKey, pathWithin, wholePath } from "../whole_path.ts";
import { trashFolder } from "../cli/undo.ts";
import type { Options } from "../cli/options.ts";
import { shown } from "../engine/entry.ts";
import { forEach, type Steps } from "../engine/steps.ts";

/** A job with the places at which its fields stand. */
export interface Placed {
  readonly name: string;
  readonly options: Options;
  /** The index in the file of an option, or of the job where it was not given. */
  at(option: string): number;
}

/** A file of all jobs: `field` is its name. */
export interface Common {
  readonly field: string;
  readonly path: string;
  readonly at: number;
}

/** The files of all jobs. */
export interface Files {
  /** The absolute path of the file of jobs itself. */
  readonly jobs: string;
  readonly common: readonly Common[];
  /**
   * Where the jobs have parts of one pair of trees, those by name that have slices of a folder, and leave each other alone;
   * the last job leaves alone what all others have. null where they have not.
   */
  readonly slices: ReadonlySet<string> | null;
}

/** Hears what is wrong; `job`: null for a file of all jobs. */
export type TellOverlap = (at: number, job: string | null, field: string, text: string) => void;

/** Tell all that is wrong between jobs, and between them and the files of all of them; in steps, as for reading. */
export function* overlaps(
  jobs: readonly Placed[],
  all: Files,
  tell: TellOverlap,
): Steps<void> {
  const [rooted, sound]: [Rooted[], Rooted[]] = [[], []];
  yield* forEach(jobs, (job) => {
    const one = rootsOf(job);
    rooted.push(one);
    if (!isOneTree(one, tell)) sound.push(one);
  });
  const replicas = yield* replicasOf(rooted, all.slices, tell);
  yield* trashes(rooted, replicas, tell);
  yield* files(rooted, all, replicas, tell);
  rotations(rooted, tell);
  yield;
  yield* circles(sound, tell);
}

/** With keys of paths (`pathKey`). */
interface Rooted {
  readonly job: Placed;
  readonly source: string;
  readonly replica: string;
  readonly trash: string | null;
}

function rootsOf(job: Placed): Rooted {
  const { options } = job;
  const [source, replica] = [keyOf(options.source), keyOf(options.replica)];
  const { trash } = options.undo;
  const folder = trash && trashFolder(trash, wholePath(options.replica));
  return { job, source, replica, trash: folder && pathKey(folder) };
}

/** Whether the two folders of a job are one, or one lies in the other. */
function isOneTree({ job, source, replica }: Rooted, tell: TellOverlap): boolean {
  const what = source === replica
    ? "is the source: a replica is another folder"
    : isIn(replica, source)
    ? `lies in the source ${shown(wholePath(job.options.source))}, which would copy it into itself`
    : isIn(source, replica)
    ? `holds the source ${shown(wholePath(job.options.source))}, and would delete it`
    : null;
  if (what !== null) tell(job.at("replica"), job.name, "replica", what);
  return what !== null;
}

/** The replicas by path; none lies in another, or that is told. */
function* replicasOf(
  jobs: readonly Rooted[],
  slices: Files["slices"],
  tell: TellOverlap,
): Steps<ReadonlyMap<string, Rooted>> {
  const found = new Map<string, Rooted>();
  const top = slices === null ? null : jobs.at(-1) ?? null;
  const isApart = (one: Rooted) => one === top || slices?.has(one.job.name) === true;
  for (const one of jobs) {
    const other = found.get(one.replica);
    if (other === undefined) {
      found.set(one.replica, one);
      continue;
    }
    if (isApart(one) && isApart(other)) continue;
    tell(
      one.job.at("replica"),
      one.job.name,
      "replica",
      `is the replica of job ${shown(other.job.name)}, too`,
    );
  }
  yield* forEach(found.values(), (one) => {
    const other = holder(dirname(one.replica), found);
    if (other === null || other === one || isApart(other)) return;
    const text = `lies in the replica of job ${shown(other.job.name)}, which would delete it`;
    tell(one.job.at("replica"), one.job.name, "replica", text);
  });
  return found;
}

/** A trash that is another's, or where another job deletes what is not in its source. */
function* trashes(
  jobs: readonly Rooted[],
  replicas: ReadonlyMap<string, Rooted>,
  tell: TellOverlap,
): Steps<void> {
  const found = new Map<string, Rooted>();
  yield* forEach(jobs, (one) => {
    if (one.trash === null) return;
    const { job } = one;
    const other = found.get(one.trash);
    if (other === undefined) found.set(one.trash, one);
    else if (other.replica !== one.replica) {
      tell(job.at("trash"), job.name, "trash", `is the trash of job ${shown(other.job.name)}, too`);
    }
    const inside = holder(one.trash, replicas);
    if (inside !== null && inside.job !== job) {
      const text = `${
        shown(trashFolder(job.options.undo.trash!, wholePath(job.options.replica)))
      } lies in the replica of job ${shown(inside.job.name)}, which would delete it`;
      tell(job.at("trash"), job.name, "trash", text);
    }
  });
  yield* forEach(replicas.values(), ({ job, replica }) => {
    const inside = holder(dirname(replica), found);
    if (inside === null || inside.job === job) return;
    tell(job.at("replica"), job.name, "replica", `lies in the trash of job ${shown(inside.job.name)}`);
  });
}

/** Files that two jobs would write, or that a job would delete. */
function* files(
  jobs: readonly Rooted[],
  all: Files,
  replicas: ReadonlyMap<string, Rooted>,
  tell: TellOverlap,
): Steps<void> {
  const sources = new Map(jobs.map((one) => [one.source, one]));
  const found = new Map<string, { readonly job: string | null; readonly field: string }>([
    [pathKey(all.jobs), { job: null, field: "file of jobs" }],
  ]);
  const claim = (path: string, at: number, job: string | null, field: string) => {
    const key = pathKey(path);
    const other = found.get(key);
    found.set(key, other ?? { job, field });
    // one log may have the lines of several jobs, each with its name
    if (other === undefined || (other.field === "log" && field === "log")) return;
    const whose = other.job === null ? other.field : `${other.field} of job ${shown(other.job)}`;
    tell(at, job, field, `is the ${whose}, too: each needs a file of its own`);
  };
  for (const { field, path, at } of all.common) {
    claim(path, at, null, field);
    const [replica, source] = [holder(path, replicas), holder(path, sources)];
    if (replica !== null) {
      tell(at, null, field, `lies in the replica of job ${shown(replica.job.name)}, which would delete it`);
    } else if (source !== null) {
      tell(at, null, field, `lies in the source of job ${shown(source.job.name)}: each pass would change it`);
    }
  }
  yield* forEach(jobs, ({ job }) => {
    const { log, undo, check } = job.options;
    for (
      const [field, path] of [["log", log], ["state", undo.state], ["manifest", check.manifest]] as const
    ) {
      if (path === null) continue;
      const whole = wholePath(path);
      const at = job.at(field === "log" ? "log-file" : field);
      claim(whole, at, job.name, field);
      const replica = holder(whole, replicas);
      if (replica === null || replica.job === job) continue;
      const text = `lies in the replica of job ${shown(replica.job.name)}, which would delete it`;
      tell(at, job.name, field, text);
    }
  });
}

/** Jobs that write to one log, of which one would rename it under the others. */
function rotations(jobs: readonly Rooted[], tell: TellOverlap): void {
  const found = new Map<string, Placed>();
  for (const { job } of jobs) {
    const { log, logMaxSize, logKeep } = job.options;
    if (log === null) continue;
    const other = found.get(keyOf(log));
    if (other === undefined) found.set(keyOf(log), job);
    else if (logMaxSize !== other.options.logMaxSize || logKeep !== other.options.logKeep) {
      const whose = `is the log of job ${shown(other.name)}, too`;
      tell(job.at("log-file"), job.name, "log", `${whose}: give both the same log-max-size and log-keep`);
    }
  }
}

/** Jobs whose work comes back to where it began: what one brings, another undoes. */
function* circles(jobs: readonly Rooted[], tell: TellOverlap): Steps<void> {
  const bySource = new Map<string, Rooted[]>();
  for (const one of jobs) {
    const beside = bySource.get(one.source);
    if (beside === undefined) bySource.set(one.source, [one]);
    else beside.push(one);
  }
  const next = yield* nextSources(jobs, bySource);
  const state = new Map<string, "open" | "done">();
  yield* forEach(bySource.keys(), (start) => {
    if (!state.has(start)) follow(start);
  });

  /** Follow jobs from a source on, deep first; a loop, for a chain may be long. */
  function follow(start: string): void {
    const steps: { readonly source: string; readonly ways: Iterator<Way>; by: Rooted | null }[] = [];
    const enter = (source: string) => {
      state.set(source, "open");
      steps.push({ source, ways: waysFrom(bySource.get(source)!), by: null });
    };
    enter(start);
    for (let top = steps.at(-1); top !== undefined; top = steps.at(-1)) {
      const way = top.ways.next();
      if (way.done) {
        state.set(top.source, "done");
        steps.pop();
        continue;
      }
      const { by, to } = way.value;
      top.by = by;
      const is = state.get(to);
      if (is === undefined) enter(to);
      else if (is === "open") {
        const from = steps.findIndex(({ source }) => source === to);
        tellCircle(steps.slice(from).flatMap(({ by }) => by ?? []), tell);
      }
    }
  }

  function* waysFrom(beside: readonly Rooted[]): Generator<Way> {
    for (const by of beside) for (const to of next.get(by.replica) ?? []) yield { by, to };
  }
}

interface Way {
  readonly by: Rooted;
  /** A source that holds some of its replica, or lies in it. */
  readonly to: string;
}

/** By replica, the sources that overlap with it. */
function* nextSources(
  jobs: readonly Rooted[],
  bySource: ReadonlyMap<string, unknown>,
): Steps<Map<string, Set<string>>> {
  const next = new Map(jobs.map(({ replica }) => [replica, new Set<string>()]));
  yield* forEach(bySource.keys(), (source) => {
    for (const at of upwards(source)) next.get(at)?.add(source);
  });
  yield* forEach(next, ([replica, found]) => {
    for (const at of upwards(replica)) if (bySource.has(at)) found.add(at);
  });
  return next;
}

/** How many jobs of a circle are named. */
const NAMED = 6;

function tellCircle(circle: readonly Rooted[], tell: TellOverlap): void {
  const last = circle.reduce((a, b) => a.job.at("replica") > b.job.at("replica") ? a : b);
  const begin = circle.indexOf(last) + 1;
  const names = [...circle.slice(begin), ...circle.slice(0, begin)].map(({ job }) => shown(job.name));
  const more = names.length > NAMED ? [`… ${names.length - NAMED} more`] : [];
  const text = [...names.slice(0, NAMED), ...more, names[0]].join(" -> ");
  tell(
    last.job.at("replica"),
    last.job.name,
    "replica",
    `the jobs go round in a circle, ${text}: leave one out`,
  );
}

/** What stands in a map, by the keys of paths, for a path or the nearest folder above it; null for none. */
export function holder<T>(path: string, map: ReadonlyMap<string, T>): T | null {
  for (const at of upwards(pathKey(path))) {
    const found = map.get(at);
    if (found !== undefined) return found;
  }
  return null;
}

/** A path and all folders above it. */
function* upwards(path: string): Generator<string> {
  for (let at = path;; at = dirname(at)) {
    yield at;
    if (at === dirname(at)) return;
  }
}

function keyOf(path: string): string {
  return pathKey(wholePath(path));
}

/** Whether a path lies below a folder. */
function isIn(path: string, folder: string): boolean {
  return !["", null].includes(pathWithin(path, folder));
}
