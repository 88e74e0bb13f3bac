/**
 * Why a pass would do what it does at one path. The folders on the way are compared by the functions of a pass, and what
 * comes of it is judged by those, too: so the answer is that of a pass, and is only found in less time. Writes nothing.
 */
import { ABSENT, Fault } from "../disk/fault.ts";
import type { Roots } from "../disk/roots.ts";
import { unusable } from "../disk/roots.ts";
import { isTemporary } from "../disk/temporary.ts";
import type { Name, Tree } from "../disk/tree.ts";
import { type Changes, each } from "../engine/changes.ts";
import type { Change } from "../engine/change.ts";
import { differences } from "../engine/difference.ts";
import { below, type Entry, nameOf, parent, type Path, within } from "../engine/entry.ts";
import type { Event, Failure, Unmirrored, Unusable } from "../engine/event.ts";
import type { Explained, Omission, Omitted, Why } from "../engine/explained.ts";
import type { Exclusion, Rule } from "../engine/filter.ts";
import { divide, unpack } from "../engine/names.ts";
import { leadsOn, type Pair } from "../engine/plan.ts";
import { chooseEntries, chooseNames, choosingIn, exclusionOf, inclusionOf } from "./choose.ts";
import { compare, planRoot } from "./compare.ts";
import type { PassConfig } from "./config.ts";
import { type Context, treesOf } from "./context.ts";
import { collect, type Found, nothingFound } from "./found.ts";
import { orGone } from "./gone.ts";
import { type Both, compareFolders, compareListed, isOurLog, type Listed, listFolders } from "./look.ts";
import { criteriaOn, failureOn } from "./mounts.ts";
import { inOtherCase } from "./other_case.ts";
import { changesOf } from "./decide.ts";
import { inline } from "./pool.ts";
import { stack } from "./queue.ts";
import { newTurn, type Task, type Turn } from "./task.ts";

/** Say why, or that a root cannot be used. The config is that of a dry run. */
export async function explain(config: PassConfig, roots: Roots, path: Path): Promise<Explained | Unusable> {
  const walked = await walk(config, roots, path);
  const judged = await judge(config, roots, walked, path);
  if ("kind" in judged) return judged;
  const unlisted = judged.failures.find((failure) => failure.path === "");
  if (unlisted) {
    const { side, reason } = unlisted;
    return unusable(side, roots[side]?.path ?? "", { code: "fault", reason });
  }
  const { source, replica } = await treesOf(config);
  const isRoot = path === "";
  const why = whyOf(config, walked, judged, path);
  const trees = roots.replica ? [source, replica] : [source];
  const explained: Explained = {
    path,
    why: why.kind === "absent" ? { ...why, spelled: await inOtherCase(trees, path) } : why,
    entry: isRoot ? roots.source.entry : lookAt(source, path),
    was: isRoot ? roots.replica?.entry ?? null : roots.replica && lookAt(replica, path),
    includedBy: walked.last?.path === path ? walked.last.includedBy : null,
  };
  source.release();
  replica.release();
  return explained;
}

/** What one folder on the way says of a name in it. */
interface Step {
  readonly path: Path;
  /** What is there, whether or not it counts. */
  readonly entry: Entry | null;
  readonly was: Entry | null;
  /** Why the source's entry counts as if it were not there, or the replica's where the source has none. */
  readonly omission: Omission | null;
  /** By which the replica's entry is excluded, where something else of the source is not. */
  readonly inTheWay: Exclusion | null;
  readonly includedBy: Rule | null;
  readonly unmirrored: Unmirrored["what"] | null;
  /** The folders that are compared next; null when there are none. */
  readonly next: Pair | null;
}

interface Walked {
  readonly found: Found;
  /** The step that went furthest; null when the root could not be listed, or is all that was asked for. */
  readonly last: Step | null;
  /** Why the source counts as if it had nothing at the path, where it has something. */
  readonly omitted: Omitted | null;
}

/** Go down from the roots, as far as a pass would. */
async function walk(config: PassConfig, roots: Roots, path: Path): Promise<Walked> {
  const found = nothingFound();
  planRoot(found, roots, config);
  let pair: Pair = { path: "", sides: roots.replica ? "both" : "source", entry: roots.source.entry };
  let last: Step | null = null;
  let omitted: Omitted | null = null;
  /** Whether all below the last step was compared already. */
  let isCovered = false;
  for (const name of path === "" ? [] : path.split("/")) {
    const context = await contextOf(config);
    const step: Step | null = await stepInto(context, pair, name);
    if (!isCovered) await take(found, context, path);
    if (step === null) return { found, last, omitted };
    last = step;
    if (step.entry !== null && step.omission !== null) omitted ??= { at: step.path, by: step.omission };
    if (step.next === null) return { found, last, omitted };
    pair = step.next;
    // whether a folder of the replica can go depends on all that is in it
    const isAsked = step.path === path;
    const givesWay = step.entry !== null && step.omission === null;
    if (pair.sides === "replica" && (isAsked || givesWay) && !isCovered) {
      isCovered = true;
      await run(config, [{ kind: "compare", pair }], found);
    }
  }
  if (isCovered) return { found, last, omitted };
  // a folder that cannot be listed is not made, nor changed
  const context = await contextOf(config);
  await inFolders(context, pair, () => true);
  await take(found, context, path);
  return { found, last, omitted };
}

async function contextOf(config: PassConfig): Promise<Context> {
  return {
    config,
    trees: await treesOf(config),
    result: newTurn([]),
    wrote: new Set(),
    trash: null,
    together: null,
    devices: new Map(),
    pacer: null,
    end: Infinity,
  };
}

/** Add what a step found, with what the contents of the files at the path say. */
async function take(found: Found, { config, result }: Context, path: Path): Promise<void> {
  collect(found, result);
  const contents = result.tasks.filter((task) =>
    task.kind === "compareContents" && task.undecided.path === path
  );
  await run(config, contents, found);
}

async function run(config: PassConfig, tasks: readonly Task[], found: Found): Promise<void> {
  if (tasks.length > 0) await inline().run(config, stack(tasks), (turn) => collect(found, turn));
}

/** List the folders of a pair, and go on; null, and a failure in the result, when that cannot be done. */
async function inFolders<T>(
  context: Context,
  pair: Pair,
  goOn: (listed: Listed, folders: Both) => T | Promise<T>,
): Promise<T | null> {
  const { trees, result } = context;
  try {
    using source = pair.sides === "replica" ? null : trees.source.open(pair.path, "list");
    using replica = pair.sides === "source" ? null : trees.replica.open(pair.path, "list");
    return await goOn(await listFolders(context, pair, { source, replica }), { source, replica });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.failures.push(orGone(context, failureOn(context, error, pair.path)));
    return null;
  }
}

/**
 * Compare two folders, and say what came of a name; null when they cannot be compared. What is found is in the context's
 * result. Of a large folder only the part with the name is compared.
 */
async function stepInto(context: Context, given: Pair, name: Name): Promise<Step | null> {
  const { config, result } = context;
  const path = below(given.path, name);
  const seen = await inFolders(context, given, async (listed, folders) => {
    await compareListed(context, listed, folders);
    for (const part of pairsIn(result, given.path)) {
      const { source, replica } = unpack(part.names!);
      if (source.includes(name) || replica.includes(name)) await compareFolders(context, part);
    }
    const entry = listed.inSource.includes(name) ? folders.source!.look(name) : null;
    const was = listed.inReplica.includes(name) ? folders.replica!.look(name) : null;
    return { entry, was, ...choiceOf(config, listed.pair, name, entry, was) };
  });
  if (seen === null) return null;
  return {
    path,
    ...seen,
    unmirrored: result.unmirrored.find((one) => one.path === path)?.what ?? null,
    next: pairsIn(result, path)[0] ?? null,
  };
}

/** The pairs of a path that are still to be compared. */
function pairsIn({ tasks }: Turn, path: Path): Pair[] {
  return tasks.flatMap((task) => task.kind === "compare" && task.pair.path === path ? [task.pair] : []);
}

/** What the choice, and our own names, make of a name. */
function choiceOf(
  config: PassConfig,
  pair: Pair,
  name: Name,
  entry: Entry | null,
  was: Entry | null,
): Pick<Step, "omission" | "inTheWay" | "includedBy"> {
  const path = below(pair.path, name);
  const none = { omission: null, inTheWay: null, includedBy: null };
  const ours = entry && ownOf(config, path, entry);
  if (ours !== null) return { ...none, omission: ours };
  const choosing = choosingIn(config, pair, criteriaOn(pair.device, config.criteria));
  if (choosing !== null) {
    const { names, unsure } = chooseNames(choosing, divide(entry ? [name] : [], was ? [name] : []));
    const isLooked = (side: readonly Name[]) => names.both.includes(name) || side.includes(name);
    const source = new Map(entry && isLooked(names.source) ? [[name, entry]] : []);
    const replica = new Map(was && isLooked(names.replica) ? [[name, was]] : []);
    chooseEntries(choosing, unsure, source, replica);
    const counted = entry ?? was;
    const isOut = entry ? !source.has(name) : was !== null && !replica.has(name);
    if (isOut) return { ...none, omission: exclusionOf(choosing, name, counted!) };
    if (was && replica.get(name)?.kind === "unknown" && was.kind !== "unknown") {
      return { ...none, inTheWay: exclusionOf(choosing, name, was) };
    }
    if (entry) return { ...none, includedBy: inclusionOf(choosing, name, entry) };
  }
  const isLog = !entry && was && isOurLog(config, "replica", path, was);
  return { ...none, omission: isLog ? { kind: "own-log" } : null };
}

/** What of an entry of the source is our own; null when nothing is. */
function ownOf(config: PassConfig, path: Path, entry: Entry): Omission | null {
  if (isTemporary(nameOf(path))) return { kind: "temporary" };
  return isOurLog(config, "source", path, entry) ? { kind: "own-log" } : null;
}

/** What is at a path, no link followed on the way; null for nothing. */
function lookAt(tree: Tree, path: Path): Entry | null {
  try {
    using folder = tree.open(parent(path), "read");
    return folder.look(nameOf(path));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { reason } = error;
    return ABSENT.has(reason.code) || reason.code === "LINKED" ? null : { kind: "unknown", reason };
  }
}

/** What is to be done, and what fails. */
interface Judged {
  readonly changes: Changes;
  readonly failures: readonly Failure[];
  /** What stays in the replica although the source has it not. */
  readonly kept: readonly Path[];
}

/**
 * Take out what failures and what stays protect. Which names of one inode change with one another, only both trees as a
 * whole can tell.
 */
async function judge(
  config: PassConfig,
  roots: Roots,
  { found }: Walked,
  path: Path,
): Promise<Judged | Unusable> {
  const isLinked = found.linked.some((one) => one.path === path && one.entry !== null);
  const pool = inline();
  const failures: Failure[] = [];
  const tell = (event: Event) => {
    if (event.kind === "failure") failures.push(event);
  };
  const compared = isLinked
    ? await compare(config, pool, roots, undefined, tell)
    : { found, known: { config } };
  if ("kind" in compared) return compared;
  const changes = await changesOf(compared, {}, tell);
  const { failures: before, kept } = compared.found;
  return { changes, failures: [...failures, ...before], kept: [...config.ownLogs.replica, ...kept] };
}

function whyOf(config: PassConfig, walked: Walked, judged: Judged, path: Path): Why {
  const { last, omitted, found } = walked;
  const change = changeAt(judged.changes, path);
  // one path does not tell of moves
  if (change && change.kind !== "move") {
    return { kind: "change", change, differences: differences(change, config.criteria), omitted };
  }
  const failure = nearest(judged.failures, path);
  if (failure) {
    return { kind: "failure", failure, by: last?.path === failure.path ? last.inTheWay : null };
  }
  // only the attributes of the roots are compared
  if (last === null) return { kind: "same" };
  const { path: at, entry, was, omission, unmirrored } = last;
  if (changeAt(found.changes, path)?.kind === "remove") {
    const inside = new Set([path]);
    const stays = [...judged.kept, ...judged.failures.map((one) => one.path)];
    return { kind: "holds", inside: stays.find((one) => within(one, inside)) ?? null };
  }
  const isBelow = at !== path;
  // what only the source has, in a folder that counts as if it were not there
  const absent: Why = omitted === null ? { kind: "absent", spelled: null } : { kind: "omitted", ...omitted };
  if (isBelow && entry?.kind !== "folder" && was?.kind !== "folder") {
    if (entry?.kind !== "link" && was?.kind !== "link") return absent;
    return omission === null ? { kind: "behind-link", at } : { kind: "omitted", at, by: omission };
  }
  if (omission !== null) return { kind: "omitted", at, by: omission };
  if (entry === null && was !== null && config.choice.noDelete) return { kind: "no-delete", at };
  if (isBelow) {
    const isBeyond = entry?.kind === "folder" && !leadsOn(at, entry, config.criteria);
    return isBeyond ? { kind: "beyond-mount", at } : absent;
  }
  if (unmirrored !== null) return { kind: "unmirrored", what: unmirrored };
  if (was === null) return absent;
  return { kind: entry === null ? "respelled" : "same" };
}

function changeAt(changes: Changes, path: Path): Change | null {
  for (const change of each(changes)) if (change.path === path) return change;
  return null;
}

/** The failure of a path, or of the nearest folder above it that has one. */
function nearest(failures: readonly Failure[], path: Path): Failure | null {
  for (let at = path;; at = parent(at)) {
    const found = failures.find((failure) => failure.path === at);
    if (found || at === "") return found ?? null;
  }
}
