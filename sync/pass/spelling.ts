/**
 * Names that the replica makes others of, in ways that no probe foresaw: it leads to them, but does not list them. Such
 * a name fails, and what stands there is left alone, so that passes do not remove what others made.
 */
import type { Folder, Name } from "../disk/tree.ts";
import { align } from "../engine/capabilities.ts";
import type { Entry, Listing } from "../engine/entry.ts";
import type { Criteria } from "../engine/same.ts";
import { type Shared, throwIfStopping } from "./shared.ts";

const MISSPELLED: Entry = { kind: "unknown", reason: { code: "MISSPELLED" } };

/** A listing of the replica in which such names are unknown, and what may be made of them is left out. Throws `Stopped`. */
export function respelled(
  folder: Folder | null,
  source: Listing,
  replica: Listing,
  { capabilities }: Criteria,
  shared: Shared,
): Listing {
  if (folder === null || replica.size === 0) return replica;
  const aligned = align(source, replica, capabilities);
  const met = new Map<Name, Entry>();
  for (const name of aligned.source.keys()) {
    if (aligned.replica.has(name)) continue;
    throwIfStopping(shared);
    const entry = folder.look(name);
    if (entry !== null) met.set(name, entry);
  }
  if (met.size === 0) return replica;
  const found = new Map(replica);
  const made = new Set([...met.values()].map((entry) => JSON.stringify(entry)));
  for (const [name, entry] of aligned.replica) {
    if (!source.has(name) && made.has(JSON.stringify(entry))) found.delete(name);
  }
  for (const name of met.keys()) found.set(name, MISSPELLED);
  return found;
}
