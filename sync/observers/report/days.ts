/**
 * Days of the machine's calendar, as "2026-11-21". A day is counted on by its date and never by 24 hours: twice a year one
 * has 23 or 25. Pure, but for the time zone.
 */

/** A date of the local calendar: "2026-11-21". Texts of it sort by time. */
export type Day = string;

/** How many days a page shows. */
export const SHOWN_DAYS = 90;

const DAY_MS = 86_400_000;

/** The day of a moment (ms since 1970), in local time. */
export function dayOf(ms: number): Day {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** So many days, the last of them `today`, from the oldest on. */
export function daysTo(today: Day, count = SHOWN_DAYS): Day[] {
  const last = utc(today);
  return Array.from({ length: count }, (_, i) => dateOf(last - (count - 1 - i) * DAY_MS));
}

/** 0 for a Monday, 6 for a Sunday. */
export function weekdayOf(day: Day): number {
  return (new Date(utc(day)).getUTCDay() + 6) % 7;
}

/** Whether a text is a day. */
export function isDay(text: unknown): text is Day {
  return typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(utc(text));
}

/** As if it were a day in UTC, where each has 24 hours. */
function utc(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function dateOf(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10);
}

export function two(number: number): string {
  return String(number).padStart(2, "0");
}
