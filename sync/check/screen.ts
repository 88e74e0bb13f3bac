/** Rot of the source never travels: what a pass would copy is held against the manifest first. */
import { isRotten, isSourceOf, type Noted } from "../engine/checked.ts";
import type { Change } from "../engine/change.ts";
import { type Changes, each, listOf } from "../engine/changes.ts";
import { below, type File, type Path } from "../engine/entry.ts";
import type { Emit, Failure } from "../engine/event.ts";
import { forEach } from "../engine/steps.ts";
import type { PassConfig } from "../pass/config.ts";
import type { Pool } from "../pass/pool.ts";
import { inSlices } from "../pass/slices.ts";
import { readManifestIfAny } from "../records/manifest.ts";
import { readUnits } from "./read.ts";
import { partsOf, unitsOf } from "./walk.ts";

/**
 * Without the changes that would carry rot to the replica: where contents differ, size and time are as noted on both
 * sides, and the source's file is not what was noted. Each is told as a failure.
 */
export async function screened(
  path: string,
  changes: Changes,
  { shared, ...rest }: PassConfig,
  pool: Pool,
  tell: Emit,
): Promise<Changes> {
  const config: PassConfig = { ...rest, shared, checking: { alone: false, rate: null } };
  const doubtful = new Map<Path, File>();
  await inSlices(
    forEach(each(changes), (change) => {
      const file = ofContentAlone(change);
      if (file !== null) doubtful.set(change.path, file);
    }),
    shared,
  );
  if (doubtful.size === 0) return changes;
  const noted = new Map<Path, Noted>();
  for await (const one of readManifestIfAny(path)) {
    const at = below(one.folder, one.name);
    const file = doubtful.get(at);
    if (file && isSourceOf(one, file)) noted.set(at, one);
  }
  if (noted.size === 0) return changes;
  const parts = await inSlices(partsOf(noted.keys()), shared);
  const units = await inSlices(unitsOf(parts, () => true), shared);
  const rotten = new Set<Path>();
  await readUnits(config, pool, units, {
    sides: "both",
    first: 0,
    isOver: () => false,
    take({ path, source }) {
      if (source?.kind === "file" && isRotten(noted.get(path)!, source)) rotten.add(path);
    },
  });
  if (rotten.size === 0) return changes;
  const kept: Change[] = [];
  await inSlices(
    forEach(each(changes), (change) => {
      if (!rotten.has(change.path)) kept.push(change);
      else tell(rottenSource(change.path));
    }),
    shared,
  );
  return listOf(kept);
}

function rottenSource(path: Path): Failure {
  return { kind: "failure", action: "copy", side: "source", path, reason: { code: "ROTTEN" } };
}

/** The source's file, where it has the size of the replica's and other contents. */
function ofContentAlone(change: Change): File | null {
  if (change.kind !== "update" || change.hardLinkTo !== undefined) return null;
  const { entry, was } = change;
  return entry.kind === "file" && was.kind === "file" && entry.size === was.size ? entry : null;
}
