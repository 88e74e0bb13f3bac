/**
 * The page for people: hears what happens in all jobs, keeps what is known of each, and writes the page and its history anew
 * when there is news. Never for each change: what comes up within some seconds is written at once.
 */
import { allowFile } from "../../cli/allow.ts";
import { isIdle } from "../../cli/line.ts";
import { historyOf } from "../../cli/observe.ts";
import { reasonText } from "../../cli/reason.ts";
import { reason } from "../../disk/fault.ts";
import { bytes } from "../../engine/change.ts";
import { type Reason, shown } from "../../engine/entry.ts";
import type { Event } from "../../engine/event.ts";
import type { Report } from "../../engine/report.ts";
import { HELD, keptText } from "../../records/kept_text.ts";
import { heldText } from "../keeping.ts";
import type { Job, Observer, Observing } from "../observer.ts";
import { addTo, foldersOf, forget, keepLargest, newSum, type Sum } from "./changed.ts";
import { readHistory, type Records, writeHistory } from "./history.ts";
import { HASTE, paced } from "./pace.ts";
import { page, type Shown } from "./page.ts";
import { newRecord, outcomeOf, type Record, take, takeOften, takeSpace } from "./record.ts";
import { spaces } from "./space.ts";
import { count, newTally, type Tally } from "./tally.ts";
import { newTrouble, note, told, type Trouble } from "./trouble.ts";

/** How many paths are counted in a pass. */
const OFTEN = 1000;

/** A pass that goes on. */
interface Current {
  readonly began: number;
  readonly whole: boolean;
  readonly sum: Sum;
  readonly updated: Tally;
  readonly trouble: Trouble;
  /** The file by which what is refused is let through once; null where there is none. */
  readonly allow: () => string | null;
}

/** What is known of a job beside its record. */
interface Live {
  job: Job;
  readonly record: Record;
  current: Current | null;
  /** When its next whole pass begins; null for none, undefined when nothing was said. */
  next: number | null | undefined;
  /** The space on its disk is to be looked at. */
  isUsed: boolean;
  /** Goes off when its pass takes long. */
  slow: ReturnType<typeof setTimeout> | undefined;
}

/** Under which name a job is remembered. */
export function keyOf({ name, source, replica }: Job): string {
  return name ?? JSON.stringify([source, replica]);
}

/** Make the observer that keeps the page at an absolute path. */
export async function pageObserver(path: string, observing: Observing, haste = HASTE): Promise<Observer> {
  const { tell, now } = observing;
  const history = historyOf(path);
  const read = await readHistory(history);
  if (typeof read === "string") tell({ level: "warning", text: read });
  const records: Records = typeof read === "string" ? new Map() : read;
  const isKept = typeof read !== "string";
  const lives = new Map<string, Live>();
  const look = spaces();
  const file = keptText(path, true);
  let order: string[] = [];
  let isOver = false;
  let complaint = "";
  const { writeIn, close } = paced(write, haste.least);

  function liveOf(job: Job): Live {
    const key = keyOf(job);
    const known = lives.get(key);
    if (known !== undefined) return known;
    const record = records.get(key) ?? newRecord();
    records.set(key, record);
    const live: Live = { job, record, current: null, next: undefined, isUsed: false, slow: undefined };
    lives.set(key, live);
    return live;
  }

  async function write(): Promise<void> {
    try {
      for (const key of order) {
        const live = lives.get(key)!;
        if (!live.isUsed) continue;
        live.isUsed = false;
        takeSpace(live.record, await look(live.job), now());
      }
      const text = await writeBoth();
      if (text !== "" && text !== complaint) tell({ level: "warning", text });
      complaint = text;
    } catch (error) {
      const why = reason(error);
      if (why === null) throw error;
      const text = failedText(why);
      if (text !== complaint) tell({ level: "warning", text });
      complaint = text;
    }
  }

  /** Write the page and its history, which are those of one run at a time; returns why not, or "". */
  async function writeBoth(): Promise<string> {
    const why = await file.write(() =>
      lined(page(order.map((key) => shownOf(lives.get(key)!, isOver)), now()))
    );
    if (why === HELD) return heldText("report", path);
    if (why !== null) return failedText(why);
    if (isKept) await writeHistory(history, records);
    return "";
  }

  const failedText = (why: Reason) =>
    `Cannot write the report ${shown(path)}: ${reasonText(why)}; it shows what was before`;

  function ended(live: Live, current: Current, report: Report): void {
    const { record } = live;
    const { began, whole, sum, updated, trouble } = current;
    const before = record.state?.outcome;
    const changes = sum.all.entries;
    const outcome = outcomeOf(report);
    take(record, {
      pass: { began, ms: Math.round(report.duration), outcome, changes, bytes: sum.all.bytes },
      whole,
      ...told(trouble),
    });
    if (changes > 0) {
      const { created, updated: rewritten, attributes, removed, moved, bytes } = report;
      const counts = { created, updated: rewritten, attributes, removed, moved, bytes };
      record.changed = { began, ...counts, ...foldersOf(sum) };
      for (const one of sum.largest.toReversed()) keepLargest(record.largest, one);
      takeOften(record, updated.counts, began);
    }
    clearTimeout(live.slow);
    live.current = null;
    // a disk that has gone may keep whoever asks waiting
    live.isUsed = outcome !== "unusable" && report.halted !== "lost";
    const isNews = outcome !== before || !isIdle(report);
    writeIn(haste.soon, isNews ? haste.least : haste.idle);
  }

  return {
    jobs(jobs) {
      const shownJobs = jobs.filter(({ options }) => !options.dryRun);
      order = shownJobs.map(keyOf);
      for (const job of shownJobs) liveOf(job).job = job;
      if (order.length > 0) writeIn(haste.begun);
    },
    event(job, event, report, time) {
      if (report.dryRun) return;
      const live = liveOf(job);
      if (event.kind === "start") {
        live.current = begun(job, event, time);
        // one over some folders comes in between, and nobody says again when the next one over all is
        if (event.whole) live.next = undefined;
        clearTimeout(live.slow);
        live.slow = setTimeout(() => writeIn(0), haste.begun);
        return;
      }
      const { current } = live;
      if (current === null) return;
      if (event.kind === "end") return ended(live, current, report);
      note(current.trouble, event, report, current.allow);
      if (event.kind === "change" && !event.planned) {
        const { change } = event;
        forget(live.record.largest, change);
        addTo(current.sum, change, current.began);
        if (change.kind === "update") count(current.updated, change.path, bytes(change));
      }
    },
    waiting(job, until) {
      if (job.options.dryRun) return;
      const live = liveOf(job);
      live.next = until;
      writeIn(haste.soon, haste.idle);
    },
    async close() {
      for (const { slow } of lives.values()) clearTimeout(slow);
      await close();
      isOver = true;
      if (order.length > 0) await write();
      file.close();
    },
  };
}

function* lined(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

function begun(job: Job, { whole }: Extract<Event, { readonly kind: "start" }>, began: number): Current {
  const { name, options, source, replica } = job;
  const allow = () =>
    options.when.rhythm.kind === "once" ? null : allowFile(options.log, [source, replica], name);
  return { began, whole, sum: newSum(), updated: newTally(OFTEN), trouble: newTrouble(), allow };
}

function shownOf({ job, record, current, next }: Live, isOver: boolean): Shown {
  return { job, record, running: isOver ? null : current?.began ?? null, next, isOver };
}
