/**
 * What the file system of a replica can hold. Found by a probe (`probe.ts`) at the start of a run, so that what cannot
 * be held is said once, before anything is written, and is not tried a thousand times. Pure.
 */
import type { Entry, Kind, Listing } from "./entry.ts";

export interface Capabilities {
  /** Permission bits. */
  readonly modes: boolean;
  /** Other owners than ourselves: the file system has them, and we may set them. */
  readonly owners: boolean;
  /** Symbolic links. */
  readonly links: boolean;
  /** More than one name to a file. */
  readonly hardLinks: boolean;
  /** Two names that differ in case only are two names. */
  readonly cases: boolean;
  /** Where they are one: whether a letter that is two as capitals is the same as those two (ß and SS). */
  readonly expands: boolean;
  /** Two names that differ in their Unicode form only (NFC, NFD) are two names. */
  readonly forms: boolean;
  /** The step of its times, in ms; we count in whole ms, so 1 is exact. */
  readonly step: number;
  /** In bytes of UTF-8. */
  readonly longestName: number;
}

/** A file system that holds whatever a source can. */
export const EVERYTHING: Capabilities = {
  modes: true,
  owners: true,
  links: true,
  hardLinks: true,
  cases: true,
  expands: false,
  forms: true,
  step: 1,
  longestName: 255,
};

/**
 * Whether a replica that was given the time `wanted` may show `found`, both in ms. FAT rounds down, others to the
 * nearest. A link can be given whole seconds only before 1970, for want of a call.
 */
export function sameTime(wanted: number, found: number, { step }: Capabilities, kind?: Kind): boolean {
  if (wanted === found) return true;
  const coarsest = kind === "link" && wanted < 0 ? Math.max(step, 1000) : step;
  return coarsest > 1 && Math.abs(wanted - found) < coarsest;
}

/** A source listing as the replica can hold it, and the replica's by the names of the source. */
export interface Aligned {
  readonly source: Listing;
  readonly replica: Listing;
  /** Names of the source that the replica cannot tell from an earlier one, in sorted order; with that one. */
  readonly collisions: readonly (readonly [name: string, other: string])[];
  readonly tooLong: readonly string[];
}

/** Whether the replica can have each name of a source just as it is, whatever other names there are. */
export function tellsApart(capabilities: Capabilities): boolean {
  return capabilities.cases && capabilities.forms && capabilities.longestName >= 255;
}

/**
 * Bring two listings together by what counts as the same name in the replica. Of names that fall together, the first
 * in sorted order is mirrored. A name that the replica spells otherwise is found under the source's spelling.
 */
export function align(source: Listing, replica: Listing, capabilities: Capabilities): Aligned {
  if (tellsApart(capabilities)) {
    return { source, replica, collisions: [], tooLong: [] };
  }
  const key = (name: string): string => {
    const form = capabilities.forms ? name : name.normalize("NFC");
    return capabilities.cases ? form : capabilities.expands ? form.toUpperCase() : capitals(form);
  };
  const spelled = new Map<string, string>();
  const kept = new Map<string, Entry>();
  const collisions: [string, string][] = [];
  const tooLong: string[] = [];
  for (const [name, entry] of [...source].sort(([a], [b]) => a < b ? -1 : 1)) {
    const other = spelled.get(key(name));
    if (other !== undefined) collisions.push([name, other]);
    else if (new TextEncoder().encode(name).length > capabilities.longestName) tooLong.push(name);
    else {
      spelled.set(key(name), name);
      kept.set(name, entry);
    }
  }
  const found = new Map<string, Entry>();
  for (const [name, entry] of replica) {
    const wanted = kept.has(name) ? name : spelled.get(key(name)) ?? name;
    // the replica may tell apart more than we think
    found.set(wanted !== name && replica.has(wanted) ? name : wanted, entry);
  }
  return { source: kept, replica: found, collisions, tooLong };
}

/** In capitals, letter for letter, as most file systems compare. */
function capitals(name: string): string {
  return Array.from(name, (letter) => {
    const capital = letter.toUpperCase();
    return capital.length === letter.length ? capital : letter;
  }).join("");
}
