/** The command `status` carried out: reads status files, and says whether the mirrors are well. */
import { wholePath } from "../whole_path.ts";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { nearest } from "../cli/nearest.ts";
import { missing } from "../cli/permissions.ts";
import { reasonText } from "../cli/reason.ts";
import { kindAt } from "../cli/paths.ts";
import { parseStatus } from "../cli/status.ts";
import { shown } from "../engine/entry.ts";
import { healthOf, PLUGIN_STATUS } from "../observers/health.ts";
import { type Checked, checkupJson, checkupOf, checkupText } from "../observers/health_text.ts";
import { readStatus } from "../observers/status_file.ts";
import { readKept } from "../records/kept_text.ts";

/** Do what the words after "status" ask for. Whatever goes wrong is UNKNOWN, on standard output: a plug-in's is read. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseStatus(words);
  if (asked.kind === "help") return { text: asked.text, status: STATUS.inSync };
  if (asked.kind === "usage") return answerOf([], [asked.text], false);
  const { config, maxAge, json } = asked;
  const place = config === null ? { files: asked.files, jobs: null } : await placeOf(config);
  if (typeof place === "string") {
    const folder = asked.jobs.find((word) => kindAt(word) === "folder");
    return answerOf([], [folder === undefined ? place : folderText(folder)], json);
  }
  const now = Date.now();
  const found: Checked[] = [];
  const unknown: string[] = [];
  for (const typed of place.files) {
    const read = await readOne(typed);
    if (typeof read === "string") unknown.push(read);
    else for (const job of read.file.jobs) found.push({ job, health: healthOf(job, read, maxAge, now) });
  }
  if (unknown.length > 0 && found.length === 0) return answerOf([], unknown, json);
  // what has left the file of jobs is no matter any more
  const wanted = asked.jobs.length > 0 ? asked.jobs : place.jobs;
  const jobs = wanted === null ? found : found.filter(({ job }) => wanted.includes(job.name ?? ""));
  const names = found.flatMap(({ job }) => job.name ?? []);
  for (const name of (wanted ?? []).filter((one) => !names.includes(one))) {
    unknown.push(unknownText(name, names, place.jobs));
  }
  return answerOf(jobs, unknown, json);
}

/** `names`: the jobs that have a status; `listed`: those of the file of jobs, if there is one. */
function unknownText(name: string, names: readonly string[], listed: readonly string[] | null): string {
  if (listed?.includes(name)) return `The job ${shown(name)} has no status yet: no run has begun with it`;
  const all = listed ?? names;
  const near = nearest(name, all);
  const more = all.length > LISTED ? ` and ${all.length - LISTED} more` : "";
  const known = all.length === 0
    ? "no job has a name"
    : near !== null
    ? `did you mean ${shown(near)}?`
    : `there are ${all.slice(0, LISTED).map(shown).join(", ")}${more}`;
  return `There is no job ${shown(name)}: ${known}`;
}

/** How many names of jobs are listed, where none is near. */
const LISTED = 8;

function answerOf(jobs: readonly Checked[], unknown: readonly string[], json: boolean): Answer {
  const checkup = checkupOf(jobs, unknown);
  const text = json ? checkupJson(checkup) : checkupText(checkup, Date.now());
  return { text, status: PLUGIN_STATUS[checkup.level], isReport: true };
}

/** A status file, and whether a run holds it; or why it cannot be used. */
async function readOne(typed: string) {
  const path = wholePath(typed);
  const lack = missing([{ name: "read", path }]);
  if (lack !== null) return lack;
  if (kindAt(path) === "folder") return folderText(typed);
  const found = await readKept(path);
  if (found === null) return `There is no status file ${shown(typed)}: a mirror with --status keeps one`;
  if ("code" in found) return `Cannot read the status file ${shown(typed)}: ${reasonText(found)}`;
  const file = readStatus(found.text);
  return typeof file === "string" ? `Cannot use ${shown(typed)}: ${file}` : { file, isHeld: found.isHeld };
}

function folderText(typed: string): string {
  return `${
    shown(typed)
  } is a folder: give the status file that its mirror keeps by --status, or names of jobs`;
}

/** The status file that a file of jobs names, and its jobs; or a text that says what is wrong. */
async function placeOf(
  config: string,
): Promise<{ readonly files: readonly string[]; readonly jobs: readonly string[] } | string> {
  const { readJobFile } = await import("../jobs/file.ts");
  const file = await readJobFile(config);
  if ("faults" in file) {
    return `${file.faults[0]}; or name the status file, as in lockstep status status.json`;
  }
  const { observe: { status }, jobs } = file;
  return status === null
    ? `${shown(config)} names no status file: add "status": "status.json" at its top`
    : { files: [status], jobs: jobs.map(({ name }) => name) };
}
