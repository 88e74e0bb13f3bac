/** Which of the source is to be mirrored, as it was typed. Pure. */
import { resolve } from "node:path";
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
    const fault = name === "exclude-from" ? null : faultIn(name, given) ?? whyVain(given, chosen);
    if (fault !== null) return fault;
    chosen.push(
      name === "exclude-from"
        ? { kind: "file", path: given }
        : { kind: "rule", rule: { pattern: name === "include" ? `!${given}` : given, from: `--${name}` } },
    );
  }
  return chosen;
}

/** What is wrong with a pattern; null when it may match something. In an ignore file some of it is no mistake. */
function faultIn(name: string, given: string): string | null {
  if (name === "include" && given.startsWith("!")) {
    return `--include takes a pattern without "!": give --exclude "${given.slice(1)}" to leave that out`;
  }
  if (/[\n\r]/.test(given)) {
    return `--${name} takes one pattern: give the option again for each, or a file of them by --exclude-from`;
  }
  const pattern = given.replace(/^!/, "");
  if (/^[ /]*$/.test(pattern)) return `--${name} "${given}" matches nothing: give a name or a pattern`;
  if (given.startsWith("#") && name === "exclude") {
    return `--exclude "${given}" is a comment, as in a .gitignore: write "\\${given}" for a name that begins so`;
  }
  return null;
}

/** What to say of a pattern that leaves out all that was included before, as it would not in rsync. */
function whyVain(given: string, before: readonly Chosen[]): string | null {
  if (!/^(\/?\*+)+$/.test(given)) return null;
  const included = before.find((one) => one.kind === "rule" && one.rule.pattern.startsWith("!"));
  if (included?.kind !== "rule") return null;
  const { pattern } = included.rule;
  return `--exclude "${given}" leaves out "${
    pattern.slice(1)
  }" after all, since the last pattern that matches ` +
    `decides: give it first`;
}

/** What to say of a pattern that is a path from elsewhere and not from the source on; null when there is none. */
export function misplaced({ chosen }: Asked, source: string): string | null {
  const root = resolve(source);
  for (const one of chosen) {
    if (one.kind === "file") continue;
    const [, not, path] = /^(!?)([^]*)$/.exec(one.rule.pattern)!;
    const isFromHere = /^\.\.?(\/|$)/.test(path!);
    if (!isFromHere && !path!.startsWith("/")) continue;
    const inside = below(root, path!);
    if (inside === null && !isFromHere) continue;
    const option = `--${not ? "include" : "exclude"}`;
    const instead = inside ?? (path!.startsWith("./") ? path!.slice(1) : null);
    return `${option} "${path}" matches nothing, since patterns begin at the source` +
      (instead === null ? "" : `: write ${option} "${instead}"`);
  }
  return null;
}

/** A path as a pattern of a folder that it leads into, with its last "/"; null when it does not. */
function below(root: string, path: string): string | null {
  const whole = resolve(path);
  // below "/" a path is a pattern as it is
  if (root === "/" || !whole.startsWith(`${root}/`)) return null;
  return whole.slice(root.length) + (path.endsWith("/") ? "/" : "");
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
