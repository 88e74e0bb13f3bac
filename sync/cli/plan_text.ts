/** The words for a plan: what it comes to, why it cannot be used, and where it was written. Pure. */
import type { Change } from "../engine/change.ts";
import { type Path, shown } from "../engine/entry.ts";
import type { Refused } from "../engine/guard.ts";
import { foldersOf, type Large, type Sums, type Tally } from "../engine/sums.ts";
import { lineOf } from "./json_line.ts";
import { quoted } from "./paths.ts";
import { counted, entries, number, size } from "./quantity.ts";
import { refusalText } from "./refusal.ts";
import { timeOf } from "./time.ts";
import { systemText } from "../system_error.ts";

/** What a plan comes to, as lines: all of it, or one view. */
export function sumsText(sums: Sums, by: "all" | "folder" | "kind"): string[] {
  if (sums.byKind.size === 0) return ["Nothing would be done"];
  const kinds = by === "folder" ? [] : kindLines(sums);
  if (by === "kind") return kinds;
  const { folders, more } = foldersOf(sums);
  const byFolder = [
    ...columns(folders.map(({ folder, steps, bytes, removals }) => [
      shown(folder),
      counted(steps, "step"),
      bytes > 0 ? `${size(bytes)} to copy` : "",
      removals > 0 ? counted(removals, "removal") : "",
    ])),
    ...more === 0 ? [] : [`  and ${counted(more, "folder")} more`],
  ];
  if (by === "folder") return byFolder;
  return [
    ...kinds,
    "",
    "By folder:",
    ...byFolder,
    ...largest("The largest to copy:", sums.copies),
    ...largest("The largest to remove:", sums.losses),
  ];
}

function kindLines(sums: Sums): string[] {
  return columns(
    inOrder(sums).map(([kind, tally]) => [
      kind,
      entries(tally.entries),
      tally.bytes > 0 ? size(tally.bytes) : "",
    ]),
  );
}

function inOrder({ byKind }: Sums): [Change["kind"], Tally][] {
  return [...byKind].sort(([a], [b]) => KINDS.indexOf(a) - KINDS.indexOf(b));
}

const KINDS: readonly string[] = ["create", "update", "move", "attributes", "remove"];

function largest(heading: string, files: readonly Large[]): string[] {
  if (files.length === 0) return [];
  return ["", heading, ...columns(files.map(({ path, bytes }) => [shown(path), size(bytes)]))];
}

/** Rows as lines, with what belongs together below each other. The first column is a name. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    `  ${row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ")}`
      .trimEnd()
  );
}

/** What is known of a plan beside its steps. */
export interface About {
  /** In ms since 1970. */
  readonly time: number;
  /** Absolute. */
  readonly source: string;
  readonly replica: string;
  readonly steps: number;
  readonly failed: number;
  readonly refused: Refused | null;
}

/** Of what a plan is, and what is to be known before it is carried out. */
export function aboutText({ time, source, replica, steps, failed, refused }: About): string[] {
  return [
    `Plan to mirror ${shown(source)} to ${shown(replica)}, made ${timeOf(time)}: ${counted(steps, "step")}`,
    ...failed === 0 ? [] : [`${entries(failed)} could not be looked at, and have no steps`],
    ...refused === null ? [] : [refusalText(refused, true)],
  ];
}

/** The same, with the sums, as one line of JSON at the time `now`. */
export function planLine({ time, refused, ...about }: About, sums: Sums, now: number): string {
  const kinds = inOrder(sums).map(([action, { entries, bytes }]) => ({ action, entries, bytes }));
  const { folders, more } = foldersOf(sums);
  return lineOf({
    kind: "plan",
    made: timeOf(time),
    ...about,
    refused: refused && { rule: refused.rule, text: refusalText(refused, true) },
    kinds,
    folders,
    moreFolders: more,
    largestCopied: sums.copies,
    largestRemoved: sums.losses,
  }, now);
}

/** Why a file is no plan that can be used. */
export function noPlanText(
  path: string,
  found:
    | { readonly kind: "no-plan" | "damaged" }
    | { readonly kind: "version"; readonly version: unknown; readonly reads: number },
): string {
  switch (found.kind) {
    case "no-plan":
      return `${shown(path)} is no plan, the file that "lockstep plan <source> <replica> -o <file>" writes ` +
        "and that comes first here";
    case "damaged":
      return `The plan ${shown(path)} is not as it was written, or its end is missing: plan again`;
    case "version":
      return `The plan ${shown(path)} is of version ${
        JSON.stringify(found.version)
      }, and this Lockstep reads ` +
        `version ${found.reads}: plan again`;
  }
}

/** Why a plan is not carried out: a root is another folder than that which it was made for. */
export function otherRootText(
  side: "source" | "replica",
  path: string,
  why: "another" | "new" | "gone" | { readonly given: string },
): string {
  const named = `The ${side} ${shown(path)}`;
  if (typeof why === "object") {
    return `The plan is for the ${side} ${shown(path)}, not for ${
      shown(why.given)
    }: plan again, or leave it out`;
  }
  switch (why) {
    case "another":
      return `${named} is another folder than when the plan was made; nothing was touched. Plan again`;
    case "new":
      return `${named} is there, and was not when the plan was made; nothing was touched. Plan again`;
    case "gone":
      return `${named} was there when the plan was made, and is not now; nothing was touched. Plan again`;
  }
}

/** Why a plan is not written to a place. */
export function placeText(path: string, why: "source" | "replica" | "taken" | "no-file"): string {
  switch (why) {
    case "source":
    case "replica":
      return `The plan ${shown(path)} would lie in the ${why}: write it elsewhere`;
    case "taken":
      return `${shown(path)} is there already and is no plan of Lockstep: choose another name for the plan`;
    case "no-file":
      return `${shown(path)} is no ordinary file: name one for the plan, or "-" for standard output`;
  }
}

/** What to do with a plan that was written. */
export function writtenText(path: string, steps: number): string {
  const name = quoted(path);
  return `${counted(steps, "step")} written to ${shown(path)}; look: lockstep show ${name}; ` +
    `carry out: lockstep apply ${name}`;
}

/** A step below a path that has none. */
export function noStepText(path: Path, steps: number): string {
  return `Of the ${number(steps)} steps none is at ${shown(path)} or below it`;
}

/** Why a plan could not be written, or read; a path of null is standard output. */
export function cannotWriteText(path: string | null, error: unknown): string {
  return `Cannot write the plan${path === null ? "" : ` ${shown(path)}`}: ${systemText(error)}`;
}

export function cannotReadText(path: string, error: unknown): string {
  if (error instanceof Deno.errors.IsADirectory) {
    return `${shown(path)} is a folder: the plan comes first, the file that "lockstep plan" writes`;
  }
  const why = error instanceof Deno.errors.NotFound
    ? 'it is not there; "lockstep plan" writes one, and its name comes first'
    : systemText(error);
  return `Cannot read the plan ${shown(path)}: ${why}`;
}
