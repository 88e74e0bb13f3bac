/** The patterns of a choice, with those in files. */
import { shown } from "../engine/entry.ts";
import { type Choice, type Rule, rulesOf } from "../engine/filter.ts";
import type { Asked } from "./choose.ts";
import { systemText } from "../system_error.ts";

/** Read the files of patterns, once at the start; or a text that says what is wrong. */
export function readChoice({ chosen, ...rest }: Asked): Choice | string {
  const rules: Rule[] = [];
  for (const one of chosen) {
    if (one.kind === "rule") rules.push(one.rule);
    else {
      const { path } = one;
      const read = textOf(path);
      if ("wrong" in read) return `Cannot read the patterns in ${shown(path)}: ${read.wrong}`;
      rules.push(...rulesOf(read.text, (line) => `${path}:${line}`));
    }
  }
  return { ...rest, rules };
}

/** The text of a file, or why it has none. What stands for bytes that are not UTF-8 would match nothing. */
function textOf(path: string): { readonly text: string } | { readonly wrong: string } {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    // what is read of a FIFO is there once, and a scheduled pass would wait for it
    if (!isFile) {
      return { wrong: isDirectory ? "it is a folder" : "it is no ordinary file: save the patterns in one" };
    }
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path)) };
  } catch (error) {
    if (error instanceof TypeError) return { wrong: "it is not UTF-8: save it as such" };
    return { wrong: error instanceof Deno.errors.NotFound ? "it is not there" : systemText(error) };
  }
}
