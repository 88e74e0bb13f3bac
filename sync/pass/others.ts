/**
 * What of a folder is the matter of other mirrors, which have their parts of the same two trees. It is left out of the
 * names of both sides before anything else is decided, so that no option reaches it, and counts as there.
 */
import type { Name } from "../disk/tree.ts";
import { foldOf } from "../engine/capabilities.ts";
import { nameOf, parent, type Path } from "../engine/entry.ts";
import type { Choice } from "../engine/filter.ts";
import type { PassConfig } from "./config.ts";

/** The names of others in each folder that has some, for the choice that this thread works by. */
let last: { readonly choice: Choice; readonly inFolder: ReadonlyMap<Path, ReadonlySet<Name>> } | null = null;

/** The names in a folder that others have; null when there are none. */
function othersIn(choice: Choice, folder: Path): ReadonlySet<Name> | null {
  if (choice.part === undefined || choice.part.except.length === 0) return null;
  if (last?.choice !== choice) last = { choice, inFolder: byFolder(choice.part.except) };
  return last.inFolder.get(folder) ?? null;
}

function byFolder(paths: readonly Path[]): Map<Path, Set<Name>> {
  const found = new Map<Path, Set<Name>>();
  for (const path of paths) {
    const names = found.get(parent(path));
    if (names === undefined) found.set(parent(path), new Set([nameOf(path)]));
    else names.add(nameOf(path));
  }
  return found;
}

/** The names in a folder without those of others, which are counted. */
export interface Own {
  readonly source: Name[];
  readonly replica: Name[];
  /** How many names of others each side has. */
  readonly others: { readonly source: number; readonly replica: number };
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
  if (others === null) return { source, replica, others: { source: 0, replica: 0 }, kept: null };
  const fold = foldOf(criteria.capabilities);
  const folded = new Set([...others].map(fold));
  const [own, left] = [
    source.filter((name) => !others.has(name)),
    replica.filter((name) => !folded.has(fold(name))),
  ];
  return {
    source: own,
    replica: left,
    others: { source: source.length - own.length, replica: replica.length - left.length },
    kept: replica.find((name) => folded.has(fold(name))) ?? null,
  };
}

/**
 * How many entries the replica has besides those of a pass, as far as was seen when the trees were split: the share that the
 * parts have which are there. The guard measures by the whole, once the replica is known to be its.
 */
export function entriesOfOthers({ choice: { part } }: Pick<PassConfig, "choice">, there: number): number {
  if (part === undefined || !part.known || part.except.length === 0) return 0;
  return Math.floor(part.seen * there / part.except.length);
}
