/** The command `apply` carried out: a pass that makes only the steps of a plan, and only those that still hold. */
import { isSamePath, wholePath } from "../whole_path.ts";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import type { Options } from "../cli/options.ts";
import { missing } from "../cli/permissions.ts";
import { type Applying, optionsOf, parseApply } from "../cli/plan.ts";
import { cannotReadText, noPlanText, otherRootText } from "../cli/plan_text.ts";
import type { Complaint } from "../cli/prepare.ts";
import { refusalText } from "../cli/refusal.ts";
import { reason } from "../disk/fault.ts";
import { openRoots, type Roots } from "../disk/roots.ts";
import type { Config } from "../engine/config.ts";
import type { Decided } from "../engine/decided.ts";
import { poolOf } from "../pass/pool.ts";
import { checkPlan, decidedIn, type Header, rootId } from "../records/plan_file.ts";
import { run } from "../run.ts";

/** Do what the words after "apply" ask for. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseApply(words);
  if (asked.kind !== "apply") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const read = await readPlan(asked);
  if ("status" in read) return read;
  const { header, decided } = read;
  const options = optionsOf(header.options, asked.options);
  const pool = poolOf(options.threads);
  const rootsOf = (config: Config) => sameRoots(config, header);
  return { text: "", status: await run(options, pool, { decided, rootsOf }) };
}

/** A plan in memory. */
interface Read {
  readonly header: Header<Options>;
  readonly decided: Decided;
}

async function readPlan({ file, source, replica }: Applying): Promise<Read | Answer> {
  const path = wholePath(file);
  const lack = missing([{ name: "read", path }]);
  if (lack !== null) return { text: lack, status: STATUS.usage };
  try {
    const found = await checkPlan<Options>(path);
    if (found.kind !== "plan") return { text: noPlanText(file, found), status: STATUS.usage };
    const { header } = found;
    for (const [side, given] of [["source", source], ["replica", replica]] as const) {
      if (given === null || isSamePath(wholePath(given), header[side].path)) continue;
      return { text: otherRootText(side, header[side].path, { given }), status: STATUS.usage };
    }
    return { header, decided: await decidedIn(path) };
  } catch (error) {
    if (reason(error) === null) throw error;
    return { text: cannotReadText(file, error), status: STATUS.usage };
  }
}

/** The roots, when they are the folders for which the plan was made. */
async function sameRoots(config: Config, { source, replica }: Header<Options>): Promise<Roots | Complaint> {
  const roots = await openRoots({ ...config, dryRun: true }, null);
  const status = STATUS.unusable;
  if ("kind" in roots) return { text: refusalText(roots, true), status };
  if (rootId(roots.source) !== source.id) {
    return { text: otherRootText("source", source.path, "another"), status };
  }
  const now = roots.replica && rootId(roots.replica);
  if (now === replica.id) return roots;
  const why = now === null ? "gone" : replica.id === null ? "new" : "another";
  return { text: otherRootText("replica", replica.path, why), status };
}
