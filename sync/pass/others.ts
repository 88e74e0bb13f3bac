/**
 * What of a folder is the matter of other mirrors, which have their parts of the same two trees. It is left out of the
 * names of both sides before anything else is decided, so that no option reaches it, and counts as there.
 */
import { isBetween, isLeftOver } from "../disk/temporary.ts";
import type { Name } from "../disk/tree.ts";
import { foldOf } from "../engine/capabilities.ts";
import { nameOf, parent, type Path } from "../engine/entry.ts";
import type { Choice, ChosenPart } from "../engine/filter.ts";
import { isOf, type Slice } from "../engine/part.ts";
import type { PassConfig } from "./config.ts";

/** What others have of a folder. */
interface Others {
  /** These names. */
  readonly except: ReadonlySet<Name>;
  /** All names but these, whatever they are; null where they have no slices of it. */
  readonly but: ReadonlySet<Name> | null;
  /** All names but those of this slice; null where it is no folder that this mirror has a slice of. */
  readonly slice: Slice | null;
}

/** What others have in each folder of which they have something, for the choice that this thread works by. */
let last: { readonly choice: Choice; readonly inFolder: ReadonlyMap<Path, Others> } | null = null;

/** What others have of a folder; null for nothing. */
function othersIn(choice: Choice, folder: Path): Others | null {
  if (choice.part === undefined) return null;
  if (last?.choice !== choice) last = { choice, inFolder: byFolder(choice.part) };
  return last.inFolder.get(folder) ?? null;
}

function byFolder({ except, sliced, slice }: ChosenPart): Map<Path, Others> {
  const found = new Map<Path, Others & { readonly except: Set<Name> }>();
  for (const { path, but } of sliced) {
    found.set(path, { except: new Set(), but: new Set(but), slice: null });
  }
  if (slice !== undefined) found.set("", { except: new Set(), but: null, slice });
  for (const path of except) {
    const others = found.get(parent(path));
    if (others !== undefined) others.except.add(nameOf(path));
    else found.set(parent(path), { except: new Set([nameOf(path)]), but: null, slice: null });
  }
  return found;
}

/** Whether the roots themselves are this mirror's matter: a slice has nothing but what is in them. */
export function hasRoot({ choice: { part } }: Pick<PassConfig, "choice">): boolean {
  return part?.slice === undefined;
}

/** The names in a folder without those of others, which are counted. */
export interface Own {
  readonly source: Name[];
  readonly replica: Name[];
  /** How many parts of others each side has; the names of their slices are theirs to count. */
  readonly others: { readonly source: number; readonly replica: number };
  /** How many names each side has in all that others have, but for those beside a slice of this mirror's. */
  readonly there: { readonly source: number; readonly replica: number };
  /** One of them in the replica; null when it has none. */
  readonly kept: Name | null;
}

/** Leave out what others have. A replica that takes names for others has theirs under any spelling. */
export function withoutOthers(
  { choice, criteria }: Pick<PassConfig, "choice" | "criteria">,
  folder: Path,
  source: Name[],
  replica: Name[],
): Own {
  const others = othersIn(choice, folder);
  if (others === null) return { source, replica, others: NONE, there: NONE, kept: null };
  const own = source.filter((name) => !has(others, name, same));
  const fold = foldOf(criteria.capabilities);
  const folded = {
    ...others,
    except: setOf(others.except, fold),
    but: others.but && setOf(others.but, fold),
  };
  const left = replica.filter((name) => !has(folded, name, fold));
  const there = { source: source.length - own.length, replica: replica.length - left.length };
  return {
    source: own,
    replica: left,
    others: others.slice !== null ? NONE : others.but === null ? there : {
      source: source.filter((name) => others.except.has(name)).length,
      replica: replica.filter((name) => folded.except.has(fold(name))).length,
    },
    there: others.slice !== null ? NONE : there,
    kept: left.length === replica.length ? null : replica.find((name) => has(folded, name, fold)) ?? null,
  };
}

const NONE = { source: 0, replica: 0 };

/** Whether others have a name. What a pass makes for a while, whoever's, is cleared up by the one that has all the rest. */
function has({ except, but, slice }: Others, name: Name, fold: (name: Name) => Name): boolean {
  const key = fold(name);
  if (except.has(key)) return true;
  if (but === null && slice === null) return false;
  const isMade = isLeftOver(name) || isBetween(name);
  return slice === null ? !isMade && !but!.has(key) : isMade || !isOf(slice, name);
}

function same(name: Name): Name {
  return name;
}

function setOf(names: ReadonlySet<Name>, fold: (name: Name) => Name): ReadonlySet<Name> {
  return new Set([...names].map(fold));
}

/**
 * How many entries the replica has besides those of a pass, as far as was seen when the trees were split: the share that the
 * names have which are there. The guard measures by the whole, once the replica is known to be its.
 */
export function entriesOfOthers({ choice: { part } }: Pick<PassConfig, "choice">, there: number): number {
  if (part === undefined || !part.known || part.names === 0) return 0;
  return Math.floor(part.seen * Math.min(there / part.names, 1));
}
