/**
 * One change as somebody decides on it: what it is, and from which entries. A text of it, its mark, is the same for the
 * same. Pure.
 */
import { type Change, spelledIn } from "./change.ts";
import type { Entry, Known, Mirrored, Path } from "./entry.ts";

/** What a change is, and what it was decided on, as a text: the same for the same. */
export function mark(change: Change): string {
  return markOf(stepOf(change));
}

/** A change as it is decided on: without its path, and without what it does not depend on. */
export interface Step {
  readonly action: Change["kind"];
  readonly entry?: Seen;
  readonly was?: Seen;
  readonly hardLinkTo?: Path;
  /** By which name the replica has it, where that is to change its case. */
  readonly spelled?: string;
  /** Of what is moved, where it was. */
  readonly from?: Path;
}

export function stepOf(change: Change): Step {
  const other = "hardLinkTo" in change ? change.hardLinkTo : undefined;
  const spelled = spelledIn(change);
  const from = change.kind === "move" ? change.from : undefined;
  return {
    action: change.kind,
    ...(change.kind !== "remove" && { entry: seen(change.entry) }),
    ...(change.was !== undefined && { was: seen(change.was) }),
    ...(other !== undefined && { hardLinkTo: other }),
    ...(spelled !== undefined && { spelled }),
    ...(from !== undefined && { from }),
  };
}

/** The text of a step. */
export function markOf(step: Step): string {
  return JSON.stringify(step);
}

/**
 * Whether a change is a step that was decided on. A folder that was to be made, or moved, may be there by now, and lack its
 * attributes.
 */
export function isStill(step: string, change: Change): boolean {
  if (step === mark(change)) return true;
  return change.kind === "attributes" && change.entry.kind === "folder" &&
    ["create", "move"].includes(kindIn(step)) &&
    entryIn(step) === JSON.stringify(seen(change.entry));
}

/**
 * Whether the replica has by now what a step was to bring about. `entry`, `was`: what both sides have at its path; null
 * for nothing. `agrees`: whether the two are the same, as far as the replica can hold it.
 */
export function isDone(
  step: string,
  entry: Entry | null,
  was: Entry | null,
  agrees: (entry: Mirrored, was: Mirrored) => boolean,
): boolean {
  if (kindIn(step) === "remove") return was === null;
  if (entry === null || was === null || entry.kind === "unknown" || was.kind === "unknown") return false;
  if (entry.kind === "socket" || was.kind === "socket" || entry.kind !== was.kind) return false;
  return entryIn(step) === JSON.stringify(seen(entry)) && agrees(entry, was);
}

function kindIn(step: string): Change["kind"] {
  return parsed(step).action;
}

function entryIn(step: string): string {
  return JSON.stringify(parsed(step).entry);
}

/** A mark is made by `markOf`, and nowhere else. */
function parsed(step: string): Step {
  return JSON.parse(step);
}

/** What is decided on of an entry. */
export interface Seen {
  readonly kind: Known["kind"];
  /** In bytes. */
  readonly size?: number;
  readonly target?: string;
  readonly type?: "block" | "character";
  readonly major?: number;
  readonly minor?: number;
  /** Permission bits. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** In ms since 1970, with the ns after that. A folder has none: it changes with what is in it, which has its own steps. */
  readonly mtime?: number;
  readonly nanos?: number;
  readonly xattrs?: string;
}

/** In an order of its own, so that the same makes the same text. */
function seen(entry: Known): Seen {
  if (entry.kind === "socket") return { kind: entry.kind };
  const { mode, uid, gid, mtime, nanos, xattrs } = entry;
  return {
    kind: entry.kind,
    ...(entry.kind === "file" && { size: entry.size }),
    ...(entry.kind === "link" && { target: entry.target }),
    ...(entry.kind === "device" && { type: entry.type, major: entry.major, minor: entry.minor }),
    ...(entry.kind !== "link" && { mode }),
    uid,
    gid,
    ...(entry.kind !== "folder" && { mtime, ...(nanos !== undefined && { nanos }) }),
    ...(xattrs !== undefined && { xattrs }),
  };
}
