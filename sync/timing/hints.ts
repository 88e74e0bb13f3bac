/**
 * Folders in which a watch has heard of changes, and when they are due to be compared. A hint is never a fact: what is
 * done is decided by comparing, and when hints may be missing, a whole pass comes early. There is no clock in here:
 * every function is told the time, in ms.
 *
 *     quiet --note--> waiting --quiet for `settle`, or after MAX_WAIT_MS--> due --take--> quiet
 *     any   --noteLoss, or too many notes--> a whole pass soon --clear--> quiet
 *
 * What a pass does itself to the replica is heard, too: it is a doubt, for whoever takes it to look into. What is found
 * to be others' doing is noted anew. The replica may differ because of what happened in the source just now, and a pass
 * over that folder alone would see half of a rename.
 */
import { parent, type Path, type Side } from "../engine/entry.ts";
import { backoff, waitOf } from "./backoff.ts";

/** How long a folder may wait to be compared, in ms from the first hint, when it never becomes quiet. */
export const MAX_WAIT_MS = 10_000;
/** From so many hints at a time on, some may have been lost: a quarter of inotify's default queue of events. */
export const BURST = 4096;
/** When more folders, or more branches of one folder, have changed, a whole pass is cheaper than a list of them. */
export const MANY = 1000;
/** When more doubts have come up, a whole pass is cheaper than looking into each. */
export const DOUBTS = 4 * BURST;
/** After a whole pass that took n ms, an early one waits for PAUSE * n ms, so that it is not all that we do. */
const PAUSE = 10;
/**
 * What is due so soon, in ms, after something else that is due is taken with it: the two names of a rename are heard one
 * after the other, and only a pass that sees both sees a move.
 */
export const TOGETHER_MS = 50;
/** How long an early whole pass may wait, in ms from the loss. */
export const EARLY_MS = 30_000;
/** The same when one early pass brings up the next, again and again. */
const LONGEST_MS = 600_000;

/**
 * What happened to an entry: it appeared, by being created or moved there; its content, mode or time changed; or it was
 * removed or moved away.
 */
export type HintKind = "appeared" | "changed" | "disappeared";

/** Entries of the replica in one folder to which something happened, which may all be what a pass did itself. */
export interface Doubt {
  readonly folder: Path;
  readonly entries: ReadonlyMap<Path, HintKind>;
}

/** What is to be compared now. None of it need be there any more. */
export interface Due {
  /** Folders to be compared without their subfolders. */
  readonly folders: readonly Path[];
  /** To be compared with everything below them: what appeared there may be a folder, a file or nothing by now. */
  readonly branches: readonly Path[];
  /** Other folders, which are to be looked into: it may all be our own doing. Left out when there are none. */
  readonly doubts?: readonly Doubt[];
}

/** When a pass began and ended, in ms. */
export interface Span {
  readonly began: number;
  readonly ended: number;
}

export interface Hints {
  /**
   * Something happened to `path`, an entry below the root of a side. Returns whether something may be due earlier than
   * before.
   */
  note(path: Path, kind: HintKind, now: number, side?: Side): boolean;
  /** Hints may have been lost: a whole pass is needed. */
  noteLoss(now: number): void;
  /** Forget everything, because everything is about to be compared. */
  clear(): void;
  /** ms until something is due; 0 when it is, Infinity when nothing is noted. */
  untilDue(now: number): number;
  /** Return what is due, and forget it. */
  take(now: number): Due;
  /** Of the doubts that were taken last, these are not our own doing: they are due as if the source had told of them. */
  confirm(doubts: readonly Doubt[], now: number): void;
  /** ms until an early whole pass is due, `last` being the last one; Infinity when nothing was lost. */
  untilWhole(now: number, last: Span | null): number;
  /** A pass begins over some of what was taken, or over all (null): what happens there may be its own doing. */
  begin(due: Due | null): void;
  /** The pass has ended, and could not deal with something in some folders; with `again` it will, sooner or later. */
  end(failed: readonly Path[], now: number, again?: readonly Path[]): void;
}

/** What is noted of one folder. */
interface Noted {
  readonly first: number;
  readonly last: number;
  readonly branches: Set<Path>;
  /** What happened in the replica. */
  readonly doubts: Map<Path, HintKind>;
  /** All of it happened in the replica. */
  readonly isDoubt: boolean;
  /** Since when it is noted (ms), if all of it happened while a pass was at work there; null if not. */
  readonly own: number | null;
}

/** No hints yet; `settle` is how long a folder must be quiet before it is compared, in ms. */
export function hints(settle: number): Hints {
  const notes = notesOf();
  const repeated = backoff();
  const losses = lossesOf(settle);
  /** For when the loop waits, as far as is known here. */
  let awaited = Infinity;
  /** Of the folders that were taken last: since when one was noted whose notes may all be our own doing. */
  let taken = new Map<Path, number>();
  const dueAt = (folder: Path, { first, last, own }: Noted) =>
    Math.max(
      Math.min(last + settle, first + Math.max(MAX_WAIT_MS, settle)),
      repeated.earliest(folder, own),
    );
  const noteLoss = (now: number) => losses.note(now, repeated.isOwn("", now));

  return {
    note(path, kind, now, side = "source") {
      const [folder, changed] = notes.add(path, kind, now, side, (folder) => repeated.isOwn(folder, now));
      const wasComplete = !losses.any();
      if (notes.isBurst() || notes.isMany(folder)) noteLoss(now);
      // the whole pass will find them without a list
      if (notes.isMany(folder)) notes.forget();
      const due = dueAt(folder, changed);
      const isEarlier = due < awaited;
      awaited = Math.min(awaited, due);
      return isEarlier || (wasComplete && losses.any());
    },
    noteLoss,
    clear() {
      notes.forget();
      awaited = Infinity;
      losses.clear();
      taken = new Map();
    },
    untilDue(now) {
      let least = Infinity;
      for (const [folder, one] of notes.all()) least = Math.min(least, dueAt(folder, one) - now);
      awaited = now + least;
      return Math.max(least, 0);
    },
    take(now) {
      const noted = [...notes.all()].map((note) => [dueAt(...note), note] as const);
      const until = noted.some(([at]) => at <= now) ? now + TOGETHER_MS : now;
      const due = noted.filter(([at]) => at <= until).map(([, note]) => note);
      taken = new Map(due.flatMap(([folder, { own }]) => own === null ? [] : [[folder, own]]));
      notes.drop(due);
      return dueOf(due);
    },
    confirm(doubts, now) {
      for (const doubt of doubts) notes.confirm(doubt, now, taken.get(doubt.folder) ?? null);
    },
    untilWhole: losses.untilWhole,
    begin: (due) => repeated.begin(due, taken),
    end(failed, now, again = []) {
      repeated.end(failed, now);
      for (const path of again) {
        const [folder] = notes.add(path, "changed", now, "source", () => false);
        // so many wait for the next whole pass
        if (notes.isMany(folder)) return;
      }
    },
  };
}

/** What is noted of each folder, and how much it is. */
interface Notes {
  /** Returns the folder to which it belongs, with what is noted of it by now. */
  add(
    path: Path,
    kind: HintKind,
    now: number,
    side: Side,
    isOwn: (folder: Path) => boolean,
  ): readonly [Path, Noted];
  /** Doubts that were looked into; `own` as in what was noted of the folder when they were taken. */
  confirm(doubt: Doubt, now: number, own: number | null): void;
  all(): ReadonlyMap<Path, Noted>;
  /** So many came at a time that some may have been lost. */
  isBurst(): boolean;
  /** A whole pass is cheaper than all of them. */
  isMany(folder: Path): boolean;
  /** Some have been taken. */
  drop(taken: readonly (readonly [Path, Noted])[]): void;
  forget(): void;
}

function notesOf(): Notes {
  const noted = new Map<Path, Noted>();
  let [count, doubts] = [0, 0];
  return {
    add(path, kind, now, side, isOwn) {
      // comparing a folder covers its own mode and time, so its parent need not be compared for them
      const folder = kind === "changed" && noted.has(path) ? path : parent(path);
      const one = noted.get(folder) ?? blank(now);
      const isDoubt = side === "replica";
      if (isDoubt) doubts += addDoubt(one, path, kind);
      else count++;
      if (kind === "appeared" && !isDoubt) one.branches.add(path);
      const isAllDoubt = one.isDoubt && isDoubt;
      const changed = { ...one, last: now, isDoubt: isAllDoubt, own: isOwn(folder) ? one.own : null };
      noted.set(folder, changed);
      return [folder, changed];
    },
    confirm({ folder, entries }, now, own) {
      const one = noted.get(folder) ?? blank(now);
      for (const [path, kind] of entries) doubts += addDoubt(one, path, kind);
      noted.set(folder, { ...one, last: now, isDoubt: false, own: one.own === null ? null : own });
    },
    all: () => noted,
    isBurst: () => count >= BURST,
    isMany: (folder) =>
      noted.size > MANY || (noted.get(folder)?.branches.size ?? 0) > MANY || doubts > DOUBTS,
    drop(taken) {
      for (const [folder, one] of taken) {
        noted.delete(folder);
        doubts -= one.doubts.size;
      }
      count = 0;
    },
    forget() {
      noted.clear();
      [count, doubts] = [0, 0];
    },
  };
}

/** What was lost, and when a whole pass makes up for it. */
interface Losses extends Pick<Hints, "untilWhole" | "clear"> {
  /** Something was lost; `isOwn`: in the time of a whole pass. */
  note(now: number, isOwn: boolean): void;
  any(): boolean;
}

function lossesOf(settle: number): Losses {
  let lost: { readonly at: number; readonly isOwn: boolean } | null = null;
  /** How many early passes in a row were due to what was lost in the time of the one before. */
  let early = 0;
  return {
    note(now, isOwn) {
      lost = { at: lost?.at ?? now, isOwn: isOwn && (lost?.isOwn ?? true) };
    },
    any: () => lost !== null,
    clear() {
      early = lost?.isOwn ? early + 1 : 0;
      lost = null;
    },
    untilWhole(now, last) {
      if (lost === null) return Infinity;
      const paused = last === null ? now : last.ended + PAUSE * (last.ended - last.began);
      const soon = Math.min(Math.max(paused, lost.at + settle), lost.at + EARLY_MS);
      const times = lost.isOwn ? early : 0;
      return Math.max(soon - now, lost.at + waitOf(times, LONGEST_MS) - now, 0);
    },
  };
}

function blank(now: number): Noted {
  return { first: now, last: now, branches: new Set(), doubts: new Map(), isDoubt: true, own: now };
}

/** Returns how many doubts there are more. */
function addDoubt({ doubts }: Noted, path: Path, kind: HintKind): number {
  const isNew = !doubts.has(path);
  if (isNew || kind === "appeared") doubts.set(path, kind);
  return isNew ? 1 : 0;
}

/** What is to be compared of some folders, with what is noted of each. */
function dueOf(noted: readonly (readonly [Path, Noted])[]): Due {
  const certain = noted.filter(([, { isDoubt }]) => !isDoubt);
  const doubts = noted.filter(([, { isDoubt }]) => isDoubt)
    .map(([folder, { doubts }]) => ({ folder, entries: doubts }));
  return {
    folders: certain.map(([folder]) => folder),
    branches: certain.flatMap(([, { branches, doubts }]) => [...branches, ...appeared(doubts)]),
    ...(doubts.length > 0 && { doubts }),
  };
}

/** The paths of entries that appeared. */
function appeared(entries: ReadonlyMap<Path, HintKind>): Path[] {
  return [...entries].filter(([, kind]) => kind === "appeared").map(([path]) => path);
}
