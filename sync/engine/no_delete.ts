/** What is left of a plan when nothing may be removed from the replica. Pure. */
import type { Change } from "./change.ts";
import { type Listing, nameOf, type Path } from "./entry.ts";
import type { Failure } from "./event.ts";
import type { Plan } from "./plan.ts";

/**
 * A plan without removals: what only the replica has stays, and a folder of the replica in the place of something else is
 * a failure. `source`: the listing that was planned. What `isOurs`, left over by a killed run, goes all the same.
 */
export function withoutRemovals(made: Plan, source: Listing, isOurs: (path: Path) => boolean): Plan {
  const refused = new Set<Path>();
  const failures: Failure[] = made.failures.filter(({ action, path }) =>
    action !== "remove" || source.has(nameOf(path))
  );
  for (const change of made.changes) {
    if (isOurs(change.path) || !removes(change)) continue;
    refused.add(change.path);
    if (change.kind === "create") failures.push(inTheWay(change.path));
  }
  const isLeft = ({ path }: { readonly path: Path }) => !refused.has(path);
  return {
    ...made,
    changes: made.changes.filter(isLeft),
    linked: made.linked.filter(isLeft),
    pairs: made.pairs.filter(isLeft),
    failures,
  };
}

/** Whether a change removes something, rather than putting another content in its place. */
function removes(change: Change): boolean {
  return change.kind === "remove" || (change.kind === "create" && change.was?.kind === "folder");
}

function inTheWay(path: Path): Failure {
  return { kind: "failure", action: "create", side: "replica", path, reason: { code: "NO_DELETE" } };
}
