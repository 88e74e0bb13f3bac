/**
 * Folders in which a watch has heard of changes, and when they are due to be compared. A hint is never a fact: what is
 * done is decided by comparing, and when hints may be missing, a whole pass comes early. There is no clock in here:
 * every function is told the time, in ms.
 *
 *     quiet --note--> waiting --quiet for `settle`, or after MAX_WAIT_MS--> due --take--> quiet
 *     any   --noteLoss, or too many notes--> a whole pass soon --clear--> quiet
 */
import { parent, type Path } from "../engine/entry.ts";

/** How long a folder may wait to be compared, in ms from the first hint, when it never becomes quiet. */
export const MAX_WAIT_MS = 10_000;
/** From so many hints at a time on, some may have been lost: a quarter of inotify's default queue of events. */
export const BURST = 4096;
/** When more folders, or more branches of one folder, have changed, a whole pass is cheaper than a list of them. */
export const MANY = 1000;
/** After a whole pass that took n ms, an early one waits for PAUSE * n ms, so that it is not all that we do. */
const PAUSE = 10;
/** How long an early whole pass may wait, in ms from the loss. */
export const EARLY_MS = 30_000;

/**
 * What happened to an entry: it appeared, by being created or moved there; its content, mode or time changed; or it was
 * removed or moved away.
 */
export type HintKind = "appeared" | "changed" | "disappeared";

/** What is to be compared now. None of it need be there any more. */
export interface Due {
  /** Folders to be compared without their subfolders. */
  readonly folders: readonly Path[];
  /** To be compared with everything below them: what appeared there may be a folder, a file or nothing by now. */
  readonly branches: readonly Path[];
}

/** When a pass began and ended, in ms. */
export interface Span {
  readonly began: number;
  readonly ended: number;
}

export interface Hints {
  /** Something happened to `path`, an entry below a root. Returns whether something may be due earlier than before. */
  note(path: Path, kind: HintKind, now: number): boolean;
  /** Hints may have been lost: a whole pass is needed. */
  noteLoss(now: number): void;
  /** Forget everything, because everything is about to be compared. */
  clear(): void;
  /** ms until something is due; 0 when it is, Infinity when nothing is noted. */
  untilDue(now: number): number;
  /** Return what is due, and forget it. */
  take(now: number): Due;
  /** ms until an early whole pass is due, `last` being the last one; Infinity when nothing was lost. */
  untilWhole(now: number, last: Span | null): number;
}

/** What is noted of one folder. */
interface Noted {
  readonly first: number;
  readonly last: number;
  readonly branches: Set<Path>;
}

/** No hints yet; `settle` is how long a folder must be quiet before it is compared, in ms. */
export function hints(settle: number): Hints {
  const noted = new Map<Path, Noted>();
  let count = 0;
  let lostAt: number | null = null;
  const dueAt = ({ first, last }: Noted) => Math.min(last + settle, first + Math.max(MAX_WAIT_MS, settle));

  function noteLoss(now: number): void {
    lostAt ??= now;
  }

  return {
    note(path, kind, now) {
      // comparing a folder covers its own mode and time, so its parent need not be compared for them
      const folder = kind === "changed" && noted.has(path) ? path : parent(path);
      const before = noted.get(folder);
      const branches = before?.branches ?? new Set<Path>();
      if (kind === "appeared") branches.add(path);
      noted.set(folder, { first: before?.first ?? now, last: now, branches });
      count++;
      const isMany = noted.size > MANY || branches.size > MANY;
      const wasComplete = lostAt === null;
      if (count >= BURST || isMany) noteLoss(now);
      // the whole pass will find them without a list
      if (isMany) noted.clear();
      return noted.size === 1 || (wasComplete && lostAt !== null);
    },
    noteLoss,
    clear() {
      noted.clear();
      count = 0;
      lostAt = null;
    },
    untilDue(now) {
      let least = Infinity;
      for (const one of noted.values()) least = Math.min(least, dueAt(one) - now);
      return Math.max(least, 0);
    },
    take(now) {
      const folders: Path[] = [];
      const branches: Path[] = [];
      for (const [folder, one] of noted) {
        if (dueAt(one) > now) continue;
        folders.push(folder);
        branches.push(...one.branches);
        noted.delete(folder);
      }
      count = 0;
      return { folders, branches };
    },
    untilWhole(now, last) {
      if (lostAt === null) return Infinity;
      const paused = last === null ? now : last.ended + PAUSE * (last.ended - last.began);
      return Math.max(Math.min(Math.max(paused, lostAt + settle), lostAt + EARLY_MS) - now, 0);
    },
  };
}
