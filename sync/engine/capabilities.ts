/**
 * What the file system of a replica can hold. A probe (`disk/probe.ts`) finds out at the start of a run, so that a
 * limit is reported once, before anything is written, and not met a thousand times. Pure.
 */
import type { Entry, Listing } from "./entry.ts";

export interface Capabilities {
  /** Permission bits. */
  readonly modes: boolean;
  /** Owners other than us: the file system has them, and we may set them. */
  readonly owners: boolean;
  /** Symbolic links. */
  readonly links: boolean;
  /** More than one name to a file. */
  readonly hardLinks: boolean;
  /** Two names that differ only in case are two names. */
  readonly cases: boolean;
  /** Where case is ignored: whether a letter with two letters as its capital equals those two (ß and SS). */
  readonly expands: boolean;
  /** Two names that differ only in their Unicode form (NFC, NFD) are two names. */
  readonly forms: boolean;
  /** The step of its times, in ms; we count in whole ms, so 1 is exact. */
  readonly step: number;
  /** The most bytes of UTF-8 in a name. */
  readonly longestName: number;
}

/** A file system that can hold everything that a source can. */
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

/** A source listing as the replica can hold it, and the replica's listing under the source's names. */
export interface Aligned {
  readonly source: Listing;
  readonly replica: Listing;
  /** Names that are not mirrored, since the replica cannot tell them from `other`, which is. In sorted order. */
  readonly collisions: readonly (readonly [name: string, other: string])[];
  /** Names that are not mirrored, since they are too long for the replica. */
  readonly tooLong: readonly string[];
}

/** Whether the replica can have every name of a source as it is, whatever other names there are. */
export function tellsApart(capabilities: Capabilities): boolean {
  return capabilities.cases && capabilities.forms && capabilities.longestName >= 255;
}

/**
 * Match two listings by what counts as the same name in the replica. Of names that are the same there, the first in
 * sorted order is mirrored. A name that the replica spells differently is found under the source's spelling.
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
    // the replica may tell more names apart than we think
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
