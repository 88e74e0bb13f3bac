/** The free space on a replica's disk and the size of its trash, over 90 days. Pure, but for the time zone. */
import { line } from "./chart.ts";
import { type Day, dayOf, daysTo } from "./days.ts";
import { type Html, html, NOTHING, prose } from "./escape.ts";
import { shortDay, size } from "./numbers.ts";
import { figure } from "./passes.ts";
import type { DayRow } from "./record.ts";
import { card, folded, note, row, table } from "./table.ts";

/** `hasTrash`: there is one. `id`: of the job in the page. */
export function disk(rows: readonly DayRow[], now: number, hasTrash: boolean, id: string): Html {
  const days = daysTo(dayOf(now));
  const known = new Map(rows.map((row) => [row.day, row]));
  const free = days.map((day) => known.get(day)?.free ?? null);
  const trash = days.map((day) => known.get(day)?.trash ?? null);
  const charts = html`${
    chart(
      free,
      `${id}-free`,
      "Free on the replica’s disk",
      "not known; it is with --allow-ffi (on Linux) or --allow-sys=statfs",
    )
  }${
    chart(
      trash,
      `${id}-trash`,
      "In the trash",
      hasTrash ? "not known yet" : "there is none; with --trash, what goes is kept",
    )
  }`;
  return card(`${id}-space`, "Space", html`${charts}${tableOf(days, free, trash)}`);
}

function chart(values: readonly (number | null)[], id: string, title: string, missing: string): Html {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return note(html`<b>${title}</b>: ${prose(missing)}`);
  if (known.length === 1) return figure(id, title, size(last), NOTHING);
  const range = `${size(Math.min(...known))} to ${size(Math.max(...known))} in 90 days`;
  return figure(id, title, `${size(last)}; ${range}`, line(values, id));
}

function tableOf(
  days: readonly Day[],
  free: readonly (number | null)[],
  trash: readonly (number | null)[],
): Html {
  const rows = days.map((day, i) => ({ day, free: free[i] ?? null, trash: trash[i] ?? null }))
    .filter(({ free, trash }) => free !== null || trash !== null).toReversed()
    .map(({ day, free, trash }) => row(shortDay(day), orDash(free), orDash(trash)));
  return rows.length === 0
    ? NOTHING
    : folded("Space as a table", table("list", ["Day", "Free", "Trash"], rows));
}

function orDash(bytes: number | null): string {
  return bytes === null ? "–" : size(bytes);
}
