/**
 * What of the changes may be made, given what could not be looked at. A failure protects its own subtree in the
 * replica and nothing else: what lies beside it goes on. Pure.
 */
import { type Changes, each, listOf } from "./changes.ts";
import { parent, type Path, within } from "./entry.ts";
import type { Failure } from "./event.ts";

/** What is left of the changes, and what else cannot be done because of it. */
export interface Pruned {
  readonly changes: Changes;
  readonly failures: Failure[];
}

/**
 * The changes without those at or below a path that failed, and without removals of folders in which something has to
 * stay: an entry that failed, or one of `kept` (our own log file).
 */
export function prune(
  changes: Changes,
  failures: readonly Failure[],
  kept: readonly Path[],
): Pruned {
  if (failures.length === 0 && kept.length === 0) return { changes, failures: [] };
  const failed = new Set(failures.map((failure) => failure.path));
  // a folder of the replica that cannot be read may be just what a new mode puts right
  const locked = new Set(failures.filter(isLocked).map((failure) => failure.path));
  const staying = new Set<Path>();
  for (
    const path of [...failures.filter((failure) => failure.side === "replica").map((f) => f.path), ...kept]
  ) {
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
  const reason = { code: "ENOTEMPTY", text: "something in the folder that stands there has to stay" };
  return { kind: "failure", action: "create", side: "replica", path, reason };
}

function isLocked(failure: Failure): boolean {
  return failure.side === "replica" && failure.action === "list";
}
