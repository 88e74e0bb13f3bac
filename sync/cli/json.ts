/** Each event as one JSON object on a line, for programs. The fields are those of the event; `v` is the schema's version. */
import type { Event } from "../engine/event.ts";
import { timeOf } from "./log.ts";

/** Goes up when a field changes its meaning or goes away; a new field or kind of event does not change it. */
export const SCHEMA = 1;

/** The line of an event; null for progress, which is for a person who waits. */
export function jsonLine(event: Event, now: number): string | null {
  if (event.kind === "progress") return null;
  return JSON.stringify({ v: SCHEMA, time: timeOf(now), ...event }) + "\n";
}
