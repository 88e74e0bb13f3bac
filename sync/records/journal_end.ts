/**
 * How much a trash holds, by what the journals of its passes say at their ends: a few bytes are read of each, and no tree is
 * walked, which may have a million files. What a journal does not say, of a pass that was killed, is left out.
 */
import { reason } from "../disk/fault.ts";
import { runsIn } from "../disk/trash_runs.ts";
import { absolute } from "../engine/entry.ts";
import { journalName } from "../engine/trash.ts";

/** More bytes than the last line of a journal has. */
const END_BYTES = 256;
/** So many journals are read at once; the others the next time. */
const MOST = 2000;

/**
 * The bytes in a trash (an absolute path); null when that cannot be told. `seen` remembers what was read: passes that are
 * over do not change.
 */
export async function trashBytes(folder: string, seen: Map<string, number>): Promise<number | null> {
  try {
    const runs = await runsIn(folder);
    const there = new Set(runs);
    for (const run of seen.keys()) if (!there.has(run)) seen.delete(run);
    let left = MOST;
    for (const run of runs) {
      if (seen.has(run)) continue;
      if (left-- === 0) return null;
      const bytes = await endOf(absolute(folder, journalName(run)));
      if (bytes !== null) seen.set(run, bytes);
    }
    let sum = 0;
    for (const bytes of seen.values()) sum += bytes;
    return sum;
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return why.code === "ENOENT" ? 0 : null;
  }
}

/** The bytes that a pass kept, by the last line of its journal; null when that does not say so. */
async function endOf(journal: string): Promise<number | null> {
  try {
    using file = await Deno.open(journal);
    const { size } = await file.stat();
    await file.seek(Math.max(size - END_BYTES, 0), Deno.SeekMode.Start);
    const buffer = new Uint8Array(END_BYTES);
    const text = new TextDecoder().decode(buffer.subarray(0, await file.read(buffer) ?? 0));
    const [, bytes] = /\{"ended":"[^"]+","entries":\d+,"bytes":(\d+)\}\n$/.exec(text) ?? [];
    return bytes === undefined ? null : Number(bytes);
  } catch (error) {
    if (reason(error) === null) throw error;
    return null;
  }
}
