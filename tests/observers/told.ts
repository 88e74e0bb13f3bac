/** Jobs and passes for observers: made of options as they are typed, and of events as the engine emits them. */
import { parse } from "../../sync/cli/options.ts";
import type { Line } from "../../sync/cli/line.ts";
import type { Event, Failure } from "../../sync/engine/event.ts";
import { BLANK, fold, type Report } from "../../sync/engine/report.ts";
import type { Keeper } from "../../sync/observers/keeping.ts";
import type { Job, Observing } from "../../sync/observers/observer.ts";
import { FILE } from "../support/entries.ts";

export function jobOf(name: string | null, words: readonly string[] = [], replica = "/r"): Job {
  const command = parse(["/s", replica, ...words]);
  if (command.kind !== "mirror") throw new Error(JSON.stringify(command));
  return { name, source: "/s", replica, trash: null, options: command.options };
}

/** A clock that a test sets, and what was said. */
export interface Room {
  now: number;
  readonly said: Line[];
}

/** An observer of some jobs, with the clock at the first of January. */
export async function observing(
  make: (observing: Observing) => Promise<Keeper>,
  ...jobs: readonly Job[]
): Promise<
  Room & {
    readonly observer: Keeper;
    settled(): Promise<void>;
    tell(job: Job, ...events: readonly Event[]): void;
  }
> {
  const said: Line[] = [];
  const reports = new Map<Job, Report>();
  const room = {
    now: Date.UTC(2026, 0, 1),
    said,
  };
  const observer = await make({ tell: (line) => said.push(line), now: () => room.now });
  observer.jobs?.(jobs);
  return Object.assign(room, {
    observer,
    settled: observer.settled,
    tell(job: Job, ...events: readonly Event[]) {
      for (const event of events) {
        const report = fold(reports.get(job) ?? BLANK, event);
        reports.set(job, report);
        observer.event?.(job, event, report, room.now);
      }
    },
  });
}

/** The events of a pass. */
export function pass(...events: readonly Event[]): Event[] {
  return [START, ...events, { kind: "end", duration: 1500 }];
}

export const START: Event = { kind: "start", pass: 1, dryRun: false, whole: true };
export const PARTIAL: Event = { ...START, whole: false };
export const CREATED: Extract<Event, { readonly kind: "change" }> = {
  kind: "change",
  planned: false,
  change: { kind: "create", path: "a", entry: { ...FILE, size: 100 } },
};
export const FAILED: Failure = {
  kind: "failure",
  action: "read",
  side: "source",
  path: "a\n|b",
  reason: { code: "EACCES" },
};
export const REFUSED: Event = {
  kind: "refused",
  rule: "max-delete",
  removals: 12,
  replica: 13,
  bound: { unit: "percent", value: 50 },
};
export const AWAY: Event = { kind: "unusable", side: "replica", path: "/r", fault: { code: "disk-away" } };
