/** Jobs with a history, as pages show them: made of passes, as a run makes it. */
import { parse } from "../../../sync/cli/options.ts";
import type { Job } from "../../../sync/observers/observer.ts";
import type { Shown } from "../../../sync/observers/report/job.ts";
import {
  newRecord,
  type Outcome,
  type Record,
  take,
  takeOften,
  takeSpace,
} from "../../../sync/observers/report/record.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const GIB = 1024 ** 3;

/** A job, as its words on a command line make it. */
export function jobOf(name: string | null, source: string, replica: string, ...words: string[]): Job {
  const command = parse([source, replica, ...words]);
  if (command.kind !== "mirror") throw new Error(JSON.stringify(command));
  const { options } = command;
  return { name, source, replica, trash: options.undo.trash === null ? null : `${replica}.trash`, options };
}

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271 + 11) % 2147483647) / 2147483647;
}

export interface Plan {
  /** How a pass so many days ago ended; null for no pass. */
  readonly outcomes: (ago: number) => Outcome | null;
  readonly seed?: number;
  readonly problems?: readonly string[];
  readonly advice?: readonly string[];
  readonly trash?: boolean;
}

/** A nightly job: a pass each night at two until `now`. */
export function nightly(
  now: number,
  { outcomes, seed = 7, problems = [], advice = [], trash = true }: Plan,
): Record {
  const record = newRecord();
  const random = chance(seed);
  const tonight = new Date(now).setHours(2, 0, 0, 0);
  let free = 900 * GIB;
  let done = tonight;
  for (let ago = 89; ago >= 0; ago--) {
    const date = new Date(tonight);
    date.setDate(date.getDate() - ago);
    const began = date.getTime();
    const outcome = outcomes(ago);
    if (outcome === null) continue;
    const did = outcome === "ok" || outcome === "failed" || outcome === "partly";
    const isLast = did && ago === lastDone(outcomes);
    const changes = isLast ? 220 : did && random() > .2 ? Math.ceil(random() ** 3 * 400) : 0;
    const bytes = isLast ? 5.4 * GIB : Math.round(changes * (5 + random() * 20) * 1024 ** 2);
    if (isLast) done = began;
    const isBad = outcome !== "ok";
    take(record, {
      pass: { began, ms: 4000 + changes * 900 + Math.round(random() * 3000), outcome, changes, bytes },
      whole: true,
      problems: isBad ? problems : [],
      more: 0,
      advice: isBad ? advice : [],
    });
    free -= bytes;
    takeSpace(record, { free, trash: trash ? Math.round((89 - ago) * .3 * GIB) : null }, began + HOUR);
    if (changes > 0) {
      takeOften(record, new Map([["Catalogues/2026.lrcat", { entries: 1, bytes: 8e8 }]]), began);
      if (random() > .5) takeOften(record, new Map([["Notes/to do.md", { entries: 1, bytes: 4e3 }]]), began);
    }
  }
  record.changed = {
    began: done,
    created: 214,
    updated: 3,
    attributes: 0,
    removed: 2,
    moved: 1,
    bytes: 5.4 * GIB,
    folders: [
      {
        folder: "2026",
        entries: 208,
        bytes: 4.6 * GIB,
        below: [
          { folder: "2026/11-21 Wedding, Ada & Tom", entries: 190, bytes: 4.5 * GIB },
          { folder: "2026/11-20 Studio", entries: 18, bytes: .1 * GIB },
        ],
      },
      { folder: "Catalogues", entries: 2, bytes: .8 * GIB, below: [] },
      { folder: "", entries: 6, bytes: 120_000, below: [] },
    ],
    others: { entries: 4, bytes: 1000 },
    isCut: false,
  };
  record.largest = [
    "2026/11-21 Wedding, Ada & Tom/first dance.mov",
    "2026/08-02 Lake/drone 4K.mp4",
    "Catalogues/2026.lrcat",
  ]
    .map((path, i) => ({ path, bytes: (3 - i) * 1.3 * GIB, at: tonight }));
  return record;
}

/** How many days ago the last pass changed something. */
function lastDone(outcomes: Plan["outcomes"]): number {
  for (let ago = 0; ago < 90; ago++) if (["ok", "failed", "partly"].includes(outcomes(ago) ?? "")) return ago;
  return 0;
}

/** A job that was run once by the system's scheduler. */
export function once(job: Job, record: Record): Shown {
  return { job, record, running: null, next: undefined, isOver: true };
}
