/**
 * What is wrong in a pass, and what to do about it: the words of the log, the first of them, and one piece of advice for each
 * kind of trouble. Pure.
 */
import { linesOf } from "../../cli/line.ts";
import { overrideOf } from "../../cli/refusal.ts";
import { shown } from "../../engine/entry.ts";
import type { Event, RootFault } from "../../engine/event.ts";
import type { Report } from "../../engine/report.ts";

/** What was wrong in a pass so far. */
export interface Trouble {
  /** What ended the pass, then what failed, then what was left: the first of each. */
  readonly ended: string[];
  readonly failed: string[];
  readonly left: string[];
  readonly advice: Set<string>;
  count: number;
}

/** So many are shown in all. */
const SHOWN = 10;
/** Characters of one: a path may have thousands. */
const LONGEST = 500;

export function newTrouble(): Trouble {
  return { ended: [], failed: [], left: [], advice: new Set(), count: 0 };
}

/** Take an event in. `report`: what the pass came to with it. `allow`: the file by which what is refused is let through once. */
export function note(trouble: Trouble, event: Event, report: Report, allow: () => string | null): void {
  const list = listOf(trouble, event);
  if (list === null) return;
  trouble.count++;
  if (list.length >= SHOWN) return;
  const [line] = linesOf(event, report);
  if (line === undefined || line.level === "info" || line.level === "debug") {
    trouble.count--;
    return;
  }
  list.push(line.text.length > LONGEST ? `${line.text.slice(0, LONGEST)}…` : line.text);
  const advice = adviceOn(event, allow);
  if (advice !== null) trouble.advice.add(advice);
}

/** The first problems, and how many more there are. */
export function told({ ended, failed, left, advice, count }: Trouble) {
  const problems = [...ended, ...failed, ...left].slice(0, SHOWN);
  return { problems, more: count - problems.length, advice: [...advice].slice(0, 4) };
}

function listOf(trouble: Trouble, event: Event): string[] | null {
  switch (event.kind) {
    case "refused":
    case "unusable":
    case "locked":
    case "halted":
    case "interrupted":
      return trouble.ended;
    case "failure":
    case "untrashed":
    case "state-unwritten":
    case "finding":
      return trouble.failed;
    case "left":
    case "vanished":
    case "conflict":
      return trouble.left;
    default:
      return null;
  }
}

/** What helps; null where the text itself says so. */
function adviceOn(event: Event, allow: () => string | null): string | null {
  switch (event.kind) {
    case "refused": {
      if (event.rule === "declined") return "Run it again, and answer with y, if it is to be done after all.";
      const option = overrideOf(event);
      const file = allow();
      const once = file === null
        ? ""
        : ` To let it through once, put ${option} into the file ${shown(file)}.`;
      return `Nothing was changed. See that it is the right folder and that its disk is there. If it is as you want it, ` +
        `run once with ${option}.${once}`;
    }
    case "unusable":
      return rootAdvice(event.fault, event.side);
    case "locked":
      return "If no other run should be there, look for one that hangs: the lock goes with it.";
    case "halted":
      if (event.code === "full") {
        return "Free some space on the replica's disk: the next pass goes on from there.";
      }
      if (event.code === "lost") {
        return "Plug the replica's disk in again, or mount it: the next pass goes on from there.";
      }
      return "The replica's disk may be dying: look at the system's log, and copy what matters elsewhere.";
    case "interrupted":
      return "The next pass goes on from there; nothing is half-written.";
    case "failure":
      return reasonAdvice(event.reason.code);
    case "untrashed":
      return "Make room in the trash: lockstep trash empty, --trash-keep or --trash-max.";
    case "finding":
      return "Run lockstep verify on the two folders: it tells rot from edits.";
    case "left":
      return event.why === "changed"
        ? "Make a new plan: what the old one was decided on has changed."
        : "What was edited in the replica was left: carry it to the source by lockstep bring-back, or undo the edit.";
    case "conflict":
      return "The replica's version is in the trash: lockstep trash list shows it.";
    default:
      return null;
  }
}

function rootAdvice({ code }: RootFault, side: string): string | null {
  switch (code) {
    case "absent":
    case "disk-away":
    case "disk-unknown":
    case "went-away":
    case "lost":
    case "fault":
      return `Plug in or mount the disk of the ${side}, and see that its path is right. ` +
        "Nothing is deleted while it is away; the next pass tries again.";
    case "no-parent":
      return `Mount the disk of the ${side}, or make the folder that should hold it.`;
    default:
      return null;
  }
}

/** What helps against what a system says, or we; null where nobody knows. */
function reasonAdvice(code: string): string | null {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "Permission denied: let the user who runs Lockstep read the source and write the replica, or leave the " +
        "path out by --exclude.";
    case "IN_USE":
      return "Close it in the program that has it open, or leave it: the next pass tries again.";
    case "WINDOWS_NAME":
      return "Rename it from the system that gave it that name, or leave it out by --exclude.";
    case "NOTCAPABLE":
      return "Deno may not do it: run with the permission that is named.";
    case "ENOSPC":
    case "EDQUOT":
      return "Free some space on the replica's disk, or raise the quota.";
    case "EROFS":
      return "The replica's disk is mounted read-only: mount it for writing; a disk with errors is often set so.";
    case "EIO":
    case "EUCLEAN":
      return "The disk gives errors: look at the system's log, and copy what matters elsewhere before it fails.";
    case "ENAMETOOLONG":
    case "ILLEGAL":
    case "COLLISION":
    case "EILSEQ":
    case "DROPPED":
    case "MISSPELLED":
    case "NOT_UTF8":
      return "The replica cannot have such a name: rename it in the source, or leave it out by --exclude.";
    case "EFBIG":
      return "The replica's file system takes no file of that size: leave it out by --max-size, or use another disk.";
    case "CHANGED":
    case "CHANGING":
    case "REPLACED":
    case "EDITED":
      return "A file was written to while it was read: the next pass tries again. Leave out what never rests by --exclude.";
    case "TRASH":
    case "UNTRASHED":
      return "Make room in the trash: lockstep trash empty, --trash-keep or --trash-max.";
    case "ROTTEN":
    case "DIFFERS":
      return "Run lockstep verify on the two folders: it tells rot from edits.";
    default:
      return null;
  }
}
