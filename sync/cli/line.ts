/** Each event as lines for a person: the words of the console and of the log file. Pure. */
import { type Kind, shown } from "../engine/entry.ts";
import type { Event, Report } from "../engine/event.ts";
import type { Change } from "../engine/plan.ts";
import { showDuration } from "../timing/duration.ts";
import { format as formatBytes } from "@std/fmt/bytes";

export type Level = "debug" | "info" | "warning" | "error";

export interface Line {
  readonly level: Level;
  readonly text: string;
}

/** The lines of an event; none for one that is only for the progress line. */
export function linesOf(event: Event): Line[] {
  switch (event.kind) {
    case "start":
      return [{
        level: "debug",
        text: `pass ${event.pass} begins${event.whole ? "" : ", of some folders"}${
          event.planned ? " (dry run)" : ""
        }`,
      }];
    case "notice":
      return [{ level: "info", text: event.text }];
    case "progress":
      return [];
    case "change":
      return changeLines(event.change, event.planned ? " (planned)" : "");
    case "failure": {
      const { action, path, side, reason } = event;
      const where = side === "source" ? "in the source" : "in the replica";
      return [{ level: "error", text: `Cannot ${action} ${shown(path)} ${where}: ${reason.text}` }];
    }
    case "unmirrored": {
      const { what, paths } = event;
      const [first = ""] = paths;
      const others = paths.length > 1 ? ` and ${paths.length - 1} more` : "";
      const hint = what === "fifo" ? "; run with --allow-run=mkfifo to have them made" : "";
      return [{ level: "warning", text: `Not mirrored: ${what} ${shown(first)}${others}${hint}` }];
    }
    case "refused":
    case "unusable":
    case "locked":
    case "halted":
      return [{ level: "error", text: event.text }];
    case "interrupted":
      return [{ level: "warning", text: "Asked to stop: the pass is not complete" }];
    case "end":
      return [{ level: levelOf(event.report), text: summary(event.report) }];
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

/** One line about a pass: a short one when there was nothing to do. */
export function summary(report: Report): string {
  const { created, updated, attributes, removed, failed, planned } = report;
  const took = showDuration(report.duration);
  const compared = report.entries.source.toLocaleString("en-US");
  if (report.ended === "complete" && created + updated + attributes + removed + failed === 0) {
    return `in step: nothing to do for ${compared} entries, ${took}`;
  }
  const counts =
    `created ${created}, updated ${updated}, attributes ${attributes}, removed ${removed}, failed ${failed}, ` +
    (report.unmirrored > 0 ? `not mirrored ${report.unmirrored}, ` : "") +
    `${formatBytes(report.bytes, { binary: true })} in ${took}`;
  const words: Record<Report["ended"], string> = {
    complete: failed > 0 ? "not all in step" : "in step",
    refused: "refused",
    unusable: "not possible",
    locked: "not possible",
    halted: "cut short",
    interrupted: "interrupted",
  };
  return `${planned && report.ended === "complete" ? "planned" : words[report.ended]}: ${counts}`;
}

function levelOf(report: Report): Level {
  return report.ended === "complete" && report.failed === 0 ? "info" : "warning";
}
