/**
 * FIFOs by the C library, since Deno has no call for them. A thread that is confined runs no other program, so it cannot
 * have `mkfifo` make them.
 */
import { libc } from "../libc.ts";

const FUNCTIONS = {
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
  errno: { name: "__errno_location", parameters: [], result: "pointer" },
} as const;

let calls: Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"] | null | undefined;

/** Whether the C library makes FIFOs here: that takes --allow-ffi. */
export function makesFifos(): boolean {
  calls ??= calls === undefined ? libc(FUNCTIONS) : null;
  return calls !== null;
}

/** Make a FIFO that only its owner may use. Throws what the system says, in the words of Deno. */
export function makeFifo(path: string): void {
  if (!makesFifos()) throw new TypeError("The C library is not there");
  const { mkfifo, errno } = calls!;
  if (mkfifo(new TextEncoder().encode(`${path}\0`), 0o600) === 0) return;
  const number = new Deno.UnsafePointerView(errno()!).getInt32();
  throw new Error(`Cannot make a FIFO (os error ${number})`);
}
