/** The command `man` carried out: prints the manual page. */
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { manualPage } from "../cli/manual_page.ts";

const USAGE = "lockstep man";

const HELP = `Print the manual page, to be kept as a file.

Usage: ${USAGE}

  lockstep man | man -l -                                      read it
  lockstep man > ~/.local/share/man/man1/lockstep.1            keep it: man lockstep`;

/** Do what the words after "man" ask for. */
export function command(words: readonly string[]): Promise<Answer> {
  return Promise.resolve(answerTo(words));
}

function answerTo([first]: readonly string[]): Answer {
  if (first === undefined) return { text: manualPage(), status: STATUS.inSync };
  if (["help", "--help", "-h"].includes(first)) return { text: HELP, status: STATUS.inSync };
  return { text: `man takes no more words, as "${first}"; ${USAGE} > lockstep.1`, status: STATUS.usage };
}
