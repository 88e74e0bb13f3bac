/**
 * Checking the contents of files: each is read whole, at a bounded rate, and looked at before and after. The replica's are
 * asked of the disk itself, where the edge can.
 */
import { ABSENT, Fault, Stopped } from "../disk/fault.ts";
import type { Name, Reader, Tree } from "../disk/tree.ts";
import type { Seen } from "../engine/checked.ts";
import { below, type File, type Path } from "../engine/entry.ts";
import { sameVersion } from "../engine/same.ts";
import type { Context } from "./context.ts";
import type { Crypto } from "./digest.ts";
import { PIECE_BYTES } from "./piece.ts";
import { claim, countCompared, stopping, throwIfStopping } from "./shared.ts";
import type { Task } from "./task.ts";

/** How long, in ms, a thread reads on end, or waits, before it hears what else there is. */
const SLICE_MS = 50;

/** What the files of a task are read with. */
interface Reading {
  readonly context: Context;
  readonly crypto: Crypto;
  /** Its own: two tasks of a turn may both be under way. */
  readonly buffer: Uint8Array;
  /** When others were heard last, as `performance.now()` counts. */
  heard: number;
}

/** Digest files of a folder until the turn is over. The rest become a task again. */
export async function check(
  context: Context,
  task: Extract<Task, { kind: "check" }>,
  crypto: Crypto,
): Promise<void> {
  const { config: { shared }, trees, result, end } = context;
  const { folder, names, sides, unit } = task;
  const reading = { context, crypto, buffer: new Uint8Array(PIECE_BYTES), heard: performance.now() };
  for (const [index, name] of names.entries()) {
    try {
      if (stopping(shared) || (index > 0 && performance.now() >= end)) throw new Stopped();
      const source = sides === "both" ? await seen(reading, trees.source, folder, name) : null;
      const replica = await seen(reading, trees.replica, folder, name);
      result.checked.push({ unit, path: below(folder, name), source, replica });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      const bytes = index === 0 ? task.bytes : Math.ceil(task.bytes * (1 - index / names.length));
      result.tasks.push({ ...task, bytes, names: names.slice(index) });
      return;
    }
  }
}

/** What a tree has at a name, read to its end. Throws `Stopped`. */
async function seen(reading: Reading, tree: Tree, at: Path, name: Name): Promise<Seen> {
  try {
    using folder = tree.open(at, "read");
    const entry = folder.look(name);
    if (entry?.kind === "unknown") return { kind: "unreadable", reason: entry.reason };
    if (entry?.kind !== "file") return { kind: "absent" };
    using file = folder.read(name);
    if (tree.side === "replica") file.forget();
    const sha256 = await digestOf(reading, file, entry);
    const now = file.now();
    if (sha256 === null || now === null || !sameVersion(now, entry)) return { kind: "changing" };
    const { size, mtime, nanos } = entry;
    return { kind: "file", size, mtime, ...(nanos !== undefined && { nanos }), sha256 };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return ABSENT.has(error.reason.code) ? { kind: "absent" } : { kind: "unreadable", reason: error.reason };
  }
}

/** SHA-256 of a file; null when it is shorter than it should be. */
async function digestOf(reading: Reading, file: Reader, { size, holes }: File): Promise<string | null> {
  const { context: { config: { shared } }, crypto, buffer } = reading;
  if (size <= buffer.length && !holes) {
    const count = await fill(reading, file, size);
    return count === size ? crypto.hash("sha256", buffer.subarray(0, count), "hex") : null;
  }
  const sum = crypto.createHash("sha256");
  for (let at = 0; at < size;) {
    const hole = holes ? Math.min(file.skipHole(), size - at) : 0;
    if (hole > 0) buffer.fill(0);
    for (let left = hole; left > 0; left -= buffer.length) {
      sum.update(buffer.subarray(0, Math.min(left, buffer.length)));
      await hear(reading);
    }
    countCompared(shared, hole);
    at += hole;
    if (at === size) break;
    const count = await fill(reading, file, size - at);
    if (count === 0) return null;
    sum.update(buffer.subarray(0, count));
    at += count;
  }
  return sum.digest("hex");
}

/** Read up to `most` bytes, or what fits. Returns how many: fewer only at the end of the file. */
async function fill(reading: Reading, file: Reader, most: number): Promise<number> {
  const { context: { config: { shared, checking } }, buffer } = reading;
  const asked = Math.min(most, buffer.length);
  const rate = checking?.rate ?? null;
  const wait = rate === null ? 0 : claim(shared, asked, rate, now());
  if (wait > 0) await pause(reading, wait);
  else await hear(reading);
  let length = 0;
  while (length < asked) {
    const count = file.read(buffer.subarray(length, asked));
    if (count === 0) break;
    length += count;
  }
  countCompared(shared, length);
  return length;
}

/** In µs since 1970, the same in all threads: what `performance` counts stands still while the machine sleeps, and differs. */
function now(): number {
  return Date.now() * 1000;
}

/** Let others be heard, when that was not so for long. Throws `Stopped`. */
async function hear(reading: Reading): Promise<void> {
  if (performance.now() - reading.heard < SLICE_MS) return;
  await pause(reading, 0);
}

/** Wait for so many ms. Throws `Stopped` as soon as the work is to be put down. */
async function pause(reading: Reading, ms: number): Promise<void> {
  const { shared } = reading.context.config;
  for (const until = performance.now() + ms;;) {
    throwIfStopping(shared);
    const left = until - performance.now();
    if (ms > 0 && left <= 0) break;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(left, 0), SLICE_MS)));
    if (ms === 0) break;
  }
  reading.heard = performance.now();
}
