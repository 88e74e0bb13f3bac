/** Each event as lines for a person: the words of the console and of the log file. Pure. */
import { type Kind, shown } from "../engine/entry.ts";
import type { Change } from "../engine/change.ts";
import type { Event, Failure, Report, Unmirrored } from "../engine/event.ts";
import { showDuration } from "../timing/duration.ts";
import { format as formatBytes } from "@std/fmt/bytes";
import { noticeText } from "./notice.ts";
import { reasonText } from "./reason.ts";
import { haltedText, refusalText } from "./refusal.ts";

export type Level = "debug" | "info" | "warning" | "error";

export interface Line {
  readonly level: Level;
  readonly text: string;
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
      return [{ level: "info", text: noticeText(event) }];
    case "progress":
    case "compared":
      return [];
    case "change":
      return changeLines(event.change, event.planned ? " (planned)" : "");
    case "failure":
      return [{ level: "error", text: failureText(event) }];
    case "unmirrored":
      return [{ level: "warning", text: unmirroredText(event) }];
    case "refused":
    case "unusable":
    case "locked":
      return [{ level: "error", text: refusalText(event) }];
    case "halted":
      return [{ level: "error", text: haltedText(event) }];
    case "interrupted":
      return [{ level: "warning", text: "Asked to stop: the pass is not complete" }];
    case "end":
      return [{ level: levelOf(report), text: summary(report) }];
  }
}

function changeLines(change: Change, mark: string): Line[] {
  const lines: Line[] = [];
  if (change.kind === "create" && change.was) {
    lines.push({ level: "info", text: `remove ${change.was.kind} ${shown(change.path)}${mark}` });
  }
  const entry = change.kind === "remove" ? change.was : change.entry;
  const other = "hardLinkTo" in change && change.hardLinkTo !== undefined
    ? ` as another name of ${shown(change.hardLinkTo)}`
    : "";
  const size = other || (entry.kind === "file" ? ` ${entry.size} bytes` : "");
  lines.push({
    level: "info",
    text: `${change.kind} ${entry.kind satisfies Kind} ${shown(change.path)}${size}${mark}`,
  });
  return lines;
}

function failureText({ action, side, path, reason }: Failure): string {
  const deed = action === "attributes" ? "set the attributes of" : action;
  return `Cannot ${deed} ${shown(path)} in the ${side}: ${reasonText(reason)}`;
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

/** One line about a pass: a short one when there was nothing to do. */
export function summary(report: Report): string {
  const { created, updated, attributes, removed, failed, unmirrored, ended } = report;
  const took = showDuration(report.duration);
  if (ended === "complete" && isIdle(report)) {
    const compared = report.entries.source;
    const entries = compared === 1 ? "1 entry" : `${compared.toLocaleString("en-US")} entries`;
    return `in sync: nothing to do for ${entries}, ${took}`;
  }
  const counts =
    `created ${created}, updated ${updated}, attributes ${attributes}, removed ${removed}, failed ${failed}, ` +
    (unmirrored > 0 ? `not mirrored ${unmirrored}, ` : "") +
    `${formatBytes(report.bytes, { binary: true })} in ${took}`;
  return `${endingOf(report)}: ${counts}`;
}

/** Whether a pass neither changed anything nor failed to. */
export function isIdle({ created, updated, attributes, removed, failed }: Report): boolean {
  return created + updated + attributes + removed + failed === 0;
}

function endingOf({ ended, dryRun, failed }: Report): string {
  if (ended !== "complete") return ENDINGS[ended];
  if (dryRun) return "planned";
  return failed > 0 ? "not all in sync" : "in sync";
}

function levelOf(report: Report): Level {
  return report.ended === "complete" && report.failed === 0 ? "info" : "warning";
}
