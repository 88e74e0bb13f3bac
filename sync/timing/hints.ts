/**
 * Which folders a watch has named, and when they are ripe to be compared. Hints are never facts: what is done is decided
 * by comparing, and where too many came or some may be lost, a whole pass comes early. No clock of its own: every
 * function is told the time, in ms.
 *
 *     quiet --note--> waiting --settle quiet, or HOLD_MS--> ripe --take--> quiet
 *     any   --doubt, or too many notes--> a whole pass soon --clear--> quiet
 */
import { parent, type Path } from "../engine/entry.ts";

/** A folder is compared at the latest so long after the first hint, in ms, even when it never rests. */
export const HOLD_MS = 10_000;
/** From so many hints at a time on, some may have been lost: a quarter of the system's queue of events. */
export const BURST = 4096;
/** More folders than this are not worth naming one by one. */
export const MANY = 1000;
/** An early whole pass leaves the one before at least so many times its duration of rest. */
const REST = 10;
/** An early whole pass comes at the latest so long after the doubt, in ms. */
export const EARLY_MS = 30_000;

/** An entry came to be there, by whatever way; its content, mode or time changed; or it went. */
export type Happening = "came" | "changed" | "went";

/** What is ripe. */
export interface Due {
  /** To be compared without their subfolders. */
  readonly folders: readonly Path[];
  /** What came to be, or took another's place: to be compared with all that is below it, if it is a folder. */
  readonly came: readonly Path[];
}

/** When a pass began and ended. */
export interface Span {
  readonly began: number;
  readonly ended: number;
}

export interface Hints {
  /** Something happened to `path`, an entry below a root. Returns whether something may be due earlier than before. */
  note(path: Path, what: Happening, now: number): boolean;
  /** Hints may have been lost. */
  doubt(now: number): void;
  /** Forget everything: all is being compared. */
  clear(): void;
  /** ms until something is ripe; 0 when it is, Infinity when nothing is noted. */
  untilRipe(now: number): number;
  /** What is ripe, which is forgotten. */
  take(now: number): Due;
  /** ms until an early whole pass is due, `last` being the last one; Infinity when there is no doubt. */
  untilWhole(now: number, last: Span | null): number;
}

interface Noted {
  readonly first: number;
  readonly last: number;
  readonly came: Set<Path>;
}

export function hints(settle: number): Hints {
  const noted = new Map<Path, Noted>();
  let count = 0;
  let doubted: number | null = null;
  const ripeAt = ({ first, last }: Noted) => Math.min(last + settle, first + Math.max(HOLD_MS, settle));

  function doubt(now: number): void {
    doubted ??= now;
  }

  return {
    note(path, what, now) {
      // a folder that is compared anyway is compared with its own mode and time
      const folder = what === "changed" && noted.has(path) ? path : parent(path);
      const before = noted.get(folder);
      const all = before?.came ?? new Set<Path>();
      if (what === "came") all.add(path);
      noted.set(folder, { first: before?.first ?? now, last: now, came: all });
      count++;
      const isMany = noted.size > MANY || all.size > MANY;
      const wasSure = doubted === null;
      if (count >= BURST || isMany) doubt(now);
      // the whole pass that comes has no need of names
      if (isMany) noted.clear();
      return noted.size === 1 || (wasSure && doubted !== null);
    },
    doubt,
    clear() {
      noted.clear();
      count = 0;
      doubted = null;
    },
    untilRipe(now) {
      let least = Infinity;
      for (const one of noted.values()) least = Math.min(least, ripeAt(one) - now);
      return Math.max(least, 0);
    },
    take(now) {
      const folders: Path[] = [];
      const came: Path[] = [];
      for (const [folder, one] of noted) {
        if (ripeAt(one) > now) continue;
        folders.push(folder);
        came.push(...one.came);
        noted.delete(folder);
      }
      count = 0;
      return { folders, came };
    },
    untilWhole(now, last) {
      if (doubted === null) return Infinity;
      const rested = last === null ? now : last.ended + REST * (last.ended - last.began);
      return Math.max(Math.min(Math.max(rested, doubted + settle), doubted + EARLY_MS) - now, 0);
    },
  };
}
