/** Leaving alone what was edited or made in the replica: the changes that lose none of it, and what is told of it. */
import { isLeftOver } from "../disk/temporary.ts";
import { tellsApart } from "../engine/capabilities.ts";
import type { Changes } from "../engine/changes.ts";
import { type Memory, withoutEdits } from "../engine/edits.ts";
import { type Path, within } from "../engine/entry.ts";
import type { Emit } from "../engine/event.ts";
import { coarsestStep } from "../engine/same.ts";
import { forEach } from "../engine/steps.ts";
import type { PassConfig } from "./config.ts";
import type { Found } from "./found.ts";
import { inSlices } from "./slices.ts";

/** The changes that lose no edit, and the paths of edits; each is told. Throws `Stopped`. */
export async function leaveEdits(
  changes: Changes,
  found: Found,
  { criteria, listsAll, shared }: PassConfig,
  memory: Memory | null,
  tell: Emit,
): Promise<{ readonly changes: Changes; readonly edits: ReadonlySet<Path> }> {
  const capabilities = { ...criteria.capabilities, step: coarsestStep(criteria) };
  const folded = [capabilities, ...criteria.mounted?.values() ?? []].some((one) => !tellsApart(one));
  const knowing = { memory, newer: found.newer, capabilities, folded, isOurs: isLeftOver };
  const kept = await inSlices(withoutEdits(changes, knowing), shared);
  if (listsAll && memory !== null) await inSlices(memory.take(found.listing, kept.edits), shared);
  await inSlices(forEach(kept.edits, ([path, why]) => tell({ kind: "left", path, why })), shared);
  await inSlices(forEach(kept.conflicts, (path) => tell({ kind: "conflict", path })), shared);
  const edits = new Set(kept.edits.keys());
  // what stays is no folder to be settled
  await inSlices(
    forEach([...found.disturbed.keys()], (path) => {
      if (within(path, edits)) found.disturbed.delete(path);
    }),
    shared,
  );
  return { changes: kept.changes, edits };
}
