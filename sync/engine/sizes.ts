/** How many entries there are, pass after pass: what the guard measures removals by. Pure. */
import type { Report } from "./report.ts";
import { peak } from "./peak.ts";

export interface Sizes {
  /** As far as is known since all was compared last; null before. */
  known(): Report["entries"] | null;
  /** The most that the replica had within the hour. */
  peak(): number;
  /** Take in what a pass came to. `before`: how many there were, when only some were compared. */
  take(
    report: Report,
    before: Report["entries"] | null,
    judged: { readonly refused: boolean; readonly permitted: boolean },
  ): void;
}

/** `now`: ms since some moment; never jumps. */
export function sizesOf(now: () => number): Sizes {
  let known: Report["entries"] | null = null;
  let sizes = peak();
  return {
    known: () => known,
    peak: () => sizes.most(now()),
    take(report, before, { refused, permitted }) {
      if (report.ended === "complete") {
        if (permitted) sizes = peak();
        else if (before === null) sizes.note(report.entries.replica, now());
      }
      const { created, removed } = report.dryRun ? { created: 0, removed: 0 } : report;
      // also of a pass that was cut short: what it has done is done
      if (report.ended === "complete" || created + removed > 0) {
        known = entriesAfter({ ...report, created, removed }, before);
        sizes.note(known.replica, now());
      }
      if (refused) sizes.hold(now());
    },
  };
}

/** How many entries each side has after a pass. `known`: before a pass over some folders; null after a whole pass. */
function entriesAfter(
  { entries, created, removed }: Pick<Report, "entries" | "created" | "removed">,
  known: Report["entries"] | null,
): Report["entries"] {
  const { source, replica } = known ?? entries;
  const more = created - removed;
  // a whole pass counted the source as it is
  return { source: known === null ? source : source + more, replica: replica + more };
}
