/** Sets owner, mode and time at an absolute path. Each function throws what the system throws, or a fault. */
import { lchownSync, lutimesSync } from "node:fs";
import type { Mirrored } from "../../engine/entry.ts";
import { Fault } from "../fault.ts";
import type { Which } from "../tree.ts";

/**
 * Owner first, since that takes setuid bits away; time last. What is right already is left alone.
 *
 * RACE: chmod and utime follow a link that was put here after the look. The worst outcome is another mode or time on a
 * file outside.
 */
export function setAttributes(path: string, entry: Mirrored, which: Which): void {
  const found = Deno.lstatSync(path);
  if (found.isSymlink !== (entry.kind === "link")) {
    throw new Fault("attributes", "replica", { code: "TAKEN" });
  }
  const owned = !which.owners || (found.uid === entry.uid && found.gid === entry.gid);
  if (!owned) lchownSync(path, entry.uid, entry.gid);
  const mode = (found.mode ?? 0) & 0o7777;
  if (which.modes && entry.kind !== "link" && (mode !== entry.mode || !owned)) setMode(path, entry.mode);
  if (found.mtime?.getTime() === entry.mtime) return;
  if (entry.kind === "link") {
    const time = linkTime(entry.mtime);
    lutimesSync(path, time, time);
  } else Deno.utimeSync(path, new Date(entry.mtime), new Date(entry.mtime));
}

/** Set permission bits. The system silently drops setgid for somebody who is not in the group: that throws a fault. */
export function setMode(path: string, mode: number): void {
  Deno.chmodSync(path, mode);
  if (mode > 0o777 && ((Deno.lstatSync(path).mode ?? 0) & 0o7777) !== mode) {
    throw new Fault("attributes", "replica", { code: "MODE" });
  }
}

/**
 * What to give `lutimes` so that it sets this time (ms since 1970). It takes seconds, and cuts them off, so a hundredth
 * of a ms is added, or 1 ms could be lost. A number below 0 means now, so times before 1970 are dates, in whole
 * seconds.
 */
function linkTime(ms: number): number | Date {
  return ms < 0 ? new Date(Math.floor(ms / 1000) * 1000) : (ms + 0.01) / 1000;
}
