/** What every line of JSON has, and the one line of a program that does nothing more. */
import { timeOf } from "./time.ts";

/** Goes up when a field changes its meaning or goes away; a new field or kind of event does not change it. */
const SCHEMA = 2;

/**
 * The line of a complaint for which no pass begins, or after which none goes on, with the program's exit status. `job`: of
 * several mirrors, whose.
 */
export function jsonError(text: string, status: number, now: number, job: string | null = null): string {
  return lineOf({ kind: "error", status, text, ...(job !== null && { job }) }, now);
}

/** Fields as one line, with what every line has. */
export function lineOf(fields: object, now: number): string {
  return JSON.stringify({ v: SCHEMA, time: timeOf(now), ...fields }) + "\n";
}
