/**
 * The few bytes that all threads of a pass see: whether to stop, how much has been copied and compared, which change is
 * under way, and when more may be read. Everything else travels in messages.
 */

import { Stopped } from "../disk/fault.ts";

/**
 * A piece of shared memory: `stopping` in the first 4 bytes, the change under way in the next 4, then the bytes copied,
 * those compared, and the moment from which on more may be read, in 8 each.
 */
export type Shared = SharedArrayBuffer;

export function share(): Shared {
  return new SharedArrayBuffer(32);
}

/** Ask every thread to put down its work at the next entry, or the next piece of a file. */
export function stop(shared: Shared): void {
  const flag = new Int32Array(shared, 0, 1);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}

export function stopping(shared: Shared): boolean {
  return Atomics.load(new Int32Array(shared, 0, 1), 0) === 1;
}

/** Wait for so many ms, or until every thread is asked to stop. This thread does nothing else meanwhile. */
export function waitForStop(shared: Shared, ms: number): void {
  Atomics.wait(new Int32Array(shared, 0, 1), 0, 0, ms);
}

/** Throws `Stopped` when the work is to be put down. */
export function throwIfStopping(shared: Shared): void {
  if (stopping(shared)) throw new Stopped();
}

/** Count bytes as copied, so that a large file moves the progress line before it is done. */
export function countBytes(shared: Shared, bytes: number): void {
  Atomics.add(new BigInt64Array(shared, 8, 1), 0, BigInt(bytes));
}

export function copiedBytes(shared: Shared): number {
  return Number(Atomics.load(new BigInt64Array(shared, 8, 1), 0));
}

/** Count bytes of contents that were compared. */
export function countCompared(shared: Shared, bytes: number): void {
  Atomics.add(new BigInt64Array(shared, 16, 1), 0, BigInt(bytes));
}

export function comparedBytes(shared: Shared): number {
  return Number(Atomics.load(new BigInt64Array(shared, 16, 1), 0));
}

/** Say which change is begun, by its number. */
export function begin(shared: Shared, number: number): void {
  Atomics.store(new Int32Array(shared, 4, 1), 0, number + 1);
}

/** The number of the change that was begun last; null before the first. */
export function begun(shared: Shared): number | null {
  const next = Atomics.load(new Int32Array(shared, 4, 1), 0);
  return next === 0 ? null : next - 1;
}

/** So much that was not read in time, in µs, is made up for: timers wake up late. */
const LATE_US = 100_000;
/** A longer wait, in µs, was not booked: the clock was set back. What one thread reads at once takes no such time. */
const LONGEST_US = 600e6;

/**
 * Claim the right to read so many bytes, at `rate` bytes a second over all threads. Returns how long to wait before they
 * are read, in ms. `now`: in µs, by a clock that is the same in all threads.
 */
export function claim(shared: Shared, bytes: number, rate: number, now: number): number {
  const account = new BigInt64Array(shared, 24, 1);
  const begins = book(account, { amount: bytes, rate, late: LATE_US }, now);
  if (begins - now <= Math.max(LONGEST_US, AHEAD * bytes / rate * 1e6)) {
    return Math.max(begins - now, 0) / 1000;
  }
  Atomics.store(account, 0, BigInt(Math.round(now + bytes / rate * 1e6)));
  return 0;
}

/** So many pieces of the same size can be booked ahead, with one to a thread. */
const AHEAD = 100;

/** What is booked. */
export interface Booked {
  readonly amount: number;
  /** A second. */
  readonly rate: number;
  /** So much that was not done in time, in µs, is made up for. */
  readonly late: number;
}

/**
 * Book an amount of something that has a rate, in an account that all threads share: the moment from which on more of it
 * may be done, 0 before the first booking. Returns the moment at which this amount begins. All in µs, by a clock of all
 * threads.
 */
export function book(account: BigInt64Array, { amount, rate, late }: Booked, now: number): number {
  for (;;) {
    const before = Atomics.load(account, 0);
    const begins = before === 0n ? now : Math.max(Number(before), now - late);
    const after = BigInt(Math.round(begins + amount / rate * 1e6));
    if (Atomics.compareExchange(account, 0, before, after) === before) return begins;
  }
}
