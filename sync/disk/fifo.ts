/**
 * FIFOs by the C library, since Deno has no call for them. A thread that is confined runs no other program, so it cannot
 * have `mkfifo` make them.
 */
import { mayUseLibc } from "../libc.ts";

let native: typeof import("./native/fifo.ts") | null = null;

/**
 * Whether the C library makes FIFOs here: that takes --allow-ffi. Loads what it takes, for this thread to make them: one
 * that is confined cannot.
 */
export async function makesFifos(): Promise<boolean> {
  if (!mayUseLibc()) return false;
  const { canBind } = await import("./native/bind.ts");
  if (canBind()) native ??= await import("./native/fifo.ts");
  return native !== null;
}

/**
 * Make a FIFO that only its owner may use, at an absolute path. False where `makesFifos` was not called, or says that it
 * cannot be done. Throws what the system says, in the words of Deno.
 */
export function makeFifo(path: string): boolean {
  native?.makeFifo(path);
  return native !== null;
}
