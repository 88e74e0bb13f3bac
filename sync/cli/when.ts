/** From the options that say when passes are made to values, or to one line that says what is wrong. Pure. */
import { calendar, wrongWith } from "../timing/calendar.ts";
import { parseDuration } from "../timing/duration.ts";
import type { Rhythm } from "../timing/repeat.ts";
import { atOnce, interval } from "../timing/schedule.ts";
import type { Values } from "./value.ts";

/** When passes are made, as its user wants it. All times in ms. */
export interface When {
  /** What brings the next whole pass; one pass is made for "once". */
  readonly rhythm:
    | { readonly kind: "once" }
    | { readonly kind: "interval"; readonly ms: number }
    | { readonly kind: "cron"; readonly text: string };
  /** Follow changes, and compare a folder when it has been quiet for so long; null for not. */
  readonly settle: number | null;
  /** Before the first pass. */
  readonly delay: number;
  /** No pass begins after so long; null for no end. */
  readonly life: number | null;
  /** How many passes are made; null for no end. */
  readonly passes: number | null;
}

/** How often all is compared when changes are followed and no interval is given. */
const WATCHING_MS = 600_000;
/** How long a folder must be quiet when nothing is said about it. */
export const SETTLE_MS = 200;

/** `typed` is what was typed as the interval, by its flag or its place. Returns a text that says what is wrong. */
export function whenOf(typed: string | undefined, values: Values): When | string {
  const rhythm = readRhythm(typed, values);
  if (typeof rhythm === "string") return rhythm;
  const times = { "delay": 0, "for": null, "settle-time": null } as Record<string, number | null>;
  for (const name of Object.keys(times)) {
    const given = values[name];
    if (given === undefined) continue;
    const ms = parseDuration(String(given));
    if (ms === null) return `--${name} takes a time like 10s, 5m or 8h, not "${given}"`;
    times[name] = ms;
  }
  const passes = values.passes === undefined ? null : Number(values.passes);
  if (passes !== null && !/^[1-9]\d{0,8}$/.test(String(values.passes))) {
    return `--passes takes a whole number from 1 on, not "${values.passes}"`;
  }
  if (times["settle-time"] !== null && !values.watch) return "--settle-time goes with --watch: add it";
  if (rhythm.kind === "once" && !values.once) {
    for (const name of ["for", "passes"]) {
      if (values[name] !== undefined) return `--${name} needs an interval, --cron or --watch: add one`;
    }
  }
  return {
    rhythm,
    settle: values.watch && rhythm.kind !== "once" ? times["settle-time"] ?? SETTLE_MS : null,
    delay: times.delay ?? 0,
    life: rhythm.kind === "once" ? null : times.for ?? null,
    passes: rhythm.kind === "once" ? null : passes,
  };
}

function readRhythm(typed: string | undefined, values: Values): When["rhythm"] | string {
  const ms = typed === undefined ? null : parseDuration(typed);
  if (typed !== undefined && ms === null) {
    return `The interval "${typed}" is not a time: write seconds (30) or 500ms, 5m, 1h30m, 1d`;
  }
  if (ms === 0) return "The interval must be more than 0";
  const cron = values.cron as string | undefined;
  if (cron !== undefined) {
    const complaint = wrongWith(cron);
    if (complaint !== null) return `The calendar time "${cron}" ${complaint}`;
    if (ms !== null) return "An interval and --cron exclude each other: leave one out";
  }
  if (values.once) return { kind: "once" };
  if (cron !== undefined) return { kind: "cron", text: cron };
  if (ms !== null) return { kind: "interval", ms };
  return values.watch ? { kind: "interval", ms: WATCHING_MS } : { kind: "once" };
}

/** As the loop takes it. */
export function rhythmOf({ rhythm, settle, delay, life, passes }: When): Rhythm {
  const rest = { delay, life, most: passes };
  switch (rhythm.kind) {
    case "once":
      return { ...rest, schedule: interval(0), most: 1 };
    case "interval":
      return { ...rest, schedule: interval(rhythm.ms) };
    case "cron": {
      const schedule = calendar(rhythm.text);
      return { ...rest, schedule: settle === null ? schedule : atOnce(schedule) };
    }
  }
}
