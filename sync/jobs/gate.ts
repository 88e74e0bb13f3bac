/**
 * Who may work beside whom: never two mirrors on folders that overlap, nor two on one disk, unless that is asked for.
 * Whoever comes first works first; but what another one is about to fill is copied after that, so that a chain
 * A -> B -> C runs in its order. Pure but for its waiting.
 */
import { isWithinFolder } from "../whole_path.ts";

/** What a pass works with. */
export interface Claim {
  readonly source: Place;
  readonly replica: Place;
  /** It has a slice of the names in its folder: what others of the same split have of that is no matter of its. */
  readonly isSlice?: boolean;
}

export interface Place {
  /** Absolute, without links. */
  readonly path: string;
  /** The disk that it is on; null when that cannot be told. */
  readonly device: number | null;
  /** Which folder it is, then which is around it, and so on; null where that cannot be told. */
  readonly ids: readonly (string | null)[];
}

export interface Gate {
  /**
   * Resolves, when a pass may be made, with what is to be called after it; with null when the signal is aborted before.
   * `isLarge`: false for a pass over some folders, which shares a disk with whoever is at work.
   */
  enter(claim: Claim, signal: AbortSignal, isLarge?: boolean): Promise<(() => void) | null>;
  /** Say that work under way makes no progress, or does so again: nobody waits for its disks any longer. */
  stall(claim: Claim, isStalled: boolean): void;
}

interface Waiting {
  readonly claim: Claim;
  /** Who has made a pass while this one waited: it need not wait for them again. */
  readonly served: Set<string>;
  letIn(): void;
}

/** How many make a pass at once at the most, whatever disks they have: each has threads of its own. */
const MOST = 8;

/** `isParallel`: work on one disk is done side by side, too. */
export function gate(isParallel: boolean): Gate {
  const working = new Set<Claim>();
  const stalled = new Set<Claim>();
  /** Those of passes over some folders. */
  const small = new WeakSet<Claim>();
  const waiting: Waiting[] = [];

  function exclude(a: Claim, b: Claim): boolean {
    if (overlap(a, b)) return true;
    return !isParallel && ![a, b].some((one) => stalled.has(one) || small.has(one)) && shareDisk(a, b);
  }

  function letIn(): void {
    while (working.size - stalled.size < MOST) {
      const next = nextOf(waiting, working, exclude);
      if (next === null) return;
      waiting.splice(waiting.indexOf(next), 1);
      working.add(next.claim);
      for (const { claim, served } of waiting) {
        if (isCopiedFrom(claim, next.claim)) served.add(keyOf(next.claim));
      }
      next.letIn();
    }
  }

  return {
    enter(claim, signal, isLarge = true) {
      if (!isLarge) small.add(claim);
      if (signal.aborted) return Promise.resolve(null);
      return new Promise((resolve) => {
        const abort = () => {
          waiting.splice(waiting.indexOf(one), 1);
          resolve(null);
          letIn();
        };
        const one: Waiting = {
          claim,
          served: new Set(),
          letIn() {
            signal.removeEventListener("abort", abort);
            resolve(() => {
              working.delete(claim);
              stalled.delete(claim);
              letIn();
            });
          },
        };
        signal.addEventListener("abort", abort, { once: true });
        waiting.push(one);
        letIn();
      });
    },
    stall(claim, isStalled) {
      if (isStalled && working.has(claim)) stalled.add(claim);
      else stalled.delete(claim);
      letIn();
    },
  };
}

/** Who is let in next; null when nobody can be. `exclude`: whether two must not work at the same time. */
function nextOf(
  waiting: readonly Waiting[],
  working: ReadonlySet<Claim>,
  exclude: (a: Claim, b: Claim) => boolean,
): Waiting | null {
  const isFree = (claim: Claim) => ![...working].some((other) => exclude(claim, other));
  const waitsFor = ({ claim, served }: Waiting, other: Claim) =>
    isCopiedFrom(claim, other) && !served.has(keyOf(other));
  const mayGo = waiting.find((one, index) =>
    isFree(one.claim) &&
    waiting.every(({ claim: other }) => other === one.claim || !waitsFor(one, other)) &&
    // who came first is not passed by for ever
    waiting.slice(0, index).every((other) => !exclude(one.claim, other.claim) || waitsFor(other, one.claim))
  );
  // in a circle somebody has to begin
  return mayGo ?? (working.size === 0 ? waiting[0] ?? null : null);
}

/** How many others, one after the other, make what one copies. */
export function depthOf(claim: Claim, all: readonly Claim[]): number {
  const met = new Set([claim]);
  let depth = 0;
  for (let level = [claim]; level.length > 0; depth++) {
    level = all.filter((one) => !met.has(one) && level.some((later) => isCopiedFrom(later, one)));
    for (const one of level) met.add(one);
  }
  return depth - 1;
}

/** Whether one copies what the other one makes, and not the other way round as well. */
function isCopiedFrom(claim: Claim, other: Claim): boolean {
  return overlapping(claim.source, other.replica) && !overlapping(other.source, claim.replica);
}

/** Whether two must not work at the same time: one of them writes where the other one reads or writes. */
function overlap(a: Claim, b: Claim): boolean {
  if (a.isSlice || b.isSlice) return false;
  return overlapping(a.replica, b.replica) || overlapping(a.source, b.replica) ||
    overlapping(a.replica, b.source);
}

function overlapping(a: Place, b: Place): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

/** Whether a folder is another one, or lies in it, as far as can be told. */
function isWithin({ path, ids }: Place, other: Place): boolean {
  const [id = null] = other.ids;
  return isWithinFolder(path, other.path) || (id !== null && ids.includes(id));
}

function keyOf({ source, replica }: Claim): string {
  return JSON.stringify([source.path, replica.path]);
}

/** What makes it impossible for a job to work beside others, whatever the order; null for nothing. `others`: by name. */
export function clashOf(claim: Claim, others: ReadonlyMap<string, Claim>): Clash | null {
  for (const [job, { replica, isSlice }] of others) {
    if (!isSlice && isWithin(claim.replica, replica) && !isWithin(replica, claim.replica)) {
      return { code: "IN_REPLICA", job };
    }
  }
  const met = new Set<Claim>();
  for (let level = [claim]; level.length > 0;) {
    const next = [...others].filter(([, other]) =>
      !met.has(other) && level.some(({ replica }) => overlapping(replica, other.source))
    );
    for (const [job, other] of next) {
      if (overlapping(other.replica, claim.source)) return { code: "CIRCLE", job };
      met.add(other);
    }
    level = next.map(([, other]) => other);
  }
  return null;
}

/** Its replica lies in that of another job, or what it copies comes back to it by others. */
export interface Clash {
  readonly code: "IN_REPLICA" | "CIRCLE";
  readonly job: string;
}

function shareDisk(a: Claim, b: Claim): boolean {
  const devices = [a.source.device, a.replica.device];
  return [b.source.device, b.replica.device].some((device) => device !== null && devices.includes(device));
}
