/** FIFOs by the C library. */
import { makeNode } from "./calls.ts";
import { AT_FDCWD, S_IFIFO } from "./numbers.ts";

/** Make a FIFO that only its owner may use, at an absolute path. Throws what the system says, in the words of Deno. */
export function makeFifo(path: string): void {
  const made = makeNode(AT_FDCWD, path, S_IFIFO | 0o600);
  if (made < 0) throw new Error(`Cannot make a FIFO (os error ${-made})`);
}
