/**
 * What each exit status means: the one table, which the program, its help and the test of the manual read. Up to 39 a
 * number means what it means in rsync; from 40 on the numbers are ours.
 */
import type { Verified } from "../engine/checked.ts";
import type { Report } from "../engine/report.ts";
import type { When } from "./when.ts";

/** In the order of their numbers; `brief` is for the help. */
export const EXIT_STATUSES = [
  {
    name: "inSync",
    number: 0,
    brief: "in sync",
    meaning: "in sync, or a loop that was stopped by a signal or --for",
  },
  { name: "usage", number: 1, brief: "wrong usage", meaning: "wrong usage, or a permission is missing" },
  {
    name: "unusable",
    number: 3,
    brief: "source or replica unusable",
    meaning: "the source, the replica or the system's scheduler cannot be used",
  },
  {
    name: "halted",
    number: 11,
    brief: "replica full or gone",
    meaning: "the replica stopped taking writes: full, read-only or gone",
  },
  {
    name: "interrupted",
    number: 20,
    brief: "interrupted",
    meaning: "interrupted before the one pass was complete, or stopped at once",
  },
  { name: "failures", number: 23, brief: "entries failed", meaning: "some entries failed" },
  {
    name: "fleeting",
    number: 24,
    brief: "entries vanished or changed",
    meaning: "some entries vanished or changed meanwhile, or were left alone as edits",
  },
  {
    name: "refused",
    number: 25,
    brief: "refused",
    meaning: "the guard or split --judge refused, or --ask was answered by no; nothing was touched",
  },
  {
    name: "locked",
    number: 40,
    brief: "another run is at work",
    meaning: "another run has locked the replica",
  },
  {
    name: "differs",
    number: 41,
    brief: "differences found",
    meaning: "verify found differences",
  },
  { name: "unsafe", number: 42, brief: "unsafe", meaning: "doctor found something unsafe" },
  { name: "bug", number: 70, brief: "a bug in Lockstep", meaning: "a bug in Lockstep" },
] as const;

export type StatusName = typeof EXIT_STATUSES[number]["name"];

/** The numbers by name. */
export const STATUS = Object.fromEntries(
  EXIT_STATUSES.map(({ name, number }) => [name, number]),
) as Readonly<Record<StatusName, number>>; // the compiler does not know the keys of `fromEntries`

/** The exit status that a pass deserves. */
export function status({ ended, failed, fleeting, vanished, left }: Report): number {
  if (ended !== "complete") return STATUS[ended];
  if (failed > fleeting) return STATUS.failures;
  return failed + vanished + left > 0 ? STATUS.fleeting : STATUS.inSync;
}

/** The exit status of a check. */
export function statusOfCheck({ ended, findings, failed }: Verified): number {
  if (findings > 0) return STATUS.differs;
  if (ended === "interrupted") return STATUS.interrupted;
  return failed > 0 ? STATUS.failures : STATUS.inSync;
}

/**
 * The exit status of the program. In a loop a stop is a good end, whatever the passes came to: they have been reported.
 * Where a number of passes was asked for and made, it is the last one's. `last` is null when no pass was made.
 */
export function finalStatus(when: When, passes: number, last: Report | null): number {
  const once = when.rhythm.kind === "once";
  if (last === null) return once ? STATUS.interrupted : STATUS.inSync;
  return once || passes === when.passes || last.ended === "locked" ? status(last) : STATUS.inSync;
}
