/**
 * Other file systems that are mounted inside the replica. Each is told by its device, tried once, and treated by what
 * it can hold: the root says nothing of it.
 */
import { Fault } from "../disk/fault.ts";
import type { Capabilities } from "../engine/capabilities.ts";
import { nameOf, parent, type Path } from "../engine/entry.ts";
import type { Failure } from "../engine/event.ts";
import type { Linked, Pair, Plan } from "../engine/plan.ts";
import { capabilitiesOn, type Criteria, isKnown, sameAttributes } from "../engine/same.ts";
import type { Context } from "./context.ts";
import { failure, type Stranger } from "./task.ts";

/** The criteria for what lies in a folder of the replica: they are those of the file system that it is on. */
export function criteriaIn(context: Context, folder: Path): Criteria {
  const { criteria } = context.config;
  // the root's own is one of them
  if (criteria.mounted === undefined || criteria.mounted.size <= 1) return criteria;
  return criteriaOn(deviceOf(context, folder), criteria);
}

/** The criteria for what lies on a device of the replica; left out for the root's. */
export function criteriaOn(device: number | undefined, criteria: Criteria): Criteria {
  if (device === undefined) return criteria;
  const capabilities = capabilitiesOn(device, criteria);
  return capabilities === criteria.capabilities ? criteria : { ...criteria, capabilities };
}

/**
 * A fault as the failure of a path, told apart where another file system than that of the root is in trouble. `folder`:
 * the folder that was worked in.
 */
export function failureOn(context: Context, fault: Fault, path: Path, folder = parent(path)): Failure {
  const { criteria } = context.config;
  const plain = failure(fault, path);
  if (fault.side !== "replica" || criteria.mounted === undefined || criteria.mounted.size <= 1) return plain;
  try {
    const isMounted = deviceOf(context, folder) !== criteria.roots.replica.device;
    return isMounted ? { ...plain, mounted: true } : plain;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return plain;
  }
}

/** The device that a folder of the replica is on, or will be. */
function deviceOf(context: Context, folder: Path): number {
  const { config, trees, devices } = context;
  if (folder === "") return config.criteria.roots.replica.device;
  const known = devices.get(folder);
  if (known !== undefined) return known;
  using above = trees.replica.open(parent(folder), "list");
  const found = above.look(nameOf(folder));
  const device = found?.kind === "folder" ? found.device : deviceOf(context, parent(folder));
  devices.set(folder, device);
  return device;
}

/**
 * The folders on devices of which nothing is known, when it depends on them what a folder needs. What is the same to the
 * bit is so whatever the file system can hold, and a replica has no names that it cannot tell apart. So it depends on
 * them only when there is something to do.
 */
export function strangersIn(pair: Pair, made: Plan, criteria: Criteria): Stranger[] {
  const device = pair.device ?? criteria.roots.replica.device;
  const strangers: Stranger[] = [];
  const isDoubtful = made.changes.length > 0 ||
    made.undecided.some(({ entry, was }) => !sameAttributes(entry, was, criteria));
  if (isDoubtful && !isKnown(device, criteria)) strangers.push(strangerAt(pair, criteria));
  for (const change of made.changes) {
    if (change.kind !== "attributes") continue;
    const { path, entry, was } = change;
    if (entry.kind !== "folder" || was.kind !== "folder" || isKnown(was.device, criteria)) continue;
    if (was.device !== device) strangers.push({ path, device: was.device, sourceDevice: entry.device });
  }
  return strangers;
}

/** A folder of the replica as a stranger. */
export function strangerAt({ path, device, entry }: Pair, { roots }: Criteria): Stranger {
  const sourceDevice = entry?.device ?? roots.source.device;
  return { path, device: device ?? roots.replica.device, sourceDevice };
}

/** Note the paths with several names in a folder, where it can hold those. On different devices they stay apart. */
export function noteLinked({ config, result }: Context, pair: Pair, linked: readonly Linked[]): void {
  if (linked.length === 0) return;
  const { criteria } = config;
  const { device } = pair;
  const capabilities = capabilitiesOn(device ?? criteria.roots.replica.device, criteria);
  for (const one of linked) {
    if (holdsNamesOf(one, capabilities)) result.linked.push(device === undefined ? one : { ...one, device });
  }
  const stranger = strangerAt(pair, criteria);
  if (!isKnown(stranger.device, criteria)) result.linkedOn.push(stranger);
}

/** Whether a file system can give several names to an entry. */
export function holdsNamesOf({ entry, was }: Linked, { hardLinks, hardLinksToLinks }: Capabilities): boolean {
  return hardLinks && (hardLinksToLinks || (entry ?? was)!.kind !== "link");
}
