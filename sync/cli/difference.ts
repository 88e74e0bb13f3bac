/** The words for what differs. Pure. */
import type { Difference, Owner } from "../engine/change.ts";
import { shown } from "../engine/entry.ts";
import { octal } from "./quantity.ts";
import { SYSTEM } from "../system.ts";

/** What differs, in a word or two; what the replica has stands first. */
export function differenceText(difference: Difference): string {
  switch (difference.what) {
    case "size":
    case "content":
    case "target":
    case "device":
    case "time":
    case "xattrs":
      return difference.what;
    case "hard-links":
      return "hard links";
    case "edited":
      return "edited in the replica";
    case "name":
      return `name ${shown(difference.from)}`;
    case "mode":
      if (!SYSTEM.hasModes) return (difference.to & 0o200) === 0 ? "read-only" : "not read-only any more";
      return `mode ${octal(difference.from)} -> ${octal(difference.to)}`;
    case "owner":
      return `owner ${ownerText(difference.from)} -> ${ownerText(difference.to)}`;
  }
}

function ownerText({ uid, gid }: Owner): string {
  return `${uid}:${gid}`;
}
