/**
 * May this plan be applied? Looks at the whole plan before the first write. Each refusal bears its numbers; the words,
 * with the option that overrides it, are in `cli/refusal.ts`. Pure.
 */
import type { Change, Difference } from "./change.ts";
import type { Path } from "./entry.ts";

/** The size of a plan, in entries: files, folders, links and so on. */
export interface Size {
  readonly source: number;
  readonly replica: number;
  readonly removals: number;
  /** Some of what is removed, to be named. */
  readonly examples: readonly Path[];
  /**
   * How many of the replica's entries are neither removed nor get another content. Folders and empty files count only
   * where the replica has nothing else: two folders that have nothing to do with each other may well share such a name.
   */
  readonly kept: number;
  /** How many entries the plan adds to the replica. */
  readonly additions: number;
  /** The most entries that the replica had in the last hour of this run: `replica` outside of a loop. */
  readonly peak: number;
  /** It is a slice of a replica: what is little in each of many may be much in all. */
  readonly isSlice?: boolean;
  /** Bytes of free space that the replica needs. */
  readonly needed: number;
  /** Bytes of free space that it has; null when not known. */
  readonly free: number | null;
}

/** The most entries that a pass may remove: a number, or a percentage of the replica's entries. */
export type Bound = { readonly unit: "entries" | "percent"; readonly value: number };

export interface Limits {
  readonly allowEmptySource: boolean;
  /** null for the default: half of the entries, in a replica of more than `SMALL`. */
  readonly maxDelete: Bound | null;
  /** Apply the changes even when they will not fit. */
  readonly ignoreFreeSpace: boolean;
}

/** Why a plan is not applied. `needed` and `free` are bytes, `removals` and `replica` entries. */
export type Refused =
  & { readonly kind: "refused" }
  & (
    | { readonly rule: "empty-source"; readonly replica: number }
    /** Nothing of what the replica holds would be kept: it may be a replica of nothing. */
    | {
      readonly rule: "nothing-kept";
      readonly removals: number;
      readonly replica: number;
      readonly examples: readonly Path[];
    }
    | {
      readonly rule: "max-delete";
      readonly removals: number;
      readonly replica: number;
      readonly bound: Bound;
    }
    /** Pass by pass the replica would shrink too far: `left` of `peak` entries would be left. */
    | {
      readonly rule: "shrinking";
      readonly removals: number;
      readonly left: number;
      readonly peak: number;
      readonly bound: Bound;
    }
    | { readonly rule: "free-space"; readonly needed: number; readonly free: number }
    /** Whoever was asked did not want so many changes. */
    | { readonly rule: "declined"; readonly changes: number }
  );

/** What is to be done, for whoever is asked about it. */
export interface Planned {
  /** See all changes by path, each folder at once followed by what is in it. */
  each(see: (change: Change, differences: readonly Difference[]) => void): Promise<void>;
}

/** No; yes; or yes, but so late that the trees must be compared afresh. */
export type Consent = "no" | "yes" | "afresh";

/** Asked when a plan is refused, and before anything is done. */
export interface Permit {
  /** Whether somebody can be asked: then it is refused at any number of removals that nothing would be kept. */
  readonly asks: boolean;
  /** The limits by which the plan may be judged once more; null to leave it refused. */
  limits(refused: Refused, planned: Planned): Promise<Limits | null>;
  /** Whether what is not refused may be done; left out when nobody is asked. */
  consent?(planned: Planned): Promise<Consent>;
}

/** From so many removals on it is refused that nothing is kept, unless the guard is strict. */
const FEW = 10;
/** Up to here the default bound does not apply: half of a few files is soon removed on purpose. */
const SMALL = 50;
const DEFAULT: Bound = { unit: "percent", value: 50 };

/** Why the plan must not be applied, or null when it may. `isStrict`: as where somebody can be asked (`Permit`). */
export function guard(size: Size, limits: Limits, isStrict = false): Refused | null {
  const { source, replica, removals, examples, kept, additions, peak, needed, free } = size;
  if (source === 0 && replica > 0 && !limits.allowEmptySource) {
    return { kind: "refused", rule: "empty-source", replica };
  }
  const isStrange = source > 0 && kept === 0 && removals >= (isStrict ? 1 : FEW);
  if (isStrange && limits.maxDelete === null) {
    return { kind: "refused", rule: "nothing-kept", removals, replica, examples };
  }
  // an empty source that was allowed may empty the replica, unless a bound was asked for by name
  const waived = source === 0 || (replica <= SMALL && !size.isSlice);
  const bound = limits.maxDelete ?? (waived ? null : DEFAULT);
  if (bound !== null && exceeds(size, bound)) {
    return { kind: "refused", rule: "max-delete", removals, replica, bound };
  }
  const left = replica + additions - removals;
  if (shrinksTooFar(size, left, limits)) {
    return { kind: "refused", rule: "shrinking", removals, left, peak, bound: DEFAULT };
  }
  if (free !== null && needed > free && !limits.ignoreFreeSpace) {
    return { kind: "refused", rule: "free-space", needed, free };
  }
  return null;
}

/**
 * A deletion that takes some time comes in slices when passes follow closely: none of them is too large, and in the end
 * all is gone. So half of what there was within the hour has to be left. Whoever bounds a pass by a number, or by more
 * than half, has decided.
 */
function shrinksTooFar({ source, removals, peak }: Size, left: number, { maxDelete }: Limits): boolean {
  if (removals === 0 || source === 0 || peak <= SMALL) return false;
  const isDecided = maxDelete !== null && (maxDelete.unit === "entries" || maxDelete.value > DEFAULT.value);
  return !isDecided && left < peak * (100 - DEFAULT.value) / 100;
}

function exceeds(size: Size, bound: Bound): boolean {
  return size.removals > (bound.unit === "percent" ? size.replica * bound.value / 100 : bound.value);
}
