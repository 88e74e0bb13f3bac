/** What is said of edits before they are carried to the source. Pure. */
import type { Change } from "../engine/change.ts";
import { type Path, shown } from "../engine/entry.ts";
import { counted, size } from "./quantity.ts";

export interface Shown {
  readonly source: string;
  /** An absolute path. */
  readonly trash: string;
  readonly steps: readonly Change[];
  readonly stuck: readonly Path[];
  readonly conflicts: readonly Path[];
  /** It is remembered what the last pass left. */
  readonly isRemembered: boolean;
}

/** Everything there is to carry, a line each, and what is not carried. */
export function editsText({ source, trash, steps, stuck, conflicts, isRemembered }: Shown): string {
  const lines = steps.map(stepText);
  for (const path of conflicts) {
    lines.push(`  conflict  ${shown(path)}: changed in the source, too; it is left`);
  }
  for (const path of stuck) lines.push(`  stuck     ${shown(path)}: ${STUCK}; it is left`);
  const isAny = steps.some(({ kind }) => kind === "update");
  const head = steps.length === 0
    ? "There is nothing to bring back"
    : `${counted(steps.length, "entry", "entries")} to bring back to ${shown(source)}` +
      (isAny ? `; its old versions go to ${shown(trash)}` : "");
  const note = isRemembered || steps.length === 0 ? [] : [
    "Known by newer times alone: whether the source changed, too, cannot be told. With --state it can.",
  ];
  return [head, ...lines, ...note].join("\n");
}

/** Why an edit cannot be carried. */
export const STUCK = "something else stands in the source, or it is excluded";

function stepText(change: Change): string {
  const entry = change.kind === "remove" ? change.was : change.entry;
  const bytes = entry.kind === "file" ? `, ${size(entry.size)}` : "";
  return `  ${change.kind === "create" ? "new     " : "edited  "}  ${entry.kind} ${
    shown(change.path)
  }${bytes}`;
}
