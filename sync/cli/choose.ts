/** Which of the source is to be mirrored, as it was typed. Pure. */
import { type Bounds, type Rule, UNBOUNDED, type When } from "../engine/filter.ts";
import { parseDuration } from "../timing/duration.ts";
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

/** What version control systems keep in a tree. */
export const VCS = [
  ".git",
  ".hg/",
  ".svn/",
  ".bzr/",
  ".jj/",
  ".pijul/",
  "_darcs/",
  "CVS/",
  "RCS/",
  "SCCS/",
  ".fslckout",
  "_FOSSIL_",
] as const;

/** What systems and programs leave lying about, for themselves. */
export const JUNK = [
  ".DS_Store",
  ".Spotlight-V100/",
  ".Trashes/",
  ".fseventsd/",
  ".TemporaryItems/",
  ".DocumentRevisions-V100/",
  "Thumbs.db",
  "ehthumbs.db",
  "desktop.ini",
  "$RECYCLE.BIN/",
  "System Volume Information/",
  ".Trash-*/",
  ".directory",
  ".nfs????????????????????????",
  ".fuse_hidden*",
  "~$*",
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
    if (name === "include" && given.startsWith("!")) {
      return `--include takes a pattern without "!": give --exclude "${given.slice(1)}" to leave that out`;
    }
    chosen.push(
      name === "exclude-from"
        ? { kind: "file", path: given }
        : { kind: "rule", rule: { pattern: name === "include" ? `!${given}` : given, from: `--${name}` } },
    );
  }
  return chosen;
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
  const bounds: { -readonly [K in keyof Bounds]: Bounds[K] } = { ...UNBOUNDED };
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
    if (when === null) return `--${name} takes an age like 30d or a date like 2026-01-31, not "${text}"`;
    bounds[key] = when;
  }
  const { minSize, maxSize } = bounds;
  if (minSize !== null && maxSize !== null && minSize > maxSize) {
    return "--min-size is larger than --max-size: no file is both";
  }
  return bounds;
}

const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** A date is in local time where it has no zone; a date alone is its midnight. */
function whenOf(text: string): When | null {
  const age = parseDuration(text);
  if (age !== null) return { kind: "age", ms: age };
  if (!DATE.test(text)) return null;
  const ms = Date.parse(text.length === 10 ? `${text}T00:00` : text);
  return Number.isNaN(ms) ? null : { kind: "date", ms };
}
