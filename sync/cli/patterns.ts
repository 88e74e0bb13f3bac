/** The patterns of a choice, with those in files. */
import { shown } from "../engine/entry.ts";
import { type Choice, rulesOf } from "../engine/filter.ts";
import type { Asked } from "./choose.ts";
import { isSystemError, systemText } from "../system_error.ts";

/** Read the files of patterns, once at the start; or a text that says what is wrong. */
export function readChoice({ chosen, ...rest }: Asked): Choice | string {
  const rules = [];
  for (const one of chosen) {
    if (one.kind === "rule") rules.push(one.rule);
    else {
      const { path } = one;
      try {
        rules.push(...rulesOf(Deno.readTextFileSync(path), (line) => `${path}:${line}`));
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return `Cannot read the patterns in ${shown(path)}: ${systemText(error)}`;
      }
    }
  }
  return { ...rest, rules };
}
