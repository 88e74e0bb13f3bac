/** Text for a stream of the console: whoever was reading it may have gone, and the program goes on. */
import { isSystemError } from "../system_error.ts";

/** Something that takes bytes: the console's streams, an open file. */
export interface Target {
  writeSync(bytes: Uint8Array): number;
}

/** How long to wait, in ms, before a pipe that is full is tried again. */
const BLOCKED_MS = 5;

const encoder = new TextEncoder();

/** Print a line that is no part of the log. It is lost when nobody reads the stream any more. */
export function print(target: Target, text: string): void {
  try {
    writeAll(target, encoder.encode(text + "\n"));
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Write all of `bytes`, waiting for a reader that is slow. Throws what the target throws. */
export function writeAll(target: Target, bytes: Uint8Array): void {
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += target.writeSync(bytes.subarray(sent));
    } catch (error) {
      // a pipe that was set not to block is full
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
    }
  }
}
