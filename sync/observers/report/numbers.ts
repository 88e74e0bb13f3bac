/**
 * Times and numbers for a page that is read later, by somebody else: absolute, in the time zone of the machine, formatted by
 * hand, since `toLocaleString` takes 20 ms. Pure, but for the time zone.
 */
import { type Day, dayOf, two, weekdayOf } from "./days.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
export const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Sat 21 Nov" */
export function shortDay(day: Day): string {
  const [, month, date] = day.split("-").map(Number) as [number, number, number];
  return `${WEEKDAYS[weekdayOf(day)]} ${date} ${MONTHS[month - 1]}`;
}

/** "Sat 21 Nov 2026" */
export function longDay(day: Day): string {
  return `${shortDay(day)} ${Number(day.slice(0, 4))}`;
}

/** "02:04" */
export function clockOf(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "Sat 21 Nov 2026, 02:04" */
export function moment(ms: number): string {
  return `${longDay(dayOf(ms))}, ${clockOf(ms)}`;
}

/** "Sat 21 Nov, 02:04": where the year is clear. */
export function shortMoment(ms: number): string {
  return `${shortDay(dayOf(ms))}, ${clockOf(ms)}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes with two digits that count, or three: "5.4 GiB", "371 MiB". What a picture shows needs no more. */
export function size(bytes: number): string {
  let [value, unit] = [Math.round(bytes), 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 9.95 && unit > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${UNITS[unit]}`;
}

/** The zone at a moment: "UTC+01:00". */
export function zoneOf(ms: number): string {
  const ahead = -new Date(ms).getTimezoneOffset();
  const minutes = Math.abs(ahead);
  return `UTC${ahead < 0 ? "−" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
