/** The last passes of a job as charts and as a table. Pure, but for the time zone. */
import { counted, number } from "../../cli/quantity.ts";
import { showDuration } from "../../timing/duration.ts";
import { bars, topOf } from "./chart.ts";
import { type Html, html, NOTHING } from "./escape.ts";
import { shortMoment, size } from "./numbers.ts";
import { isGood, type Outcome, PASSES, type PassRow } from "./record.ts";
import { card, folded, note, row, table } from "./table.ts";

/** How a pass ended, in a table. */
export const RESULTS: Readonly<{ [outcome in Outcome]: string }> = {
  ok: "in sync",
  partly: "in sync with exceptions",
  failed: "with failures",
  refused: "refused",
  unusable: "not possible",
  locked: "another run at work",
  halted: "cut short",
  interrupted: "stopped",
};

/** What is shown of passes. `key`: of its chart among those of the job. */
const CHARTS = [
  { title: "Changes", key: "changes", text: number },
  { title: "Copied", key: "bytes", text: size },
  { title: "Duration", key: "ms", text: showDuration },
] as const;

/** `id`: of the job in the page. */
export function passes(all: readonly PassRow[], id: string): Html {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return NOTHING;
  const isOne = all.length === 1;
  const title = isOne ? "The last pass" : `The last ${counted(all.length, "pass", "passes")}`;
  const charts = CHARTS.map((one) => chart(all, one, `${id}-${one.key}`));
  const end = isOne ? NOTHING : html`<span>${shortMoment(last.began)}</span>`;
  const axis = html`<p class="axis"><span>${shortMoment(first.began)}</span>${end}</p>`;
  const crosses = all.some(isBad) ? note("A cross: not all was brought in sync.") : NOTHING;
  return card(
    `${id}-passes`,
    title,
    html`${charts}${axis}${crosses}${folded("Passes as a table", tableOf(all))}`,
  );
}

function chart(all: readonly PassRow[], { title, key, text }: typeof CHARTS[number], id: string): Html {
  const values = all.map((pass) => pass[key]);
  const most = text(Math.max(...values));
  const range = topOf(values).isCut ? `one bar is cut off: ${most}` : `up to ${most}`;
  const drawn = bars(
    all.map((pass) => ({ value: pass[key], mark: key === "changes" && isBad(pass) })),
    // few passes are no wide bars
    all.length > PASSES / 2 ? PASSES : PASSES / 2,
    id,
  );
  return figure(id, title, `${range}; last ${text(last(values))}`, drawn);
}

function last(values: readonly number[]): number {
  return values.at(-1) ?? 0;
}

function isBad({ outcome }: PassRow): boolean {
  return !isGood(outcome);
}

/** A chart below what it says. */
export function figure(id: string, title: string, text: string, drawn: Html): Html {
  const caption = html`<figcaption id="${id}"><b>${title}</b> <span>${text}</span></figcaption>`;
  return html`<figure>${caption}${drawn}</figure>`;
}

function tableOf(all: readonly PassRow[]): Html {
  const rows = all.toReversed().map(({ began, outcome, changes, bytes, ms }) =>
    row(shortMoment(began), RESULTS[outcome], number(changes), size(bytes), showDuration(ms))
  );
  return table("log", ["Began", "Result", "Changes", "Copied", "Took"], rows);
}
