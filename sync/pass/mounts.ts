/**
 * Other file systems that are mounted inside the replica. Each is told by its device, tried once, and treated by what
 * it can hold: the root says nothing of it.
 */
import { align, type Capabilities } from "../engine/capabilities.ts";
import { below, type Listing, nameOf, parent, type Path } from "../engine/entry.ts";
import { isNested, type Linked } from "../engine/plan.ts";
import { capabilitiesOn, type Criteria, isKnown } from "../engine/same.ts";
import type { Context } from "./context.ts";
import type { Stranger } from "./task.ts";

/** The criteria for what lies in a folder of the replica: they are those of the file system that it is on. */
export function criteriaIn(context: Context, folder: Path): Criteria {
  const { criteria } = context.config;
  if (criteria.mounted === undefined || criteria.mounted.size === 0) return criteria;
  const capabilities = capabilitiesOn(deviceOf(context, folder), criteria);
  return capabilities === criteria.capabilities ? criteria : { ...criteria, capabilities };
}

/** The device that a folder of the replica is on, or will be. */
export function deviceOf(context: Context, folder: Path): number {
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

/** The folders that both sides have in a folder, on devices of which nothing is known. */
export function strangersIn(folder: Path, source: Listing, replica: Listing, criteria: Criteria): Stranger[] {
  const isStrange = (device: number) => !isKnown(device, criteria);
  let met = false;
  for (const was of replica.values()) met ||= was.kind === "folder" && isStrange(was.device);
  if (!met) return [];
  const strangers: Stranger[] = [];
  const aligned = align(source, replica, criteria.capabilities);
  for (const [name, was] of aligned.replica) {
    const entry = aligned.source.get(name);
    if (was.kind !== "folder" || entry?.kind !== "folder" || !isStrange(was.device)) continue;
    // what leads into the other tree must not be written to, and the pass will be refused for it
    if (isNested(entry, was, criteria)) continue;
    strangers.push({ path: below(folder, name), entry: was, sourceDevice: entry.device });
  }
  return strangers;
}

/** Note the paths with several names in a folder, where it can hold those. On different devices they stay apart. */
export function noteLinked(
  context: Context,
  folder: Path,
  linked: readonly Linked[],
  { hardLinks, hardLinksToLinks }: Capabilities,
): void {
  if (linked.length === 0 || !hardLinks) return;
  const { config: { criteria }, result } = context;
  const device = criteria.mounted?.size ? deviceOf(context, folder) : null;
  for (const one of linked) {
    if ((one.entry ?? one.was)!.kind === "link" && !hardLinksToLinks) continue;
    result.linked.push(device === null ? one : { ...one, device });
  }
}
