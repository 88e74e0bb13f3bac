/**
 * What repeats itself waits, longer each time. A pass can be the reason of the next one: its lines go to a file in the
 * source, or what it sets in the replica will not stay. Nobody can tell all of these apart from other people's work, but
 * they come in the time of a pass, in a folder that it compares, again and again. And a folder in which something failed
 * will most likely fail again. There is no clock in here: every function is told the time, in ms.
 */
import { type Path, within } from "../engine/entry.ts";

/** So long after a pass, in ms, an event may still be of its doing: events and lines take their time. */
export const GRACE_MS = 500;
/** How long a folder waits the second time, in ms; then twice as long each time. */
const FIRST_MS = 1000;
/** How long a folder waits at most that a pass itself has brought up, in ms. */
const LONGEST_MS = 600_000;
/** How long a folder waits at most in which something failed, in ms: others may work there in the meantime. */
const FAILED_MS = 60_000;
/** How many folders are remembered at most. */
const MOST = 10_000;

export interface Backoff {
  /**
   * A pass begins: over some folders, or over all (null). `own` has those of which all that was noted may be of our own
   * doing.
   */
  begin(
    due: { readonly folders: readonly Path[]; readonly branches: readonly Path[] } | null,
    own?: Pick<ReadonlySet<Path>, "has">,
  ): void;
  /** The pass has ended, and could not deal with something in some folders. */
  end(failed: readonly Path[], now: number): void;
  /** Whether what happens in a folder now may be of a pass's own doing. */
  isOwn(folder: Path, now: number): boolean;
  /** When a folder is due at the earliest; `own`: since when it is noted, and all of it may be of our own doing. */
  earliest(folder: Path, own: number | null): number;
}

/** Nothing has repeated itself yet. */
export function backoff(): Backoff {
  let scope: { readonly folders: ReadonlySet<Path>; readonly branches: ReadonlySet<Path> } | "all" | null =
    null;
  let ended = Infinity;
  /** How often in a row a folder was compared for what may be of our own doing. */
  const rounds = new Map<Path, number>();
  /** Folders in which something failed: how often in a row, and when last. */
  const failures = new Map<Path, { readonly times: number; readonly at: number }>();
  const covers = (folder: Path) =>
    scope === "all" || (scope !== null && (scope.folders.has(folder) || within(folder, scope.branches)));

  return {
    begin(due, own = new Set()) {
      for (const folder of due?.folders ?? []) {
        if (!own.has(folder) || rounds.size > MOST) rounds.delete(folder);
        else rounds.set(folder, (rounds.get(folder) ?? 0) + 1);
      }
      scope = due === null ? "all" : { folders: new Set(due.folders), branches: new Set(due.branches) };
      ended = Infinity;
    },
    end(failed, now) {
      ended = now;
      const folders = new Set(failed);
      for (const folder of failures.keys()) {
        if (covers(folder) && !folders.has(folder)) failures.delete(folder);
      }
      for (const folder of folders) {
        if (failures.size > MOST) break;
        failures.set(folder, { times: (failures.get(folder)?.times ?? 0) + 1, at: now });
      }
    },
    isOwn: (folder, now) => now <= ended + GRACE_MS && covers(folder),
    earliest(folder, own) {
      const repeated = own === null ? 0 : own + waitOf(rounds.get(folder) ?? 0, LONGEST_MS);
      const failed = failures.get(folder);
      return Math.max(repeated, failed === undefined ? 0 : failed.at + waitOf(failed.times, FAILED_MS));
    },
  };
}

/** How long to wait, in ms, after so many times in a row. */
export function waitOf(times: number, longest: number): number {
  return times === 0 ? 0 : Math.min(FIRST_MS * 2 ** (times - 1), longest);
}
