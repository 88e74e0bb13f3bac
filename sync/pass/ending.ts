/** Which failure ends a pass, and how. Pure. */
import { FULL } from "../disk/fault.ts";
import type { Failure, Halted, Unusable } from "../engine/event.ts";
import type { Side } from "../engine/entry.ts";

/** Codes that may mean that a root went away. EACCES: what then stands there is refused to a confined thread. */
const LOST = new Set(["ENOENT", "ENOTDIR", "ENOTCONN", "ESTALE", "EIO", "EACCES"]);

/** What a failure means for the pass: the replica is full, a root may be gone, or only this entry failed. */
export function meaningOf({ side, reason }: Failure): "full" | "perhaps lost" | "one entry" {
  if (side === "replica" && FULL.has(reason.code)) return "full";
  return LOST.has(reason.code) ? "perhaps lost" : "one entry";
}

/** The end of a pass whose replica is full. `bytesLeft`: bytes not copied. `removing`: removals had begun. */
export function full({ path, reason }: Failure, bytesLeft: number, removing: boolean): Halted {
  return { kind: "halted", code: "full", path, reason, bytesLeft: Math.max(bytesLeft, 0), removing };
}

/** The end of a pass that lost a root (an absolute path). */
export function lost(side: Side, path: string): Halted | Unusable {
  return side === "source"
    ? { kind: "unusable", side, path, fault: { code: "lost" } }
    : { kind: "halted", code: "lost", path };
}
