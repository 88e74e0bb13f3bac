/** The command `show` carried out: what a plan comes to, or its steps at a path and below it. Reads the plan as a stream. */
import { wholePath } from "../whole_path.ts";
import type { Answer } from "../cli/carry_out.ts";
import { STATUS } from "../cli/exit_status.ts";
import { pathIn } from "../cli/explain.ts";
import { stepLine } from "../cli/json.ts";
import { changeLines } from "../cli/line.ts";
import type { Options } from "../cli/options.ts";
import { missing } from "../cli/permissions.ts";
import { parseShow, type Showing } from "../cli/plan.ts";
import { aboutText, cannotReadText, noPlanText, noStepText, planLine, sumsText } from "../cli/plan_text.ts";
import { print } from "../cli/print.ts";
import { reason } from "../disk/fault.ts";
import type { Path } from "../engine/entry.ts";
import { addTo, newSums } from "../engine/sums.ts";
import { checkPlan, type End, type Header, type Planned, stepsIn } from "../records/plan_file.ts";

/** Do what the words after "show" ask for. Writes nothing. */
export async function command(words: readonly string[]): Promise<Answer> {
  const asked = parseShow(words);
  if (asked.kind !== "show") {
    return { text: asked.text, status: asked.kind === "help" ? STATUS.inSync : STATUS.usage };
  }
  const { file } = asked;
  const path = wholePath(file);
  const lack = missing([{ name: "read", path }]);
  if (lack !== null) return { text: lack, status: STATUS.usage };
  try {
    const found = await checkPlan<Options>(path);
    if (found.kind !== "plan") return { text: noPlanText(file, found), status: STATUS.usage };
    const { header, end } = found;
    return asked.path === null
      ? await summary(asked, path, header, end)
      : await steps(asked.path, asked.json, path, header, end);
  } catch (error) {
    if (reason(error) === null) throw error;
    return { text: cannotReadText(file, error), status: STATUS.usage };
  }
}

async function summary(
  { by, json }: Showing,
  path: string,
  { time, source, replica }: Header<Options>,
  { steps, failed, refused }: End,
): Promise<Answer> {
  const sums = newSums();
  for await (const { change } of stepsIn(path)) addTo(sums, change);
  const about = { time, source: source.path, replica: replica.path, steps, failed, refused: refused ?? null };
  const text = json
    ? planLine(about, sums, Date.now()).trimEnd()
    : [...by === "all" ? [...aboutText(about), ""] : [], ...sumsText(sums, by)].join("\n");
  return { text, status: STATUS.inSync };
}

/** Print the steps at a path and below it. */
async function steps(
  typed: string,
  json: boolean,
  path: string,
  { source, replica }: Header<Options>,
  end: End,
): Promise<Answer> {
  const wanted = pathIn(typed, [source.path, replica.path]);
  if (typeof wanted === "string") return { text: wanted, status: STATUS.usage };
  let text = "";
  let count = 0;
  for await (const step of stepsIn(path)) {
    if (!isIn(step.change.path, wanted.path)) continue;
    count++;
    text += `${wordsOf(step, json)}\n`;
    if (text.length < PAGE) continue;
    print(Deno.stdout, text.trimEnd());
    text = "";
  }
  if (count === 0 && !json) return { text: noStepText(wanted.path, end.steps), status: STATUS.inSync };
  return { text: text.trimEnd(), status: STATUS.inSync };
}

/** Characters that are printed at once. */
const PAGE = 1 << 16;

function isIn(path: Path, folder: Path): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

function wordsOf({ change, differences }: Planned, json: boolean): string {
  if (json) return stepLine(change, differences, Date.now()).trimEnd();
  return changeLines(change, differences, "").map(({ text }) => text).join("\n");
}
