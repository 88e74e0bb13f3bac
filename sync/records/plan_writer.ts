/** Writing a plan, as a stream and whole or not at all; `plan_file.ts` says what is in it. */
import { createHash } from "node:crypto";
import { reason } from "../disk/fault.ts";
import { syncFolderOf } from "./lines.ts";
import type { Change, Difference } from "../engine/change.ts";
import { stepOf } from "../engine/step.ts";
import { type End, type Header, isPlan, VERSION } from "./plan_file.ts";

/** Whether a plan can be written to a file: a file of others must not be overwritten. Throws what the system throws. */
export async function placeFor(path: string): Promise<"free" | "taken" | "no-file"> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) return "no-file";
    return size === 0 || await isPlan(path) ? "free" : "taken";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "free";
    throw error;
  }
}

/** Where the text of a plan goes. Each call may throw what the system throws. */
export interface Sink {
  write(bytes: Uint8Array): void;
  /** All is written: put it in its place. */
  finish(): Promise<void>;
  /** Leave nothing of it. */
  discard(): void;
}

/** A file that is there whole or not at all: written beside its place, which has to be on a disk that takes it. */
export function fileSink(path: string): Sink {
  const beside = `${path}.lockstep-new`;
  remove(beside);
  const file = Deno.openSync(beside, { write: true, createNew: true, mode: 0o600 });
  let isOpen = true;
  function discard(): void {
    if (isOpen) file.close();
    isOpen = false;
    remove(beside);
  }
  return {
    discard,
    write(bytes) {
      for (let sent = 0; sent < bytes.length;) sent += file.writeSync(bytes.subarray(sent));
    },
    async finish() {
      await file.sync();
      await Deno.rename(beside, path);
      discard();
      await syncFolderOf(path);
    },
  };
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (reason(error) === null) throw error;
  }
}

export interface PlanWriter {
  add(change: Change, differences: readonly Difference[]): void;
  /** Write the end; gives the number of steps. */
  finish(end: Pick<End, "failed" | "refused">): Promise<number>;
}

/** Characters that are written at once. */
const CHUNK = 1 << 16;

/** Write a plan, step after step; never more of it is kept than a chunk. Each call may throw what the sink throws. */
export function planWriter<Options>(
  sink: Sink,
  header: Omit<Header<Options>, "lockstep" | "version">,
): PlanWriter {
  const hash = createHash("sha256");
  const encoder = new TextEncoder();
  let text = "";
  let steps = 0;
  function flush(): void {
    const bytes = encoder.encode(text);
    text = "";
    hash.update(bytes);
    sink.write(bytes);
  }
  function line(value: object): void {
    // names that are not UTF-8 have lone surrogates, which JSON escapes
    text += `${JSON.stringify(value)}\n`;
    if (text.length >= CHUNK) flush();
  }
  line({ lockstep: "plan", version: VERSION, ...header });
  return {
    add(change, differences) {
      steps++;
      line({ path: change.path, ...stepOf(change), ...(differences.length > 0 && { differences }) });
    },
    async finish(given) {
      flush();
      const counted = { steps, ...given };
      const end: End = { ...counted, digest: hash.update(JSON.stringify(counted)).digest("hex") };
      sink.write(encoder.encode(`${JSON.stringify(end)}\n`));
      await sink.finish();
      return steps;
    },
  };
}
