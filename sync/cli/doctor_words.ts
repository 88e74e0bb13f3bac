/** What is said of each remark of `lockstep doctor`, and what helps. Pure. */
import type { Code, Remark } from "../engine/doctor/remark.ts";
import type { Words } from "./doctor_values.ts";
import { HOST_WORDS } from "./doctor_words_host.ts";
import { ROOT_WORDS } from "./doctor_words_roots.ts";

const WORDS: Readonly<Record<Code, Words>> = { ...HOST_WORDS, ...ROOT_WORDS };

/** What is said, without a full stop. */
export function remarkText(remark: Remark): string {
  if (remark.verdict !== "unknown" || isSaid(remark)) return WORDS[remark.code].text(remark);
  return `${aboutText(remark)}: unknown`;
}

/** What a remark is about. */
export function aboutText({ code, side }: Remark): string {
  return `${WORDS[code].about}${side === undefined ? "" : ` of the ${side}`}`;
}

/** What to do about it; null where there is nothing to be done. */
export function adviceText(remark: Remark): string | null {
  if (remark.verdict === "ok") return null;
  if (remark.verdict !== "unknown" || isSaid(remark)) return WORDS[remark.code].advice?.(remark) ?? null;
  return remark.by ? `Run the doctor with ${remark.by}` : null;
}

/** Whether something is said of it although it could not be told: what is known without. */
function isSaid({ code }: Remark): boolean {
  return code === "holds" || code === "commit";
}
