/**
 * What checking files by their contents comes to. What was noted of a file once, what it holds now, and what that means:
 * the one place for what is rot, and what an edit. Pure.
 */
import type { Difference } from "./change.ts";
import type { Path, Reason, Side, Timed } from "./entry.ts";

/** A file by its contents. */
export interface Noted extends Timed {
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** What a side has at a path, read to its end. */
export type Seen =
  | ({ readonly kind: "file" } & Noted)
  /** Nothing, or no file. */
  | { readonly kind: "absent" }
  /** It was not the same file before and after it was read. */
  | { readonly kind: "changing" }
  | { readonly kind: "unreadable"; readonly reason: Reason };

/** Something that is not as it should be. */
export type Finding =
  /** Only the source has it, or only the replica. */
  | { readonly what: "missing" | "extra" }
  | { readonly what: "differs"; readonly differences: readonly Difference[] }
  /** Files of the same size and time hold something else: one of them is rotten, nobody knows which. */
  | { readonly what: "content" }
  /** The manifest has it and the replica has not, or the other way round. */
  | { readonly what: "gone" | "unnoted" }
  /** The replica's file has another size or time than was noted. */
  | { readonly what: "edited" }
  /** Size and time are as noted, and the contents are not. */
  | { readonly what: "rot"; readonly side: Side | "both"; readonly why?: Unhealed }
  /** It was rotten in the replica, and was copied anew. */
  | { readonly what: "healed" }
  /** It is being worked on: nothing can be said of it. */
  | { readonly what: "changing" };

/** Why a rotten file of the replica cannot be copied anew. */
export type Unhealed = "source-edited" | "source-gone" | "failed";

/** What a check came to. */
export interface Verified {
  /** Files whose contents were checked, their bytes, and how many of both there are in all. */
  readonly files: number;
  readonly bytes: number;
  readonly of: { readonly files: number; readonly bytes: number };
  /** What is not as it should be. */
  readonly findings: number;
  readonly healed: number;
  /** What was being worked on. */
  readonly changing: number;
  /** What could not be read. */
  readonly failed: number;
  readonly ended: "complete" | "slice" | "interrupted";
  /** How many more runs like this one it takes until all was checked; null when nothing can be said. */
  readonly runs: number | null;
  /** In ms. */
  readonly duration: number;
}

/** Whether a finding is a difference: what was healed or is being worked on is none. */
export function isDifference({ what }: Finding): boolean {
  return what !== "healed" && what !== "changing";
}

/** A pair of files: null when they are the same. */
export function judgePair(source: Seen, replica: Seen): Finding | null {
  if (source.kind === "changing" || replica.kind === "changing") return CHANGING;
  if (source.kind === "absent") return replica.kind === "absent" ? null : { what: "extra" };
  if (replica.kind === "absent") return { what: "missing" };
  if (source.kind === "unreadable" || replica.kind === "unreadable") return null;
  return source.sha256 === replica.sha256 ? null : { what: "content" };
}

/** A file of the replica by what was noted: null when it is as noted. */
export function judgeNoted(noted: Noted, replica: Seen): Finding | null {
  switch (replica.kind) {
    case "changing":
      return CHANGING;
    case "absent":
      return { what: "gone" };
    case "unreadable":
      return null;
    case "file":
      if (!isAsNoted(noted, replica)) return { what: "edited" };
      return replica.sha256 === noted.sha256 ? null : { what: "rot", side: "replica" };
  }
}

/**
 * A file of both sides by what was noted of the replica's: null when there is nothing to say. `heal`: the replica's is
 * rotten and the source's is what it was. Where the source's is rotten, too, or alone, the replica is left alone.
 */
export function judgeBoth(noted: Noted, source: Seen, replica: Seen): Finding | "heal" | null {
  const found = judgeNoted(noted, replica);
  if (found !== null && found.what !== "rot") return found;
  if (replica.kind !== "file") return null;
  if (source.kind === "changing") return found === null ? null : CHANGING;
  const isSourceRotten = source.kind === "file" && isRotten(noted, source);
  if (found === null) return isSourceRotten ? { what: "rot", side: "source" } : null;
  if (isSourceRotten) return { what: "rot", side: "both" };
  if (source.kind === "file") {
    if (source.sha256 === noted.sha256) return "heal";
    return { what: "rot", side: "replica", why: "source-edited" };
  }
  return { what: "rot", side: "replica", why: source.kind === "absent" ? "source-gone" : "failed" };
}

/** Whether a file of the source holds something else than was noted of its replica, although size and time are as noted. */
export function isRotten(noted: Noted, source: Noted): boolean {
  return source.sha256 !== noted.sha256 && isSourceOf(noted, source);
}

/** Whether a file of the source has the size and time that were noted of its replica. */
export function isSourceOf(noted: Omit<Noted, "sha256">, source: Omit<Noted, "sha256">): boolean {
  return source.size === noted.size && isCopied(noted, source);
}

/** Whether a file has the size and time that were noted of it. */
export function isAsNoted(noted: Omit<Noted, "sha256">, now: Omit<Noted, "sha256">): boolean {
  return noted.size === now.size && noted.mtime === now.mtime &&
    (noted.nanos === undefined || now.nanos === undefined || noted.nanos === now.nanos);
}

/** The coarsest step of a replica's times, that of FAT, in ms. */
const COARSEST_MS = 2000;

/** Whether the noted time of a replica's file is that of the source's, as its file system can hold it. */
function isCopied(noted: Timed, source: Timed): boolean {
  if (noted.mtime === source.mtime) {
    const isCut = noted.nanos === undefined || source.nanos === undefined || noted.nanos === 0;
    return isCut || noted.nanos === source.nanos;
  }
  // whole seconds: its file system may have no others
  const isCoarse = noted.mtime % 1000 === 0 && (noted.nanos ?? 0) === 0;
  return isCoarse && Math.abs(noted.mtime - source.mtime) < COARSEST_MS;
}

/** A finding at a path. */
export interface FoundAt {
  readonly path: Path;
  readonly finding: Finding;
}

export const CHANGING: Finding = { what: "changing" };
