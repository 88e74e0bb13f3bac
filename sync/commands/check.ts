/** The command `check` carried out: reads a file of jobs, and says what each will do and what it would stumble over. */
import { dirname } from "node:path";
import { pathKey, wholePath } from "../whole_path.ts";
import type { Answer } from "../cli/carry_out.ts";
import { chosenJobs, jobText, parseCheck } from "../cli/check_jobs.ts";
import { STATUS } from "../cli/exit_status.ts";
import { noFolderFor } from "../cli/kept_conflict.ts";
import type { Options } from "../cli/options.ts";
import { ambiguous, kindAt } from "../cli/paths.ts";
import { readChoice } from "../cli/patterns.ts";
import { keptNeeds, mayNotRun, missing, needs } from "../cli/permissions.ts";
import { shown } from "../engine/entry.ts";
import { type JobFile, readJobFile } from "../jobs/file.ts";
import { holder } from "../jobs/overlap.ts";

/** Do what the words after "check" ask for. Writes nothing. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseCheck(words);
  if (asked.kind !== "check") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const file = await readJobFile(asked.config);
  if ("faults" in file) return { text: file.faults.join("\n"), status: STATUS.usage };
  const jobs = chosenJobs(file.jobs, asked.jobs);
  if (typeof jobs === "string") return { text: jobs, status: STATUS.usage };
  const width = Math.min(WIDEST, Math.max(...jobs.map(({ name }) => [...name].length)));
  const made = new Map(file.jobs.map(({ name, options }) => [pathKey(wholePath(options.replica)), name]));
  const lines: string[] = [];
  for (const { name, options } of jobs) {
    lines.push(`${name}${" ".repeat(Math.max(width - [...name].length, 0))}  ${jobText(options)}`);
    for (const text of warningsOf(options, made)) lines.push(`${" ".repeat(width)}  warning: ${text}`);
  }
  return { text: [...lines, ...commonWarnings(file)].join("\n"), status: STATUS.inSync };
}

/** Characters that the column of names has at most. */
const WIDEST = 24;

/** What a job would stumble over now. `made`: the replicas of all jobs, by path. */
function warningsOf(options: Options, made: ReadonlyMap<string, string>): string[] {
  const [source, replica] = [wholePath(options.source), wholePath(options.replica)];
  const lack = missing(needs(options, source, replica));
  if (lack !== null) return [lack];
  const silent = mayNotRun(options.observe);
  if (silent !== null) return [silent];
  const found = [ambiguous(options.source), ambiguous(options.replica)].filter((text) => text !== null);
  const kind = kindAt(source);
  if (kind === "other") found.push(`the source ${shown(source)} is no folder`);
  // another job makes what comes next in a chain
  else if (kind === "nothing" && holder(source, made) === null) {
    found.push(`the source ${shown(source)} is not there`);
  }
  const there = kindAt(replica);
  if (there === "other") found.push(`the replica ${shown(replica)} is no folder`);
  // the folders on the way to a part are made
  const around = dirname(options.part?.replica ?? replica);
  if (there === "nothing" && kindAt(around) !== "folder") {
    found.push(`the folder ${shown(around)}, in which the replica is made, is not there`);
  }
  const { log, check: { manifest }, undo: { state } } = options;
  for (const [what, path] of [["log file", log], ["manifest", manifest], ["state file", state]] as const) {
    const homeless = path === null ? null : noFolderFor(what, path);
    if (homeless !== null) found.push(homeless);
  }
  const choice = readChoice(options.choice);
  if (typeof choice === "string") found.push(choice);
  return found;
}

/** The same of the files of all jobs. */
function commonWarnings({ observe, split }: JobFile): string[] {
  const folder = split?.status;
  const homeless = folder !== undefined && kindAt(folder) !== "folder"
    ? [`warning: there is no folder ${shown(folder)} for the status files of the jobs`]
    : [];
  return [...homeless, ...commonFileWarnings(observe)];
}

function commonFileWarnings(observe: JobFile["observe"]): string[] {
  return (["status", "metrics", "report"] as const).flatMap((name) => {
    const path = observe[name];
    if (path === null) return [];
    const lack = missing(keptNeeds(path, false));
    if (lack !== null) return [`warning: ${name}: ${lack}`];
    return kindAt(dirname(path)) === "folder"
      ? []
      : [`warning: ${name}: there is no folder ${shown(dirname(path))}`];
  });
}
