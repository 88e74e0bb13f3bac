/** From the options that say when passes are made to values, or to one line that says what is wrong. Pure. */
import { shown } from "../engine/entry.ts";
import { calendar, wrongWith } from "../timing/calendar.ts";
import { parseDuration, showDuration } from "../timing/duration.ts";
import type { Rhythm } from "../timing/repeat.ts";
import type { News } from "../timing/watch.ts";
import type { Line } from "./line.ts";
import { atOnce, interval } from "../timing/schedule.ts";

/** When passes are made, as its user wishes it. All times in ms. */
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

/** The values of options by name, as they were typed. */
export type Found = Readonly<Record<string, unknown>>;

/** How often all is compared when changes are followed and no interval is given. */
const WATCHING_MS = 600_000;
/** How long a folder must be quiet when nothing is said about it. */
export const SETTLE_MS = 200;

/** `typed` is what was typed as the interval, by its flag or its place. Returns a text that says what is wrong. */
export function whenOf(typed: string | undefined, found: Found): When | string {
  const rhythm = readRhythm(typed, found);
  if (typeof rhythm === "string") return rhythm;
  const times = { "delay": 0, "for": null, "settle-time": null } as Record<string, number | null>;
  for (const name of Object.keys(times)) {
    const given = found[name];
    if (given === undefined) continue;
    const ms = parseDuration(String(given));
    if (ms === null) return `--${name} takes a time like 10s, 5m or 8h, not "${given}"`;
    times[name] = ms;
  }
  const passes = found.passes === undefined ? null : Number(found.passes);
  if (passes !== null && !/^[1-9]\d{0,8}$/.test(String(found.passes))) {
    return `--passes takes a whole number from 1 on, not "${found.passes}"`;
  }
  if (times["settle-time"] !== null && !found.watch) return "--settle-time goes with --watch: add it";
  if (rhythm.kind === "once" && !found.once) {
    for (const name of ["for", "passes"]) {
      if (found[name] !== undefined) return `--${name} needs an interval, --cron or --watch: add one`;
    }
  }
  return {
    rhythm,
    settle: found.watch && rhythm.kind !== "once" ? times["settle-time"] ?? SETTLE_MS : null,
    delay: times.delay ?? 0,
    life: rhythm.kind === "once" ? null : times.for ?? null,
    passes: rhythm.kind === "once" ? null : passes,
  };
}

function readRhythm(typed: string | undefined, found: Found): When["rhythm"] | string {
  const ms = typed === undefined ? null : parseDuration(typed);
  if (typed !== undefined && ms === null) {
    return `The interval "${typed}" is not a time: write seconds (30) or 500ms, 5m, 1h30m, 1d`;
  }
  if (ms === 0) return "The interval must be more than 0";
  const cron = found.cron as string | undefined;
  if (cron !== undefined) {
    const wrong = wrongWith(cron);
    if (wrong !== null) return `The calendar time "${cron}" ${wrong}`;
    if (ms !== null) return "An interval and --cron exclude each other: leave one out";
  }
  if (found.once) return { kind: "once" };
  if (cron !== undefined) return { kind: "cron", text: cron };
  if (ms !== null) return { kind: "interval", ms };
  return found.watch ? { kind: "interval", ms: WATCHING_MS } : { kind: "once" };
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

/** For a person. */
export function wordsOf({ rhythm, settle }: When): string {
  const words = wholeWords(rhythm);
  return settle === null ? words : `on every change, and all of it ${words}`;
}

function wholeWords(rhythm: When["rhythm"]): string {
  switch (rhythm.kind) {
    case "once":
      return "once";
    case "interval":
      return `every ${showDuration(rhythm.ms)}`;
    case "cron":
      return `at "${rhythm.text}"`;
  }
}

/** Whether changes are followed, as a line. */
export function watchLine(news: News, side: "source" | "replica", { rhythm }: When): Line {
  if (news.kind === "watched") return { level: "info", text: `The ${side} is watched again` };
  const { limit, root } = news;
  const why = limit === null
    ? news.text
    : `the system's limit ${limit.name} is reached; raise it, as in "sudo sysctl ${limit.name}=${limit.enough}"`;
  const text = `Cannot watch the ${side} ${shown(root)}: ${why}. Until then all is compared ${
    wholeWords(rhythm)
  }`;
  return { level: "warning", text };
}
