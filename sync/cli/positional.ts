/** The words of a command line that belong to no option: the folders, the interval and the log. Pure. */
import { parseDuration } from "../timing/duration.ts";
import type { Values } from "./value.ts";

/** As they were typed. */
export interface Positional {
  readonly source: string;
  readonly replica: string;
  readonly interval: string | undefined;
  readonly log: string | undefined;
}

/** Tell the words apart, with the options that mean the same. Returns a text that says what is wrong. */
export function readPositional(words: readonly string[], values: Values): Positional | string {
  const [source, replica, ...rest] = words;
  if (source === undefined || replica === undefined) {
    return "Give a source and a replica: <source> <replica> [interval] [log]";
  }
  if (source === "" || replica === "") return "The source and the replica must not be empty names";
  if (rest.length > 2) return `There is one word too many: "${rest[2]}". Quote names that hold spaces`;
  const told = intervalAndLog(rest, values);
  if (typeof told === "string") return told;
  if (told.log === "") return "The log file must not be an empty name";
  return { source, replica, ...told };
}

type IntervalAndLog = Pick<Positional, "interval" | "log">;

/**
 * The words after the folders, in either order when exactly one of two is a time, and the options of the same meaning.
 * A single word is the interval, unless that is given by its option or the word can only be a file.
 */
function intervalAndLog(rest: readonly string[], values: Values): IntervalAndLog | string {
  const option: IntervalAndLog = {
    interval: values.interval as string | undefined,
    log: values["log-file"] as string | undefined,
  };
  const word = rest.length === 1 ? oneWord(rest[0]!, option, values.cron !== undefined) : twoWords(rest);
  for (const name of ["interval", "log"] as const) {
    if (option[name] !== undefined && word[name] !== undefined) {
      return `The ${name} is given twice, as "${word[name]}" and as "${option[name]}": leave one out`;
    }
  }
  return { interval: option.interval ?? word.interval, log: option.log ?? word.log };
}

function oneWord(word: string, option: IntervalAndLog, hasCron: boolean): IntervalAndLog {
  const isTimed = option.interval !== undefined || hasCron;
  const canBeFile = isTimed || (option.log === undefined && /[/\\]|\.[a-z]{2}|^\D*\./i.test(word));
  return canBeFile && parseDuration(word) === null
    ? { interval: undefined, log: word }
    : { interval: word, log: undefined };
}

function twoWords([first, second]: readonly string[]): IntervalAndLog {
  const isTurned = first !== undefined && second !== undefined &&
    parseDuration(first) === null && parseDuration(second) !== null;
  return isTurned ? { interval: second, log: first } : { interval: first, log: second };
}
