/** Which failure ends a pass, and how. Pure. */
import { FULL } from "../disk/fault.ts";
import type { Failure, Halted, Unusable } from "../engine/event.ts";
import type { Side } from "../engine/entry.ts";

/** Codes that may mean that a root went away. EACCES: what then stands there is refused to a confined thread. */
const LOST = new Set(["ENOENT", "ENOTDIR", "ENOTCONN", "ECONNABORTED", "ESTALE", "EIO", "EACCES"]);
/** Those of a disk that does not work, whether or not its folders seem to be there. */
const BROKEN = new Set(["ENOTCONN", "ECONNABORTED", "ESTALE", "EIO"]);

/**
 * What a failure means for the pass: the replica is full, a root may be gone, the trash takes no more, so that what would
 * go there stays, or only this entry failed.
 */
export function meaningOf(
  { side, reason, mounted }: Failure,
): "full" | "perhaps lost" | "trash" | "one entry" {
  if (reason.code === "TRASH") return "trash";
  if (side === "replica" && !mounted && FULL.has(reason.code)) return "full";
  return LOST.has(reason.code) ? "perhaps lost" : "one entry";
}

/** The end of a pass whose replica is full. `bytesLeft`: bytes not copied. `removing`: removals had begun. */
export function full({ path, reason }: Failure, bytesLeft: number, removing: boolean): Halted {
  return { kind: "halted", code: "full", path, reason, bytesLeft: Math.max(bytesLeft, 0), removing };
}

/** So many failures of a disk one after another, without a change that succeeds in between, end a pass. */
export const MANY = 100;

/** Whether a failure may be one of many of a disk of the replica that does not work. */
export function isOfBrokenDisk({ side, reason, mounted }: Failure): boolean {
  return side === "replica" && !mounted && BROKEN.has(reason.code);
}

/** The end of a pass whose replica fails again and again. `failed`: how many times so far. */
export function failing({ path, reason }: Failure, failed: number): Halted {
  return { kind: "halted", code: "failing", path, reason, failed };
}

/** The end of a pass that lost a root (an absolute path). */
export function lost(side: Side, path: string): Halted | Unusable {
  return side === "source"
    ? { kind: "unusable", side, path, fault: { code: "lost" } }
    : { kind: "halted", code: "lost", path };
}
