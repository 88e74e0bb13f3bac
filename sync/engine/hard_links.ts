/**
 * Hard links: paths of the source that share an inode are made to share one in the replica, and paths that do not are
 * made not to: files, links and FIFOs. Only what has more than one name is looked at, so nothing else has to be
 * remembered. Pure.
 *
 * An inode of the replica is kept for one set of hard links at most. Where it has names outside the tree (a snapshot
 * made of hard links), it is never changed in place: the path gets a new file.
 */
import { add, type Changes, each, noChanges } from "./changes.ts";
import type { Path } from "./entry.ts";
import type { Change } from "./change.ts";
import type { Linked } from "./plan.ts";

/** The changes, with those of paths with several names made right for each other. */
export function hardLinks(changes: Changes, linked: readonly Linked[]): Changes {
  if (linked.length === 0) return changes;
  const several = new Set(linked.map(({ path }) => path));
  const planned = new Map<Path, Change>();
  const result = noChanges();
  for (const change of each(changes)) {
    if (change.kind !== "remove" && several.has(change.path)) planned.set(change.path, change);
    else add(result, change);
  }
  const sorted = [...linked].sort((a, b) => a.path < b.path ? -1 : 1);
  const inReplica = group(sorted, ({ was }) => was?.id ?? null);
  const inSource = group(
    sorted,
    ({ path, entry, device = "" }) => entry && `${device}/${entry.id ?? `/${path}`}`,
  );
  const taken = new Set<string>();
  for (const set of inSource.values()) {
    const leader = leaderOf(set, planned, inReplica, taken);
    const id = leader?.was?.id ?? null;
    if (id !== null) taken.add(id);
    const [first] = set;
    const change = leader ? planned.get(leader.path) : copied(first!, planned);
    if (change) add(result, change);
    for (const one of set) {
      if (one === (leader ?? first)) continue;
      const isLinked = id !== null && one.was?.id === id && isKept(one, planned);
      if (!isLinked) add(result, { ...copied(one, planned), hardLinkTo: (leader ?? first!).path });
    }
  }
  return result;
}

/**
 * The path whose inode in the replica the whole set can share: the inode that most of the set have already. Null when
 * no inode can be kept, and a new file must be made.
 */
function leaderOf(
  set: readonly Linked[],
  planned: ReadonlyMap<Path, Change>,
  inReplica: ReadonlyMap<string, readonly Linked[]>,
  taken: ReadonlySet<string>,
): Linked | null {
  /** How many of the set have each inode of the replica. */
  const counts = new Map<string, number>();
  for (const { was } of set) if (was?.id) counts.set(was.id, (counts.get(was.id) ?? 0) + 1);
  let best: Linked | null = null;
  let most = 0;
  for (const one of set) {
    if (one.was === null || !isKept(one, planned)) continue;
    const { id, nlink } = one.was;
    if (id === null) {
      if (best === null) [best, most] = [one, 1];
      continue;
    }
    const hasOthers = inReplica.get(id)!.length < nlink;
    if (taken.has(id) || (hasOthers && planned.has(one.path))) continue;
    const shared = counts.get(id)!;
    if (shared > most) [best, most] = [one, shared];
  }
  return best;
}

/** Whether the content of a path stays as it is. */
function isKept({ path, was }: Linked, planned: ReadonlyMap<Path, Change>): boolean {
  const change = planned.get(path);
  return was !== null && (change === undefined || change.kind === "attributes");
}

/** The change that gives a path a new inode. */
function copied(
  { path, entry, was }: Linked,
  planned: ReadonlyMap<Path, Change>,
): Change & { kind: "create" | "update" } {
  const change = planned.get(path);
  if (change?.kind === "create" || change?.kind === "update") return change;
  return { kind: "update", path, entry: entry!, was: was! };
}

function group(linked: readonly Linked[], key: (one: Linked) => string | null): Map<string, Linked[]> {
  const groups = new Map<string, Linked[]>();
  for (const one of linked) {
    const found = key(one);
    if (found === null) continue;
    const group = groups.get(found);
    if (group) group.push(one);
    else groups.set(found, [one]);
  }
  return groups;
}
