/**
 * What is mirrored of a tree, by its users' choice. Patterns mean what they mean in `.gitignore`, to the letter, by the
 * package `ignore`: the last one that matches decides, and what lies in an excluded folder is excluded. Pure.
 */
import { below, type Entry, foldersTo, nameOf, parent, type Path } from "./entry.ts";
import { newPatterns } from "./ignore.ts";
import type { Part } from "./part.ts";

/** Rules travel as text, and are compiled once in a thread. */
export interface Rule {
  /** As in a `.gitignore` in the root of the source: "!" in front includes. */
  readonly pattern: string;
  /** Where it was given, for people: an option, or a file and a line in it. */
  readonly from: string;
  /** As it is written there, where that is another text. */
  readonly written?: string;
}

/** A moment, or an age at the beginning of a pass. */
export type When = { readonly kind: "date"; readonly ms: number } | {
  readonly kind: "age";
  readonly ms: number;
};

/** Which files are mirrored, by what is looked at; null for any. */
export interface Bounds {
  /** In bytes, the bounds included. */
  readonly minSize: number | null;
  readonly maxSize: number | null;
  readonly newerThan: When | null;
  readonly olderThan: When | null;
}

/** What is chosen of the source, and what becomes of the rest in the replica. */
export interface Choice {
  /** From the command line, in the order given. They go before those of ignore files. */
  readonly rules: readonly Rule[];
  readonly bounds: Bounds;
  /** What is excluded is removed from the replica, instead of being left alone. */
  readonly deleteExcluded: boolean;
  /** Nothing is removed from the replica. */
  readonly noDelete: boolean;
  /** Where others mirror the rest of the same trees. */
  readonly part?: ChosenPart;
}

/** What a choice needs to know of the whole source, of which a mirror has a part. */
export interface ChosenPart extends Pick<Part, "path" | "slice" | "except" | "sliced" | "seen" | "names"> {
  /** The ignore files in the folders above the part: their folders are paths in the whole source. */
  readonly above: readonly IgnoreFile[];
  /** The replica was once what the whole source is: what others have of it is no stranger's. */
  readonly known: boolean;
}

/** An ignore file: the folder that it is in, and its text. */
export interface IgnoreFile {
  readonly folder: Path;
  readonly text: string;
}

export const UNBOUNDED: Bounds = { minSize: null, maxSize: null, newerThan: null, olderThan: null };
/** The whole source. */
export const ALL: Choice = { rules: [], bounds: UNBOUNDED, deleteExcluded: false, noDelete: false };

export function isBounded(bounds: Bounds): boolean {
  return Object.values(bounds).some((bound) => bound !== null);
}

/** The name of the files in the source whose lines are patterns for the folder that they are in. */
export const IGNORE_FILE = ".lockstepignore";
/** The most that such a file may have, in bytes. Where one is larger, all of its folder is left alone. */
export const MOST_BYTES = 1024 * 1024;

/** Tells what is excluded by patterns. */
export interface Filter {
  /** Whether there is nothing that it excludes. */
  readonly isEmpty: boolean;
  /** Whether a name in a folder may be excluded. Far quicker to tell than by which rule. */
  mayExclude(folder: Path, name: string): boolean;
  /**
   * The rule by which an entry is excluded; null when it is not. What it lies in must have been asked for before, and
   * must not be excluded.
   */
  ruleFor(path: Path, isFolder: boolean): Rule | null;
}

/** Why an entry is not mirrored. `limit`: in bytes, or in ms since 1970. */
export type Exclusion =
  | { readonly kind: "rule"; readonly rule: Rule }
  | { readonly kind: "bound"; readonly bound: keyof Bounds; readonly limit: number };

/** The rules in a text, a pattern to a line; `at` says where the lines of a number are. */
export function rulesOf(text: string, at: (line: number) => string): Rule[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n|\r$/);
  return lines.map((pattern, i) => ({ pattern, from: at(i + 1) })).filter(({ pattern }) => !isNone(pattern));
}

/** The rules of an ignore file: patterns for the root that mean the same. */
export function rulesIn({ folder, text }: IgnoreFile): Rule[] {
  const rules = rulesOf(text, (line) => `${below(folder, IGNORE_FILE)}:${line}`);
  return rules.map((rule) => {
    const pattern = anchored(folder, rule.pattern);
    return { ...rule, pattern, ...(pattern !== rule.pattern && { written: rule.pattern }) };
  });
}

const NO_RULES: Filter = { isEmpty: true, mayExclude: () => false, ruleFor: () => null };

/** Compile rules; the last one that matches decides. */
export function filterOf(rules: readonly Rule[]): Filter {
  if (rules.length === 0) return NO_RULES;
  const mayExclude = prefilter(rules.map(({ pattern }) => pattern));
  const all = newPatterns().add(
    // the package takes ends of lines from the end of a pattern
    rules.map(({ pattern }, i) => ({
      pattern: asBytes(pattern).replace(/[\r\n]+$/, (end) => [...end].map((one) => `[${one}]`).join("")),
      mark: String(i),
    })),
  );
  let recent = all;
  let asked = 0;
  return {
    isEmpty: false,
    mayExclude,
    ruleFor(path, isFolder) {
      if (!mayExclude(parent(path), nameOf(path))) return null;
      // the package remembers all that it was asked; what is compiled is shared
      if (++asked % FORGOTTEN === 0) recent = newPatterns().add(all);
      const { ignored, rule } = recent.test(asBytes(isFolder ? `${path}/` : path));
      return ignored ? rules[Number(rule!.mark)]! : null;
    },
  };
}

/**
 * The filter of a choice, with the ignore files from the root of the mirror on. What a pattern says of a part, it says of
 * it by its place in the whole source.
 */
export function filterOfChoice(choice: Choice, files: readonly IgnoreFile[]): Filter {
  const filter = filterOf(rulesOfChoice(choice, files));
  const path = choice.part?.path ?? "";
  if (path === "") return filter;
  return {
    isEmpty: filter.isEmpty,
    mayExclude: (folder, name) => filter.mayExclude(joined(path, folder), name),
    ruleFor: (entry, isFolder) => filter.ruleFor(below(path, entry), isFolder),
  };
}

/** All rules of a choice, in their order, as patterns for the root of the whole source. */
export function rulesOfChoice({ rules, part }: Choice, files: readonly IgnoreFile[]): Rule[] {
  const inWhole = part === undefined
    ? files
    : [...part.above, ...files.map((file) => ({ ...file, folder: joined(part.path, file.folder) }))];
  return [...inWhole.flatMap(rulesIn), ...rules];
}

/** The rule by which a part, or a folder above it, is excluded; null when it is not. */
export function ruleAbove(rules: readonly Rule[], above: readonly IgnoreFile[], path: Path): Rule | null {
  const filter = filterOf([...above.flatMap(rulesIn), ...rules]);
  for (const folder of foldersTo(path)) {
    const rule = folder === "" ? null : filter.ruleFor(folder, true);
    if (rule !== null) return rule;
  }
  return null;
}

function joined(path: Path, folder: Path): Path {
  return folder === "" ? path : below(path, folder);
}

/** The rule without which an entry would be excluded: the last that matches begins with "!"; null when there is none. */
export function includedBy(rules: readonly Rule[], path: Path, isFolder: boolean): Rule | null {
  const matches = (some: readonly Rule[]) => filterOf(some).ruleFor(path, isFolder) !== null;
  const isInclusion = ({ pattern }: Rule) => pattern.startsWith("!");
  if (matches(rules) || !matches(rules.filter((rule) => !isInclusion(rule)))) return null;
  return rules.findLast((rule) =>
    isInclusion(rule) && matches([{ ...rule, pattern: rule.pattern.slice(1) }])
  ) ?? null;
}

/** A text with a character for each byte of it in UTF-8: git compares bytes, so that "?" is half of an "é". */
function asBytes(text: string): string {
  return text.replace(
    OTHER,
    (one) =>
      BYTE.test(one)
        ? String.fromCharCode(one.charCodeAt(0) - 0xdc00)
        : String.fromCharCode(...utf8.encode(one)),
  );
}

const utf8 = new TextEncoder();
/** A character that is no byte; what stands for a byte of a name that is not UTF-8. */
const OTHER = /[^\0-\x7f]/gu;
const BYTE = /[\udc80-\udcff]/u;

/** After so many questions the answers are forgotten. */
const FORGOTTEN = 1000;

/** Why a file is out of bounds; null when it is within. `now`: when the pass began, in ms since 1970. */
export function outOfBounds(entry: Entry, bounds: Bounds, now: number): keyof Bounds | null {
  if (entry.kind !== "file") return null;
  const { minSize, maxSize, newerThan, olderThan } = bounds;
  if (minSize !== null && entry.size < minSize) return "minSize";
  if (maxSize !== null && entry.size > maxSize) return "maxSize";
  if (newerThan !== null && entry.mtime <= momentOf(newerThan, now)) return "newerThan";
  if (olderThan !== null && entry.mtime >= momentOf(olderThan, now)) return "olderThan";
  return null;
}

/** The moment of a bound, in ms since 1970. */
export function momentOf({ kind, ms }: When, now: number): number {
  return kind === "date" ? ms : now - ms;
}

/** Whether a line is no pattern: a comment, or nothing but spaces. */
function isNone(line: string): boolean {
  return line.startsWith("#") || /^ *$/.test(line);
}

/** A pattern of a folder, for the root. */
function anchored(folder: Path, line: string): string {
  const [, not, pattern] = /^(!?)([^]*)$/.exec(line)!;
  // nothing has the name "", wherever it is
  if (folder === "" || /^\/* *$/.test(pattern!)) return line;
  const start = folder.replace(/[\\*?[\]!# ]/g, "\\$&");
  const isAnchored = /\/(?! *$)/.test(pattern!);
  return `${not}/${start}/${isAnchored ? "" : "**/"}${pattern!.replace(/^\//, "")}`;
}

/**
 * Whether some patterns may exclude a name in a folder: by a text that each must find in the name, or in the path. There
 * is one expression for all of them: most names match nothing, and 50 expressions take 50 times as long.
 */
function prefilter(patterns: readonly string[]): Filter["mayExclude"] {
  const found = patterns.filter((pattern) => !pattern.startsWith("!")).map(sought);
  const inNames = anyOf(found.flatMap(({ inName }) => inName ?? []));
  const inPaths = anyOf(found.flatMap(({ inPath }) => inPath ?? []));
  return (folder, name) =>
    inNames?.test(name) === true || (inPaths !== null && inPaths.test(below(folder, name)));
}

/** Finds any of some texts; null when there are none. */
function anyOf(sources: readonly string[]): RegExp | null {
  return sources.length === 0 ? null : new RegExp([...new Set(sources)].join("|"));
}

/** What a path that matches a pattern has in it: expressions, in its last name where the pattern ends with a text. */
function sought(pattern: string): { readonly inName?: string; readonly inPath?: string } {
  // a "/" in brackets is none between names
  const [plain, isCut] = [pattern.replace(/ +$/, "").replace(/\[[^]*$/, ""), pattern.includes("[")];
  const last = /[^/]*(?=\/*$)/.exec(plain)![0];
  const inName = isCut ? "" : longestOf(last);
  if (inName === "") return { inPath: escaped(longestOf(plain)) };
  if (/[?\\\udc80-\udcff]/.test(last)) return { inName: escaped(inName) };
  const [start, end] = [last.startsWith("*") ? "" : "^", last.endsWith("*") ? "" : "$"];
  const isWhole = !last.replace(/^\*+|\*+$/g, "").includes("*");
  return { inName: isWhole ? `${start}${escaped(inName)}${end}` : escaped(inName) };
}

/** The longest text without wildcards in a pattern; "" when there is none. A byte may be a part of a character. */
function longestOf(pattern: string): string {
  const texts = pattern.split(/[/*?\udc80-\udcff]|\\.?/);
  return texts.reduce((longest, one) => one.length > longest.length ? one : longest, "");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
