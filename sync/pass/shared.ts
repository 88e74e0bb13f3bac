/**
 * The few bytes that all threads of a pass share: whether to stop, and how much has been copied. Everything else
 * travels in messages.
 */

/** 16 bytes of shared memory: `stopping` in the first 4, the count of bytes copied in the last 8. */
export type Shared = SharedArrayBuffer;

export function share(): Shared {
  return new SharedArrayBuffer(16);
}

/** Ask every thread to put down its work at the next entry, or the next piece of a file. */
export function stop(shared: Shared): void {
  Atomics.store(new Int32Array(shared, 0, 1), 0, 1);
}

export function stopping(shared: Shared): boolean {
  return Atomics.load(new Int32Array(shared, 0, 1), 0) === 1;
}

/** Count bytes as copied, so that a large file moves the progress line before it is done. */
export function countBytes(shared: Shared, bytes: number): void {
  Atomics.add(new BigInt64Array(shared, 8, 1), 0, BigInt(bytes));
}

export function copiedBytes(shared: Shared): number {
  return Number(Atomics.load(new BigInt64Array(shared, 8, 1), 0));
}
