/**
 * Steps that somebody has decided on: a pass makes those of its own changes that are the same, and nothing else. A step
 * holds as long as the pass comes to just that change, from the same entries. Pure.
 */
import type { Change } from "./change.ts";
import { add, type Changes, each, noChanges } from "./changes.ts";
import type { Known, Path } from "./entry.ts";
import { forEach, type Steps } from "./steps.ts";

/** By path, what was decided on. */
export type Decided = ReadonlyMap<Path, string>;

export function* decidedBy(changes: Iterable<Change>): Steps<Decided> {
  const decided = new Map<Path, string>();
  yield* forEach(changes, (change) => decided.set(change.path, mark(change)));
  return decided;
}

/** What of some changes was decided on, and the paths of what was decided and is not so any more. */
export function* onlyDecided(
  changes: Changes,
  decided: Decided,
): Steps<{ readonly changes: Changes; readonly left: Path[] }> {
  const kept = noChanges();
  const met = new Set<Path>();
  yield* forEach(each(changes), (change) => {
    if (decided.get(change.path) !== mark(change)) return;
    met.add(change.path);
    add(kept, change);
  });
  const left: Path[] = [];
  yield* forEach(decided.keys(), (path) => {
    if (!met.has(path)) left.push(path);
  });
  return { changes: kept, left };
}

/** What a change is, and what it was decided on, as a text: the same for the same. */
export function mark(change: Change): string {
  const { kind, path } = change;
  const entry = change.kind === "remove" ? null : marksOf(change.entry);
  const was = change.was === undefined ? null : marksOf(change.was);
  const other = change.kind === "move"
    ? change.from
    : "hardLinkTo" in change
    ? change.hardLinkTo ?? null
    : null;
  return JSON.stringify([kind, path, entry, was, other]);
}

/** What is decided on of an entry. A folder's time changes with what is in it, which has steps of its own. */
function marksOf(entry: Known): unknown[] {
  switch (entry.kind) {
    case "socket":
      return [entry.kind];
    case "folder":
      return [entry.kind, entry.mode, entry.uid, entry.gid, entry.xattrs];
    case "file":
    case "link":
    case "fifo":
    case "device": {
      const { kind, mode, uid, gid, xattrs, mtime, nanos } = entry;
      const own = kind === "file"
        ? [entry.size]
        : kind === "link"
        ? [entry.target]
        : kind === "device"
        ? [entry.type, entry.major, entry.minor]
        : [];
      return [kind, mode, uid, gid, xattrs, mtime, nanos, ...own];
    }
  }
}
