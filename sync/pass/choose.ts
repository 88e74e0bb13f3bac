/**
 * What of a folder is mirrored. What the user's choice excludes is left out of the names and entries of both sides, as if
 * it were not there: so it is neither copied nor removed. Excluded folders are not even looked at where their name tells.
 */
import { Fault } from "../disk/fault.ts";
import { isTemporary } from "../disk/temporary.ts";
import type { Folder, Name } from "../disk/tree.ts";
import { below, type Entry, type Path } from "../engine/entry.ts";
import {
  type Bounds,
  type Choice,
  type Exclusion,
  type Filter,
  filterOf,
  IGNORE_FILE,
  type IgnoreFile,
  includedBy,
  isBounded,
  momentOf,
  outOfBounds,
  type Rule,
  rulesIn,
  type When,
} from "../engine/filter.ts";
import type { Divided } from "../engine/names.ts";
import type { Pair } from "../engine/plan.ts";
import type { PassConfig } from "./config.ts";

/** What is chosen in one folder. */
export interface Chooser {
  /** The names without those that are excluded, whatever they lead to. */
  names(given: Divided): Divided;
  /** Leave out the entries that are excluded. */
  entries(source: Map<Name, Entry>, replica: Map<Name, Entry>): void;
  /** What is excluded in a folder that only the replica has. */
  readonly kept: readonly Path[];
  /** Why an entry is excluded; null when it is not. */
  exclusionOf(name: Name, entry: Entry): Exclusion | null;
  /** The rule without which an entry would be excluded; null when there is none. */
  includedBy(name: Name, entry: Entry): Rule | null;
}

/** The most that is read of an ignore file, in bytes. */
const MOST = 1024 * 1024;

/** An excluded folder of the replica stands where the source has something else. */
const EXCLUDED: Entry = { kind: "unknown", reason: { code: "EXCLUDED" } };

/** The ignore file of a folder, by the names in it; null when it has none. Throws a fault when it cannot be read. */
export function ignoreFileIn(folder: Folder, path: Path, names: readonly Name[]): IgnoreFile | null {
  if (!names.includes(IGNORE_FILE)) return null;
  const entry = folder.look(IGNORE_FILE);
  if (entry?.kind === "unknown") throw unreadable(entry.reason.code);
  if (entry?.kind !== "file") return null;
  if (entry.size > MOST) throw unreadable("EFBIG");
  try {
    using file = folder.read(IGNORE_FILE);
    const bytes = new Uint8Array(MOST + 1);
    let length = 0;
    for (let count; length <= MOST && (count = file.read(bytes.subarray(length))) > 0;) length += count;
    if (length > MOST) throw unreadable("EFBIG");
    return { folder: path, text: new TextDecoder().decode(bytes.subarray(0, length)) };
  } catch (error) {
    throw error instanceof Fault && error.reason.code !== "IGNORE_FILE"
      ? unreadable(error.reason.code)
      : error;
  }
}

/** Nothing is known of what is excluded in the folder, so all of it stays as it is. */
function unreadable(code: string): Fault {
  return new Fault("list", "source", { code: "IGNORE_FILE", detail: code });
}

/** What is chosen in a folder; null where that is all. */
export function chooserIn(config: PassConfig, pair: Pair): Chooser | null {
  const { choice, began } = config;
  const filter = filterFor(config, pair.ignoreFiles ?? []);
  if (filter.isEmpty && !isBounded(choice.bounds)) return null;
  const { deleteExcluded, bounds } = choice;
  const kept: Path[] = [];
  /** Names that are excluded as one kind, and as another not. */
  const unsure = new Set<Name>();
  const keep = (name: Name) => {
    if (pair.sides === "replica") kept.push(below(pair.path, name));
  };
  const ruleOf = (name: Name, entry: Entry) =>
    filter.ruleFor(below(pair.path, name), entry.kind === "folder");
  const isExcluded = (name: Name, entry: Entry) => ruleOf(name, entry) !== null;
  const isOut = (name: Name): boolean => {
    const path = below(pair.path, name);
    if (!filter.mayMatch(path) || isTemporary(name)) return false;
    const [asFile, asFolder] = [false, true].map((isFolder) => filter.ruleFor(path, isFolder) !== null);
    if (asFile !== asFolder) unsure.add(name);
    return asFile! && asFolder!;
  };
  return {
    kept,
    exclusionOf(name, entry) {
      const rule = isTemporary(name) ? null : ruleOf(name, entry);
      if (rule !== null) return { kind: "rule", rule };
      const bound = isTemporary(name) ? null : outOfBounds(entry, bounds, began);
      return bound === null ? null : { kind: "bound", bound, limit: limitOf(bounds[bound]!, began) };
    },
    includedBy(name, entry) {
      const rules = rulesFor(config, pair.ignoreFiles ?? []);
      return includedBy(rules, below(pair.path, name), entry.kind === "folder");
    },
    names({ both, source, replica }) {
      const out = both.filter(isOut);
      const outOfReplica = replica.filter(isOut);
      if (!deleteExcluded) outOfReplica.forEach(keep);
      const left = without(replica, deleteExcluded ? [] : outOfReplica);
      return {
        both: without(both, out),
        source: source.filter((name) => !isOut(name)),
        replica: deleteExcluded ? [...left, ...out] : left,
      };
    },
    entries(source, replica) {
      for (const name of unsure) {
        const [entry, was] = [source.get(name), replica.get(name)];
        if (entry !== undefined && entry.kind !== "unknown") {
          if (isExcluded(name, entry)) leaveOut(name, source, replica);
          else if (was?.kind === "folder" && !deleteExcluded && isExcluded(name, was)) {
            replica.set(name, EXCLUDED);
          }
        } else if (entry === undefined && was !== undefined && !deleteExcluded && isExcluded(name, was)) {
          replica.delete(name);
          keep(name);
        }
      }
      if (!isBounded(bounds)) return;
      for (const [name, was] of replica) {
        if (
          source.has(name) || deleteExcluded || isTemporary(name) || outOfBounds(was, bounds, began) === null
        ) {
          continue;
        }
        replica.delete(name);
        keep(name);
      }
      for (const [name, entry] of source) {
        if (outOfBounds(entry, bounds, began) !== null) leaveOut(name, source, replica);
      }
    },
  };

  function leaveOut(name: Name, source: Map<Name, Entry>, replica: Map<Name, Entry>): void {
    source.delete(name);
    if (!deleteExcluded) replica.delete(name);
  }
}

/** Whether files that are the same on both sides may be out of what is mirrored, with something to do all the same. */
export function mayExcludeSame({ bounds, deleteExcluded }: Choice): boolean {
  return deleteExcluded && isBounded(bounds);
}

/** Whether a folder of the source is excluded, by the ignore files above it. */
export function isExcludedFolder(
  config: PassConfig,
  path: Path,
  ignoreFiles: readonly IgnoreFile[],
): boolean {
  return filterFor(config, ignoreFiles).ruleFor(path, true) !== null;
}

/** The filters of the pass that this thread works for, by the ignore files that they are made of. */
let last: { readonly choice: Choice; readonly filters: Map<string, Filter> } | null = null;

function filterFor({ choice }: PassConfig, files: readonly IgnoreFile[]): Filter {
  if (last?.choice !== choice) last = { choice, filters: new Map() };
  const key = files.map(({ folder, text }) => `${folder}\0${text}`).join("\0");
  let filter = last.filters.get(key);
  if (filter === undefined) {
    filter = filterOf(rulesFor({ choice }, files));
    last.filters.set(key, filter);
  }
  return filter;
}

/** Those of the command line after those of ignore files: the last one decides. */
function rulesFor({ choice }: Pick<PassConfig, "choice">, files: readonly IgnoreFile[]): Rule[] {
  return [...files.flatMap(rulesIn), ...choice.rules];
}

function limitOf(bound: NonNullable<Bounds[keyof Bounds]>, began: number): number {
  return typeof bound === "number" ? bound : momentOf(bound satisfies When, began);
}

function without(names: readonly Name[], left: readonly Name[]): readonly Name[] {
  if (left.length === 0) return names;
  const out = new Set(left);
  return names.filter((name) => !out.has(name));
}
