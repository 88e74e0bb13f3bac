/** A question to whoever sits at a terminal. */
import { isSystemError } from "../system_error.ts";
import { type Target, writeAll } from "./print.ts";

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/**
 * Ask, and wait for an answer; only a yes is one. Signals are heard meanwhile: when `signal` is aborted the answer is no.
 */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  try {
    writeAll(Deno.stderr as Target, new TextEncoder().encode(`${question} [y/N] `));
    const answer = new Uint8Array(256);
    const aborted = new Promise<null>((resolve) => {
      if (signal.aborted) resolve(null);
      signal.addEventListener("abort", () => resolve(null), { once: true });
    });
    const count = await Promise.race([Deno.stdin.read(answer), aborted]);
    return count !== null && /^\s*y(es)?\s*$/i.test(new TextDecoder().decode(answer.subarray(0, count)));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
