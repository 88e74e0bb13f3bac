/**
 * What of a folder is mirrored. What the user's choice excludes is left out of the names and entries of both sides, as if
 * it were not there: so it is neither copied nor removed. It is not even looked at where its name tells enough.
 */
import { Fault } from "../disk/fault.ts";
import { isLeftOver, isTemporary } from "../disk/temporary.ts";
import type { Folder, Name } from "../disk/tree.ts";
import { type Capabilities, respelling, tellsApart } from "../engine/capabilities.ts";
import { below, type Entry, type Path } from "../engine/entry.ts";
import {
  type Choice,
  type Exclusion,
  type Filter,
  filterOfChoice,
  IGNORE_FILE,
  type IgnoreFile,
  includedBy,
  isBounded,
  momentOf,
  MOST_BYTES,
  outOfBounds,
  type Rule,
  rulesOfChoice,
  type When,
} from "../engine/filter.ts";
import type { Divided } from "../engine/names.ts";
import type { Pair } from "../engine/plan.ts";
import type { Criteria } from "../engine/same.ts";
import { decodeName } from "../names.ts";
import type { PassConfig } from "./config.ts";

/** What it takes to choose in one folder. */
export interface Choosing {
  readonly choice: Choice;
  readonly filter: Filter;
  readonly pair: Pair;
  /** Of the replica, in the folder. */
  readonly capabilities: Capabilities;
  /** When the pass began, in ms since 1970. */
  readonly began: number;
}

/** What the names in a folder tell of what is excluded. */
export interface Chosen {
  /** Without those that are excluded, whatever they lead to. */
  readonly names: Divided;
  /** Those for which it depends on what they lead to; null for all of them. */
  readonly unsure: ReadonlySet<Name> | null;
  /** Something excluded in a folder that only the replica has. */
  readonly kept: readonly Path[];
}

/** An excluded entry of the replica stands where the source has one of another kind that is not. */
const EXCLUDED: Entry = { kind: "unknown", reason: { code: "EXCLUDED" } };

/** Null where all is chosen. `criteria`: those for the folder. */
export function choosingIn(
  { choice, began }: PassConfig,
  pair: Pair,
  { capabilities }: Criteria,
): Choosing | null {
  const filter = filterFor(choice, pair.ignoreFiles);
  if ((filter.isEmpty && !isBounded(choice.bounds)) || isLeftOver(pair.path)) return null;
  return { choice, filter, pair, capabilities, began };
}

/** Choose among the names in a folder. */
export function chooseNames({ choice, filter, pair, capabilities }: Choosing, names: Divided): Chosen {
  // where a replica takes names for others, it depends on the source what a name of it stands for
  if (!tellsApart(capabilities)) return { names, unsure: null, kept: [] };
  const unsure = new Set<Name>();
  const isOut = (name: Name): boolean => {
    if (!filter.mayExclude(pair.path, name) || isTemporary(name)) return false;
    const path = below(pair.path, name);
    const isOutAsFolder = filter.ruleFor(path, true) !== null;
    const isSure = isOutAsFolder === (filter.ruleFor(path, false) !== null);
    if (!isSure) unsure.add(name);
    return isSure && isOutAsFolder;
  };
  const { both, source, replica } = names;
  const [out, outOfReplica] = [both.filter(isOut), replica.filter(isOut)];
  const { deleteExcluded, bounds } = choice;
  return {
    names: {
      both: without(both, out),
      source: source.filter((name) => !isOut(name)),
      replica: deleteExcluded ? [...replica, ...out] : without(replica, outOfReplica),
    },
    unsure: isBounded(bounds) ? null : unsure,
    kept: deleteExcluded ? [] : keptOf(pair, outOfReplica),
  };
}

/**
 * Leave out of two listings what is excluded by what it is, and return something of it that stays in a folder that only
 * the replica has. A file of the source that is out of bounds counts for whatever the replica has in its place.
 */
export function chooseEntries(
  { choice, filter, pair, capabilities, began }: Choosing,
  unsure: Chosen["unsure"],
  source: Map<Name, Entry>,
  replica: Map<Name, Entry>,
): Path[] {
  const isOut = (entry: Entry) => outOfBounds(entry, choice.bounds, began) !== null;
  const isExcluded = (name: Name, { kind }: Entry) =>
    kind !== "unknown" && filter.ruleFor(below(pair.path, name), kind === "folder") !== null;
  const excluded: Name[] = [];
  const beyond = new Set<Name>();
  for (const name of unsure ?? source.keys()) {
    const entry = source.get(name);
    if (entry === undefined) continue;
    if (isOut(entry)) beyond.add(name);
    else if (isExcluded(name, entry)) excluded.push(name);
  }
  for (const name of [...excluded, ...beyond]) source.delete(name);
  if (choice.deleteExcluded) return [];
  // what is mirrored comes last, since it gets the name
  const spelled = respelling([...excluded, ...beyond, ...source.keys()], capabilities);
  const kept: Name[] = [];
  for (const name of unsure ?? replica.keys()) {
    const was = replica.get(name);
    if (was === undefined || isTemporary(name)) continue;
    const as = spelled(name);
    const isMirrored = source.has(as);
    if (!isExcluded(as, was) && !beyond.has(as) && (isMirrored || !isOut(was))) continue;
    if (isMirrored) replica.set(name, EXCLUDED);
    else {
      replica.delete(name);
      kept.push(name);
    }
  }
  return keptOf(pair, kept);
}

/** Why an entry is excluded; null when it is not. */
export function exclusionOf(
  { choice: { bounds }, filter, pair, began }: Choosing,
  name: Name,
  entry: Entry,
): Exclusion | null {
  if (isTemporary(name)) return null;
  const rule = filter.ruleFor(below(pair.path, name), entry.kind === "folder");
  if (rule !== null) return { kind: "rule", rule };
  const bound = outOfBounds(entry, bounds, began);
  return bound === null ? null : { kind: "bound", bound, limit: limitOf(bounds[bound]!, began) };
}

function limitOf(bound: number | When, began: number): number {
  return typeof bound === "number" ? bound : momentOf(bound, began);
}

/** The rule without which an entry would be excluded; null when there is none. */
export function inclusionOf({ choice, pair }: Choosing, name: Name, entry: Entry): Rule | null {
  const rules = rulesOfChoice(choice, pair.ignoreFiles ?? []);
  const path = below(pair.path, name);
  return includedBy(rules, choice.part?.path ? below(choice.part.path, path) : path, entry.kind === "folder");
}

/** One is enough: it keeps its folder. */
function keptOf({ sides, path }: Pair, [name]: readonly Name[]): Path[] {
  return sides === "replica" && name !== undefined ? [below(path, name)] : [];
}

function without(names: readonly Name[], left: readonly Name[]): readonly Name[] {
  if (left.length === 0) return names;
  const out = new Set(left);
  return names.filter((name) => !out.has(name));
}

/** Whether a folder is excluded, by the ignore files above it. */
export function isExcludedFolder(
  { choice }: PassConfig,
  path: Path,
  ignoreFiles: readonly IgnoreFile[],
): boolean {
  return filterFor(choice, ignoreFiles).ruleFor(path, true) !== null;
}

/** The ignore file of a folder, by the names in it; null when it has none. Throws a fault when it cannot be read. */
export function ignoreFileIn(folder: Folder, path: Path, names: readonly Name[]): IgnoreFile | null {
  if (!names.includes(IGNORE_FILE)) return null;
  const entry = folder.look(IGNORE_FILE);
  if (entry?.kind === "unknown") throw unreadable(entry.reason.code);
  if (entry?.kind !== "file") return null;
  if (entry.size > MOST_BYTES) throw unreadable("EFBIG");
  const bytes = new Uint8Array(entry.size + 1);
  let length = 0;
  try {
    using file = folder.read(IGNORE_FILE);
    for (let count; (count = file.read(bytes.subarray(length))) > 0;) length += count;
  } catch (error) {
    throw error instanceof Fault ? unreadable(error.reason.code) : error;
  }
  // half of it may mean something else
  if (length !== entry.size) throw unreadable("CHANGED");
  return { folder: path, text: decodeName(bytes.subarray(0, length)) };
}

/** Nothing is known of what is excluded in the folder, so all of it stays as it is. */
function unreadable(code: string): Fault {
  return new Fault("list", "source", { code: "IGNORE_FILE", detail: code });
}

/** So many filters are kept at a time. */
const KEPT = 64;

/** The filters of the choice that this thread works by, by the ignore files that they are made of. */
let last: {
  readonly choice: Choice;
  readonly byFiles: WeakMap<readonly IgnoreFile[], Filter>;
  readonly byText: Map<string, Filter>;
} | null = null;

const NO_FILES: readonly IgnoreFile[] = [];

/** Made once for the same files, although they come in one message after another. */
export function filterFor(choice: Choice, files: readonly IgnoreFile[] = NO_FILES): Filter {
  if (last?.choice !== choice) last = { choice, byFiles: new WeakMap(), byText: new Map() };
  const { byFiles, byText } = last;
  const known = byFiles.get(files);
  if (known !== undefined) return known;
  const text = JSON.stringify(files);
  const filter = byText.get(text) ?? filterOfChoice(choice, files);
  if (byText.size === KEPT) byText.clear();
  byText.set(text, filter);
  byFiles.set(files, filter);
  return filter;
}
