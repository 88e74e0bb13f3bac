/**
 * The words for a pass that wrote nothing, or that stopped in the middle. Each text has the numbers, says what was
 * touched, and names what helps. Pure.
 */
import { shown } from "../engine/entry.ts";
import type { Halted, Refusal, RootFault, Unusable } from "../engine/event.ts";
import type { Bound, Refused } from "../engine/guard.ts";
import { reasonText } from "./reason.ts";

/** Why a pass wrote nothing. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case "refused":
      return refusedText(refusal);
    case "unusable":
      return unusableText(refusal);
    case "locked":
      return refusal.by === undefined
        ? `Another run of Lockstep has locked the replica ${shown(refusal.path)} or a folder in it; ` +
          "wait for it or stop it"
        : `Another run of Lockstep has locked the folder ${shown(refusal.by)}, ` +
          `in which the replica ${shown(refusal.path)} lies; keep two replicas beside each other, or stop it`;
  }
}

function refusedText(refused: Refused): string {
  switch (refused.rule) {
    case "empty-source":
      return `Refused: the source is empty and the replica holds ${
        entries(refused.replica)
      }; nothing was touched. ` +
        "If the source is meant to be empty, add --allow-empty-source";
    case "max-delete": {
      const { removals, replica, bound } = refused;
      const share = Math.ceil(removals / replica * 100);
      return `Refused: ${entries(removals)} of the replica's ${
        number(replica)
      } (${share}%) would be removed, ` +
        `more than the limit of ${boundText(bound)}; nothing was touched. ` +
        `If you mean it, add --max-delete ${removals}`;
    }
    case "free-space": {
      const { needed, free } = refused;
      return `Refused: the replica needs ${number(needed)} bytes of free space and has ${number(free)}; ` +
        "nothing was touched. Free some space, or add --ignore-free-space to copy what fits";
    }
  }
}

function boundText({ unit, value }: Bound): string {
  return unit === "percent" ? `${value}%` : number(value);
}

function unusableText({ side, path, fault }: Unusable): string {
  const touched = fault.code === "lost" ? "nothing more was touched" : "nothing was touched";
  return `Cannot use the ${side} ${shown(path)}: ${faultText(fault)}; ${touched}`;
}

/** What is wrong with a root, as a clause about "it". */
function faultText(fault: RootFault): string {
  switch (fault.code) {
    case "same":
      return "it is the source itself";
    case "replica-in-source":
      return "it lies inside the source";
    case "source-in-replica":
      return "the source lies inside it";
    case "nested":
      return `${shown(fault.path)} inside it leads into the other tree`;
    case "another-root":
      return "another folder or disk has taken its place since the last pass; if you mean it, restart Lockstep, " +
        "or run it with --accept-new-root";
    case "absent":
      return "it is not there";
    case "not-a-folder":
      return "it is not a folder";
    case "link-to-no-folder":
      return "it is a link to something that is not a folder";
    case "dangling-link":
      return "it is a link that leads nowhere";
    case "no-parent":
      return `the folder ${shown(fault.parent)} that should hold it is not there`;
    case "disk-away":
      return "the disk that it was on is away";
    case "disk-unknown":
      return "it is gone, and Deno may not see whether its disk is there";
    case "went-away":
      return "it went away while the trees were compared";
    case "lost":
      return "it went away during the pass";
    case "fault":
      return reasonText(fault.reason);
  }
}

/** Why a pass stopped in the middle. */
export function haltedText(halted: Halted): string {
  switch (halted.code) {
    case "full": {
      const { path, reason, bytesLeft, removing } = halted;
      return `The replica takes no more: ${reasonText(reason)} at ${shown(path)}, ` +
        `with ${number(bytesLeft)} ${bytesLeft === 1 ? "byte" : "bytes"} left to copy; ` +
        `${removing ? "" : "no removal was begun, and "}no file was left half-written`;
    }
    case "lost":
      return `The replica ${shown(halted.path)} went away during the pass; nothing more was touched`;
  }
}

function entries(count: number): string {
  return count === 1 ? "1 entry" : `${number(count)} entries`;
}

function number(count: number): string {
  return count.toLocaleString("en-US");
}
