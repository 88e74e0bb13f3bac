/** The words of the command `completions`: a shell, or what a shell asks about a command line. Pure. */
import { type Shell, SHELLS } from "./command_table.ts";
import { nearest } from "./nearest.ts";
import { printable } from "./reason.ts";

const USAGE = `lockstep completions ${SHELLS.join("|")}`;

const HELP = `Print what makes a shell complete the words of lockstep.

Usage: ${USAGE}

  lockstep completions bash > ~/.local/share/bash-completion/completions/lockstep
  lockstep completions fish > ~/.config/fish/completions/lockstep.fish
  lockstep completions zsh > ~/.zfunc/_lockstep        where fpath has ~/.zfunc
  lockstep completions powershell >> $PROFILE

It works for the executable, under the name lockstep. Scripts ask the program by
"lockstep completions words -- <word>…", and so are never older than it is.`;

export type Completing =
  | { readonly kind: "usage"; readonly text: string }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "script"; readonly shell: Shell }
  /** The words behind the program's name; the last one is completed. */
  | { readonly kind: "words"; readonly words: readonly string[] };

/** Read the words after "completions". */
export function parseCompletions(words: readonly string[]): Completing {
  const [first, ...others] = words;
  if (first === "words") {
    const next = others[0] === "--next" ? [""] : [];
    return { kind: "words", words: [...others.slice(others.indexOf("--") + 1), ...next] };
  }
  if (words.some((word) => ["help", "--help", "-h"].includes(word))) return { kind: "help", text: HELP };
  if (first === undefined) return usage("Name a shell");
  if (others.length > 0) return usage(`There is one word too many: "${others[0]}"`);
  const shell = SHELLS.find((one) => one === first);
  if (shell !== undefined) return { kind: "script", shell };
  const near = nearest(first, SHELLS);
  const guess = near === null ? "" : `: did you mean ${near}?`;
  return usage(`There are no completions for "${first}"${guess}`);
}

function usage(text: string): Completing {
  return { kind: "usage", text: `${printable(text)}; ${USAGE}` };
}
