/**
 * Passes at times of the calendar, written as in a crontab and meant in local time. The arithmetic is croner's; here
 * is what a mirror needs on top: an error that points at the field, and no pause in the hour that comes twice when
 * daylight saving ends.
 */
import { Cron } from "croner";
import type { Schedule } from "./schedule.ts";

const FIELDS = ["minute", "hour", "day of the month", "month", "day of the week"];
const NICKNAMES = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];

const HOUR_MS = 3_600_000;

/** What is wrong with an expression, in words that follow its quotation; null when nothing is. */
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
  for (const [place, name] of names.entries()) {
    const alone = names.map((_, other) => other === place ? fields[place] : "*").join(" ");
    const reason = refusal(alone);
    if (reason !== null) return `is wrong in field ${place + 1}, the ${name} "${fields[place]}": ${reason}`;
  }
  const reason = refusal(text);
  if (reason !== null) return `is wrong: ${reason}`;
  return nextTime(text, Date.now()) === null ? "is a time that never comes" : null;
}

/** Why croner does not take an expression, or null when it does. */
function refusal(text: string): string | null {
  try {
    new Cron(text, { paused: true });
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return said.includes("illegal characters")
      ? "no such number or name"
      : said.replace(/^CronPattern: (Syntax error, )?/, "").replace(/^Invalid value.*: /, "out of range: ");
  }
}

/**
 * The first time after `after` (both ms since 1970) that an expression names; null when there is none. A time that
 * daylight saving leaves out is an hour later on that day; one that comes twice is taken the first time, unless the
 * hour may be any.
 */
export function nextTime(text: string, after: number): number | null {
  const cron = new Cron(text, { paused: true });
  let next: number | null = null;
  // in an hour that comes for the second time, croner may name a time of the first
  for (let from = after; next === null || next <= after; from += HOUR_MS) {
    next = cron.nextRun(new Date(from))?.getTime() ?? null;
    if (next === null) return null;
  }
  if (!anyHour(text)) return next;
  // by the clock before daylight saving changes, or the one after, there may be an earlier time
  for (const utcOffset of new Set([offsetAt(after), offsetAt(next)])) {
    const time = new Cron(text, { paused: true, utcOffset }).nextRun(new Date(after))?.getTime() ?? next;
    if (offsetAt(time) === utcOffset) next = Math.min(next, time);
  }
  return next;
}

/** How many minutes local time is ahead of UTC at a moment (ms since 1970). */
function offsetAt(moment: number): number {
  return -new Date(moment).getTimezoneOffset();
}

/** Whether every hour is meant, so that hours are steps and no time of the day. */
function anyHour(text: string): boolean {
  if (text.startsWith("@")) return text === "@hourly";
  return text.split(" ").filter((field) => field !== "").at(-4)!.startsWith("*");
}

/** Passes at the times that an expression names, counted from the last one. Those missed meanwhile come to one. */
export function calendar(text: string): Schedule {
  return ({ start, last, now }) => (nextTime(text, (last ?? start).date) ?? Infinity) - now.date;
}
