/**
 * What the file system of a replica can hold. A probe (`disk/probe.ts`) finds out before the first change of a run, so
 * that a limit is reported once, before anything is written, and not met a thousand times. Pure.
 */
import type { Missing } from "./event.ts";
import { heldXattrs, type XattrKind } from "./xattrs.ts";
import { MISNAMED, reachedBy } from "./windows_names.ts";
import { type Entry, FURTHEST_MS, type Link, type Listing, type Mirrored, type Reason } from "./entry.ts";

export interface Capabilities {
  /** Permission bits. */
  readonly modes: boolean;
  /** Owners other than us: the file system has them, and we may set them. */
  readonly owners: boolean;
  /** Symbolic links. */
  readonly links: boolean;
  /** Junctions, for which Windows asks no right. */
  readonly junctions: boolean;
  /** Devices can be made, as far as they were asked for. */
  readonly devices: boolean;
  /** The kinds of extended attributes that it has not, or that we may not set, of those that were asked for. */
  readonly lackedXattrs: readonly XattrKind[];
  /** More than one name to a file. */
  readonly hardLinks: boolean;
  /** More than one name to a symbolic link. */
  readonly hardLinksToLinks: boolean;
  /** Two names that differ in case only are two names. */
  readonly cases: boolean;
  /**
   * Where case is ignored: how the case of a name is changed. By one rename, by way of another name, or not at all: then
   * what it made of a name is the name.
   */
  readonly recase: "once" | "twice" | "never";
  /** Where case is ignored: whether a letter with two letters as its capital equals those two (ß and SS). */
  readonly expands: boolean;
  /** Two names that differ only in their Unicode form (NFC, NFD) are two names. */
  readonly forms: boolean;
  /**
   * The system keeps a file `._a` beside `a` for attributes that the file system has not, as macOS does on exFAT and on network
   * drives. It comes and goes with `a`, and the mirror leaves it alone.
   */
  readonly doubles: boolean;
  /** The characters that it drops from the end of a name: a dot, a space, both or none. */
  readonly dropped: string;
  /** The step of its times, in ms: `EXACT_STEP`, or 1 as far as an edge can tell that counts in ms. */
  readonly step: number;
  /** The first and the last time that it has, in ms since 1970: an earlier or later one is cut off to it. */
  readonly earliest: number;
  readonly latest: number;
  /** In bytes of UTF-8; `Infinity` where it takes all that a source can have. */
  readonly longestName: number;
}

/** A ns, in ms. */
export const EXACT_STEP = 1e-6;

/** A file system that can hold everything that a source can. */
export const EVERYTHING: Capabilities = {
  modes: true,
  owners: true,
  links: true,
  junctions: true,
  devices: true,
  lackedXattrs: [],
  hardLinks: true,
  hardLinksToLinks: true,
  cases: true,
  recase: "never",
  expands: false,
  forms: true,
  doubles: false,
  dropped: "",
  step: EXACT_STEP,
  earliest: -FURTHEST_MS,
  latest: FURTHEST_MS,
  longestName: 255,
};

/** An entry with the time that the replica has in the place of its own, and without attributes that it cannot hold. */
export function asHeld<E extends Mirrored>(entry: E, { earliest, latest, lackedXattrs }: Capabilities): E {
  const mtime = Math.min(Math.max(entry.mtime, earliest), latest);
  const timed = mtime === entry.mtime
    ? entry
    : { ...entry, mtime, ...(entry.nanos !== undefined && { nanos: 0 }) };
  const held = heldXattrs(entry.xattrs, lackedXattrs);
  if (held === entry.xattrs) return timed;
  const { xattrs: _, ...rest } = timed;
  return { ...rest, ...(held !== undefined && { xattrs: held }) } as E;
}

/** What the replica, or our own count of time, lacks to hold the time of an entry; null when it has it. */
export function cutOff({ mtime }: Mirrored, { earliest, latest }: Capabilities): Missing | null {
  if (mtime < earliest || mtime <= -FURTHEST_MS) return { what: "times-before", limit: earliest };
  return mtime > latest || mtime >= FURTHEST_MS ? { what: "times-after", limit: latest } : null;
}

/** A source listing as the replica can hold it, and the replica's by the names of the source. */
export interface Aligned {
  readonly source: Listing;
  readonly replica: Listing;
  /** The replica's own names of what is found under another one, where those can be made the source's. */
  readonly spelled: ReadonlyMap<string, string>;
  /** Names of the source that the replica cannot have, and why. */
  readonly failing: readonly (readonly [name: string, reason: Reason])[];
}

/** Whether the replica can have every name of a source as it is, whatever other names there are, and has no more. */
export function tellsApart(capabilities: Capabilities): boolean {
  const { cases, forms, doubles, dropped, longestName } = capabilities;
  return cases && forms && !doubles && dropped === "" && longestName >= 255;
}

/**
 * Bring two listings together by what counts as the same name in the replica. Of names that fall together, the first
 * in sorted order is mirrored. A name that the replica spells otherwise is found under the source's spelling. What it
 * may have made of a name that it cannot have is left out, so that it stays.
 */
export function align(source: Listing, replica: Listing, capabilities: Capabilities): Aligned {
  if (tellsApart(capabilities)) {
    return { source, replica, spelled: NONE, failing: [] };
  }
  const key = keyOf(capabilities);
  const byKey = new Map<string, string>();
  const kept = new Map<string, Entry>();
  const failing: [string, Reason][] = [];
  const cut = new Set<string>();
  const weight = (entry: Entry) => isCertainlyMirrored(entry, capabilities) ? 0 : 1;
  for (
    const [name, entry] of [...source].sort(([a, x], [b, y]) => weight(x) - weight(y) || (a < b ? -1 : 1))
  ) {
    const other = byKey.get(key(name));
    const left = withoutEnd(name, capabilities.dropped);
    if (entry.kind === "unknown" && entry.reason.code === MISNAMED) {
      cut.add(key(reachedBy(name)));
      kept.set(name, entry);
    } else if (left !== name) {
      cut.add(key(left));
      failing.push([name, { code: "DROPPED" }]);
    } else if (other !== undefined) failing.push([name, { code: "COLLISION", detail: other }]);
    else if (bytesOf(name) > capabilities.longestName) {
      failing.push([name, { code: "ENAMETOOLONG" }]);
    } else {
      byKey.set(key(name), name);
      kept.set(name, entry);
    }
  }
  const found = new Map<string, Entry>();
  const spelled = new Map<string, string>();
  for (const [name, entry] of replica) {
    if (!byKey.has(key(name)) && cut.has(key(name))) continue;
    if (capabilities.doubles && !byKey.has(key(name)) && isDouble(name, entry, (of) => byKey.has(key(of)))) {
      continue;
    }
    const wanted = kept.has(name) ? name : byKey.get(key(name)) ?? name;
    // the replica may tell more names apart than we think
    if (wanted !== name && replica.has(wanted)) found.set(name, entry);
    else {
      found.set(wanted, entry);
      if (isRecased(name, wanted, capabilities)) spelled.set(wanted, name);
    }
  }
  return { source: kept, replica: found, spelled, failing };
}

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * Whether a name that the source has not is the system's own: beside a name that the source has, or for the folder itself
 * (`._.`). Without that name it is nobody's, and is removed.
 */
function isDouble(name: string, { kind }: Entry, inSource: (of: string) => boolean): boolean {
  if (!name.startsWith("._") || kind !== "file") return false;
  return name === "._." || inSource(name.slice(2));
}

/**
 * Whether a name that the replica has is to become another one, which it takes for the same. Only case counts: a file
 * system that knows one Unicode form makes that of every name.
 */
export function isRecased(name: string, wanted: string, { cases, recase, forms }: Capabilities): boolean {
  if (cases || recase === "never" || name === wanted) return false;
  return forms || name.normalize("NFC") !== wanted.normalize("NFC");
}

/** Gives names that a replica takes for one the same key. */
function keyOf({ cases, expands, forms }: Capabilities): (name: string) => string {
  return (name) => {
    const form = forms ? name : name.normalize("NFC");
    return cases ? form : expands ? form.toUpperCase() : capitals(form);
  };
}

/** Gives paths that a replica takes for one the same key. */
export function foldOf(capabilities: Capabilities): (path: string) => string {
  return tellsApart(capabilities) ? (path) => path : keyOf(capabilities);
}

/**
 * Gives the name of the source that the replica has as another one: of several the last; the same where the source has
 * none.
 */
export function respelling(source: Iterable<string>, capabilities: Capabilities): (name: string) => string {
  if (tellsApart(capabilities)) return (name) => name;
  const key = keyOf(capabilities);
  const spelled = new Map<string, string>();
  for (const name of source) spelled.set(key(withoutEnd(name, capabilities.dropped)), name);
  return (name) => spelled.get(key(name)) ?? name;
}

/** How long a name is in the system: a byte that is not UTF-8 stands as a surrogate. */
function bytesOf(name: string): number {
  const text = name.replace(/[\udc80-\udcff]/gu, "?");
  return new TextEncoder().encode(text).length;
}

/** Whether an entry gets its name in the replica: what may not be mirrored must not take it from what is. */
function isCertainlyMirrored(entry: Entry, capabilities: Capabilities): boolean {
  const { kind } = entry;
  if (kind === "link") return holdsLink(entry, capabilities);
  return kind === "file" || kind === "folder" || kind === "unknown";
}

/** Whether a link can be made, or a junction in its place. */
export function holdsLink({ type }: Link, { links, junctions }: Capabilities): boolean {
  return links || (type === "junction" && junctions);
}

/** A name without the characters that are dropped from its end. */
function withoutEnd(name: string, dropped: string): string {
  let end = name.length;
  while (end > 0 && dropped.includes(name[end - 1]!)) end--;
  return name.slice(0, end);
}

/** In capitals, letter for letter, as most file systems compare. */
function capitals(name: string): string {
  return Array.from(name, (letter) => {
    const capital = letter.toUpperCase();
    return capital.length === letter.length ? capital : letter;
  }).join("");
}
