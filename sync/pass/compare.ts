/**
 * Compares both trees, or a part of them, in the pool: what each has, and which changes are needed. Writes nothing but
 * what it takes to find out what the replica can hold, and that only when there is something to do.
 */
import type { Roots } from "../disk/roots.ts";
import type { Change } from "../engine/change.ts";
import { add, count } from "../engine/changes.ts";
import type { Path } from "../engine/entry.ts";
import type { Emit, Event, Unusable } from "../engine/event.ts";
import { prune } from "../engine/prune.ts";
import { capabilitiesOn, isKnown, type Mounted, sameAttributes } from "../engine/same.ts";
import { forEach } from "../engine/steps.ts";
import type { PassConfig } from "./config.ts";
import { type Found, nothingFound, type Scope, tellOf } from "./found.ts";
import { holdsNamesOf } from "./mounts.ts";
import { hasRoot } from "./others.ts";
import type { Pool } from "./pool.ts";
import { rounds } from "./rounds.ts";
import { comparedBytes } from "./shared.ts";
import { inSlices } from "./slices.ts";
import { lookAgain } from "./source_mounts.ts";
import { type Known, tellAllApart, tryOut } from "./try_out.ts";

/** What comparing came to. */
export interface Comparison {
  readonly found: Found;
  /** What is known of the replica by now. */
  readonly known: Known;
  /** What is mounted in the part of the source that was compared. */
  readonly sourceMounts: ReadonlyMap<Path, Mounted>;
}

/**
 * List both trees, or a part of them, and collect the changes. Tells failures, progress and what is not mirrored.
 * Unusable when the replica's disk is in trouble. Throws `Stopped`.
 */
export async function compare(
  config: PassConfig,
  pool: Pool,
  roots: Roots,
  scope: Scope | undefined,
  tell: Emit,
): Promise<Comparison | Unusable> {
  let found = nothingFound();
  const clock = setInterval(() => tell(progressOf(found, config)), PROGRESS_MS);
  try {
    const began = await begin(config, pool, roots, tell);
    if ("kind" in began) return began;
    let known = began;
    for (let isDone = false; !isDone;) {
      found = nothingFound();
      planRoot(found, roots, known.config);
      const outcome = await rounds(known, found, pool, roots, scope, tell);
      if ("kind" in outcome) return outcome;
      ({ known, isDone } = outcome);
      if (!isDone || !await isDoubtful(known, found)) continue;
      const tried = await tryOut(known, found.doubtful, pool, tell);
      if ("kind" in tried) return tried;
      isDone = scope === undefined && tellAllApart(tried);
      known = tried;
    }
    await tellLeadingOut(known.config, found, tell);
    const linking = await knowLinked(known, found, pool, tell);
    if ("kind" in linking) return linking;
    known = linking;
    const { mounts, failures } = await lookAgain(known.config, found.mounts, found.changes);
    for (const failure of [...known.failures, ...failures]) found.failures.push(failure);
    await tellOf(found, config.shared, tell);
    return { found, known, sourceMounts: mounts };
  } finally {
    clearInterval(clock);
  }
}

/** Whether folders are to go on file systems of which nothing is known, even without those that hold what is excluded. */
async function isDoubtful({ config }: Known, { changes, failures, kept, doubtful }: Found): Promise<boolean> {
  if (doubtful.every(({ device }) => isKnown(device, config.criteria))) return false;
  const left = await inSlices(prune(changes, failures, kept), config.shared);
  return count(left.changes) > 0;
}

/** How often progress is told, in ms. */
export const PROGRESS_MS = 100;

function progressOf({ listed, undecidedBytes }: Found, { shared }: PassConfig): Event {
  const total = { entries: 0, bytes: undecidedBytes };
  return { kind: "progress", phase: "compare", entries: listed.source, bytes: comparedBytes(shared), total };
}

/** What is known before anything is listed. When the roots differ themselves, there is something to do already. */
async function begin(config: PassConfig, pool: Pool, roots: Roots, tell: Emit): Promise<Known | Unusable> {
  const known = { config, capabilities: roots.capabilities, mounted: roots.mounted, failures: [] };
  const { source, replica, made } = roots;
  if (replica === null || isKnown(replica.entry.device, config.criteria)) return known;
  const isInSync = !made &&
    (!hasRoot(config) || sameAttributes(source.entry, replica.entry, config.criteria));
  return isInSync ? known : await tryOut(known, [], pool, tell);
}

/** The change that makes the replica itself. */
export function rootChange({ source }: Roots): Change {
  return { kind: "create", path: "", entry: source.entry };
}

/** Plan the roots themselves, which no folder lists. A missing replica is made already, but for a dry run. */
export function planRoot(found: Found, roots: Roots, config: PassConfig): void {
  const { criteria } = config;
  const { source: { entry }, replica, made } = roots;
  if (replica === null) add(found.changes, rootChange(roots));
  else if (!hasRoot(config)) return;
  else if (made) found.disturbed.set("", entry);
  else if (!sameAttributes(entry, replica.entry, criteria)) {
    add(found.changes, { kind: "attributes", path: "", entry, was: replica.entry });
  }
}

/** Tell how many files of a part of larger trees have names in other parts, which nobody links with those of this one. */
async function tellLeadingOut(
  { choice, shared }: PassConfig,
  { linked }: Found,
  tell: Emit,
): Promise<void> {
  if (choice.part === undefined || linked.length === 0) return;
  const { leadingOut } = await import("../engine/hard_links.ts");
  const files = await inSlices(leadingOut(linked), shared);
  if (files > 0) tell({ kind: "notice", code: "links-elsewhere", files });
}

/**
 * Where names of one inode need changes on file systems of which nothing is known, find out whether those can have such
 * names. Names that they cannot have are left out.
 */
async function knowLinked(known: Known, found: Found, pool: Pool, tell: Emit): Promise<Known | Unusable> {
  const { config: { shared } } = known;
  const { changes, linked, linkedOn } = found;
  if (linkedOn.size === 0) return known;
  const { hardLinks } = await import("../engine/hard_links.ts");
  const needed = await inSlices(hardLinks(changes, linked), shared);
  if (count(needed) === count(changes)) return known;
  const tried = await tryOut(known, [...linkedOn.values()], pool, tell);
  if ("kind" in tried) return tried;
  const { criteria } = tried.config;
  const { device: root } = criteria.roots.replica;
  found.linked = [];
  await inSlices(
    forEach(linked, (one) => {
      if (holdsNamesOf(one, capabilitiesOn(one.device ?? root, criteria))) found.linked.push(one);
    }),
    shared,
  );
  return tried;
}
