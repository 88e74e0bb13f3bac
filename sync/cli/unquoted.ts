/**
 * Patterns that were not quoted, so that the shell put names in their place: of `--exclude *.log` the program sees
 * `--exclude a.log b.log c.log`, and would take names for folders or for the log. Pure.
 */

/** An option, what stands behind it, and the word behind that. */
interface Pattern {
  readonly option: string;
  readonly value: string;
  readonly next: string;
  /** How many words stand behind the value, up to the next option. */
  readonly count: number;
}

/** A source, a replica, an interval and a log: more words than these may stand nowhere. */
const MOST = 4;

/**
 * What to say of words where the shell may have put names in the place of a pattern; null when it has not. `complaint`:
 * what is wrong with the words that belong to no option; null when nothing is.
 */
export function unquoted(words: readonly string[], complaint: string | null): string | null {
  const patterns = patternsIn(words);
  const alike = patterns.find(isOfOneEnding) ??
    (complaint === null ? undefined : patterns.find((one) => hasOneBeginning(one) || one.count > MOST));
  if (alike !== undefined) {
    const { option, value, next } = alike;
    return `The shell seems to have put names like "${value}" and "${next}" in the place of a pattern: ` +
      `quote it, as in ${option} ${exampleOf(alike)}, or write ${option}=${quoted(value)} for this one`;
  }
  const [first] = patterns;
  if (complaint === null || first === undefined) return null;
  return `${complaint}; if the shell put names in the place of a pattern, quote it, as in ${first.option} ${EXAMPLE}`;
}

/** Patterns without a wildcard, each with a plain word behind it. */
function patternsIn(words: readonly string[]): Pattern[] {
  const end = words.indexOf("--");
  const given = end < 0 ? words : words.slice(0, end);
  return given.flatMap((option, i) => {
    const [value, next] = [given[i + 1], given[i + 2]];
    const isPattern = option === "--exclude" || option === "--include";
    if (!isPattern || value === undefined || next === undefined) return [];
    const rest = given.slice(i + 2).findIndex((word) => word.startsWith("-"));
    const count = rest < 0 ? given.length - i - 2 : rest;
    return /^-|[*?[]/.test(value) || next.startsWith("-") ? [] : [{ option, value, next, count }];
  });
}

function isOfOneEnding({ value, next }: Pattern): boolean {
  const ending = endingOf(value);
  return ending !== null && ending === endingOf(next) && folderOf(value) === folderOf(next);
}

function hasOneBeginning({ value, next }: Pattern): boolean {
  const length = folderOf(value).length + BEGINNING;
  return value.length >= length && value.slice(0, length) === next.slice(0, length);
}

const EXAMPLE = '"*.log"';

/** So many letters in front are not the same by chance. */
const BEGINNING = 3;

function exampleOf(pattern: Pattern): string {
  const { value } = pattern;
  const folder = folderOf(value);
  if (isOfOneEnding(pattern)) return quoted(`${folder}*${endingOf(value)}`);
  if (!hasOneBeginning(pattern)) return EXAMPLE;
  return quoted(`${value.slice(0, folder.length + BEGINNING)}*`);
}

/** The extension of a name, with its point; null when it has none. */
function endingOf(path: string): string | null {
  return /[^/.](\.[^/.]+)$/.exec(path)?.[1] ?? null;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function quoted(text: string): string {
  return `"${text}"`;
}
