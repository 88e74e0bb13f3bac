/**
 * May this plan be carried out? Looks at the whole plan before the first write. Each refusal gives the numbers, says
 * that nothing was touched and names the option that overrides it.
 */
import type { Refusal } from "./event.ts";

/** The size of a plan. Entries are files, folders, links and the like. */
export interface Size {
  readonly source: number;
  readonly replica: number;
  readonly removals: number;
  /** Bytes that the replica needs room for. */
  readonly bytes: number;
  /** Bytes that it has room for; null when that is not known. */
  readonly room: number | null;
}

/** How many of the replica's entries a pass may remove. */
export type Bound = { readonly unit: "entries" | "percent"; readonly value: number };

export interface Limits {
  readonly allowEmptySource: boolean;
  /** null: more than half is too many, once the replica holds more than `SMALL`. */
  readonly maxDelete: Bound | null;
  /** Begin even what will not fit. */
  readonly ignoreRoom: boolean;
}

/** Up to here the standard bound does not apply: half of a few files is soon removed on purpose. */
const SMALL = 50;
const STANDARD: Bound = { unit: "percent", value: 50 };

/** Why the plan must not be carried out, or null when it may. */
export function guard(size: Size, limits: Limits): Refusal | null {
  if (size.source === 0 && size.replica > 0 && !limits.allowEmptySource) {
    return {
      kind: "refused",
      rule: "empty-source",
      text:
        `Refused: the source is empty and the replica holds ${entries(size.replica)}; nothing was touched. ` +
        `If the source is meant to be empty, add --allow-empty-source`,
    };
  }
  // an empty source that was allowed is allowed to empty the replica, unless a bound was asked for by name
  const waived = size.source === 0 || size.replica <= SMALL;
  const bound = limits.maxDelete ?? (waived ? null : STANDARD);
  if (bound && exceeds(size, bound)) {
    const share = Math.ceil(size.removals / size.replica * 100);
    return {
      kind: "refused",
      rule: "max-delete",
      text:
        `Refused: ${entries(size.removals)} of the replica's ${
          number(size.replica)
        } (${share}%) would be removed, ` +
        `more than the bound of ${bound.unit === "percent" ? `${bound.value}%` : number(bound.value)}; ` +
        `nothing was touched. If that is meant, add --max-delete ${size.removals}`,
    };
  }
  if (size.room !== null && size.bytes > size.room && !limits.ignoreRoom) {
    return {
      kind: "refused",
      rule: "room",
      text:
        `Refused: ${number(size.bytes)} bytes are to be copied and the replica has room for ${
          number(size.room)
        }; ` +
        `nothing was touched. Make room, or add --ignore-room to copy what fits`,
    };
  }
  return null;
}

function exceeds(size: Size, bound: Bound): boolean {
  return size.removals > (bound.unit === "percent" ? size.replica * bound.value / 100 : bound.value);
}

function entries(count: number): string {
  return count === 1 ? "1 entry" : `${number(count)} entries`;
}

function number(count: number): string {
  return count.toLocaleString("en-US");
}
