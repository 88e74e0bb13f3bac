/** The command `status` carried out: reads status files, and says whether the mirrors are well. */
import { resolve } from "node:path";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { missing } from "../cli/permissions.ts";
import { printable, reasonText } from "../cli/reason.ts";
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
  const { config, jobs: wanted, maxAge, json } = asked;
  const files = config === null ? asked.files : await filesOf(config);
  if (typeof files === "string") return answerOf([], [files], json);
  const now = Date.now();
  const found: Checked[] = [];
  const unknown: string[] = [];
  for (const typed of files) {
    const read = await readOne(typed);
    if (typeof read === "string") unknown.push(read);
    else for (const job of read.file.jobs) found.push({ job, health: healthOf(job, read, maxAge, now) });
  }
  const jobs = wanted.length === 0 ? found : found.filter(({ job }) => wanted.includes(job.name ?? ""));
  const names = found.flatMap(({ job }) => job.name ?? []);
  for (const name of wanted.filter((one) => !names.includes(one))) {
    const known = names.length === 0
      ? "there is no job with a name"
      : `there are ${names.map(shown).join(", ")}`;
    unknown.push(`There is no job ${shown(name)}: ${known}`);
  }
  return answerOf(jobs, unknown, json);
}

function answerOf(jobs: readonly Checked[], unknown: readonly string[], json: boolean): Answer {
  const checkup = checkupOf(jobs, unknown);
  const text = json ? checkupJson(checkup) : checkupText(checkup, Date.now());
  return { text, status: PLUGIN_STATUS[checkup.level], isReport: true };
}

/** A status file, and whether a run holds it; or why it cannot be used. */
async function readOne(typed: string) {
  const path = resolve(typed);
  const lack = missing([{ name: "read", path }]);
  if (lack !== null) return lack;
  const found = await readKept(path);
  if (found === null) return `There is no status file ${shown(typed)}: a mirror with --status keeps one`;
  if ("code" in found) return `Cannot read the status file ${shown(typed)}: ${reasonText(found)}`;
  const file = readStatus(found.text);
  return typeof file === "string" ? `Cannot use ${shown(typed)}: ${file}` : { file, isHeld: found.isHeld };
}

/** The status files that a file of jobs names; or a text that says what is wrong. */
function filesOf(config: string): Promise<readonly string[] | string> {
  return Promise.resolve(`The file of jobs ${printable(config)} cannot be read yet: name the status file`);
}
