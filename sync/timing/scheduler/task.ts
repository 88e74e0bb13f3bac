/** What the system's scheduler is to do: one value, from which the text for each scheduler is made. Pure. */

export interface Task {
  /** Eight hexadecimal digits, the same for the same two folders. */
  readonly id: string;
  /** Which folders, for a person, in one line. */
  readonly title: string;
  /** The program and its arguments, for one pass. */
  readonly once: readonly string[];
  /** The same for a program that keeps running. */
  readonly always: readonly string[];
  readonly when: TaskTime;
  /** Windows: it runs as the system, whether anybody is logged on or not. */
  readonly isSystem?: boolean;
  /** Absolute paths, for schedulers that can say what may be written to. */
  readonly places?: {
    readonly source: string;
    readonly replica: string;
    readonly log: string;
    readonly trash?: string;
    /** Folders of other files that are written beside their places, and renamed. */
    readonly kept?: readonly string[];
  };
}

export type TaskTime =
  /** The program keeps running, and is restarted when it fails. `ms` is its interval, null when it follows changes. */
  | { readonly kind: "always"; readonly ms: number | null }
  | { readonly kind: "calendar"; readonly fields: Fields };

/** Five fields as in a crontab, in its order: minute, hour, day of the month, month, day of the week. */
export type Fields = readonly [string, string, string, string, string];

/** Thrown, with one line for a person, when a scheduler has no way to express what is asked for. */
export class Unsayable extends Error {}

/** The id of a mirror: FNV-1a over both absolute paths, in hexadecimal. */
export function idOf(source: string, replica: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${source}\0${replica}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

const NICKNAMES: Readonly<Record<string, Fields>> = {
  "@hourly": ["0", "*", "*", "*", "*"],
  "@daily": ["0", "0", "*", "*", "*"],
  "@midnight": ["0", "0", "*", "*", "*"],
  "@weekly": ["0", "0", "*", "*", "0"],
  "@monthly": ["0", "0", "1", "*", "*"],
  "@yearly": ["0", "0", "1", "1", "*"],
  "@annually": ["0", "0", "1", "1", "*"],
};

/** The fields of a valid expression. Throws `Unsayable` when it has seconds. */
export function fieldsOf(text: string): Fields {
  const nickname = NICKNAMES[text];
  if (nickname) return nickname;
  // croner reads "?" as "*"
  const [a, b, c, d, e, more] = text.replaceAll("?", "*").split(" ").filter((field) => field !== "");
  if (e === undefined || more !== undefined) {
    throw new Unsayable(`The system's scheduler counts in minutes: leave the seconds out of "${text}"`);
  }
  return [a!, b!, c!, d!, e];
}

const LEAST = [0, 0, 1, 1, 0];
const GREATEST = [59, 23, 31, 12, 6];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** The numbers that a field means, in order; null for any. Throws `Unsayable` for what only croner knows (L, W, #). */
export function valuesOf(fields: Fields, index: number): number[] | null {
  const text = fields[index]!;
  if (text === "*") return null;
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [first, last] = range === "*" ? [LEAST[index]!, GREATEST[index]!] : range.split("-").map(number);
    // in "fri-sun" Sunday is the end of the week
    const end = index === 4 && last === 0 && first !== 0 ? 7 : last ?? first!;
    for (let value = first!; value <= end; value += Number(step)) {
      values.add(index === 4 ? value % 7 : value);
    }
  }
  if (values.size === 0) throw new Unsayable(`"${text}" ends before it begins: write it as a list`);
  return [...values].sort((a, b) => a - b);

  function number(word: string): number {
    const names = index === 3 ? MONTHS : index === 4 ? DAYS : [];
    const named = names.indexOf(word.toLowerCase());
    if (named >= 0) return index === 3 ? named + 1 : named;
    if (/^\d+$/.test(word)) return Number(word);
    throw new Unsayable(
      `The system's scheduler does not know "${text}": write numbers, names, ranges and steps`,
    );
  }
}
