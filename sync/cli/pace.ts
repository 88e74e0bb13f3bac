/** How fast a mirror may be, as it was asked for. Pure. */
import type { Stretch, Timetable } from "../engine/pace.ts";
import { readCount, readSizeWithUnit, type Values } from "./value.ts";

export interface Pace {
  /** A rate, or a timetable of rates; null for any. */
  readonly bandwidth: Timetable | null;
  /** Changes a second; null for any number. */
  readonly files: number | null;
  /** From 1 to 19; null to leave it as it is. */
  readonly nice: number | null;
}

/** The least rate: less is a slip. */
const LEAST_BYTES = 1024;

/** Read it from the values of options; or a text that says what is wrong. */
export function paceOf(values: Values): Pace | string {
  const text = (name: string) => values[name] as string | undefined;
  const [rate, count, level] = [text("bwlimit"), text("max-files-per-second"), text("nice")];
  const bandwidth = rate === undefined ? null : timetableOf(rate.trim());
  if (typeof bandwidth === "string") return bandwidth;
  const files = count === undefined ? null : readCount(count, 1_000_000);
  if (files === undefined) {
    return `--max-files-per-second takes a whole number from 1 to 1000000, not "${count}"`;
  }
  const nice = level === undefined ? null : readCount(level, 19);
  if (nice === undefined) return `--nice takes a whole number from 1 to 19, not "${level}"`;
  return { bandwidth, files, nice };
}

/** "10MiB", or "08:00,512KiB 19:00,off"; or a text that says what is wrong. */
function timetableOf(text: string): Timetable | string {
  if (!/[,:]/.test(text)) {
    const rate = readRate(text);
    return typeof rate === "string" ? rate : [{ from: 0, rate }];
  }
  const table: Stretch[] = [];
  for (const word of text.split(/\s+/)) {
    const [, hour, minute, limit] = /^(\d\d?):(\d\d),([^,]+)$/.exec(word) ?? [];
    if (hour === undefined || minute === undefined || limit === undefined) {
      return `--bwlimit takes a rate, or times with rates as in "08:00,512KiB 19:00,off", not "${word}"`;
    }
    if (Number(hour) > 23 || Number(minute) > 59) {
      return `--bwlimit takes times from 00:00 to 23:59, not "${hour}:${minute}"`;
    }
    const rate = readRate(limit);
    if (typeof rate === "string") return rate;
    const from = Number(hour) * 60 + Number(minute);
    if (table.some((one) => one.from === from)) {
      return `--bwlimit has two rates for ${hour}:${minute}: leave one out`;
    }
    table.push({ from, rate });
  }
  return table.sort((a, b) => a.from - b.from);
}

/** Bytes a second; null for any number. */
function readRate(text: string): number | null | string {
  if (text === "off") return null;
  const bytes = readSizeWithUnit(text.replace(/\/s$/, ""));
  if (bytes === undefined) {
    return `--bwlimit takes bytes a second with their unit, like 512KiB or 10MiB, or off, not "${text}"`;
  }
  return bytes < LEAST_BYTES ? `--bwlimit takes 1KiB a second or more, not "${text}"` : bytes;
}
