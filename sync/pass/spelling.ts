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

/** A listing of the replica, and the criteria by which its names are compared. */
export interface Respelled {
  readonly replica: Listing;
  readonly criteria: Criteria;
}

/**
 * A listing of the replica in which such names are unknown, and what may be made of them is left out. Where nothing is
 * tried (in a dry run), a name that differs from a listed one in its case shows that the replica ignores case. Throws
 * `Stopped`.
 */
export function respelled(
  folder: Folder | null,
  source: Listing,
  replica: Listing,
  criteria: Criteria,
  shared: Shared,
): Respelled {
  if (folder === null || replica.size === 0) return { replica, criteria };
  const aligned = align(source, replica, criteria.capabilities);
  const met = new Map<Name, Entry>();
  for (const name of aligned.source.keys()) {
    if (aligned.replica.has(name)) continue;
    throwIfStopping(shared);
    const entry = folder.look(name);
    if (entry !== null) met.set(name, entry);
  }
  if (met.size === 0) return { replica, criteria };
  const shown = criteria.mounted === undefined ? shownBy(met.keys(), aligned.replica, criteria) : null;
  if (shown !== null) return respelled(folder, source, replica, shown, shared);
  const found = new Map(replica);
  const made = new Set([...met.values()].map((entry) => JSON.stringify(entry)));
  for (const [name, entry] of aligned.replica) {
    if (!source.has(name) && made.has(JSON.stringify(entry))) found.delete(name);
  }
  for (const name of met.keys()) found.set(name, MISSPELLED);
  return { replica: found, criteria };
}

/** What the replica does with names, as those show that it does not list but leads to; null when they show nothing new. */
function shownBy(met: Iterable<Name>, listed: Listing, criteria: Criteria): Criteria | null {
  const { capabilities } = criteria;
  const byFold = new Map<string, Name>();
  for (const name of listed.keys()) byFold.set(fold(name), name);
  let { cases, forms } = capabilities;
  for (const name of met) {
    const other = byFold.get(fold(name));
    if (other === undefined) continue;
    cases &&= name.normalize("NFC") === other.normalize("NFC");
    forms &&= name.toUpperCase() === other.toUpperCase();
  }
  if (cases === capabilities.cases && forms === capabilities.forms) return null;
  const recase = cases ? capabilities.recase : "once";
  return { ...criteria, capabilities: { ...capabilities, cases, recase, forms } };
}

function fold(name: Name): string {
  return name.normalize("NFC").toUpperCase();
}
