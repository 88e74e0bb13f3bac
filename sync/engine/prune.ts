/**
 * Which changes may be made, given what could not be looked at. A failure protects its own subtree in the replica and
 * nothing else: changes beside it go on. Pure.
 */
import { type Changes, each, listOf } from "./changes.ts";
import { parent, type Path, within } from "./entry.ts";
import type { Failure } from "./event.ts";

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
export function prune(
  changes: Changes,
  failures: readonly Failure[],
  kept: readonly Path[],
): Pruned {
  if (failures.length === 0 && kept.length === 0) return { changes, failures: [] };
  const failed = new Set(failures.map((failure) => failure.path));
  // a folder of the replica that cannot be listed may need just its new mode
  const locked = new Set(failures.filter(isLocked).map((failure) => failure.path));
  const staying = new Set<Path>();
  for (const path of [...failures.filter(isStaying).map((failure) => failure.path), ...kept]) {
    for (let at = path; at !== ""; at = parent(at)) staying.add(parent(at));
  }
  const blocked = new Set<Path>();
  for (const change of each(changes)) {
    if (change.kind === "create" && change.was?.kind === "folder" && staying.has(change.path)) {
      blocked.add(change.path);
    }
  }
  const left = each(changes).filter((change) => {
    if (change.kind === "attributes" && locked.has(change.path)) return true;
    if (within(change.path, failed) || within(change.path, blocked)) return false;
    return !(change.kind === "remove" && staying.has(change.path));
  });
  return {
    changes: listOf(left),
    failures: [...blocked].filter((path) => !within(path, failed)).map(occupied),
  };
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
