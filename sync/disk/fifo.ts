/**
 * FIFOs by the C library, since Deno has no call for them. A thread that is confined runs no other program, so it cannot
 * have `mkfifo` make them.
 */
import { canBind } from "./native/bind.ts";
import { makeNode } from "./native/calls.ts";
import { AT_FDCWD, S_IFIFO } from "./native/numbers.ts";

/** Whether the C library makes FIFOs here: that takes --allow-ffi. */
export function makesFifos(): boolean {
  return canBind();
}

/** Make a FIFO that only its owner may use, at an absolute path. Throws what the system says, in the words of Deno. */
export function makeFifo(path: string): void {
  const made = makeNode(AT_FDCWD, path, S_IFIFO | 0o600);
  if (made < 0) throw new Error(`Cannot make a FIFO (os error ${-made})`);
}
