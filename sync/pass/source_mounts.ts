/**
 * Disks that are mounted in the source. One that goes away leaves an empty, healthy folder, and a pass that took it for
 * what is to be mirrored would remove all that the replica has of that disk. So each is known by its device from the
 * first pass on, and where that has changed the folder is one that cannot be read.
 */
import { folderAt } from "../disk/root.ts";
import {
  absolute,
  type Entry,
  type Folder,
  nameOf,
  parent,
  type Path,
  type Reason,
  within,
} from "../engine/entry.ts";
import { type Changes, each } from "../engine/changes.ts";
import type { Failure } from "../engine/event.ts";
import type { Pair } from "../engine/plan.ts";
import type { Criteria, Mounted } from "../engine/same.ts";
import type { Divided } from "../engine/names.ts";
import { forEach, type Steps } from "../engine/steps.ts";
import type { PassConfig } from "./config.ts";
import { inSlices } from "./slices.ts";

/** Why a mount point whose disk is not the one that was there is left alone. */
export const UNMOUNTED: Reason = { code: "UNMOUNTED" };
const AWAY: Entry = { kind: "unknown", reason: UNMOUNTED };

/** Whether a folder of the source was a mount point at the passes before, and has another disk or none by now. */
export function isUnmounted(
  path: Path,
  entry: Entry | null | undefined,
  { sourceMounts }: Criteria,
): boolean {
  const before = sourceMounts?.get(path);
  return before !== undefined && !(entry?.kind === "folder" && entry.device === before.device);
}

/** Put `AWAY` in a listing of the source for each mount point in `folder` whose disk has gone. */
export function markUnmounted(
  folder: Path,
  source: Map<string, Entry>,
  replica: ReadonlyMap<string, Entry>,
  criteria: Criteria,
): void {
  for (const path of criteria.sourceMounts?.keys() ?? []) {
    const name = nameOf(path);
    if (parent(path) !== folder || !(source.has(name) || replica.has(name))) continue;
    if (isUnmounted(path, source.get(name), criteria)) source.set(name, AWAY);
  }
}

/** A pair, marked when another disk is mounted there than that of the folder around it. */
export function withMount(pair: Pair, around: Folder | undefined): Pair {
  const isMounted = around !== undefined && pair.entry !== undefined && pair.entry.device !== around.device;
  return isMounted ? { ...pair, mounted: true } : pair;
}

/**
 * Whether a disk that was not there at the last pass hides what the folder held until then: names that only the replica
 * has.
 */
export function isHiding(
  { path, mounted }: Pair,
  { replica }: Pick<Divided, "replica">,
  { sourceMounts }: Criteria,
): boolean {
  return mounted === true && sourceMounts?.has(path) === false && replica.length > 0;
}

/**
 * Look once more at the mount points that were compared, and at those around what is to be changed: which disks they
 * show, and a failure for each that has gone in the meantime, or shows another disk than at the passes before.
 */
export async function lookAgain(
  { source, criteria, shared }: PassConfig,
  compared: ReadonlyMap<Path, number>,
  changes: Changes,
): Promise<{ readonly mounts: Map<Path, Mounted>; readonly failures: Failure[] }> {
  const mounts = new Map<Path, Mounted>();
  const failures: Failure[] = [];
  const known = [...criteria.sourceMounts ?? []].map(([path, { device }]): [Path, number] => [path, device]);
  for (const [path, device] of new Map([...known, ...compared])) {
    if (!compared.has(path) && !await inSlices(touches(changes, path), shared)) continue;
    const now = await folderAt(absolute(source, path));
    const before = criteria.sourceMounts?.get(path);
    if (now?.device === device && (before === undefined || before.id === now.id)) mounts.set(path, now);
    else failures.push({ kind: "failure", action: "list", side: "source", path, reason: UNMOUNTED });
  }
  return { mounts, failures };
}

/** Whether any of some changes is at or below a path. */
function* touches(changes: Changes, path: Path): Steps<boolean> {
  const here = new Set([path]);
  let found = false;
  yield* forEach(each(changes), (change) => found ||= within(change.path, here));
  return found;
}
