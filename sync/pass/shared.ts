/**
 * The few bytes that all threads of a pass see: whether to stop, how much has been copied and compared, and which change
 * is under way. Everything else travels in messages.
 */

import { Stopped } from "../disk/fault.ts";

/**
 * A piece of shared memory: `stopping` in the first 4 bytes, the change under way in the next 4, then the bytes copied
 * and those compared, in 8 each.
 */
export type Shared = SharedArrayBuffer;

export function share(): Shared {
  return new SharedArrayBuffer(24);
}

/** Ask every thread to put down its work at the next entry, or the next piece of a file. */
export function stop(shared: Shared): void {
  Atomics.store(new Int32Array(shared, 0, 1), 0, 1);
}

export function stopping(shared: Shared): boolean {
  return Atomics.load(new Int32Array(shared, 0, 1), 0) === 1;
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
