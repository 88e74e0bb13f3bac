/**
 * A command as one text, split into its words: as a shell splits them, but for all that a shell does beside that. No
 * variables, no patterns, no pipes: who wants those runs a shell. Pure.
 */

/** What stands alone only where somebody thinks of a shell. */
const OF_A_SHELL = /^(\|\|?|&&?|;|[0-9]?>>?(&[0-9])?|<<?)$/;

/**
 * The words of a command, of which the first is the program; or a text that says what is wrong, to follow the name of
 * the option. Words end at spaces. In '…' all is as it stands; in "…" a \ takes away the meaning of a " or a \ behind it,
 * and outside of both that of any character.
 */
export function wordsOf(text: string): readonly [string, ...string[]] | string {
  const words: string[] = [];
  const piece = /(\s+)|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)|(.)/gsu;
  let word: string | null = null;
  let isPlain = true;
  const end = (): string | null => {
    const last = word;
    word = null;
    if (last === null) return null;
    if (isPlain && OF_A_SHELL.test(last)) {
      return `runs a program, not a shell: for "${last}", write sh -c '…' around it`;
    }
    if (isPlain && words.length === 0 && last.startsWith("~")) {
      return `runs a program, not a shell, which would know "~": write the whole path for "${last}"`;
    }
    words.push(last);
    isPlain = true;
    return null;
  };
  for (const [all, space, single, double, escaped, plain, other] of text.matchAll(piece)) {
    if (other !== undefined) {
      return other === "\\" ? `ends with a "\\": ${text}` : `has a ${other} that is never closed: ${text}`;
    }
    if (space !== undefined) {
      const wrong = end();
      if (wrong !== null) return wrong;
      continue;
    }
    if (plain === undefined) isPlain = false;
    word = (word ?? "") +
      (single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain ?? all);
  }
  const wrong = end();
  if (wrong !== null) return wrong;
  const [program, ...args] = words;
  if (program === undefined || program === "") return "names no program";
  return words.some((one) => one.includes("\0")) ? "has a NUL in it" : [program, ...args];
}
