/** What is chosen of a part of larger trees, which others mirror the rest of. Pure. */
import { type Reason, shown } from "../engine/entry.ts";
import { type Choice, type IgnoreFile, ruleAbove } from "../engine/filter.ts";
import type { Part } from "../engine/part.ts";
import { reasonText } from "./reason.ts";

/**
 * The choice with what is to be known of the whole. `above`: the ignore files above the part, or why one cannot be read. A
 * text says why the part cannot be used.
 */
export function choiceOfPart(
  choice: Choice,
  part: Part,
  above: readonly IgnoreFile[] | Reason,
): Choice | string {
  if ("code" in above) return `Cannot use the source ${shown(part.source)}: ${reasonText(above)}`;
  const rule = ruleAbove(choice.rules, above, part.path);
  if (rule === null) return { ...choice, part: { ...part, above } };
  const pattern = shown(rule.written ?? rule.pattern);
  return `${shown(part.path)} is excluded by now, by ${pattern} in ${rule.from}: make the split anew`;
}
