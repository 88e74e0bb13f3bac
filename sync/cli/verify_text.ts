/** The words for what a check found. Pure. */
import { type Finding, type FoundAt, isDifference, type Unhealed, type Verified } from "../engine/checked.ts";
import { shown } from "../engine/entry.ts";
import { showDuration } from "../timing/duration.ts";
import { differenceText } from "./difference.ts";
import { counted, number, size } from "./quantity.ts";

/** How loudly it is said. */
export function levelOfFinding(finding: Finding): "error" | "warning" | "info" {
  return finding.what === "rot" ? "error" : isDifference(finding) ? "warning" : "info";
}

export function findingText({ path, finding }: FoundAt): string {
  return `${shown(path)} ${textOf(finding)}`;
}

function textOf(finding: Finding): string {
  switch (finding.what) {
    case "missing":
      return "is missing in the replica";
    case "extra":
      return "is only in the replica";
    case "differs": {
      const { differences } = finding;
      return `differs: ${differences.length === 0 ? "kind" : differences.map(differenceText).join(", ")}`;
    }
    case "content":
      return "differs: content, although size and time agree: one of the two is rotten";
    case "gone":
      return "is missing: it is in the manifest";
    case "unnoted":
      return "is not in the manifest";
    case "edited":
      return "was edited: it has another size or time than in the manifest";
    case "rot":
      return rotText(finding);
    case "healed":
      return "was rotten in the replica, and was copied anew";
    case "changing":
      return "is changing: nothing can be said of it now";
  }
}

function rotText({ side, why }: Extract<Finding, { what: "rot" }>): string {
  if (side === "source") {
    return "is ROTTEN IN THE SOURCE: its contents have changed, its size and time have not. The replica's is what it was: " +
      "bring it back from there";
  }
  if (side === "both") {
    return "is ROTTEN ON BOTH SIDES: neither holds what the manifest says, although size and time do. The replica was " +
      "left alone";
  }
  const rot = "is ROTTEN: its contents have changed, its size and time have not";
  return why === undefined ? rot : `${rot}. It was not healed: ${UNHEALED[why]}`;
}

const UNHEALED: Readonly<Record<Unhealed, string>> = {
  "source-edited": "the source has another version by now, which the next pass copies",
  "source-gone": "the source has it no more",
  failed: "it could not be read in the source, or copied",
};

/** Whether a check came to an end with nothing to be said against. */
export function isFine({ findings, failed, ended }: Verified): boolean {
  return findings + failed === 0 && ended !== "interrupted";
}

/** One line on what a check came to. */
export function verifiedText(
  { files, bytes, of, findings, healed, changing, failed, ended, runs, duration }: Verified,
) {
  const parts = [
    ...findings > 0 ? [counted(findings, "difference")] : [],
    ...healed > 0 ? [`${number(healed)} healed`] : [],
    ...changing > 0 ? [`${number(changing)} changing`] : [],
    ...failed > 0 ? [`${number(failed)} not read`] : [],
  ];
  const found = parts.length === 0 ? "no difference" : parts.join(", ");
  const took = `${size(bytes)} in ${showDuration(duration)}`;
  if (ended === "complete" && files === of.files) {
    return `checked: ${found}, ${counted(files, "file")}, ${took}`;
  }
  const share = of.bytes + of.files === 0 ? 100 : Math.floor(100 * (bytes + files) / (of.bytes + of.files));
  const part = `${number(files)} of ${counted(of.files, "file")} (${share}%), ${took}`;
  if (ended === "complete") return `checked to the end: ${found}, ${part}; all has been checked by now`;
  const rest = runs === null ? "" : `; ${counted(runs, "more run")} like this one, and all has been checked`;
  return `${ended === "interrupted" ? "interrupted" : "checked a part"}: ${found}, ${part}${rest}`;
}
