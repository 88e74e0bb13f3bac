/** The report of `lockstep doctor`: plain text for people, to be pasted, and one object for programs. Pure. */
import { type Remark, type Section, SECTIONS, type Verdict } from "../engine/doctor/remark.ts";
import { aboutText, adviceText, remarkText } from "./doctor_words.ts";
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

/** From how many lines on the verdict is said at the end, too. */
const LONG = 20;

/** The whole report: the verdict first. `masked`: names were left out of it. */
export function reportText(all: readonly Examined[], masked: boolean): string {
  const lines: string[] = [];
  for (const [i, { job, remarks }] of all.entries()) {
    if (job !== null) lines.push(...i === 0 ? [] : [""], `Job ${printable(job)}`, "");
    const sections = SECTIONS.filter((one) =>
      i === 0 || OF_PAIR.includes(one) || differs(one, remarks, all[0]!)
    );
    for (const section of sections) {
      const found = remarks.filter((one) => one.section === section && !isGathered(one));
      if (found.length === 0) continue;
      lines.push(...lines.length === 0 || lines.at(-1) === "" ? [] : [""], HEADINGS[section]);
      for (const remark of found) lines.push(...linesOf(remark));
    }
  }
  const verdict = summary(all);
  const again = lines.length < LONG ? [] : [verdict, ""];
  return [verdict, "", ...lines, "", ...gathered(all), ...again, ...ending(masked)].join("\n");
}

/** What a permission would tell is said in one line. */
function isGathered({ verdict, by }: Remark): boolean {
  return verdict === "unknown" && typeof by === "string";
}

/** That line, and what would tell all of it. */
function gathered(all: readonly Examined[]): string[] {
  const remarks = all.flatMap((one) => one.remarks).filter(isGathered);
  if (remarks.length === 0) return [];
  const about = [...new Set(remarks.map(aboutText))].join(", ");
  return [`Unknown: ${printable(about)}. To know more, run again with ${flagsIn(remarks)}`, ""];
}

/** The flags that would tell, those of one kind joined. */
function flagsIn(remarks: readonly Remark[]): string {
  const flags = new Map<string, Set<string>>();
  for (const { by } of remarks) {
    const [name = "", value] = (by ?? "").split("=");
    const values = flags.get(name) ?? new Set();
    if (value !== undefined) values.add(value);
    flags.set(name, values);
  }
  return [...flags].map(([name, values]) => values.size === 0 ? name : `${name}=${[...values].join(",")}`)
    .join(" ");
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
  return [line, `  ${" ".repeat(WIDEST)}    -> ${printable(advice)}`];
}

function summary(all: readonly Examined[]): string {
  const remarks = all.flatMap((one) => one.remarks);
  const count = (verdict: Verdict) => remarks.filter((one) => one.verdict === verdict).length;
  const [fails, unsafe, slow] = [count("fails"), count("unsafe"), count("slow")];
  const others: readonly (readonly [number, string])[] = [
    [fails > 0 ? unsafe : 0, "unsafe"],
    [slow, "slow"],
    [count("note"), count("note") === 1 ? "note" : "notes"],
    [count("unknown"), "unknown"],
  ];
  const rest = others.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`).join(
    ", ",
  );
  return `${verdictOf(fails, unsafe, slow)}${rest === "" ? "" : `; ${rest}`}.`;
}

function verdictOf(fails: number, unsafe: number, slow: number): string {
  if (fails > 0) return `A run would fail, for ${counted(fails, "reason")}`;
  if (unsafe > 0) {
    return `A run would begin, but ${unsafe === 1 ? "1 thing is" : `${unsafe} things are`} unsafe`;
  }
  return slow > 0 ? "Nothing is unsafe" : "Nothing is unsafe or slow";
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
