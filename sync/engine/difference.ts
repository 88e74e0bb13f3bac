/** What differs between an entry and what the replica has in its place: why an update or new attributes are needed. Pure. */
import type { Change, Difference, Owner } from "./change.ts";
import type { Mirrored } from "./entry.ts";
import { type Criteria, mirrorsOwners, modeFor, sameDevice, sameTime, sameXattrs } from "./same.ts";

/** Why a change is needed; empty for what is new or goes. What the replica cannot hold is no difference. */
export function differences(
  change: Change,
  criteria: Pick<Criteria, "capabilities" | "owners">,
): Difference[] {
  if (change.kind !== "update" && change.kind !== "attributes") return [];
  const { entry, was, spelled } = change;
  const isTime = !sameTime(entry, was, criteria.capabilities, entry.kind);
  const found: Difference[] = [];
  if (spelled !== undefined) found.push({ what: "name", from: spelled });
  if (change.kind === "update") found.push(replacedBy(entry, was, change.hardLinkTo !== undefined, isTime));
  const isEdited = change.kind === "update" && entry.kind === "file" && was.mtime > entry.mtime;
  if (isTime && isEdited) found.push({ what: "edited" });
  else if (isTime) found.push({ what: "time" });
  const isOwned = mirrorsOwners(criteria, criteria.capabilities);
  const mode = isOwned ? entry.mode : modeFor(entry, was);
  if (criteria.capabilities.modes && entry.kind !== "link" && mode !== was.mode) {
    found.push({ what: "mode", from: was.mode, to: mode });
  }
  if (isOwned && (entry.uid !== was.uid || entry.gid !== was.gid)) {
    found.push({ what: "owner", from: ownerOf(was), to: ownerOf(entry) });
  }
  if (!sameXattrs(entry, was, criteria.capabilities)) found.push({ what: "xattrs" });
  return found;
}

/** Why something is replaced that is there already. */
function replacedBy(entry: Mirrored, was: Mirrored, isLinked: boolean, isTime: boolean): Difference {
  if (entry.kind === "link" && was.kind === "link" && entry.target !== was.target) return { what: "target" };
  if (entry.kind === "device" && was.kind === "device" && !sameDevice(entry, was)) return { what: "device" };
  if (entry.kind === "file" && was.kind === "file") {
    if (entry.size !== was.size) return { what: "size" };
    // files of one size and time are replaced by digests that differ, or to share an inode or have one of their own
    if (isLinked || (!isTime && entry.nlink !== was.nlink)) return { what: "hard-links" };
    return { what: "content" };
  }
  return { what: "hard-links" };
}

function ownerOf({ uid, gid }: Owner): Owner {
  return { uid, gid };
}
