/** Each event as lines for a person: the words of the console and of the log file. Pure. */
import { type Kind, shown } from "../engine/entry.ts";
import type { Change } from "../engine/change.ts";
import type { Difference } from "../engine/change.ts";
import type { Event, Failure, Unmirrored } from "../engine/event.ts";
import type { Report } from "../engine/report.ts";
import { showDuration } from "../timing/duration.ts";
import { noticeText } from "./notice.ts";
import { differenceText } from "./difference.ts";
import { counted, entries, number, size } from "./quantity.ts";
import { reasonText } from "./reason.ts";
import { findingText, isFine, levelOfFinding, verifiedText } from "./verify_text.ts";
import { haltedText, refusalText } from "./refusal.ts";

export type Level = "debug" | "info" | "warning" | "error";

export interface Line {
  readonly level: Level;
  readonly text: string;
  /** What the console treats by itself: a single operation, or what a pass came to. */
  readonly mark?: "operation" | "summary";
}

/** The lines of an event; none for one that is only for the progress line. `report` is that of the pass so far. */
export function linesOf(event: Event, report: Report): Line[] {
  switch (event.kind) {
    case "start": {
      const { pass, whole, dryRun } = event;
      const text = `pass ${pass} begins${whole ? "" : ", of some folders"}${dryRun ? " (dry run)" : ""}`;
      return [{ level: "debug", text }];
    }
    case "notice":
      return [{
        level: ["unlocked", "locked-alone"].includes(event.code) ? "warning" : "info",
        text: noticeText(event),
      }];
    case "progress":
    case "compared":
      return [];
    case "change":
      return changeLines(event.change, event.differences ?? [], event.planned ? " (planned)" : "");
    case "failure":
      return [{ level: "error", text: failureText(event) }];
    case "vanished":
      return [{ level: "warning", text: vanishedText(event) }];
    case "decided":
      return [{ level: "info", text: decidedText(event) }];
    case "left":
      return [{ level: "warning", text: leftText(event) }];
    case "untrashed":
      return [{ level: "error", text: untrashedText(event) }];
    case "conflict":
      return [{ level: "warning", text: conflictText(event.path) }];
    case "brought-back":
      return [broughtBack(event.change)];
    case "state-unwritten":
      return [{ level: "error", text: unwrittenText(event) }];
    case "unmirrored":
      return [{ level: "warning", text: unmirroredText(event) }];
    case "refused":
    case "unusable":
    case "locked":
      return [{ level: "error", text: refusalText(event, report.dryRun) }];
    case "halted":
      return [{ level: "error", text: haltedText(event) }];
    case "interrupted":
      return [{ level: "warning", text: "Asked to stop: the pass is not complete" }];
    case "finding":
      return [{ level: levelOfFinding(event.finding), text: findingText(event) }];
    case "verified":
      return [{ level: isFine(event) ? "info" : "warning", text: verifiedText(event), mark: "summary" }];
    case "end":
      return [{ level: levelOf(report), text: summary(report), mark: "summary" }];
  }
}

/** The lines of a change; `mark`: what stands behind each. */
export function changeLines(change: Change, differences: readonly Difference[], mark: string): Line[] {
  const lines: Line[] = [];
  if (change.kind === "create" && change.was) {
    lines.push(operation(`remove ${change.was.kind} ${shown(change.path)}${mark}`));
  }
  const name = change.kind === "move" ? `${shown(change.from)} -> ${shown(change.path)}` : shown(change.path);
  const { kind } = (change.kind === "remove" ? change.was : change.entry) satisfies { readonly kind: Kind };
  const why = differences.length === 0 ? "" : `: ${differences.map(differenceText).join(", ")}`;
  lines.push(operation(`${change.kind} ${kind} ${name}${detail(change)}${why}${mark}`));
  return lines;
}

function operation(text: string): Line {
  return { level: "info", text, mark: "operation" };
}

/** What there is to say of an entry beside its name. */
function detail(change: Change): string {
  if ("hardLinkTo" in change && change.hardLinkTo !== undefined) {
    return ` as another name of ${shown(change.hardLinkTo)}`;
  }
  const entry = change.kind === "remove" ? change.was : change.entry;
  // plain digits, for whoever reads the log by a program
  return change.kind !== "attributes" && change.kind !== "move" && entry.kind === "file"
    ? ` ${entry.size} ${entry.size === 1 ? "byte" : "bytes"}`
    : "";
}

function vanishedText({ count, first }: { readonly count: number; readonly first: string }): string {
  const which = count === 1 ? shown(first) : `the first ${shown(first)}`;
  return `${entries(count)} vanished from the source while being read, ${which}: the next pass looks again`;
}

export function failureText({ action, side, path, reason }: Failure): string {
  if (action === "note") {
    return `Cannot ${path === "" ? "keep the manifest" : `note ${shown(path)} in the manifest`}: ${
      reasonText(reason)
    }`;
  }
  const deed = action === "attributes" ? "set the attributes of" : action;
  return `Cannot ${deed} ${shown(path)} in the ${side}: ${reasonText(reason)}`;
}

function leftText({ path, why }: Extract<Event, { readonly kind: "left" }>): string {
  const reason = {
    changed: "it is not as it was when the plan was made",
    edited: "it was edited in the replica",
    made: "it was made in the replica",
    unsure: "it was edited in the replica before the state file knew of it; lockstep bring-back carries it",
    stuck: "it cannot be brought back, for something else stands in the source, or it is excluded",
    conflict: "it was edited in the replica, and the source changed, too",
  }[why];
  return `Left ${shown(path)}: ${reason}`;
}

export function untrashedText({ count, reason }: Extract<Event, { readonly kind: "untrashed" }>): string {
  return `${entries(count)} more ${count === 1 ? "stays" : "stay"} in the replica: ${reasonText(reason)}`;
}

function decidedText(
  { steps, hold, done, left, others }: Extract<Event, { readonly kind: "decided" }>,
): string {
  const rest = [
    done > 0 ? `${number(done)} ${done === 1 ? "is" : "are"} done already` : "",
    left > 0 ? `${number(left)} left` : "",
  ]
    .filter((words) => words !== "").join(", ");
  const beside = others === 0
    ? ""
    : `; ${counted(others, "other change")} ${others === 1 ? "waits" : "wait"} for the next pass`;
  return `Of ${counted(steps, "step")} decided on, ${number(hold)} ${hold === 1 ? "holds" : "hold"}` +
    `${rest === "" ? "" : `, ${rest}`}${beside}`;
}

function conflictText(path: string): string {
  return `Conflict at ${shown(path)}: it was edited in the replica, and the source changed, too; ` +
    "the source wins, and the replica's version goes to the trash";
}

function broughtBack(change: Change): Line {
  const { kind } = (change.kind === "remove" ? change.was : change.entry) satisfies { readonly kind: Kind };
  const how = change.kind === "create" ? "new in the source" : "the source's version goes to the trash";
  return operation(`bring back ${kind} ${shown(change.path)}${detail(change)}: ${how}`);
}

function unwrittenText({ path, reason }: Extract<Event, { readonly kind: "state-unwritten" }>): string {
  return `Cannot write the state file ${shown(path)}: ${reasonText(reason)}; ` +
    "what this pass changes may be taken for an edit until it can be written again";
}

function unmirroredText({ what, paths }: { what: Unmirrored["what"]; paths: readonly string[] }): string {
  const [first = ""] = paths;
  const others = paths.length > 1 ? ` and ${paths.length - 1} more` : "";
  const hint = what === "fifo" ? "; run with --allow-run=mkfifo to have them made" : "";
  return `Not mirrored: ${what} ${shown(first)}${others}${hint}`;
}

const ENDINGS: Readonly<Record<Exclude<Report["ended"], "complete">, string>> = {
  refused: "refused",
  unusable: "not possible",
  locked: "not possible",
  halted: "cut short",
  interrupted: "interrupted",
};

/** One line about a pass: a short one when it changed nothing. */
export function summary(report: Report): string {
  const { created, updated, attributes, removed, moved, failed, vanished, left, unmirrored, ended } = report;
  const took = showDuration(report.duration);
  if (ended === "complete" && isIdle(report)) {
    if (report.decided) return `nothing is left to do of what was decided, ${took}`;
    return `in sync: nothing to do for ${entries(report.entries.source)}, ${took}`;
  }
  if (created + updated + attributes + removed + moved === 0) {
    const failures = (failed > 0 ? `${entries(failed)} failed, ` : "") +
      (left > 0 ? `${entries(left)} left, ` : "");
    return `${endingOf(report)}: ${failures}nothing was changed, ${took}`;
  }
  const counts = `created ${created}, updated ${updated}, attributes ${attributes}, removed ${removed}, ` +
    (moved > 0 ? `moved ${moved}, ` : "") +
    `failed ${failed}, ` +
    (vanished > 0 ? `vanished ${vanished}, ` : "") +
    (left > 0 ? `left ${left}, ` : "") +
    (unmirrored > 0 ? `not mirrored ${unmirrored}, ` : "") +
    `${size(report.bytes)} in ${took}`;
  return `${endingOf(report)}: ${counts}`;
}

/** Whether a pass neither changed anything nor failed to. */
export function isIdle(report: Report): boolean {
  const { created, updated, attributes, removed, moved, failed, vanished, left } = report;
  return created + updated + attributes + removed + moved + failed + vanished + left === 0;
}

const HALTS: Readonly<Record<NonNullable<Report["halted"]>, string>> = {
  full: "the replica is full",
  lost: "the replica is gone",
  failing: "the replica's disk fails",
};

function endingOf({ ended, halted, decided, dryRun, failed, vanished, left }: Report): string {
  if (halted !== null) return `${ENDINGS.halted}, ${HALTS[halted]}`;
  if (ended !== "complete") return dryRun && ended === "refused" ? "planned, but refused" : ENDINGS[ended];
  if (dryRun) return "planned";
  // what was not decided on may well differ
  if (decided && failed + vanished > 0) return "not all done as decided";
  if (decided) return left > 0 ? "done as decided but for what was left" : "done as decided";
  if (failed > 0) return "not all in sync";
  if (left > 0) return "in sync but for what was left";
  return vanished > 0 ? "in sync but for what vanished" : "in sync";
}

function levelOf(report: Report): Level {
  return report.ended === "complete" && report.failed === 0 ? "info" : "warning";
}
