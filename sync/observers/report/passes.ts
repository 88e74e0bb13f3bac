/** The last passes of a job as charts and as a table; and the space on its disk. Pure, but for the time zone. */
import { counted, number } from "../../cli/quantity.ts";
import { showDuration } from "../../timing/duration.ts";
import { bars, line, topOf } from "./chart.ts";
import { dayOf, daysTo } from "./days.ts";
import { type Html, html, NOTHING } from "./escape.ts";
import { shortDay, shortMoment, size } from "./numbers.ts";
import { type DayRow, isGood, type Outcome, PASSES, type PassRow } from "./record.ts";

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

export function passes(all: readonly PassRow[], id: string): Html {
  if (all.length === 0) return NOTHING;
  const marks = all.some(({ outcome }) => !isGood(outcome));
  const [first, last] = [all[0]!, all.at(-1)!];
  const chart = (
    name: string,
    key: string,
    valueOf: (row: PassRow) => number,
    text: (value: number) => string,
  ) => {
    const values = all.map(valueOf);
    const { isCut } = topOf(values);
    const most = Math.max(...values);
    const top = isCut ? `one bar is cut off: ${text(most)}` : `up to ${text(most)}`;
    return html`<figure><figcaption id="${id}-${key}"><b>${name}</b> <span>${top}; last ${
      text(values.at(-1)!)
    }</span></figcaption>${
      bars(
        all.map((row) => ({ value: valueOf(row), mark: key === "changes" && !isGood(row.outcome) })),
        barsFor(all.length),
        `${id}-${key}`,
      )
    }</figure>`;
  };
  const one = all.length === 1;
  return html`<section class="card" aria-labelledby="${id}-passes"><h3 id="${id}-passes">${
    one ? "The last pass" : `The last ${counted(all.length, "pass", "passes")}`
  }</h3>
${chart("Changes", "changes", ({ changes }) => changes, number)}
${chart("Copied", "bytes", ({ bytes }) => bytes, size)}
${chart("Duration", "ms", ({ ms }) => ms, showDuration)}
<p class="axis"><span>${shortMoment(first.began)}</span>${
    one ? NOTHING : html`<span>${shortMoment(last.began)}</span>`
  }</p>
${marks ? html`<p class="note">A cross: not all was brought in sync.</p>` : NOTHING}
<details><summary>Passes as a table</summary>${table(all)}</details></section>`;
}

/** Few passes are no wide bars. */
function barsFor(count: number): number {
  return count > 30 ? PASSES : 30;
}

function table(all: readonly PassRow[]): Html {
  const rows = all.toReversed().map(({ began, outcome, changes, bytes, ms }) =>
    html`
      <tr>
        <th scope="row">${shortMoment(began)}<td>${RESULTS[outcome]}<td>${number(changes)}<td>${size(
          bytes,
        )}<td>${showDuration(ms)}
    `
  );
  return html`
    <table>
      <thead>
        <tr>
          <th
            scope="col">Began<th scope="col">Result<th scope="col">Changes<th scope="col">Copied<th scope="col">Took<tbody>${rows}</table>
  `;
}

/** The free space and the trash over 90 days. `hasTrash`: there is one. */
export function space(days: readonly DayRow[], now: number, hasTrash: boolean, id: string): Html {
  const shown = daysTo(dayOf(now));
  const known = new Map(days.map((row) => [row.day, row]));
  const chart = (name: string, key: "free" | "trash", missing: string) => {
    const values = shown.map((day) => known.get(day)?.[key] ?? null);
    const last = values.findLast((value) => value !== null) ?? null;
    if (last === null) return html`<p class="note"><b>${name}</b>: ${missing}</p>`;
    const given = values.filter((value) => value !== null);
    const range = given.length === 1
      ? ""
      : `; ${size(Math.min(...given))} to ${size(Math.max(...given))} in 90 days`;
    return html`<figure><figcaption id="${id}-${key}"><b>${name}</b> <span>${
      size(last)
    }${range}</span></figcaption>${given.length === 1 ? NOTHING : line(values, `${id}-${key}`)}</figure>`;
  };
  const rows = shown.toReversed().flatMap((day) => {
    const { free = null, trash = null } = known.get(day) ?? {};
    if (free === null && trash === null) return [];
    return [html`
      <tr>
        <th scope="row">${shortDay(day)}<td>${orDash(free)}${hasTrash ? html`<td>${orDash(trash)}` : NOTHING}
    `];
  });
  return html`<section class="card" aria-labelledby="${id}-space"><h3 id="${id}-space">Space</h3>
${
    chart(
      "Free on the replica’s disk",
      "free",
      "not known. It is with --allow-ffi (on Linux) or --allow-sys=statfs.",
    )
  }
${
    hasTrash
      ? chart("In the trash", "trash", "not known yet.")
      : html`<p class="note"><b>In the trash</b>: there is none. With --trash, what goes is kept.</p>`
  }
${
    rows.length === 0 ? NOTHING : html`
      <details>
        <summary>Space as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Day<th scope="col">Free${hasTrash
                ? html`<th scope="col">Trash`
                : NOTHING}<tbody>${rows}</table></details>
    `
  }</section>`;
}

function orDash(bytes: number | null): string {
  return bytes === null ? "–" : size(bytes);
}
