/** Whether a source has lost so much since the split before that it may be the wrong one, or half of it away. Pure. */
import type { Options } from "../cli/options.ts";
import { shown } from "../engine/entry.ts";
import type { Bound } from "../engine/guard.ts";
import type { Split } from "../jobs/split.ts";
import { isSamePath } from "../whole_path.ts";

/** What a file of jobs of a split says of what it was made of. */
interface Subject {
  readonly split: Pick<Split, "source" | "replica"> | null;
  readonly jobs: readonly { readonly options: Pick<Options, "choice" | "oneFileSystem"> }[];
}

/** How the split before is about something else, for a person; null when it is about the same. */
export function differsFrom(before: Subject, now: Subject): string | null {
  for (const side of ["source", "replica"] as const) {
    const [was, is] = [before.split?.[side] ?? "", now.split?.[side] ?? ""];
    if (!isSamePath(was, is)) return `is of another ${side}, ${shown(was)}`;
  }
  return choiceOf(before) === choiceOf(now) ? null : "leaves out other entries";
}

/** What is chosen by the last job, which has no options of its own. */
function choiceOf({ jobs }: Subject): string {
  const { choice: { chosen, bounds }, oneFileSystem } = jobs.at(-1)!.options;
  return JSON.stringify([chosen, bounds, oneFileSystem]);
}

/** What a source was seen to hold, by how deep it lies. */
export interface Counted {
  readonly seen: readonly number[];
}

/** How many entries there were, and are. */
export interface Compared {
  readonly before: number;
  readonly now: number;
}

/** Fewer entries than there may be. */
export interface Shrunk extends Compared {
  readonly bound: Bound;
}

/** What a source may lose when nothing is said about it: half of its entries. */
const DEFAULT: Bound = { unit: "percent", value: 50 };

/** Compare what was seen with what the split before had seen, as deep as that went. `now` goes at least as deep, or is all there is. */
export function compare(before: Counted, now: Counted): Compared {
  const depth = before.seen.length;
  return { before: sum(before.seen), now: sum(now.seen.slice(0, depth)) };
}

/** Whether too much was lost; null when it may be so. */
export function judge({ before, now }: Compared, asked: Bound | null): Shrunk | null {
  const bound = asked ?? DEFAULT;
  const most = bound.unit === "percent" ? before * bound.value / 100 : bound.value;
  return before - now > most ? { before, now, bound } : null;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
