/** The command `split` carried out: the source is walked as far as it takes, cut, and written down as a file of jobs. */
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { displayFor } from "../cli/listen.ts";
import { failureText } from "../cli/line.ts";
import type { Options } from "../cli/options.ts";
import { prepare } from "../cli/prepare.ts";
import { print } from "../cli/print.ts";
import { isThere } from "../cli/paths.ts";
import { counted, entries } from "../cli/quantity.ts";
import { reasonText } from "../cli/reason.ts";
import { refusalText } from "../cli/refusal.ts";
import { parseSplit, type Splitting } from "../cli/split.ts";
import { makeFolders, type Places, placesFault } from "../cli/split_places.ts";
import {
  heavyText,
  isWorthTelling,
  type Made,
  madeLine,
  madeText,
  shrunkText,
  strayText,
} from "../cli/split_text.ts";
import { timeOf } from "../cli/time.ts";
import { trashFolder } from "../cli/undo.ts";
import { chooseEdge } from "../disk/edge.ts";
import { reason } from "../disk/fault.ts";
import { mountPoints } from "../disk/mounts.ts";
import { relation } from "../disk/relation.ts";
import { openRoots, type Roots } from "../disk/roots.ts";
import { trashesIn } from "../disk/trashes.ts";
import type { Config } from "../engine/config.ts";
import { shown } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import { heavyIn, sharesOf } from "../fleet/cut.ts";
import { type Default, defaultsOf, jobsLines, jobsOf, slicesOf } from "../fleet/jobs_text.ts";
import { compare, type Compared, differsFrom, judge } from "../fleet/judge.ts";
import { checked, type Faulty, type JobFile, readJobFile } from "../jobs/file.ts";
import { type Split, START } from "../jobs/split.ts";
import { LONGEST_PATH } from "../jobs/value.ts";
import { passConfig } from "../pass/config.ts";
import { PUBLIC, writeWhole } from "../records/lines.ts";
import { wholePath } from "../whole_path.ts";
import { ownPool } from "./own_pool.ts";
import { walkAndCut, type Walked } from "./split_walk.ts";

/** Do what the words after "split" ask for. Writes nothing into either tree. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseSplit(words);
  if (asked.kind !== "split") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const work = await begin(asked);
  if ("status" in work) return work;
  const walked = await walk(asked, work);
  if ("status" in walked) return walked;
  const compared = work.before && compare(work.before.split, walked);
  const shrunk = compared && judge(compared, asked.maxShrink);
  if (shrunk !== null) return { text: shrunkText(shrunk), status: STATUS.refused };
  return await write(asked, work, walked, compared);
}

/** A file of jobs that a split has made. */
type SplitFile = JobFile & { readonly split: Split };

/** What is known before the walk. */
interface Work {
  readonly config: Config;
  readonly roots: Roots;
  readonly places: Places;
  readonly defaults: readonly Default[];
  readonly into: number;
  /** The split before, where the source is judged by it. */
  readonly before: SplitFile | null;
}

/** Look at all that can be wrong, before a walk that may take long. */
async function begin(asked: Splitting): Promise<Work | Answer> {
  const { options: typed, given, into, output, judges } = asked;
  const wrong = (text: string): Answer => ({ text, status: STATUS.usage });
  const defaults = defaultsOf(given);
  if (typeof defaults === "string") return wrong(defaults);
  const trees = { source: wholePath(typed.source), replica: wholePath(typed.replica) };
  const places = placesOf(asked, trees.replica);
  const fault = placesFault(places, trees, START);
  if (fault !== null) return wrong(fault);
  const options = { ...typed, dryRun: true, undo: { ...typed.undo, trash: null }, observe: NOBODY };
  const prepared = await prepare(options, { relation, chooseEdge, makesFifos: () => true });
  if ("status" in prepared) return prepared;
  const { config } = prepared;
  const roots = await openRoots(config, null);
  if ("kind" in roots) return { text: refusalText(roots, true), status: STATUS.unusable };
  const work = { config, roots, places, defaults, into, before: null };
  // what is wrong with the options is wrong without parts, too
  const alone = await checked(fileOf(work, NOTHING).lines.join("\n"), places.output);
  if ("faults" in alone) return wrong(faultOf(alone));
  if (!judges) return work;
  const before = await splitBefore(places.output);
  if (typeof before === "string") return wrong(before);
  if (before === null) {
    print(Deno.stderr, `lockstep: There is no split before at ${shown(output)}: nothing to compare with`);
    return work;
  }
  const other = differsFrom(before, alone);
  if (other === null) return { ...work, before };
  return wrong(
    `The split before in ${shown(output)} ${other}, so its numbers say nothing: leave --judge out once`,
  );
}

/** A tree of which nothing is known. */
const NOTHING: Pick<Walked, "cut" | "seen" | "whole"> = {
  cut: { pieces: [], top: 0, names: 0, all: 0, mean: 0, isDeeper: false },
  seen: [],
  whole: false,
};

/** What is written for a tree that was walked. */
function fileOf(
  { config: { source, replica }, places, defaults, into }: Work,
  { cut, seen, whole }: Pick<Walked, "cut" | "seen" | "whole">,
): { readonly split: Split; readonly lines: readonly string[] } {
  const shares = sharesOf(cut.pieces, into);
  const { logs, trash } = places;
  const jobs = jobsOf({ source, replica, logs, trash }, shares.flat(), cut.top);
  const split: Split = {
    id: crypto.randomUUID().slice(0, 8),
    made: timeOf(Date.now()),
    source,
    replica,
    seen,
    inParts: cut.all - cut.top,
    names: cut.names,
    slices: slicesOf(jobs),
    whole,
    shares: shares.map((share) => share.length),
    status: places.status,
  };
  return { split, lines: [...jobsLines(split, defaults, jobs)] };
}

function placesOf(
  { options: { undo: { trash } }, output, logs, status }: Splitting,
  replica: string,
): Places {
  const path = wholePath(output);
  return {
    output: path,
    status: wholePath(status ?? `${path.replace(/\.jsonc?$/, "")}.status`),
    logs: logs === null ? null : wholePath(logs),
    trash: trash && trashFolder(trash, replica),
  };
}

/** The split that a file holds; null where there is no file, or what is wrong with it. */
async function splitBefore(path: string): Promise<SplitFile | null | string> {
  const read = await readJobFile(path);
  if ("faults" in read) {
    return isThere(path) ? `Cannot judge by the split before: ${faultOf(read)}` : null;
  }
  const { split } = read;
  return split === null ? `${shown(path)} was not made by lockstep split` : { ...read, split };
}

function faultOf({ faults: [first] }: Faulty): string {
  return first!;
}

/** Walk the source; or why that cannot be done. */
async function walk(
  { options, whole }: Splitting,
  { config, roots, into, before }: Work,
): Promise<Walked | Answer> {
  const pass = passConfig(config, roots, await mountPoints(config.edge) ?? []);
  const pool = ownPool(options.threads);
  const { bar } = displayFor(options);
  try {
    const walked = await walkAndCut(pass, pool, roots, {
      into,
      whole: whole || (before?.split.whole ?? false),
      depths: before?.split.seen.length ?? 0,
      longest: LONGEST_PATH - 1 - Math.max(...[config.source, config.replica].map(bytesOf)),
      progress: (count) => bar?.progress(null, `listing: ${entries(count)}`),
    });
    return "kind" in walked ? { text: refusalText(walked, true), status: STATUS.unusable } : walked;
  } finally {
    bar?.progress(null, null);
    pool.close();
  }
}

/** Nobody hears of a walk. */
const NOBODY: Options["observe"] = {
  status: null,
  metrics: null,
  report: null,
  onFailure: null,
  onSuccess: null,
  onChange: null,
};

function bytesOf(path: string): number {
  return new TextEncoder().encode(path).length + 1;
}

/** Write the file of jobs, and tell what was made. */
async function write(
  asked: Splitting,
  work: Work,
  walked: Walked,
  compared: Compared | null,
): Promise<Answer> {
  const { places, into } = work;
  const { split, lines } = fileOf(work, walked);
  const read = await checked(lines.join("\n"), places.output);
  if ("faults" in read) return { text: faultOf(read), status: STATUS.usage };
  try {
    makeFolders(places);
    await writeWhole(places.output, lines, PUBLIC);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return {
      text: `Cannot write the jobs to ${shown(asked.output)}: ${reasonText(why)}`,
      status: STATUS.usage,
    };
  }
  const { cut, failures } = walked;
  tellFailures(failures);
  const fair = cut.all / into;
  for (const heavy of heavyIn(cut, TOLD)) {
    if (isWorthTelling(heavy.weight, fair)) print(Deno.stderr, `lockstep: ${heavyText(heavy, fair)}`);
  }
  if (places.trash !== null) {
    const stray = await trashesIn(places.trash, new Set(read.jobs.map(({ name }) => name)));
    if (stray.length > 0) print(Deno.stderr, `lockstep: ${strayText(places.trash, stray, TOLD)}`);
  }
  const { id, made, source, replica, shares, seen, whole } = split;
  const all: Made = {
    id,
    made,
    source,
    replica,
    shares,
    seen,
    whole,
    jobs: cut.pieces.length,
    largest: Math.max(0, ...cut.pieces.map(({ weight }) => weight)),
    top: cut.top,
    fair,
    judged: compared,
    path: places.output,
  };
  const { json, loudness } = asked.options;
  const text = json ? madeLine(all, Date.now()) : loudness === "quiet" ? "" : madeText(all);
  return { text, isReport: true, status: failures.length > 0 ? STATUS.failures : STATUS.inSync };
}

/** How many of a kind are told by name. */
const TOLD = 3;

function tellFailures(failures: readonly Failure[]): void {
  for (const failure of failures.slice(0, TOLD)) print(Deno.stderr, `lockstep: ${failureText(failure)}`);
  const more = failures.length - TOLD;
  if (more > 0) print(Deno.stderr, `lockstep: ${counted(more, "more folder")} could not be listed`);
}
