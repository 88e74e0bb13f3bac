/** The words of a command line that belong to no option: the folders, the interval and the log. Pure. */
import { foreignWord } from "./foreign.ts";
import { wrongWith } from "../timing/calendar.ts";
import { parseDuration } from "../timing/duration.ts";
import type { Values } from "./value.ts";

/** As they were typed. */
export interface Positional {
  readonly source: string;
  readonly replica: string;
  readonly interval: string | undefined;
  readonly log: string | undefined;
  /** The log was not named by its option. */
  readonly isLogWord: boolean;
}

/** Tell the words apart, with the options that mean the same. Returns a text that says what is wrong. */
export function readPositional(words: readonly string[], values: Values): Positional | string {
  const foreign = foreignWord(words);
  if (foreign !== null) return foreign;
  const [source, replica, ...rest] = words;
  if (source === undefined || replica === undefined) {
    return 'Give a source and a replica, as in "lockstep --dry-run ./photos /mnt/nas/photos", which only looks';
  }
  if (source === "" || replica === "") return "The source and the replica must not be empty names";
  if (rest.length > 2) return `There is one word too many: "${rest[2]}". Quote names that hold spaces`;
  const told = intervalAndLog(rest, values);
  if (typeof told === "string") return told;
  if (told.log === "") return "The log file must not be an empty name";
  return { source, replica, ...told, isLogWord: told.log !== undefined && values["log-file"] === undefined };
}

type IntervalAndLog = Pick<Positional, "interval" | "log">;

/**
 * The words after the folders, in either order, and the options of the same meaning. A word is a time, or it is plainly
 * the name of a log: with an extension. Anything else is a slip, and no reason to make a file of that name.
 */
function intervalAndLog(rest: readonly string[], values: Values): IntervalAndLog | string {
  const found: { -readonly [Key in keyof IntervalAndLog]: IntervalAndLog[Key] } = {
    interval: values.interval as string | undefined,
    log: values["log-file"] as string | undefined,
  };
  for (const word of rest) {
    const name = parseDuration(word) !== null ? "interval" : isLog(word) ? "log" : null;
    if (name === null) return neither(word);
    if (found[name] !== undefined) {
      return `The ${name} is given twice, as "${word}" and as "${found[name]}": leave one out`;
    }
    found[name] = word;
  }
  return found;
}

/** Whether a word can only be the name of a log: it has an extension, and is no time with a point in it. */
export function isLog(word: string): boolean {
  const name = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1);
  return /[^.]\.[a-z][\w-]+$/i.test(name) && !isLikeTime(name);
}

/** "5.m", "1.5hours": somebody wanted to write a time. */
function isLikeTime(word: string): boolean {
  return /^-?\d[\d.,]*\s?(m?s|m?secs?|(mill?i)?seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|x)?$/i
    .test(word);
}

function neither(word: string): string {
  if (isLikeTime(word)) {
    return `The interval "${word}" is not a time: write seconds (30) or 500ms, 5m, 1h30m, 1d`;
  }
  if (/^@\w+$|^(\S+ +){4,5}\S+$/.test(word)) {
    const complaint = wrongWith(word);
    return complaint === null
      ? `Times of the calendar are given by --cron "${word}"`
      : `The calendar time "${word}" ${complaint}`;
  }
  return `"${word}" is neither a time (30, 5m, 1h) nor plainly a log (sync.log): ` +
    "there is one source and one replica, and a log without an extension needs --log-file";
}
