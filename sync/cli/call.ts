/**
 * Runs a program that is told something: text on its standard input, a limit of time, and of what it prints the
 * beginning. Whatever it does, nothing here throws or waits for ever.
 */
import { isSystemError, systemText } from "../system_error.ts";
import type { Command } from "./observe.ts";

/** What came of it. */
export type Called =
  | { readonly kind: "ended"; readonly status: number; readonly output: Output }
  /** Ended by a signal that is not ours. */
  | { readonly kind: "signalled"; readonly signal: string; readonly output: Output }
  /** It took too long, and was ended. */
  | { readonly kind: "late"; readonly output: Output }
  /** Why it could not be started. */
  | { readonly kind: "unstarted"; readonly text: string };

/** What it printed, on both streams. */
export interface Output {
  /** The beginning. */
  readonly lines: readonly string[];
  /** How many bytes came after that. */
  readonly more: number;
}

export interface Calling {
  readonly input: string;
  /** Beside our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** How long, in ms, it may take, and how long it has to end when it is asked to. */
  readonly limit: number;
  readonly grace: number;
}

const KEPT_BYTES = 4096;
/** How long, in ms, what it printed last may take to arrive: a program that it started may keep its pipes open. */
const LAST_MS = 200;

/** Run a program to its end. Only the program itself is ended when it takes too long, and not what it has started. */
export async function call([program, ...args]: Command, calling: Calling): Promise<Called> {
  let child: Deno.ChildProcess;
  try {
    const options = { args, env: calling.env, stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    child = new Deno.Command(program, options).spawn();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const isMissing = error instanceof Deno.errors.NotFound;
    return { kind: "unstarted", text: isMissing ? "there is no such program" : systemText(error) };
  }
  let isLate = false;
  let last: ReturnType<typeof setTimeout> | undefined;
  const first = setTimeout(() => {
    isLate = true;
    kill(child, "SIGTERM");
    last = setTimeout(() => kill(child, "SIGKILL"), calling.grace);
  }, calling.limit);
  const writer = child.stdin.getWriter();
  const given = give(writer, calling.input);
  const kept = keeper();
  const readers = [child.stdout, child.stderr].map((stream) => stream.getReader());
  const read = Promise.all(readers.map((reader) => readAll(reader, kept.add)));
  const { code, signal } = await child.status;
  clearTimeout(first);
  clearTimeout(last);
  let patience: ReturnType<typeof setTimeout> | undefined;
  const isOver = new Promise((resolve) => patience = setTimeout(resolve, LAST_MS));
  await Promise.race([Promise.all([read, given]), isOver]);
  clearTimeout(patience);
  await Promise.race([
    orNothing(Promise.all([writer.abort(), ...readers.map((one) => one.cancel())])),
    isOver,
  ]);
  const output = kept.output();
  if (isLate) return { kind: "late", output };
  return signal === null ? { kind: "ended", status: code, output } : { kind: "signalled", signal, output };
}

/** It may have ended by itself just now. */
function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof TypeError)) throw error;
  }
}

/** A program need not read what it is given. */
async function give(
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  input: string,
): Promise<void> {
  await orNothing(writer.write(new TextEncoder().encode(input)));
  await orNothing(writer.close());
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  add: (bytes: Uint8Array) => void,
): Promise<void> {
  for (;;) {
    const next = await orNothing(reader.read());
    if (next === undefined || next.done) return;
    add(next.value);
  }
}

/** What a pipe gives; undefined once nobody is at its other end. */
async function orNothing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    // a stream that was closed by its other end throws a TypeError from then on
    if (!isSystemError(error) && !(error instanceof TypeError)) throw error;
    return undefined;
  }
}

function keeper(): { add(bytes: Uint8Array): void; output(): Output } {
  const bytes = new Uint8Array(KEPT_BYTES);
  let [length, more] = [0, 0];
  return {
    add(next) {
      const kept = next.subarray(0, KEPT_BYTES - length);
      bytes.set(kept, length);
      length += kept.length;
      more += next.length - kept.length;
    },
    output() {
      const text = new TextDecoder().decode(bytes.subarray(0, length));
      return { lines: text.split(/\r?\n/).filter((line) => line.trim() !== ""), more };
    },
  };
}
