/**
 * Passes at times of the calendar, written as in a crontab and read as local time. The arithmetic is croner's. Added
 * here is what a mirror needs: an error that points at the field, the meaning of two fields for the day that Debian's
 * cron gives them, and no gap in the hour that comes twice when daylight saving ends.
 */
import { Cron } from "croner";
import type { Schedule } from "./schedule.ts";

const FIELDS = ["minute", "hour", "day of the month", "month", "day of the week"];
const NICKNAMES = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];

const HOUR_MS = 3_600_000;

/** What is wrong with an expression, in words to follow the expression in quotes; null when nothing is. */
export function wrongWith(text: string): string | null {
  if (text.startsWith("@")) {
    return NICKNAMES.includes(text) ? null : `is no name for a time: write one of ${NICKNAMES.join(", ")}`;
  }
  const fields = text.split(" ").filter((field) => field !== "");
  const names = fields.length === 6 ? ["second", ...FIELDS] : FIELDS;
  if (fields.length !== names.length) {
    return `has ${fields.length} ${fields.length === 1 ? "field" : "fields"} instead of 5 ` +
      `(${FIELDS.join(", ")}) or 6 with a second before them`;
  }
  for (const [index, name] of names.entries()) {
    const alone = names.map((_, other) => other === index ? fields[index] : "*").join(" ");
    const reason = refusal(alone);
    if (reason !== null) return `is wrong in field ${index + 1}, the ${name} "${fields[index]}": ${reason}`;
  }
  const reason = refusal(text);
  if (reason !== null) return `is wrong: ${reason}`;
  return nextTime(text, Date.now()) === null ? "is a time that never comes" : null;
}

/** Why croner rejects an expression; null when it does not. */
function refusal(text: string): string | null {
  try {
    new Cron(text, { paused: true });
    return null;
  } catch (error) {
    // croner has no class of its own for these
    if (!(error instanceof Error && error.message.startsWith("CronPattern: "))) throw error;
    return error.message.includes("illegal characters")
      ? "no such number or name"
      : error.message.replace(/^CronPattern: (Syntax error, )?/, "").replace(
        /^Invalid value.*: /,
        "out of range: ",
      );
  }
}

/**
 * The first time after `after` that an expression names, both in ms since 1970; null when there is none. On the day that
 * daylight saving leaves a time out, it is an hour later. A time that comes twice counts the first time only, unless the
 * expression means every hour.
 */
export function nextTime(text: string, after: number): number | null {
  let next: number | null = null;
  for (const one of ways(text)) {
    const time = nextOf(one, after);
    if (time !== null) next = Math.min(next ?? Infinity, time);
  }
  return next;
}

/**
 * Whether a day of the month and a day of the week mean either of the two, as in Debian's cron: both must fit when one of
 * the fields begins with "*", be it with a step.
 */
export function isEitherDay(day: string, weekday: string): boolean {
  return !/^[*?]/.test(day) && !/^[*?]/.test(weekday);
}

/** Expressions that together mean the same, in each of which all fields must fit: croner misses days of "either". */
function ways(text: string): string[] {
  const fields = text.split(" ").filter((field) => field !== "");
  const [day, month, weekday] = fields.slice(-3);
  if (text.startsWith("@") || !isEitherDay(day!, weekday!)) return [text];
  const time = fields.slice(0, -3);
  return [[...time, day, month, "*"].join(" "), [...time, "*", month, weekday].join(" ")];
}

/** Both fields for the day must fit. */
const BOTH = { paused: true, domAndDow: true };

function nextOf(text: string, after: number): number | null {
  const cron = new Cron(text, BOTH);
  let next: number | null = null;
  // when an hour comes for the second time, croner may return a time in the first
  for (let from = after; next === null || next <= after; from += HOUR_MS) {
    next = cron.nextRun(new Date(from))?.getTime() ?? null;
    if (next === null) return null;
  }
  if (!anyHour(text)) return next;
  // there may be an earlier time by the offset before daylight saving changes, or the one after
  for (const utcOffset of new Set([offsetAt(after), offsetAt(next)])) {
    const time = new Cron(text, { ...BOTH, utcOffset }).nextRun(new Date(after))?.getTime() ?? next;
    if (offsetAt(time) === utcOffset) next = Math.min(next, time);
  }
  return next;
}

/** How many minutes local time is ahead of UTC at a moment (ms since 1970). */
function offsetAt(moment: number): number {
  return -new Date(moment).getTimezoneOffset();
}

/** Whether an expression means every hour, and not certain times of the day. */
function anyHour(text: string): boolean {
  if (text.startsWith("@")) return text === "@hourly";
  return text.split(" ").filter((field) => field !== "").at(-4)!.startsWith("*");
}

/** Passes at the times that an expression names, counted from the last pass. Several missed times make one pass. */
export function calendar(text: string): Schedule {
  return ({ start, last, now }) => (nextTime(text, (last ?? start).date) ?? Infinity) - now.date;
}
