/** What is chosen of a part of larger trees, which others mirror the rest of. Pure. */
import { type Reason, shown } from "../engine/entry.ts";
import { type Choice, type ChosenPart, ruleAbove } from "../engine/filter.ts";
import type { Part } from "../engine/part.ts";
import { reasonText } from "./reason.ts";

/**
 * The choice with what is to be known of the whole. `whole`: what is known of the whole trees, or why that cannot be told. A
 * text says why the part cannot be used.
 */
export function choiceOfPart(
  choice: Choice,
  part: Part,
  whole: Pick<ChosenPart, "above" | "known"> | Reason,
): Choice | string {
  if ("code" in whole) return `Cannot use the source ${shown(part.source)}: ${reasonText(whole)}`;
  const rule = ruleAbove(choice.rules, whole.above, part.path);
  if (rule === null) return { ...choice, part: { ...part, ...whole } };
  const pattern = shown(rule.written ?? rule.pattern);
  return `${shown(part.path)} is excluded by now, by ${pattern} in ${rule.from}: make the split anew`;
}
