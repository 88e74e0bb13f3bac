/**
 * Owner, mode and time of a name in an open folder, or with null of what is open itself. What the system will not set
 * keeps nothing else from being set. What it says of a disk in trouble is thrown.
 */
import { FURTHEST_MS, type Mirrored, type Timed } from "../../engine/entry.ts";
import { modeFor } from "../../engine/same.ts";
import { Fault, UNSETTABLE } from "../fault.ts";
import type { Action, Name, Which } from "../tree.ts";
import { setMode, setOwner, setTime } from "./calls.ts";
import { checked, failed } from "./failed.ts";
import { foundLink, foundRights, foundTime, lookAt } from "./look.ts";
import { codeOf } from "./numbers.ts";
import { setXattrs } from "./set_xattrs.ts";

/** Owner, group and permission bits of something; its extended attributes and its time where they are known. */
export type Rights = ReturnType<typeof foundRights> & {
  readonly xattrs?: string;
  readonly time?: Required<Timed>;
};

/** Set what is not right already. Throws a fault, also when the system will not set all. */
export function setAttributes(open: number, name: Name | null, entry: Mirrored, which: Which): void {
  checked(lookAt(open, name), "attributes", "replica");
  if (foundLink() !== (entry.kind === "link")) throw new Fault("attributes", "replica", { code: "TAKEN" });
  const now = { ...foundRights(), time: foundTime() };
  const unset = setRights(open, name, entry, which, { now, action: "attributes" });
  if (unset) throw unset;
}

/**
 * Set what is not right already. `now` is what it has. Returns why something will not be set. The owner comes first, for
 * a new one takes setuid bits and capabilities away. The mode comes after the access list, of which its bits are a part:
 * so nobody gets the rights of the group who is kept out by the list. The time is last.
 */
export function setRights(
  open: number,
  name: Name | null,
  entry: Mirrored,
  which: Which,
  { now, action }: { readonly now: Rights; readonly action: Action },
): Fault | null {
  const isOthers = which.owners && (now.uid !== entry.uid || now.gid !== entry.gid);
  const unowned = isOthers ? refusal(setOwner(open, name, entry.uid, entry.gid), action) : null;
  const isGiven = isOthers && unowned === null;
  const extended = which.xattrs ? setXattrs(open, name, entry, now) : NOTHING_SET;
  const unlisted = extended.failed < 0 ? refusedXattrs(extended.failed, action) : null;
  let unset: Fault | null = null;
  if (which.modes && entry.kind !== "link") {
    const mode = modeFor(entry, isGiven ? entry : now);
    if (mode !== now.mode || isGiven || extended.changesMode) unset = setModeOf(open, name, mode, action);
  }
  const untimed = isTime(now.time, entry) ? null : refusal(setTimeOf(open, name, entry), action);
  return unowned ?? unset ?? unlisted ?? untimed;
}

const NOTHING_SET = { failed: 0, changesMode: false };

/** What else a file system says that has no place for more attributes. The disk may have some for content. */
const NO_PLACE = new Set(["ENOSPC", "EDQUOT", "E2BIG", "ERANGE"]);

/** Why extended attributes will not be set. Throws what says something of the disk. */
function refusedXattrs(returned: number, action: Action): Fault {
  const code = codeOf(-returned);
  if (!UNSETTABLE.has(code) && !NO_PLACE.has(code)) throw failed(returned, action, "replica");
  return new Fault("attributes", "replica", { code: "XATTRS", detail: code });
}

/** Why the system will not set an attribute; null when it did. Throws what says something of the disk, too. */
function refusal(returned: number, action: Action): Fault | null {
  if (returned >= 0) return null;
  const why = failed(returned, "attributes", "replica");
  if (UNSETTABLE.has(why.reason.code)) return why;
  throw failed(returned, action, "replica");
}

/** The system drops the setgid bit without a word for somebody who is not of the group. */
function setModeOf(open: number, name: Name | null, mode: number, action: Action): Fault | null {
  const refused = refusal(setMode(open, name, mode), action);
  if (refused || mode <= 0o777) return refused;
  checked(lookAt(open, name), action, "replica");
  return foundRights().mode === mode ? null : new Fault("attributes", "replica", { code: "MODE" });
}

function isTime(now: Timed | undefined, { mtime, nanos = 0 }: Mirrored): boolean {
  return now?.mtime === mtime && now.nanos === nanos && Math.abs(mtime) < FURTHEST_MS;
}

function setTimeOf(open: number, name: Name | null, { mtime, nanos = 0 }: Mirrored): number {
  const seconds = Math.floor(mtime / 1000);
  return setTime(open, name, seconds, (mtime - seconds * 1000) * 1e6 + nanos);
}
