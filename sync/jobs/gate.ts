/**
 * Who may work beside whom: never two mirrors on folders that overlap, nor two on one disk, unless that is asked for.
 * Whoever comes first works first; but what another one is about to fill is copied after that, so that a chain
 * A -> B -> C runs in its order. Pure but for its waiting.
 */

/** What a pass works with. */
export interface Claim {
  readonly source: Place;
  readonly replica: Place;
}

/** An absolute path without links, and the disk that it is on; null when that cannot be told. */
export interface Place {
  readonly path: string;
  readonly device: number | null;
}

export interface Gate {
  /** Resolves, when a pass may be made, with what is to be called after it; with null when the signal is aborted before. */
  enter(claim: Claim, signal: AbortSignal): Promise<(() => void) | null>;
  /** Say that work under way makes no progress, or does so again: nobody waits for its disks any longer. */
  stall(claim: Claim, isStalled: boolean): void;
}

interface Waiting {
  readonly claim: Claim;
  letIn(): void;
}

/** `isParallel`: work on one disk is done side by side, too. */
export function gate(isParallel: boolean): Gate {
  const working = new Set<Claim>();
  const stalled = new Set<Claim>();
  const waiting: Waiting[] = [];

  function exclude(a: Claim, b: Claim): boolean {
    if (overlap(a, b)) return true;
    return !isParallel && !stalled.has(a) && !stalled.has(b) && shareDisk(a, b);
  }

  function letIn(): void {
    for (;;) {
      const next = nextOf(waiting, working, exclude);
      if (next === null) return;
      waiting.splice(waiting.indexOf(next), 1);
      working.add(next.claim);
      next.letIn();
    }
  }

  return {
    enter(claim, signal) {
      if (signal.aborted) return Promise.resolve(null);
      return new Promise((resolve) => {
        const abort = () => {
          waiting.splice(waiting.indexOf(one), 1);
          resolve(null);
          letIn();
        };
        const one: Waiting = {
          claim,
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
  const mayGo = waiting.find(({ claim }, index) =>
    isFree(claim) &&
    waiting.every(({ claim: other }) => other === claim || !isCopiedFrom(claim, other)) &&
    // who came first is not passed by for ever
    waiting.slice(0, index).every(({ claim: other }) => !exclude(claim, other) || isCopiedFrom(other, claim))
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
  return overlapping(a.replica, b.replica) || overlapping(a.source, b.replica) ||
    overlapping(a.replica, b.source);
}

function overlapping({ path: a }: Place, { path: b }: Place): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`) || a === "/" || b === "/";
}

function shareDisk(a: Claim, b: Claim): boolean {
  const devices = [a.source.device, a.replica.device];
  return [b.source.device, b.replica.device].some((device) => device !== null && devices.includes(device));
}
