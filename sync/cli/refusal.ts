/**
 * The words for a pass that wrote nothing, or that stopped in the middle. Each text has the numbers, says what was
 * touched, and names what helps. Pure.
 */
import { shown } from "../engine/entry.ts";
import type { Halted, Refusal, RootFault, Unusable } from "../engine/event.ts";
import type { Bound, Refused } from "../engine/guard.ts";
import { counted, entries, number } from "./quantity.ts";
import { reasonText } from "./reason.ts";

/** Why a pass wrote nothing. After a dry run nobody is told to make one. */
export function refusalText(refusal: Refusal, dryRun = false): string {
  switch (refusal.kind) {
    case "refused":
      if (refusal.rule === "declined") return declinedText(refusal.changes);
      return `${refusedText(refusal)}; nothing was touched. ${adviceText(refusal, dryRun)}`;
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

/** The option that lets a plan pass that was refused. */
export function overrideOf(refused: Guarded): string {
  switch (refused.rule) {
    case "empty-source":
      return "--allow-empty-source";
    case "nothing-kept":
    case "max-delete":
    case "shrinking":
      return `--max-delete ${refused.removals}`;
    case "free-space":
      return "--ignore-free-space";
  }
}

/** What the guard refused by itself. */
export type Guarded = Exclude<Refused, { rule: "declined" }>;

function declinedText(changes: number): string {
  return `Not done, as you said: ${counted(changes, "change")} would have been made; nothing was touched`;
}

function refusedText(refused: Guarded): string {
  switch (refused.rule) {
    case "empty-source":
      return `Refused: the source is empty and the replica holds ${entries(refused.replica)}`;
    case "nothing-kept": {
      const { removals, replica } = refused;
      return "Refused: it may be the wrong folder, since nothing that the replica holds would be kept; " +
        `${numberOf(removals, replica)} would be deleted, ${namesText(refused)}`;
    }
    case "max-delete": {
      const { removals, replica, bound } = refused;
      const share = Math.ceil(removals / replica * 100);
      return `Refused: ${number(removals)} of the replica's ${
        entries(replica)
      } (${share}%) would be deleted, ` +
        `more than the limit of ${boundText(bound)}`;
    }
    case "shrinking": {
      const { left, peak, bound } = refused;
      return `Refused: only ${entries(left)} would be left of the ${number(peak)} that the replica held ` +
        `within the last hour, less than the limit of ${boundText(bound)} allows`;
    }
    case "free-space": {
      const { needed, free } = refused;
      return `Refused: the replica needs ${counted(needed, "byte")} of free space and has ${number(free)}`;
    }
  }
}

function adviceText(refused: Guarded, dryRun: boolean): string {
  const option = overrideOf(refused);
  const look = dryRun ? "" : "Look at it with --dry-run";
  const advice = refused.rule === "free-space"
    ? `free some space, or add ${option} to copy what fits`
    : `if you mean it, add ${option}`;
  return look === "" ? `${advice.charAt(0).toUpperCase()}${advice.slice(1)}` : `${look}; ${advice}`;
}

/** `"a", "b" and 3 more`: what would be deleted. */
export function namesText({ removals, examples }: { removals: number; examples: readonly string[] }): string {
  const more = removals - examples.length;
  return examples.map(shown).join(", ") + (more > 0 ? ` and ${number(more)} more` : "");
}

/** "12 of its 40 entries". */
function numberOf(part: number, all: number): string {
  return part === all ? `all its ${entries(all)}` : `${number(part)} of its ${entries(all)}`;
}

function boundText({ unit, value }: Bound): string {
  return unit === "percent" ? `${value}%` : entries(value);
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
    case "strange-link":
      return `the link ${
        shown(fault.link)
      } on its path belongs to user ${fault.owner}, a stranger who can lead it ` +
        "elsewhere; name the folder that it leads to, or give the link to root or to the user who runs Lockstep";
    case "blocked": {
      const is = { link: "a link", mount: "on another file system", other: "no folder" }[fault.by];
      const leaves = fault.by === "mount"
        ? "which --one-file-system leaves alone"
        : 'which the job "top" mirrors';
      return `${shown(fault.path)} in the whole tree is ${is}, ${leaves}; make the split anew`;
    }
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
        `with ${counted(bytesLeft, "byte")} left to copy; ` +
        `${
          removing ? "" : "no removal was begun, since all is copied first, and "
        }no file was left half-written`;
    }
    case "lost":
      return `The replica ${shown(halted.path)} went away during the pass; nothing more was touched`;
    case "failing": {
      const { path, reason, failed } = halted;
      return `The replica's disk fails again and again: ${reasonText(reason)} at ${shown(path)}, ` +
        `after ${failed - 1} failures; nothing more was touched`;
    }
  }
}
