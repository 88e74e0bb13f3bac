/** The command `completions` carried out: prints what a shell is to read, or answers a shell that has read it. */
import type { Answer } from "../cli/carry_out.ts";
import { complete } from "../cli/complete.ts";
import { parseCompletions } from "../cli/completions.ts";
import { STATUS } from "../cli/exit_status.ts";
import { completionText, scriptFor } from "../cli/shells.ts";

/** Do what the words after "completions" ask for. */
export function command(words: readonly string[]): Promise<Answer> {
  return Promise.resolve(answerTo(words));
}

function answerTo(words: readonly string[]): Answer {
  const asked = parseCompletions(words);
  switch (asked.kind) {
    case "usage":
      return { text: asked.text, status: STATUS.usage };
    case "help":
      return { text: asked.text, status: STATUS.inSync };
    case "script":
      return { text: scriptFor(asked.shell), status: STATUS.inSync };
    case "words":
      return { text: completionText(complete(asked.words)), status: STATUS.inSync };
  }
}
