/** A question to whoever sits at a terminal. */
import { isSystemError } from "../system_error.ts";
import { type Target, writeAll } from "./print.ts";

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

/** Ask, and wait for an answer; only a yes is one. When `signal` is aborted the answer is no. */
export async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await askFor(`${question} [y/N] `, signal));
}

/**
 * Ask, and wait for a line. Signals are heard meanwhile: when `signal` is aborted the answer is "", as it is at the end of
 * what is typed, and when the terminal has gone.
 */
export async function askFor(question: string, signal: AbortSignal): Promise<string> {
  try {
    writeAll(Deno.stderr as Target, new TextEncoder().encode(question));
    const answer = new Uint8Array(256);
    const aborted = new Promise<null>((resolve) => {
      if (signal.aborted) resolve(null);
      signal.addEventListener("abort", () => resolve(null), { once: true });
    });
    const count = await Promise.race([Deno.stdin.read(answer), aborted]);
    return count === null ? "" : new TextDecoder().decode(answer.subarray(0, count)).trim();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return "";
  }
}
