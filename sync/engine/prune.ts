/**
 * Which changes may be made, given what could not be looked at. A failure protects its own subtree in the replica and
 * nothing else: changes beside it go on. Pure.
 */
import { add, type Changes, each, noChanges } from "./changes.ts";
import { parent, type Path, within } from "./entry.ts";
import type { Failure } from "./event.ts";
import { forEach, type Steps } from "./steps.ts";

/** The changes that are left, and the failures that follow from leaving out others. */
export interface Pruned {
  readonly changes: Changes;
  readonly failures: Failure[];
}

/**
 * Leave out changes at or below a path that failed, and removals of folders in which something has to stay: an entry
 * that failed, a mount point whose disk is away, or one of `kept` (our own log file). A replacement of a folder in which
 * something stays is a failure.
 */
export function* prune(
  changes: Changes,
  failures: readonly Failure[],
  kept: readonly Path[],
): Steps<Pruned> {
  if (failures.length === 0 && kept.length === 0) return { changes, failures: [] };
  const failed = new Set<Path>();
  // a folder of the replica that cannot be listed may need just its new mode
  const locked = new Set<Path>();
  const staying = new Set<Path>();
  const stay = (path: Path) => {
    // where a folder stays, those above it do
    for (let at = path; at !== "" && !staying.has(parent(at)); at = parent(at)) staying.add(parent(at));
  };
  yield* forEach(failures, (failure) => {
    failed.add(failure.path);
    if (isLocked(failure)) locked.add(failure.path);
    if (isStaying(failure)) stay(failure.path);
  });
  yield* forEach(kept, stay);
  const blocked = new Set<Path>();
  yield* forEach(each(changes), (change) => {
    const replacesFolder = change.kind === "create" && change.was?.kind === "folder";
    if (replacesFolder && staying.has(change.path)) blocked.add(change.path);
  });
  const left = noChanges();
  yield* forEach(each(changes), (change) => {
    const isUnlocked = change.kind === "attributes" && locked.has(change.path);
    const isProtected = within(change.path, failed) || within(change.path, blocked) ||
      (change.kind === "remove" && staying.has(change.path));
    if (isUnlocked || !isProtected) add(left, change);
  });
  return { changes: left, failures: [...blocked].filter((path) => !within(path, failed)).map(occupied) };
}

function occupied(path: Path): Failure {
  return { kind: "failure", action: "create", side: "replica", path, reason: { code: "OCCUPIED" } };
}

function isStaying(failure: Failure): boolean {
  return failure.side === "replica" || failure.reason.code === "UNMOUNTED";
}

function isLocked(failure: Failure): boolean {
  return failure.side === "replica" && failure.action === "list";
}
