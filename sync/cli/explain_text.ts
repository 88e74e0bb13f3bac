/** The words for why a pass would do what it does at one path: a paragraph for a person, and an object for a program. Pure. */
import type { Change, Difference, Move } from "../engine/change.ts";
import { type Entry, FURTHEST_MS, type Known, type Path, shown } from "../engine/entry.ts";
import type { Unmirrored } from "../engine/event.ts";
import { type Explained, type Omission, type Omitted, ruleOf, verdictOf } from "../engine/explained.ts";
import type { Bounds, Rule } from "../engine/filter.ts";
import { lineOf } from "./json_line.ts";
import { differenceText } from "./difference.ts";
import { failureText } from "./line.ts";
import { counted, size } from "./quantity.ts";
import { printable, reasonText } from "./reason.ts";
import { timeOf } from "./time.ts";

/** One line of JSON, at the time `now` (ms since 1970). `moves`: a pass moves what was moved. */
export function explainedLine(explained: Explained, now: number, moves = false): string {
  const { path, why } = explained;
  const rule = ruleOf(explained);
  const told = rule && { rule: { pattern: rule.written ?? rule.pattern, from: rule.from } };
  const text = explainedText(explained, moves);
  return lineOf({ kind: "explained", path, verdict: verdictOf(why), text, ...told }, now);
}

/** Sentences, with what stands on both sides. `moves`: a pass moves what was moved, which one path does not tell. */
export function explainedText(explained: Explained, moves = false): string {
  const { path, why, entry, was, includedBy } = explained;
  const name = shown(path);
  const included = includedBy === null ? "" : ` It is not excluded, by ${patternText(includedBy)}.`;
  const left = (because: string) => `${name} is left alone: ${because}.`;
  switch (why.kind) {
    case "change":
      return changeText(why.change, why.differences, why.omitted, entry) +
        (moves && why.omitted === null && mayBeMoved(why.change)
          ? " If it was only renamed or moved, it is moved instead."
          : "") +
        included;
    case "failure": {
      const text = `Nothing would be done at ${name}, and the pass would say: ${failureText(why.failure)}.`;
      return why.by?.kind === "rule"
        ? `${text} What stands there is excluded by ${patternText(why.by.rule)}.`
        : text;
    }
    case "same":
      return `${name} is the same on both sides, ${nounOf(entry)}: nothing would be done.${included}`;
    case "absent":
      if (why.spelled !== null) {
        return `There is nothing at ${name}, but there is ${
          shown(why.spelled)
        }: give the path as the folder has it.`;
      }
      return `There is nothing at ${name}, neither in the source nor in the replica, from which paths begin.`;
    case "omitted":
      return `${left(omittedText(path, why, entry ?? was))} ${staysText(was, why.by)}`;
    case "unmirrored":
      return `${name} is not mirrored: ${UNMIRRORED[why.what]}. ${staysText(was)}`;
    case "beyond-mount": {
      const mounted = `something is mounted at ${shown(why.at)}`;
      return `${left(`${mounted}, and --one-file-system leaves alone what lies below`)} ${staysText(was)}`;
    }
    case "behind-link":
      return left(`${shown(why.at)} is a link, which is mirrored as one; what it leads to is not`);
    case "respelled":
      return left("only the replica has it, but may have made it of another name of the source");
    case "no-delete": {
      const only = why.at === path
        ? "only the replica has it"
        : `only the replica has the folder ${shown(why.at)}`;
      return `${left(`${only}, and --no-delete removes nothing`)} ${staysText(was)}`;
    }
    case "holds": {
      const what = why.inside === null ? "something" : shown(why.inside);
      return left(`only the replica has it, but it holds ${what}, which stays`);
    }
  }
}

function changeText(
  change: Exclude<Change, Move>,
  differences: readonly Difference[],
  omitted: Omitted | null,
  source: Entry | null,
): string {
  const name = shown(change.path);
  const linked = "hardLinkTo" in change && change.hardLinkTo !== undefined
    ? ` It becomes another name of ${shown(change.hardLinkTo)}, as in the source.`
    : "";
  const what = `What differs: ${differences.map(differenceText).join(", ")}.`;
  switch (change.kind) {
    case "create": {
      const there = change.was === undefined
        ? "nothing there"
        : `${nounOf(change.was)} there, which gives way to it`;
      return `${name} would be created: the source has ${
        nounOf(change.entry)
      }, and the replica has ${there}.` +
        linked;
    }
    case "update":
      return `${name} would be updated: the source has ${nounOf(change.entry)}${timed(change.entry)}, and ` +
        `the replica has ${nounOf(change.was)}${timed(change.was)}. ${what}${linked}`;
    case "attributes":
      return `${name} would get other attributes and nothing else: the source has ${nounOf(change.entry)}` +
        `${timed(change.entry)}, and the replica has the same${timed(change.was)}. ${what}`;
    case "remove": {
      const has = `the replica has ${nounOf(change.was)}`;
      if (omitted === null) return `${name} would be removed: ${has}, and the source has nothing there.`;
      const by = isChosen(omitted.by) ? ", and --delete-excluded removes what is excluded" : "";
      return `${name} would be removed: ${omittedText(change.path, omitted, source)}${by}; ${has} there.`;
    }
  }
}

/** Whether something goes, or is new where nothing was. */
function mayBeMoved(change: Exclude<Change, Move>): boolean {
  return change.kind === "remove" || (change.kind === "create" && change.was === undefined);
}

/** Why an entry counts as if it were not there, as a clause. */
function omittedText(path: Path, { at, by }: Omitted, entry: Entry | null): string {
  const it = at === path ? "it" : `it lies in ${shown(at)}, which`;
  switch (by.kind) {
    case "rule":
      return `${it} is excluded by ${patternText(by.rule)}`;
    case "bound":
      return `${BOUNDS[by.bound](by.limit)}, and it ${measureText(by.bound, entry)}`;
    case "temporary":
      return `${it} has a temporary name of Lockstep's own, which another mirror is about to put in its place`;
    case "own-log":
      return `${it} is our own log file, or an older one`;
  }
}

function measureText(bound: keyof Bounds, entry: Entry | null): string {
  if (entry?.kind !== "file") return "is another one";
  return bound === "minSize" || bound === "maxSize"
    ? `has ${size(entry.size)}`
    : `was modified ${moment(entry.mtime)}`;
}

function patternText({ pattern, written = pattern, from }: Rule): string {
  return `the pattern ${shown(written)} (${printable(from)})`;
}

const BOUNDS: Readonly<Record<keyof Bounds, (limit: number) => string>> = {
  minSize: (limit) => `--min-size leaves out files smaller than ${size(limit)}`,
  maxSize: (limit) => `--max-size leaves out files larger than ${size(limit)}`,
  newerThan: (limit) => `--newer-than leaves out files that were not modified after ${moment(limit)}`,
  olderThan: (limit) => `--older-than leaves out files that were not modified before ${moment(limit)}`,
};

const UNMIRRORED: Readonly<Record<Unmirrored["what"], string>> = {
  socket: "it is a socket, which holds nothing",
  fifo: "it is a FIFO; run with --allow-run=mkfifo, or with --allow-ffi, to have it made",
  device: "it is a device; --devices mirrors those, as root and with --allow-ffi",
  link: "it is a link, which the replica cannot hold",
};

/** What becomes of what the replica has. */
function staysText(was: Entry | null, by?: Omission): string {
  if (was === null) return "The replica has nothing there.";
  const advice = by !== undefined && isChosen(by) ? "; --delete-excluded would remove it" : "";
  return `The replica has ${nounOf(was)} there, which stays${advice}.`;
}

/** Whether it is the user who left it out. */
function isChosen({ kind }: Omission): boolean {
  return kind === "rule" || kind === "bound";
}

/** "a file of 5 bytes". */
function nounOf(entry: Entry | Known | null): string {
  switch (entry?.kind) {
    case undefined:
      return "nothing";
    case "file":
      return `a file of ${counted(entry.size, "byte")}`;
    case "link":
      return `a link to ${shown(entry.target)}`;
    case "fifo":
      return "a FIFO";
    case "unknown":
      return `something that cannot be looked at (${reasonText(entry.reason)})`;
    case "folder":
    case "device":
    case "socket":
      return `a ${entry.kind}`;
  }
}

/** When it was modified, behind a noun. */
function timed(entry: Known): string {
  return "mtime" in entry ? `, modified ${moment(entry.mtime)}` : "";
}

function moment(ms: number): string {
  // a zone may lead beyond the last moment that there is
  return Math.abs(ms) > FURTHEST_MS - 86_400_000 ? "out of all time" : timeOf(ms);
}
