/**
 * The last 90 days, a cell for each: a column is a week, from Monday down to Sunday, so that it is as readable on a telephone
 * as on a desk, and what fails each Sunday is seen as a row. Pure, but for the time zone.
 */
import { counted, number } from "../../cli/quantity.ts";
import { type Day, dayOf, daysTo, weekdayOf } from "./days.ts";
import { type Html, html, NOTHING } from "./escape.ts";
import { MONTHS, shortDay, size } from "./numbers.ts";
import { type DayRow, kindOfDay, passesOn } from "./record.ts";
import { type Sign, sign, WORDS } from "./signs.ts";
import { card, folded, note, row, table } from "./table.ts";

/** From one cell to the next. */
const STEP = 21;
/** Where cells begin, beside the names of weekdays and below those of months. */
const LEFT = 30;
const TOP = 18;

interface Cell {
  readonly day: Day;
  readonly row: DayRow | undefined;
  readonly sign: Sign;
}

/** The 90 days up to `now`, as a picture and as a table. `id`: of this job in the page. */
export function strip(rows: readonly DayRow[], now: number, id: string): Html {
  const cells = cellsOf(rows, dayOf(now));
  const legend = html`<ul class="legend">${legendOf(cells)}</ul>`;
  return card(
    `${id}-days`,
    "The last 90 days",
    html`${picture(cells, id)}${legend}${folded("Days as a table", tableOf(cells))}`,
  );
}

export function cellsOf(rows: readonly DayRow[], today: Day): Cell[] {
  const known = new Map(rows.map((row) => [row.day, row]));
  const first = rows.find((row) => passesOn(row) > 0)?.day ?? today;
  return daysTo(today).map((day) => {
    const row = known.get(day);
    const kind = row === undefined ? null : kindOfDay(row);
    return { day, row, sign: kind ?? (day < first ? "before" : "none") };
  });
}

function picture(cells: readonly Cell[], id: string): Html {
  const offset = weekdayOf(cells[0]!.day);
  const columns = Math.ceil((offset + cells.length) / 7);
  const width = LEFT + columns * STEP - 3;
  const drawn = cells.map(({ day, row, sign }, i) => {
    const at = offset + i;
    const x = LEFT + Math.floor(at / 7) * STEP;
    const y = TOP + at % 7 * STEP;
    return html`
      <use href="#${sign}" x="${x}" y="${y}">
        <title>${titleOf(day, row, sign)}</title>
      </use>
    `;
  });
  const months = cells.flatMap(({ day }, i) => {
    if (!day.endsWith("-01") && i > 0) return [];
    const column = Math.floor((offset + i) / 7);
    // no room beside that of the next month
    if (i === 0 && Number(day.slice(8)) > 14) return [];
    return [html`<text x="${LEFT + column * STEP}" y="11">${MONTHS[Number(day.slice(5, 7)) - 1]!}</text>`];
  });
  const weekdays = (["Mon", "", "Wed", "", "Fri", "", "Sun"] as const).map((text, i) =>
    text === "" ? NOTHING : html`<text x="0" y="${TOP + i * STEP + 13}">${text}</text>`
  );
  return html`
    <svg class="strip" viewBox="0 0 ${width} ${TOP + 7 * STEP - 3}" role="img"
      aria-labelledby="${id}-days ${id}-sum">
    <desc id="${id}-sum">${sumOf(cells)}</desc>${months}${weekdays}${drawn}</svg>
  `;
}

function titleOf(day: Day, row: DayRow | undefined, sign: Sign): string {
  const passes = row === undefined ? 0 : passesOn(row);
  return `${shortDay(day)}: ${WORDS[sign]}${passes === 0 ? "" : `, ${counted(passes, "pass", "passes")}`}`;
}

const ORDER: readonly Sign[] = ["ok", "partly", "failed", "blocked", "none", "before"];

function tally(cells: readonly Cell[]): [Sign, number][] {
  return ORDER.map((sign) => [sign, cells.filter((cell) => cell.sign === sign).length] as [Sign, number])
    .filter(([, count]) => count > 0);
}

function sumOf(cells: readonly Cell[]): string {
  return tally(cells).map(([sign, count]) => `${counted(count, "day")} ${WORDS[sign]}`).join(", ");
}

function legendOf(cells: readonly Cell[]): Html[] {
  return tally(cells).map(([which, count]) => html`<li>${sign(which)} ${WORDS[which]} <b>${count}</b></li>`);
}

function tableOf(cells: readonly Cell[]): Html {
  const rows = cells.toReversed().flatMap(({ day, row: known, sign }) =>
    known === undefined || passesOn(known) === 0
      ? []
      : [row(shortDay(day), WORDS[sign], number(passesOn(known)), number(known.changes), size(known.bytes))]
  );
  if (rows.length === 0) return note("No pass is known yet.");
  return table("log", ["Day", "Result", "Passes", "Changes", "Copied"], rows);
}
