/** The question before a pass does anything: its plan summed up, then yes, no, or a look at every step. */
import type { Consent, Planned } from "../engine/guard.ts";
import { addTo, newSums } from "../engine/sums.ts";
import { askFor } from "./ask.ts";
import { changeLines } from "./line.ts";
import { sumsText } from "./plan_text.ts";
import { print } from "./print.ts";

/** After so long, in ms, what was shown is not taken to be still so. */
const OLD_MS = 5000;

/** Ask whether what is planned may be done. When `signal` is aborted the answer is no. */
export async function askAbout(planned: Planned, question: string, signal: AbortSignal): Promise<Consent> {
  const began = performance.now();
  const sums = newSums();
  await planned.each((change) => addTo(sums, change));
  print(Deno.stderr, `${sumsText(sums, "all").join("\n")}\n`);
  for (;;) {
    const answer = await askFor(`${question} [y/N/show] `, signal);
    if (/^y(es)?$/i.test(answer)) return performance.now() - began > OLD_MS ? "afresh" : "yes";
    if (!/^s(how)?$/i.test(answer)) return "no";
    let text = "";
    await planned.each((change, differences) => {
      for (const line of changeLines(change, differences, "")) text += `${line.text}\n`;
      if (text.length < PAGE) return;
      print(Deno.stderr, text.trimEnd());
      text = "";
    });
    if (text !== "") print(Deno.stderr, text.trimEnd());
  }
}

/** Characters that are printed at once. */
const PAGE = 1 << 14;
