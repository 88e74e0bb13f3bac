/**
 * One pass after another, by a schedule and by what comes up. Passes never overlap: one that takes longer than its
 * interval is followed by the next at once, and passes that were missed are not made up for.
 *
 *     waiting --the schedule, a request, or a loss of hints--> whole pass --> waiting
 *     waiting --folders are due--> pass over those folders --> waiting
 *     waiting --stopped, at the end of its life, or after the last pass--> over
 */
import type { Path } from "../engine/entry.ts";
import type { Agenda } from "./agenda.ts";
import { type Clock, type Moment, momentOf } from "./clock.ts";
import type { Doubt, Due, Span } from "./hints.ts";
import type { Schedule } from "./schedule.ts";

/** When passes are run. All times in ms. */
export interface Rhythm {
  readonly schedule: Schedule;
  /** Before the first pass. */
  readonly delay: number;
  /** No pass begins so long after the start, or later; null for no end. */
  readonly life: number | null;
  /** How many passes are run at most; null for any number. */
  readonly most: number | null;
}

/** One pass. */
export interface Round {
  /** From 1. */
  readonly number: number;
  /** What is to be compared; null for everything. */
  readonly due: Due | null;
}

/** What a pass leaves behind for those after it. */
export interface Passed {
  /** Folders in which something could not be dealt with. */
  readonly failed: readonly Path[];
  /** What another program had open: where changes are followed, it is looked at again without one. */
  readonly inUse?: readonly Path[];
}

export interface Repeating {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly agenda: Agenda;
  /** Look into doubts: what of them is not our own doing. All of it, when left out. */
  readonly sift?: (doubts: readonly Doubt[]) => Promise<readonly Doubt[]>;
  /** Called when the next whole pass is overdue as one ends, with the ms that this one took. */
  readonly late?: (took: number) => void;
  /** Called before the wait for the next whole pass, with its time (ms since 1970). */
  readonly waiting?: (until: number) => void;
}

/** The longest wait in one piece, in ms: when the system's clock jumps, a date may be nearer than it was. */
const LOOK_MS = 30_000;
/** When the system's clock goes back by more, in ms, somebody set it; by less, it was adjusted. */
const SET_BACK_MS = 60_000;

/** What the next pass depends on. */
interface History {
  readonly start: Moment;
  /** When the last whole pass began; null before the first. */
  readonly last: Moment | null;
  /** The same pass from its beginning to its end; null until it has ended. */
  readonly span: Span | null;
}

type Step =
  | { readonly kind: "pass"; readonly due: Due | null }
  /** Wait for `ms`; the schedule has the next whole pass in `scheduled` ms, null when it has not been asked yet. */
  | { readonly kind: "wait"; readonly ms: number; readonly scheduled: number | null };

/** Run `pass` until `signal` is aborted or the rhythm ends. */
export async function repeat(
  rhythm: Rhythm,
  pass: (round: Round) => Promise<void | Passed>,
  { clock, signal, agenda, sift, late, waiting }: Repeating,
): Promise<void> {
  const start = momentOf(clock);
  const end = start.now + (rhythm.life ?? Infinity);
  let history: History = { start, last: null, span: null };
  let isAnnounced = false;
  const passOver = async (due: Due | null, number: number) => {
    agenda.hints.begin(due);
    const passed = await pass({ number, due });
    agenda.hints.end(passed?.failed ?? [], clock.now(), passed?.inUse);
  };
  for (let number = 1; number <= (rhythm.most ?? Infinity);) {
    if (signal.aborted || clock.now() >= end) return;
    const now = momentOf(clock);
    if (isSetBack(history, now) && now.now >= start.now + rhythm.delay) {
      history = countedFrom(history, now.date);
      isAnnounced = false;
    }
    const step = nextStep(rhythm, history, agenda, now);
    if (step.kind === "wait") {
      if (step.scheduled !== null && !isAnnounced) {
        waiting?.(now.date + step.scheduled);
        isAnnounced = true;
      }
      const ms = Math.min(step.ms, end - clock.now(), LOOK_MS);
      await waitUnless(clock, ms, [signal, agenda.woken()]);
      continue;
    }
    if (step.due !== null) {
      const { doubts = [], ...due } = step.due;
      if (doubts.length > 0) agenda.hints.confirm(sift ? await sift(doubts) : doubts, clock.now());
      if (due.folders.length > 0 && !signal.aborted) await passOver(due, number++);
      continue;
    }
    const began = momentOf(clock);
    agenda.hints.clear();
    isAnnounced = false;
    await passOver(null, number++);
    const ended = momentOf(clock);
    history = { ...history, last: began, span: { began: began.now, ended: ended.now } };
    // a pass that took the interval to the ms is not late
    if (rhythm.schedule({ ...history, now: ended }) < 0) late?.(ended.now - began.now);
  }
}

/** What to do at a moment. What a pass is made of is taken off the agenda. */
function nextStep(
  { schedule, delay }: Rhythm,
  history: History,
  { asked, hints }: Agenda,
  now: Moment,
): Step {
  if (asked()) return { kind: "pass", due: null };
  const opening = history.start.now + delay - now.now;
  if (opening > 0) return { kind: "wait", ms: opening, scheduled: null };
  const scheduled = schedule({ ...history, now });
  const untilWhole = Math.min(scheduled, hints.untilWhole(now.now, history.span));
  if (untilWhole <= 0) return { kind: "pass", due: null };
  const untilDue = hints.untilDue(now.now);
  if (untilDue <= 0) return { kind: "pass", due: hints.take(now.now) };
  return { kind: "wait", ms: Math.min(untilWhole, untilDue), scheduled };
}

/** Whether somebody has set the system's clock back, so that what was the past is still to come. */
function isSetBack({ start, last }: History, { date }: Moment): boolean {
  return date < (last ?? start).date - SET_BACK_MS;
}

/** A date that is still to come is nothing to count from: `date` takes its place. */
function countedFrom(history: History, date: number): History {
  const { start, last } = history;
  return { ...history, start: { ...start, date }, last: last && { ...last, date } };
}

/** Wait for `ms`, or until one of the signals is aborted. No listener stays behind on signals that live for long. */
async function waitUnless(clock: Clock, ms: number, signals: readonly AbortSignal[]): Promise<void> {
  const either = new AbortController();
  const abort = () => either.abort();
  for (const signal of signals) signal.addEventListener("abort", abort);
  await clock.wait(ms, either.signal);
  for (const signal of signals) signal.removeEventListener("abort", abort);
}
