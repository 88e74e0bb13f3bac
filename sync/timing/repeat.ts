/**
 * One pass after another, by a schedule and by what comes up, until it is over. A pass that takes longer than its
 * interval is followed at once by the next: they never overlap, and none is made up for.
 */
import type { Agenda } from "./agenda.ts";
import { type Clock, type Moment, momentOf } from "./clock.ts";
import type { Due, Span } from "./hints.ts";
import type { Schedule } from "./schedule.ts";

/** When passes are made. All times in ms. */
export interface Rhythm {
  readonly schedule: Schedule;
  /** Before the first pass. */
  readonly delay: number;
  /** No pass begins so long after the start or later; null for no end. */
  readonly life: number | null;
  /** How many passes are made; null for no end. */
  readonly most: number | null;
}

/** One pass. */
export interface Round {
  /** From 1. */
  readonly number: number;
  /** What is to be compared; null for all. */
  readonly due: Due | null;
}

export interface Repeating {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly agenda: Agenda;
  /** Called when a whole pass was overdue as it ended, with the ms that it took. */
  readonly late?: (took: number) => void;
  /** Called before waiting for the next whole pass, with its time (ms since 1970). */
  readonly waiting?: (until: number) => void;
}

/** The wait is cut into pieces of so many ms, since a date may come nearer by a jump of the system's clock. */
const LOOK_MS = 30_000;
/** From here on, in ms, the system's clock was set back on purpose and not just adjusted. */
const SET_BACK_MS = 60_000;

/** Run `pass` until `signal` is aborted or the rhythm ends. */
export async function repeat(
  rhythm: Rhythm,
  pass: (round: Round) => Promise<void>,
  options: Repeating,
): Promise<void> {
  const { clock, signal, agenda, late, waiting } = options;
  const { schedule, life, most } = rhythm;
  let start = momentOf(clock);
  const end = start.now + (life ?? Infinity);
  let last: Moment | null = null;
  let span: Span | null = null;
  let told = false;
  let number = 0;

  const nap = (ms: number) => sleep(Math.min(ms, end - clock.now(), LOOK_MS));
  async function sleep(ms: number): Promise<void> {
    const woken = agenda.woken();
    const both = new AbortController();
    const wake = () => both.abort();
    signal.addEventListener("abort", wake);
    woken.addEventListener("abort", wake);
    await clock.wait(ms, both.signal);
    signal.removeEventListener("abort", wake);
    woken.removeEventListener("abort", wake);
  }

  /** A date that is still to come, since the clock was set back, is nothing to count from. */
  function countFrom({ date }: Moment): void {
    if (date >= (last ?? start).date - SET_BACK_MS) return;
    start = { ...start, date };
    if (last !== null) last = { ...last, date };
    told = false;
  }

  /** The next round as soon as it is due; null when it is all over. */
  async function next(): Promise<Round | null> {
    while (!signal.aborted && clock.now() < end && number < (most ?? Infinity)) {
      const now = momentOf(clock);
      const opening = start.now + rhythm.delay - now.now;
      if (agenda.asked()) return { number: number + 1, due: null };
      if (opening > 0) {
        await nap(opening);
        continue;
      }
      countFrom(now);
      const scheduled = schedule({ start, last, now });
      const whole = Math.min(scheduled, agenda.hints.untilWhole(now.now, span));
      if (whole <= 0) return { number: number + 1, due: null };
      if (!told) waiting?.(now.date + scheduled);
      told = true;
      const ripe = agenda.hints.untilRipe(now.now);
      if (ripe <= 0) return { number: number + 1, due: agenda.hints.take(now.now) };
      await nap(Math.min(whole, ripe));
    }
    return null;
  }

  for (let round = await next(); round !== null; round = await next()) {
    number = round.number;
    const began = momentOf(clock);
    if (round.due === null) {
      agenda.hints.clear();
      last = began;
      told = false;
    }
    await pass(round);
    if (round.due !== null) continue;
    const now = momentOf(clock);
    span = { began: began.now, ended: now.now };
    // to the ms: a pass that took exactly the interval is not late
    if (schedule({ start, last, now }) < 0) late?.(now.now - began.now);
  }
}
