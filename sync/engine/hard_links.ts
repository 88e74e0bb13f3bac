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
import { type Change, formerPath, spelledIn } from "./change.ts";
import type { Linked } from "./plan.ts";
import { forEach, forEachOf, sorted, type Steps } from "./steps.ts";

/**
 * The changes, with those of paths with several names made right for each other. `keepsLost`: what goes is kept in a
 * trash, where it is to stay as it was: its inode is none to be changed in place.
 */
export function* hardLinks(
  changes: Changes,
  linked: readonly Linked[],
  keepsLost = false,
): Steps<Changes> {
  if (linked.length === 0) return changes;
  const several = new Set<Path>();
  // where the source has nothing of the kind, what is planned stays as it is
  yield* forEach(linked, ({ path, entry }) => entry !== null && several.add(path));
  const planned = new Map<Path, Change>();
  const result = noChanges();
  yield* forEach(each(changes), (change) => {
    if (change.kind !== "remove" && several.has(change.path)) planned.set(change.path, change);
    else add(result, change);
  });
  const inOrder = yield* sorted(linked, (a, b) => a.path < b.path ? -1 : 1);
  const inReplica = yield* group(inOrder, ({ was }) => was?.id ?? null);
  const inSource = yield* group(
    inOrder,
    ({ path, entry, device = "" }) => entry && `${device}/${entry.id ?? `/${path}`}`,
  );
  const staying = yield* countStaying(inReplica, planned, keepsLost);
  const taken = new Set<string>();
  yield* forEachOf(inSource.values(), function* (set) {
    yield* join(set, yield* leaderOf(set, planned, staying, taken), planned, result);
  });
  return result;
}

/** How many files of the source have names that are not among those that were found: they lie elsewhere. */
export function* leadingOut(linked: readonly Linked[]): Steps<number> {
  const sets = yield* group(linked, ({ entry, device = "" }) => entry?.id ? `${device}/${entry.id}` : null);
  let count = 0;
  yield* forEach(sets.values(), (set) => {
    if (set[0]!.entry!.nlink > set.length) count++;
  });
  return count;
}

/** Add the changes by which all of a set become names of one inode: the leader's, or a new one. */
function* join(
  set: readonly Linked[],
  leader: Linked | null,
  planned: ReadonlyMap<Path, Change>,
  result: Changes,
): Steps<void> {
  const id = leader?.was?.id ?? null;
  const first = leader ?? set[0]!;
  const change = leader ? planned.get(leader.path) : copied(first, planned);
  if (!leader) leave(first, planned, result);
  if (change) add(result, change);
  yield* forEach(set, (one) => {
    if (one === first) return;
    const isLinked = id !== null && one.was?.id === id && isKept(one, planned);
    const change = planned.get(one.path);
    // what is set by one name is set for all, but each has a name of its own
    if (isLinked && change && formerPath(change) !== null) add(result, change);
    if (isLinked) return;
    leave(one, planned, result);
    add(result, { ...copied(one, planned), hardLinkTo: first.path });
  });
}

/** Where a path gets another inode than the one that was to be moved there, that one is removed instead. */
function leave({ path }: Linked, planned: ReadonlyMap<Path, Change>, result: Changes): void {
  const change = planned.get(path);
  if (change?.kind === "move") add(result, { kind: "remove", path: change.from, was: change.was });
}

/**
 * The path whose inode in the replica the whole set can share: the inode that most of the set have already. It is
 * `taken` from then on. Null when no inode can be kept, and a new file must be made.
 */
function* leaderOf(
  set: readonly Linked[],
  planned: ReadonlyMap<Path, Change>,
  staying: ReadonlyMap<string, number>,
  taken: Set<string>,
): Steps<Linked | null> {
  /** How many of the set have each inode of the replica. */
  const counts = new Map<string, number>();
  yield* forEach(set, ({ was }) => was?.id && counts.set(was.id, (counts.get(was.id) ?? 0) + 1));
  let best: Linked | null = null;
  let most = 0;
  yield* forEach(set, (one) => {
    if (one.was === null || !isKept(one, planned)) return;
    const { id, nlink } = one.was;
    const shared = id === null ? 1 : counts.get(id)!;
    if (shared <= most) return;
    if (id !== null) {
      const hasOthers = staying.get(id)! < nlink;
      if (taken.has(id) || (hasOthers && planned.has(one.path))) return;
    }
    [best, most] = [one, shared];
  });
  const id = (best as Linked | null)?.was?.id ?? null;
  if (id !== null) taken.add(id);
  return best;
}

/** How many names of each inode of the replica are known; with a trash, those of them that stay its names. */
function* countStaying(
  inReplica: ReadonlyMap<string, readonly Linked[]>,
  planned: ReadonlyMap<Path, Change>,
  keepsLost: boolean,
): Steps<Map<string, number>> {
  const counts = new Map<string, number>();
  yield* forEachOf(inReplica, function* ([id, names]) {
    let count = 0;
    yield* forEach(names, (one) => {
      if (!keepsLost || (one.entry !== null && isKept(one, planned))) count++;
    });
    counts.set(id, count);
  });
  return counts;
}

/** Whether the content of a path stays as it is. */
function isKept({ path, was }: Linked, planned: ReadonlyMap<Path, Change>): boolean {
  const change = planned.get(path);
  return was !== null && (change === undefined || change.kind === "attributes" || change.kind === "move");
}

/** The change that gives a path a new inode. */
function copied(
  { path, entry, was }: Linked,
  planned: ReadonlyMap<Path, Change>,
): Change & { kind: "create" | "update" } {
  const change = planned.get(path);
  if (change?.kind === "create" || change?.kind === "update") return change;
  if (change?.kind === "move") return { kind: "create", path, entry: entry! };
  const spelled = change && spelledIn(change);
  return { kind: "update", path, entry: entry!, was: was!, ...(spelled !== undefined && { spelled }) };
}

function* group(
  linked: readonly Linked[],
  key: (one: Linked) => string | null,
): Steps<Map<string, Linked[]>> {
  const groups = new Map<string, Linked[]>();
  yield* forEach(linked, (one) => {
    const found = key(one);
    if (found === null) return;
    const group = groups.get(found);
    if (group) group.push(one);
    else groups.set(found, [one]);
  });
  return groups;
}
