/** The report of `lockstep doctor`: plain text for people, to be pasted, and one object for programs. Pure. */
import { type Remark, type Section, SECTIONS, type Verdict } from "../engine/doctor/remark.ts";
import { adviceText, remarkText } from "./doctor_words.ts";
import { lineOf } from "./json_line.ts";
import { counted } from "./quantity.ts";
import { printable } from "./reason.ts";

/** What is said of one pair of folders, or of the system alone. */
export interface Examined {
  /** Of a file of jobs; null for none. */
  readonly job: string | null;
  readonly remarks: readonly Remark[];
}

/** The sections of a pair; the others are of the system, and are told once. */
const OF_PAIR: readonly Section[] = ["roots", "holds"];

const HEADINGS: Readonly<Record<Section, string>> = {
  system: "System",
  versions: "Versions",
  permissions: "Permissions",
  limits: "Limits",
  roots: "Folders",
  holds: "What the replica can hold",
  edge: "Calls and threads",
};

const MARKS: Readonly<Record<Verdict, string>> = {
  ok: "ok",
  note: "note",
  slow: "slow",
  unsafe: "UNSAFE",
  fails: "FAILS",
  unknown: "?",
};
const WIDEST = Math.max(...Object.values(MARKS).map((mark) => mark.length));

/** The whole report. `masked`: names were left out of it. */
export function reportText(all: readonly Examined[], masked: boolean): string {
  const lines: string[] = [];
  for (const [i, { job, remarks }] of all.entries()) {
    if (job !== null) lines.push(...i === 0 ? [] : [""], `Job ${printable(job)}`, "");
    const sections = SECTIONS.filter((one) =>
      i === 0 || OF_PAIR.includes(one) || differs(one, remarks, all[0]!)
    );
    for (const section of sections) {
      const found = remarks.filter((one) => one.section === section);
      if (found.length === 0) continue;
      lines.push(...lines.length === 0 || lines.at(-1) === "" ? [] : [""], HEADINGS[section]);
      for (const remark of found) lines.push(...linesOf(remark));
    }
  }
  return [...lines, "", summary(all), "", ...ending(masked)].join("\n");
}

/** Whether a section of one job says something else than that of the first. */
function differs(section: Section, remarks: readonly Remark[], first: Examined): boolean {
  const textOf = (remarks: readonly Remark[]) =>
    JSON.stringify(remarks.filter((one) => one.section === section && one.code !== "clock"));
  return textOf(remarks) !== textOf(first.remarks);
}

function linesOf(remark: Remark): string[] {
  const advice = adviceText(remark);
  const line = `  ${MARKS[remark.verdict].padEnd(WIDEST)}  ${printable(remarkText(remark))}`;
  if (advice === null) return [line];
  // where nothing is known one line is enough
  if (remark.by) return [`${line}. ${printable(advice)}`];
  return [line, `  ${" ".repeat(WIDEST)}    -> ${printable(advice)}`];
}

function summary(all: readonly Examined[]): string {
  const remarks = all.flatMap((one) => one.remarks);
  const count = (verdict: Verdict) => remarks.filter((one) => one.verdict === verdict).length;
  const parts = ([["fails", "fails", "fail"], ["unsafe", "is unsafe", "are unsafe"], [
    "slow",
    "is slow",
    "are slow",
  ]] as const)
    .flatMap(([verdict, one, many]) => {
      const number = count(verdict);
      return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
    });
  const rest = `${counted(count("note"), "note")}, ${count("unknown")} that cannot be told`;
  return `${parts.length === 0 ? "Nothing is unsafe or slow" : parts.join(", ")}; ${rest}.`;
}

function ending(masked: boolean): string[] {
  const names = masked
    ? "Names of folders, user and machine were left out."
    : "It has names of folders in it: --redact leaves them out.";
  return [
    `To report a bug, attach this text, the exact command, what it printed with --verbose, and its exit status.`,
    names,
  ];
}

/** The same for programs: one line. */
export function reportJson(all: readonly Examined[], status: number, now: number): string {
  return lineOf({
    kind: "doctor",
    status,
    examined: all.map(({ job, remarks }) => ({
      ...(job !== null && { job }),
      remarks: remarks.map((remark) => ({
        ...remark,
        text: remarkText(remark),
        ...(adviceText(remark) !== null && { advice: adviceText(remark) }),
      })),
    })),
  }, now).trimEnd();
}
