/** Which of the source is to be mirrored, as it was typed. Pure. */
import type { Bounds, Rule, When } from "../engine/filter.ts";
import { parseDuration } from "../timing/duration.ts";
import { patternFault } from "./pattern_fault.ts";
import { readSize, type Values } from "./value.ts";

/** What is chosen, in the order in which it was given. */
export type Chosen =
  | { readonly kind: "rule"; readonly rule: Rule }
  /** A file of patterns, which is still to be read. */
  | { readonly kind: "file"; readonly path: string };

export interface Asked {
  readonly chosen: readonly Chosen[];
  readonly bounds: Bounds;
  readonly deleteExcluded: boolean;
  readonly noDelete: boolean;
}

/**
 * What version control keeps of history in a tree, and nothing that is worked on (.gitignore, .gitattributes). CVS, RCS and
 * SCCS may well be names of somebody's folders, so these are known by what is in them.
 */
export const VCS = [
  // a file in a submodule, and in another working tree
  ".git",
  ".hg/",
  ".svn/",
  ".bzr/",
  ".jj/",
  ".sl/",
  ".pijul/",
  "_darcs/",
  ".fslckout",
  "_FOSSIL_",
  "**/CVS/Entries",
  "**/CVS/Entries.*",
  "**/CVS/Repository",
  "**/CVS/Root",
  "**/CVS/Tag",
  "**/RCS/*,v",
  "**/SCCS/s.*",
] as const;

/** A letter that the names of NFS and FUSE are made of: what they have made begins with a word and ends in such letters. */
const HEX = "[0-9a-f]";

/** What systems and programs leave lying about for themselves, made anew when it is missed. */
export const JUNK = [
  // macOS
  ".DS_Store",
  ".Spotlight-V100/",
  ".Trashes/",
  ".fseventsd/",
  ".TemporaryItems/",
  ".DocumentRevisions-V100/",
  // Windows
  "Thumbs.db",
  "ehthumbs.db",
  "ehthumbs_vista.db",
  "desktop.ini",
  "Desktop.ini",
  "$RECYCLE.BIN/",
  "System Volume Information/",
  // Linux: the trash of a disk with a user's number, KDE's Dolphin, NFS, FUSE
  ".Trash-[0-9]*/",
  ".directory",
  `.nfs${HEX.repeat(24)}`,
  `.fuse_hidden${HEX.repeat(16)}`,
  // who has a document open in Microsoft Office or LibreOffice
  "~$*.doc*",
  "~$*.xls*",
  "~$*.ppt*",
  ".~lock.*#",
] as const;

const PATTERNS = ["exclude", "include", "exclude-from"] as const;
const LISTS: Readonly<Record<string, readonly string[]>> = { "exclude-vcs": VCS, "exclude-junk": JUNK };

/** Read it from the words and their values; or a text that says what is wrong. */
export function askedOf(words: readonly string[], values: Values): Asked | string {
  const chosen = chosenOf(words, values);
  if (typeof chosen === "string") return chosen;
  const bounds = boundsOf(values);
  if (typeof bounds === "string") return bounds;
  const [deleteExcluded, noDelete] = [Boolean(values["delete-excluded"]), Boolean(values["no-delete"])];
  if (deleteExcluded && noDelete) {
    return "--delete-excluded and --no-delete exclude each other: leave one out";
  }
  return { chosen, bounds, deleteExcluded, noDelete };
}

function chosenOf(words: readonly string[], values: Values): Chosen[] | string {
  const chosen: Chosen[] = [];
  const next: Record<string, number> = {};
  for (const name of namesIn(words)) {
    const list = LISTS[name];
    for (const pattern of list ?? []) chosen.push({ kind: "rule", rule: { pattern, from: `--${name}` } });
    if (list !== undefined) continue;
    const given = (values[name] as readonly string[])[next[name] ?? 0]!;
    next[name] = (next[name] ?? 0) + 1;
    const fault = name === "exclude-from" ? null : patternFault(name, given, patternsOf(chosen));
    if (fault !== null) return fault;
    chosen.push(
      name === "exclude-from"
        ? { kind: "file", path: given }
        : { kind: "rule", rule: { pattern: name === "include" ? `!${given}` : given, from: `--${name}` } },
    );
  }
  return chosen;
}

/** The patterns among what is chosen. */
export function patternsOf(chosen: readonly Chosen[]): string[] {
  return chosen.flatMap((one) => one.kind === "rule" ? [one.rule.pattern] : []);
}

/** The options that choose, in the order given: the values alone do not tell it. */
function namesIn(words: readonly string[]): string[] {
  const names: string[] = [...PATTERNS, ...Object.keys(LISTS)];
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).flatMap((word) => {
    const name = /^--([^=]+)/.exec(word)?.[1];
    return name !== undefined && names.includes(name) ? [name] : [];
  });
}

function boundsOf(values: Values): Bounds | string {
  const bounds: { -readonly [K in keyof Bounds]: Bounds[K] } = {
    minSize: null,
    maxSize: null,
    newerThan: null,
    olderThan: null,
  };
  for (const [name, key] of [["min-size", "minSize"], ["max-size", "maxSize"]] as const) {
    const text = values[name] as string | undefined;
    if (text === undefined) continue;
    const size = readSize(text);
    if (size === undefined) return `--${name} takes a size like 500KiB or 2GiB, not "${text}"`;
    bounds[key] = size;
  }
  for (const [name, key] of [["newer-than", "newerThan"], ["older-than", "olderThan"]] as const) {
    const text = values[name] as string | undefined;
    if (text === undefined) continue;
    const when = whenOf(text);
    if (when === null || (when.kind === "age" && when.ms === 0)) {
      return `--${name} takes an age like 30d or a date like 2026-01-31, not "${text}"`;
    }
    bounds[key] = when;
  }
  const { minSize, maxSize, newerThan, olderThan } = bounds;
  if (minSize !== null && maxSize !== null && minSize > maxSize) {
    return "--min-size is larger than --max-size: no file is both";
  }
  if (newerThan !== null && olderThan !== null && isEmptySpan(newerThan, olderThan)) {
    return "--newer-than is no earlier than --older-than: no file is both";
  }
  return bounds;
}

/** Whether nothing lies between two moments. A date and an age can only be compared at a pass. */
function isEmptySpan(from: When, to: When): boolean {
  if (from.kind !== to.kind) return false;
  return from.kind === "date" ? from.ms >= to.ms : from.ms <= to.ms;
}

const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** A date is in local time where it has no zone; a date alone is its midnight. */
function whenOf(text: string): When | null {
  const age = parseDuration(text);
  if (age !== null) return { kind: "age", ms: age };
  if (!DATE.test(text)) return null;
  const ms = Date.parse(text.length === 10 ? `${text}T00:00` : text);
  // the 30th of February would be taken for the 2nd of March
  const isDay = new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === Number(text.slice(8, 10));
  return Number.isNaN(ms) || !isDay ? null : { kind: "date", ms };
}
