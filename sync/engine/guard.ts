/**
 * May this plan be applied? Looks at the whole plan before the first write. Each refusal has its numbers;
 * `cli/refusal.ts` has the words, and names the option that overrides it. Pure.
 */

/** The size of a plan, in entries: files, folders, links and so on. */
export interface Size {
  readonly source: number;
  readonly replica: number;
  readonly removals: number;
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
    | {
      readonly rule: "max-delete";
      readonly removals: number;
      readonly replica: number;
      readonly bound: Bound;
    }
    | { readonly rule: "free-space"; readonly needed: number; readonly free: number }
  );

/** Entries up to which the default bound does not apply: half of a few files is soon removed on purpose. */
const SMALL = 50;
const DEFAULT: Bound = { unit: "percent", value: 50 };

/** Why the plan must not be applied, or null when it may. */
export function guard(size: Size, limits: Limits): Refused | null {
  const { source, replica, removals, needed, free } = size;
  if (source === 0 && replica > 0 && !limits.allowEmptySource) {
    return { kind: "refused", rule: "empty-source", replica };
  }
  // an empty source that is allowed may empty the replica, unless the user has set a bound
  const waived = source === 0 || replica <= SMALL;
  const bound = limits.maxDelete ?? (waived ? null : DEFAULT);
  if (bound !== null && exceeds(size, bound)) {
    return { kind: "refused", rule: "max-delete", removals, replica, bound };
  }
  if (free !== null && needed > free && !limits.ignoreFreeSpace) {
    return { kind: "refused", rule: "free-space", needed, free };
  }
  return null;
}

function exceeds(size: Size, bound: Bound): boolean {
  return size.removals > (bound.unit === "percent" ? size.replica * bound.value / 100 : bound.value);
}
