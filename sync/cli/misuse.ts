/** What is wrong with how an option is written, where the parser would take it for something else. Pure. */
import { foreignOption } from "./foreign.ts";
import { SYSTEM } from "../system.ts";
import { LAST_BACKSLASH, type PathRules } from "../whole_path.ts";
import { nearest } from "./nearest.ts";
import { OPTIONS, type Row } from "./option_table.ts";
import { timeOrLogForTrash } from "./undo.ts";

/** What is wrong with the words of a command line; null when nothing is. */
export function misuse(words: readonly string[], { separator }: PathRules = SYSTEM): string | null {
  // what Deno puts in the place of bytes that are not UTF-8 would lead to another file, or to none
  const unclear = words.find((word) => word.includes("\ufffd"));
  if (unclear !== undefined) return `"${unclear}" is not UTF-8, which Deno cannot open: give it another name`;
  const run = separator === "\\" ? words.find(holdsOthers) : undefined;
  if (run !== undefined) return `What is one word here was meant as several, ${run}: ${LAST_BACKSLASH}`;
  const end = words.indexOf("--");
  const given = end < 0 ? words : words.slice(0, end);
  for (const [i, word] of given.entries()) {
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    const row = OPTIONS.find((row) => row.name === name);
    if (row && !row.value) return `--${name} takes no value: write it without "=${value}"`;
    const next = given[i + 1];
    const from = word === "--exclude-from" ? next : name === "exclude-from" ? value : undefined;
    if (from === "-") {
      return '--exclude-from does not read standard input: name a file, or write "./-" for one of that name';
    }
    const foreign = word.startsWith("--") ? foreignOption(word) : null;
    if (foreign !== null) return foreign;
    const taken = timeOrLogForTrash(word, next);
    if (taken !== null) return taken;
    const unit = given[i + 2];
    if (isCut(word, next, unit)) return `A number and its unit are one word: ${word} ${next}${unit}`;
    if (next !== undefined && isOfDash(word, next)) {
      return `What begins with "-" is given to ${word} in one word: ${word}=${next}`;
    }
    if (isSwitch(word) && (next === "true" || next === "false")) {
      return `${word} takes no value: leave "${next}" out, or write "./${next}" for a folder of that name`;
    }
    if (word.startsWith("--_") || (/^-[^-]/.test(word) && !isLetters(word.slice(1)))) {
      return unknownOption(word);
    }
  }
  return null;
}

/** Whether a word of Windows took in what followed it, as that behind `"C:\My Photos\"`. A path in two pairs of quotes did not. */
function holdsOthers(word: string): boolean {
  return word.includes('" ') && word.split('"').length % 2 === 0;
}

/** What to say of an option that there is not. A name is only guessed when it is near. */
export function unknownOption(word: string): string {
  const foreign = foreignOption(word);
  if (foreign !== null) return foreign;
  const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
  if (!word.startsWith("--")) {
    const bad = [...name].find((letter) => !isLetters(letter));
    const where = name.length > 1 ? ` in "${word}"` : "";
    return bad === undefined ? `"${word}" takes no value` : `There is no option "-${bad}"${where}`;
  }
  const guesses = guessed(name).map((guess) => `--${guess}`);
  const last = guesses.pop();
  const guess = guesses.length === 0 ? last : `${guesses.join(", ")} or ${last}`;
  return `There is no option "--${name}"${last === undefined ? "" : `: did you mean ${guess}?`}`;
}

/** The names that were probably meant: the few that it begins, or the nearest. */
function guessed(name: string): string[] {
  const names = OPTIONS.map((row) => row.name);
  const near = nearest(name, names);
  const begun = names.filter((one) => name.length > 2 && one.startsWith(name));
  return near !== null ? [near] : begun.length <= 3 ? begun : [];
}

/** Whether the value of an option stands in two words, as in "--max-size 5 MB". */
function isCut(word: string, next = "", unit = ""): boolean {
  const isMeasure = OPTIONS.some(({ name, value }) =>
    word === `--${name}` && ["rate", "size", "time", "when"].includes(value ?? "")
  );
  return isMeasure && /^[\d.]+$/.test(next) && UNIT.test(unit);
}

const UNIT = /^([kmgt]?i?b|bytes|m?s|sec(ond)?s?|min(ute)?s?|h(ou)?rs?|days?|weeks?|months?|years?)$/i;

/** Whether a value that begins with "-" stands behind its option: the parser takes it for an option of its own. */
function isOfDash(word: string, next: string): boolean {
  const isPattern = OPTIONS.some(({ name, many }) => many && word === `--${name}`);
  const isOption = OPTIONS.some(({ name }) => next.replace(/=.*$/s, "") === `--${name}`) ||
    next === "--" || isLetters(next.slice(1));
  return isPattern && next.startsWith("-") && !isOption;
}

/** Whether a word is an option without a value, or letters of which the last is one. */
function isSwitch(word: string): boolean {
  const is = /^--./.test(word)
    ? (row: Row) => `--${row.name}` === word
    : (row: Row) => /^-[^-]/.test(word) && row.letter === word.at(-1);
  return OPTIONS.some((row) => is(row) && !row.value);
}

/** Whether all of these are letters of options. */
function isLetters(text: string): boolean {
  return [...text].every((letter) => OPTIONS.some((row) => row.letter === letter));
}
