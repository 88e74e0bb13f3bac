/** The command `run` carried out. */
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { parseRun } from "../cli/run_jobs.ts";
import { runJobs } from "../run_jobs.ts";

/** Do what the words after "run" ask for. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseRun(words);
  if (asked.kind !== "run") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  return { text: "", status: await runJobs(asked) };
}
