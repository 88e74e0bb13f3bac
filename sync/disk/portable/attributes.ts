/**
 * Owner, mode and time of what stands at an absolute path. What the system will not set keeps nothing else from being
 * set. What it says of a disk in trouble is thrown.
 */
import { lchownSync, lutimesSync } from "node:fs";
import type { Mirrored, Owner } from "../../engine/entry.ts";
import { modeFor } from "../../engine/same.ts";
import { Fault, fault, UNSETTABLE } from "../fault.ts";
import { timeOf } from "../time.ts";
import { CALLS } from "./calls.ts";
import type { Which } from "../tree.ts";

/** Whose a new or old entry is, and its permission bits. */
export interface Rights extends Owner {
  readonly mode: number;
}

/**
 * Set what is not right already; time last. Throws what the system throws, and a fault when it will not set all.
 *
 * RACE: chmod and utime follow a link that was put here after the look. The worst outcome is another mode or time on a
 * file outside.
 */
export function setAttributes(path: string, entry: Mirrored, which: Which): void {
  const found = Deno.lstatSync(path);
  if (found.isSymlink !== (entry.kind === "link")) {
    throw new Fault("attributes", "replica", { code: "TAKEN" });
  }
  const now = { mode: CALLS.modeOf(found), uid: found.uid ?? 0, gid: found.gid ?? 0 };
  const unset = setRights(path, entry, now, which);
  const untimed = timeOf(found) === entry.mtime ? null : refusal(() => setTime(path, entry));
  if (unset ?? untimed) throw unset ?? untimed;
}

/**
 * Owner first, for it takes setuid bits away. `now` is what the entry has. Returns why something will not be set, and
 * throws what the system throws otherwise.
 */
export function setRights(path: string, entry: Mirrored, now: Rights, which: Which): Fault | null {
  const isOthers = which.owners && (now.uid !== entry.uid || now.gid !== entry.gid);
  const unowned = isOthers ? refusal(() => lchownSync(path, entry.uid, entry.gid)) : null;
  const isGiven = isOthers && unowned === null;
  if (!which.modes || entry.kind === "link") return unowned;
  const mode = modeFor(entry, isGiven ? entry : now);
  if (mode === now.mode && !isGiven) return unowned;
  const unset = refusal(() => setMode(path, mode));
  return unowned ?? unset;
}

/** Why the system will not set an attribute; null when it did. Throws what says something of the disk, too. */
export function refusal(act: () => void): Fault | null {
  try {
    act();
    return null;
  } catch (error) {
    const why = fault("attributes", "replica", error);
    if (UNSETTABLE.has(why.reason.code)) return why;
    throw error;
  }
}

function setTime(path: string, { kind, mtime }: Mirrored): void {
  if (kind === "link") lutimesSync(path, linkTime(mtime), linkTime(mtime));
  else CALLS.setTime(path, new Date(mtime));
}

/** Set permission bits. The system drops the setgid bit without a word for somebody who is not of the group. */
function setMode(path: string, mode: number): void {
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
