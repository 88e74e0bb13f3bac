/**
 * Keeps copying and changing to a rate, over all threads. A thread waits before it does something, until all that was
 * done before has taken its time; it hears a stop at once, and another rate of the timetable soon.
 */
import { type Pace, rateAt, type Timetable } from "../engine/pace.ts";
import { book, type Shared, throwIfStopping, waitForStop } from "./shared.ts";

/** So much of a second is copied at a time: less, and a thread wakes up often; more, and the last piece counts. */
const PIECE_S = 0.1;
const LEAST_BYTES = 4096;
/** So much that was not done in time, in µs, is made up for: a busy machine and a slow disk let threads stand still. */
const LATE_US = 500_000;
/** How often, in ms, who waits looks whether the rate is another one. */
const LOOK_MS = 50;
/** A wait that is shorter, in µs, is made up for later: timers wake up late. */
const SHORT_US = 1000;
/** The pieces that can be booked, with one to a thread; more only when the clock was set back. */
const AHEAD = 100;

/** Time as this thread has it; a test sets its own. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** Wait for so many ms, or until all threads are asked to stop. */
  wait(shared: Shared, ms: number): void;
}

/** The date, which all threads share: `performance.now()` stands still while the machine sleeps, and starts anew in each. */
const CLOCK: Clock = { now: Date.now, wait: waitForStop };

/** A pace, as who copies and changes is held to it. */
export interface Pacer {
  /** How many of `most` bytes may be copied now. Throws `Stopped`. */
  bytes(most: number): number;
  /** Give back what was allowed and not copied. */
  giveBack(bytes: number): void;
  /** Wait until a change may be made. Throws `Stopped`. */
  change(): void;
}

export function pacerOf(pace: Pace, shared: Shared): Pacer {
  return {
    bytes: (most) => allowBytes(pace, shared, most),
    giveBack: (bytes) => giveBack(pace, bytes),
    change: () => allowChange(pace, shared),
  };
}

/**
 * How many of `most` bytes may be copied now: waits until that is some. Throws `Stopped`. Nothing is booked for a rate of
 * any number.
 */
export function allowBytes(pace: Pace, shared: Shared, most: number, clock = CLOCK): number {
  for (;;) {
    const rate = rateOf(pace.bytes, clock);
    if (rate === null) return most;
    const piece = pieceAt(rate);
    const bytes = Math.min(most, piece);
    const booking = { amount: bytes, rate, most: piece };
    if (wait(bytesOf(pace), booking, shared, clock, () => rateOf(pace.bytes, clock) === rate)) return bytes;
  }
}

/** Give back what was allowed and not copied. */
export function giveBack(pace: Pace, bytes: number, clock = CLOCK): void {
  const rate = rateOf(pace.bytes, clock);
  if (rate !== null && bytes > 0) Atomics.sub(bytesOf(pace), 0, BigInt(Math.round(bytes / rate * 1e6)));
}

/** Wait until a change may be made. Throws `Stopped`. */
export function allowChange({ changes, accounts }: Pace, shared: Shared, clock = CLOCK): void {
  if (changes === null) return;
  const account = new BigInt64Array(accounts, 8, 1);
  while (!wait(account, { amount: 1, rate: changes, most: 1 }, shared, clock, () => true));
}

function bytesOf({ accounts }: Pace): BigInt64Array {
  return new BigInt64Array(accounts, 0, 1);
}

function pieceAt(rate: number): number {
  return Math.max(LEAST_BYTES, Math.round(rate * PIECE_S));
}

interface Booking {
  readonly amount: number;
  /** A second. */
  readonly rate: number;
  /** The largest amount at this rate. */
  readonly most: number;
}

/** Book an amount and wait until it may be done. False when that no longer holds: all is to be booked anew. */
function wait(
  account: BigInt64Array,
  { amount, rate, most }: Booking,
  shared: Shared,
  clock: Clock,
  holds: () => boolean,
): boolean {
  const now = () => clock.now() * 1000;
  const until = book(account, { amount, rate, late: LATE_US }, now()) + amount / rate * 1e6;
  for (;;) {
    const left = until - now();
    if (left < SHORT_US) return true;
    if (!holds() || left > AHEAD * most / rate * 1e6) {
      Atomics.store(account, 0, BigInt(now()));
      return false;
    }
    clock.wait(shared, Math.min(left / 1000, LOOK_MS));
    throwIfStopping(shared);
  }
}

/** What this thread knows of the rate: it holds for a minute. */
let known: { readonly timetable: Timetable; readonly minute: number; readonly rate: number | null } | null =
  null;

function rateOf(timetable: Timetable | null, clock: Clock): number | null {
  if (timetable === null) return null;
  const date = clock.now();
  const minute = Math.floor(date / 60_000);
  if (known?.timetable !== timetable || known.minute !== minute) {
    known = { timetable, minute, rate: rateAt(timetable, date) };
  }
  return known.rate;
}
